"""What is learned from, and what is only tested on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..data import ArrayDataset


class Split(NamedTuple):
    """``train`` and ``test`` give samples ``(image, class)``; ``classes`` are the names of the classes."""

    train: ArrayDataset
    test: ArrayDataset
    classes: tuple[str, ...]


def images(pixels: Any, classes: Any, white: int, flat: bool) -> ArrayDataset:
    """Grey images (n, h, w), 0 black and ``white`` white, as float32 (n, 1, h, w), or (n, h w) if ``flat``."""
    x = pixels.astype(np.float32) / np.float32(white)
    return ArrayDataset(x.reshape(len(x), -1) if flat else x[:, None], classes.astype(np.int64))
