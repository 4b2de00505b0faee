"""A dataset in two parts: one to train on, one to test on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.typing import NDArray

from ..data import ArrayDataset


class Split(NamedTuple):
    """``train`` and ``test`` have samples ``(image, class)``; ``classes`` are the names of the classes."""

    train: ArrayDataset
    test: ArrayDataset
    classes: tuple[str, ...]


def images(pixels: NDArray[Any], classes: NDArray[Any], white: int, flat: bool) -> ArrayDataset:
    """Grey images (n, h, w) from 0, black, to ``white``, as float32 (n, 1, h, w), or (n, h w) if ``flat``."""
    x = pixels.astype(np.float32) / np.float32(white)
    return ArrayDataset(x.reshape(len(x), -1) if flat else x[:, None], classes.astype(np.int64))
