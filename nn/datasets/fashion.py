"""Fashion-MNIST: 28 x 28 pictures of clothes in ten classes, as hard as MNIST is easy.

Convention: the project ships the first 800 training and 100 test images of each class, in the set's order, as
``fashion_mnist.xz`` (its licence beside it): the classes, one byte each, then the images, column after column, which
packs best. ``make_fashion_mnist.py`` made it.
Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017.
"""

from __future__ import annotations

import lzma
import os
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from .idx_file import idx
from .split import Split, images

CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
SHIPPED = Path(__file__).with_name("fashion_mnist.xz")
VARIABLE = "CHALKGRAD_FASHION_MNIST"
TRAIN, TEST = 8000, 1000


def fashion_mnist(folder: str | PathLike[str] | None = None, full: bool | None = None, flat: bool = False) -> Split:
    """60,000 training and 10,000 test images where they are installed, else the 8,000 and 1,000 that are shipped.

    They are installed by Debian's package ``dataset-fashion-mnist``, or by putting the four idx files into a folder
    and naming it here or in the environment variable CHALKGRAD_FASHION_MNIST. ``full=True`` insists on them,
    ``full=False`` takes what is shipped. Images are float32 (n, 1, 28, 28), or (n, 784) if ``flat``, between 0 and 1.
    """
    if full is False:
        if folder is not None:
            raise ValueError("full=False takes what is shipped and no folder: leave one of them out")
        return _split(*shipped(), flat)
    named = folder or os.environ.get(VARIABLE) or None
    if named is None and not DEBIAN.is_dir():
        if full:
            raise FileNotFoundError(
                "the full Fashion-MNIST is not installed: apt-get install dataset-fashion-mnist, or put its four idx "
                f"files into a folder and name it, by fashion_mnist(folder) or by the variable {VARIABLE}"
            )
        return _split(*shipped(), flat)
    return _split(*installed(Path(named or DEBIAN)), flat)


def installed(folder: Path) -> tuple[Any, Any, Any, Any]:
    """Pixels and classes for training, and for the test, from a folder with the four idx files, packed or not."""
    arrays = []
    for part in ("train", "t10k"):
        x = idx(_find(folder, f"{part}-images-idx3-ubyte"))
        d = idx(_find(folder, f"{part}-labels-idx1-ubyte"))
        if x.shape[1:] != (28, 28) or d.shape != x.shape[:1] or x.dtype != np.uint8 or d.max(initial=0) >= len(CLASSES):
            raise ValueError(
                f"{folder} holds no Fashion-MNIST: {part} has images {x.dtype} {x.shape} and classes {d.dtype} "
                f"{d.shape} up to {d.max(initial=0)}, and should have uint8 (n, 28, 28) and (n,) up to 9"
            )
        arrays += [x, d]
    return arrays[0], arrays[1], arrays[2], arrays[3]


def shipped() -> tuple[Any, Any, Any, Any]:
    """Pixels and classes for training, and for the test, from the file that lies beside this one."""
    content = np.frombuffer(lzma.decompress(SHIPPED.read_bytes()), np.uint8)
    d, x = content[: TRAIN + TEST], content[TRAIN + TEST :].reshape(TRAIN + TEST, 28, 28).swapaxes(1, 2)
    return x[:TRAIN], d[:TRAIN], x[TRAIN:], d[TRAIN:]


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{folder} should hold Fashion-MNIST's {name}, as it is or with .gz")


def _split(x: Any, d: Any, x_test: Any, d_test: Any, flat: bool) -> Split:
    return Split(images(x, d, 255, flat), images(x_test, d_test, 255, flat), CLASSES)
