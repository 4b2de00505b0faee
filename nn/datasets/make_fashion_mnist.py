"""``python -m nn.datasets.make_fashion_mnist [FOLDER]`` makes the shipped part of Fashion-MNIST from the full set."""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

import numpy as np

from autograd.typing import NDArray

from ..files import write
from .fashion import CLASSES, DEBIAN, SHIPPED, TEST, TRAIN, Pixels, installed

# Measured: lc 4 and pb 2 compress best; row filters (Paeth, up, average) and bz2 compress worse.
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 2}]


def first_of_each(d: Pixels, count: int) -> NDArray[np.intp]:
    """The indices of the first ``count`` samples of each class, in the set's order."""
    return np.sort(np.concatenate([np.flatnonzero(d == k)[:count] for k in range(len(CLASSES))]))


def packed(x: Pixels, d: Pixels, x_test: Pixels, d_test: Pixels) -> bytes:
    """The content of the shipped file, from the full set's pixels and classes."""
    train, test = first_of_each(d, TRAIN // len(CLASSES)), first_of_each(d_test, TEST // len(CLASSES))
    classes = np.concatenate([d[train], d_test[test]])
    columns = np.ascontiguousarray(np.concatenate([x[train], x_test[test]]).swapaxes(1, 2))
    return lzma.compress(classes.tobytes() + columns.tobytes(), check=lzma.CHECK_CRC64, filters=FILTERS)


def main(folder: str = str(DEBIAN)) -> None:
    content = packed(*installed(Path(folder)))
    path = write(SHIPPED, lambda temporary: temporary.write_bytes(content))
    print(f"{path}: {len(content)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
