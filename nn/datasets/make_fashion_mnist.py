"""``python -m nn.datasets.make_fashion_mnist [FOLDER]`` makes the shipped part of Fashion-MNIST out of the full set."""

from __future__ import annotations

import lzma
import sys
from pathlib import Path
from typing import Any

import numpy as np

from ..files import write
from .fashion import CLASSES, DEBIAN, SHIPPED, TEST, TRAIN, installed

# Measured: literal context 4 and positions modulo 4 pack best; row filters (Paeth, up, average) and bz2 pack worse.
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 2}]


def first_of_each(d: Any, count: int) -> Any:
    """The numbers of the first ``count`` samples of each class, in the set's order."""
    return np.sort(np.concatenate([np.flatnonzero(d == k)[:count] for k in range(len(CLASSES))]))


def packed(x: Any, d: Any, x_test: Any, d_test: Any) -> bytes:
    """The content of the shipped file, of the full set's pixels and classes."""
    chosen, chosen_test = first_of_each(d, TRAIN // len(CLASSES)), first_of_each(d_test, TEST // len(CLASSES))
    classes = np.concatenate([d[chosen], d_test[chosen_test]])
    pixels = np.concatenate([x[chosen], x_test[chosen_test]])
    columns = np.ascontiguousarray(pixels.swapaxes(1, 2))
    return lzma.compress(classes.tobytes() + columns.tobytes(), check=lzma.CHECK_CRC64, filters=FILTERS)


def main(folder: str = str(DEBIAN)) -> None:
    content = packed(*installed(Path(folder)))
    path = write(SHIPPED, lambda temporary: temporary.write_bytes(content))
    print(f"{path}: {len(content)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
