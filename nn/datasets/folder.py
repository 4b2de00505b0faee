"""Images on the disk, one folder per class.

Convention: the classes are the names of the folders in alphabetical order; each image is read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from autograd.extras import extra

from .. import init
from ..data import ArrayDataset, collate

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}


class ImageFolder:
    """The images in ``path/CLASS/``, also in folders inside: sample ``i`` is ``(image, class)``.

    ``size`` (height and width, or one number for both) scales every image to it. ``mode`` is Pillow's: "RGB" gives
    3 channels, "L" grey ones. ``transform`` is that of ``ArrayDataset``: it takes batches (n, channels, h, w). Hidden
    ones, and files without the suffix of an image, are left out.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        size: int | tuple[int, int] | None = None,
        mode: str = "RGB",
        transform: Callable[..., Any] | None = None,
    ) -> None:
        self.pillow = extra("PIL.Image", "images", "image_folder()")
        folders = sorted(folder for folder in Path(path).iterdir() if folder.is_dir() and folder.name[0] != ".")
        self.classes = tuple(folder.name for folder in folders)
        self.files: list[Path] = []
        self.labels: list[int] = []
        for label, folder in enumerate(folders):
            files = sorted(file for file in folder.rglob("[!.]*") if file.suffix.lower() in SUFFIXES and file.is_file())
            if not files:
                raise ValueError(f"{folder} is a class without an image ({' '.join(sorted(SUFFIXES))})")
            self.files += files
            self.labels += [label] * len(files)
        if not folders:
            raise ValueError(f"{path} holds no folders: it should hold one per class, with its images inside")
        self.size = (size, size) if isinstance(size, int) else size
        self.mode = mode
        self.transform = transform

    @property
    def draws(self) -> bool:
        return bool(getattr(self.transform, "draws", False))

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, i: int) -> tuple[Any, int]:
        x, d = self.batch([i])
        return x[0], int(d[0])

    def batch(self, indices: Any, generator: init.Randomness = None) -> tuple[Any, ...]:
        """The images of these numbers and their classes."""
        images = [self.read(self.files[i]) for i in indices]
        shapes = {image.shape: self.files[i] for image, i in zip(images, indices, strict=True)}
        if len(shapes) > 1:
            listed = ", ".join(f"{shape} ({file})" for shape, file in sorted(shapes.items()))
            raise ValueError(f"images of one batch differ in shape: {listed}; image_folder(..., size=) scales them")
        x, d = collate(images), np.array([self.labels[i] for i in indices])
        return ArrayDataset(x, d, transform=self.transform).batch(np.arange(len(d)), generator)

    def read(self, file: Path) -> Any:
        """One image as float32 (channels, h, w) between 0 and 1."""
        try:
            with self.pillow.open(file) as image:
                if image.mode[0] in "IF":  # Pillow would cut what is above 255
                    raise ValueError(f"its pixels have more than 8 bits (Pillow's mode {image.mode!r})")
                image = image.convert(self.mode)
                if self.size is not None:
                    image = image.resize(self.size[::-1], self.pillow.Resampling.BILINEAR)
                pixels = np.asarray(image, np.float32) / np.float32(255)
        except Exception as error:  # a damaged file raises many kinds of them
            raise ValueError(f"cannot read the image {file}: {error}") from error
        return pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, 2, 0)


def image_folder(
    path: str | PathLike[str],
    size: int | tuple[int, int] | None = None,
    mode: str = "RGB",
    transform: Callable[..., Any] | None = None,
) -> ImageFolder:
    """The dataset of the images in ``path``, one folder per class; see ``ImageFolder``. Needs the extra ``images``."""
    return ImageFolder(path, size, mode, transform)
