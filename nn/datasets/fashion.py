"""Fashion-MNIST: 28 x 28 pictures of clothes in ten classes, harder than MNIST's digits.

Convention: the library ships the first 800 training and 100 test images of each class, in the set's order, as
``fashion_mnist.xz`` (its licence beside it): the classes, one byte each, then the images, column after column, which
compresses best. ``make_fashion_mnist.py`` made it.
Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017.
"""

from __future__ import annotations

import lzma
import os
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import numpy as np

from autograd.typing import NDArray

from .idx_file import idx
from .split import Split, images

CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
SHIPPED = Path(__file__).with_name("fashion_mnist.xz")
VARIABLE = "CHALKGRAD_FASHION_MNIST"
TRAIN, TEST = 8000, 1000

Pixels: TypeAlias = NDArray[np.uint8]


def fashion_mnist(folder: str | PathLike[str] | None = None, full: bool | None = None, flat: bool = False) -> Split:
    """60,000 training and 10,000 test images if they are installed, else the 8,000 and 1,000 that the library ships.

    Images are float32 (n, 1, 28, 28) between 0 and 1. To install the full set, install Debian's package
    ``dataset-fashion-mnist``, or put the four idx files into a folder.

    ``folder``  that folder; by default the one in the environment variable CHALKGRAD_FASHION_MNIST, if any. Where its
                files are missing, FileNotFoundError is raised
    ``full``    True requires the full set, False takes the shipped one
    ``flat``    give images (n, 784)
    """
    if full is False and folder is not None:
        raise ValueError("full=False takes the shipped images and no folder: leave one of them out")
    found = folder or os.environ.get(VARIABLE) or (DEBIAN if DEBIAN.is_dir() else None)
    if full and not found:
        advice = "apt-get install dataset-fashion-mnist, or put its four idx files into a folder and name it, in"
        where = f"fashion_mnist(folder) or in the variable {VARIABLE}"
        raise FileNotFoundError(f"the full Fashion-MNIST is not installed: {advice} {where}")
    x, d, x_test, d_test = installed(Path(found)) if found and full is not False else shipped()
    return Split(images(x, d, 255, flat), images(x_test, d_test, 255, flat), CLASSES)


def installed(folder: Path) -> tuple[Pixels, Pixels, Pixels, Pixels]:
    """Pixels and classes for training, then for the test, from a folder with the four idx files, compressed or not."""
    arrays = []
    for part in ("train", "t10k"):
        x = idx(_find(folder, f"{part}-images-idx3-ubyte"))
        d = idx(_find(folder, f"{part}-labels-idx1-ubyte"))
        if x.shape[1:] != (28, 28) or d.shape != x.shape[:1] or x.dtype != np.uint8 or d.max(initial=0) >= len(CLASSES):
            raise ValueError(
                f"{folder} does not hold Fashion-MNIST: {part} has images {x.dtype} {x.shape} and classes {d.dtype} "
                f"{d.shape} up to {d.max(initial=0)}; it should have uint8 (n, 28, 28) and (n,) up to 9"
            )
        arrays += [x, d]
    return arrays[0], arrays[1], arrays[2], arrays[3]


def shipped() -> tuple[Pixels, Pixels, Pixels, Pixels]:
    """Pixels and classes for training, then for the test, from the file beside this one."""
    content = np.frombuffer(lzma.decompress(SHIPPED.read_bytes()), np.uint8)
    d, x = content[: TRAIN + TEST], content[TRAIN + TEST :].reshape(TRAIN + TEST, 28, 28).swapaxes(1, 2)
    return x[:TRAIN], d[:TRAIN], x[TRAIN:], d[TRAIN:]


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{folder} should hold Fashion-MNIST's {name}, with or without .gz")
