"""Elements repeated: tile, repeat, resize. The dual adds up the copies of each element."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..declare import composed, linear, plain
from ..typing import Array, ArrayLike, Shape
from .arguments import array
from .reshape import ravel, reshaped
from .take import take


def _undo_tile(g: Any, x_shape: Shape, reps: Any) -> Any:
    """Each axis as a pair (repetition, element), summed over the repetitions."""
    reps = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    reps, sizes = (1,) * (len(x_shape) - len(reps)) + reps, (1,) * (len(reps) - len(x_shape)) + tuple(x_shape)
    pairs = [n for pair in zip(reps, sizes, strict=True) for n in pair]
    return np.reshape(np.sum(np.reshape(g, pairs), axis=tuple(range(0, len(pairs), 2))), x_shape)


def _undo_repeat(g: Any, x_shape: Shape, repeats: Any, axis: int | None = None) -> Any:
    """Each element's copies as an axis of their own, summed."""
    k = len(x_shape) if axis is None else normalize_axis_index(axis, len(x_shape)) + 1
    return np.sum(np.reshape(g, (*x_shape[:k], int(repeats), *x_shape[k:])), axis=k)


tile = linear(np.tile, _undo_tile)
repeated = linear(lambda a, repeats, axis=None: np.repeat(a, repeats, axis), _undo_repeat, name="repeat")


@composed(np.repeat)
def repeat(a: Array, repeats: ArrayLike, axis: int | None = None) -> Any:
    """Each element so many times: one number, or one for each element."""
    counts = np.asarray(plain(repeats))
    if counts.size == 1:
        return repeated(a, counts.item(), axis)
    n = array(a).size if axis is None else a.shape[axis]
    return take(a, np.repeat(np.arange(n), counts), axis)


@composed(np.resize)
def resize(a: Array, new_shape: Any) -> Any:
    """The elements in order, repeated until they fill the shape, or cut off."""
    a = ravel(array(a))
    shape = (new_shape,) if np.ndim(new_shape) == 0 else tuple(new_shape)
    count = int(np.prod(shape))
    if a.size == 0 or count == 0:
        return reshaped(np.zeros_like(a, shape=count), shape)
    return reshaped(a if a.size == count else take(a, np.arange(count) % a.size), shape)
