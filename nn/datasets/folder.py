"""Images on the disk, one folder per class.

Convention: the classes are the names of the folders in alphabetical order. Each image is read when it is needed.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from autograd.extras import extra
from autograd.typing import NDArray

from .. import init
from ..data import ArrayDataset, collate
from ..data.dataset import Change, draws
from ..files import FileError

__all__ = ["ImageFolder", "image_folder"]

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}


class ImageFolder:
    """The images in ``path/CLASS/`` and in folders inside it: sample ``i`` is ``(image, class)``.

    Images are float32 (channels, h, w) between 0 and 1, upright as cameras note it (EXIF). Hidden files, and those
    without an image's suffix, are skipped. What is no image raises a ``FileError``, as does one of more pixels than
    Pillow takes for harmless (``PIL.Image.MAX_IMAGE_PIXELS``).
    Needs the extra ``images``.

    ``path``       the folder that holds one folder per class
    ``size``       height and width (or one number for both) to which every image is scaled; by default its own
    ``mode``       Pillow's: "RGB" gives 3 channels, "L" one grey channel
    ``transform``  as in ``ArrayDataset``, of batches (n, channels, h, w)
    """

    def __init__(
        self, path: str | PathLike[str], size: int | tuple[int, int] | None = None, mode: str = "RGB",
        transform: Change | None = None,
    ) -> None:  # fmt: skip
        pillow("Image")  # if it is not installed, this says so
        folders = sorted(folder for folder in Path(path).iterdir() if folder.is_dir() and folder.name[0] != ".")
        self.classes = tuple(folder.name for folder in folders)
        self.files: list[Path] = []
        self.labels: list[int] = []
        for label, folder in enumerate(folders):
            files = sorted(file for file in folder.rglob("[!.]*") if file.suffix.lower() in SUFFIXES and file.is_file())
            if not files:
                raise ValueError(f"{folder} is a class without images ({' '.join(sorted(SUFFIXES))})")
            self.files += files
            self.labels += [label] * len(files)
        if not folders:
            raise ValueError(f"{path} holds no folders: it should hold one per class, with images inside")
        self.size = (size, size) if isinstance(size, int) else size
        self.mode, self.transform = mode, transform

    @property
    def draws(self) -> bool:
        """Does its transform draw random numbers?"""
        return draws(self.transform)

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, i: int) -> tuple[NDArray[np.float32], int]:
        x, d = self.batch(np.array([i]))
        return x[0], int(d[0])

    def batch(self, indices: NDArray[Any], generator: init.Randomness = None) -> tuple[NDArray[Any], ...]:
        """The images ``indices`` (n, channels, h, w) and their classes (n,).

        The transform may draw from the ``generator``.
        """
        images = [self.read(self.files[i]) for i in indices]
        shapes = {image.shape: self.files[i] for image, i in zip(images, indices, strict=True)}
        if len(shapes) > 1:
            listed = ", ".join(f"{shape} ({file})" for shape, file in sorted(shapes.items()))
            raise ValueError(f"images of one batch differ in shape: {listed}; image_folder(..., size=) scales them")
        x, d = collate(images), np.array([self.labels[i] for i in indices])
        return ArrayDataset(x, d, transform=self.transform).batch(np.arange(len(d)), generator)

    def read(self, file: Path) -> NDArray[np.float32]:
        """The image in a ``file``, as its EXIF data turn it; the first one of an animation."""
        try:
            with pillow("Image").open(file) as image:
                if image.mode[0] in "IF":  # Pillow would clip them at 255
                    raise ValueError(f"its pixels have more than 8 bits (Pillow's mode {image.mode!r})")
                image = pillow("ImageOps").exif_transpose(image).convert(self.mode)
                if self.size is not None:
                    image = image.resize(self.size[::-1], pillow("Image").Resampling.BILINEAR)
                pixels = np.asarray(image, np.float32) / np.float32(255)
        except MemoryError as error:
            error.add_note(f"while reading the image {file}; image_folder(..., size=) keeps smaller ones")
            raise
        except Exception as error:  # damaged files raise errors of many types
            raise FileError(f"cannot read the image {file}: {error}") from error
        return pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, 2, 0)


def pillow(module: str) -> Any:
    """A module of Pillow. No attribute of the dataset: modules are not pickled."""
    return extra(f"PIL.{module}", "images", "image_folder()")


image_folder = ImageFolder  # in the style of the other datasets, which are functions
