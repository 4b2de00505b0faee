"""Elements repeated: tile, repeat, resize; their dual is the sum of all copies of an element."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..declare import OPERATIONS, composed, linear, plain
from .arguments import array
from .reshape import ravel, reshaped
from .take import take


def _undo_tile(g: Any, shape: tuple[int, ...], reps: Any) -> Any:
    """Axes as (repetition, element) pairs, summed over the repetitions."""
    reps = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    reps, sizes = (1,) * (len(shape) - len(reps)) + reps, (1,) * (len(reps) - len(shape)) + tuple(shape)
    pairs = [n for pair in zip(reps, sizes, strict=True) for n in pair]
    return np.reshape(np.sum(np.reshape(g, pairs), axis=tuple(range(0, len(pairs), 2))), shape)


tile = linear(np.tile, lambda g, x_shape, reps: _undo_tile(g, x_shape, reps))


def _undo_repeat(g: Any, shape: tuple[int, ...], repeats: Any, axis: int | None) -> Any:
    """Each element's copies as an axis of their own, summed."""
    k = len(shape) if axis is None else normalize_axis_index(axis, len(shape)) + 1
    return np.sum(np.reshape(g, (*shape[:k], int(repeats), *shape[k:])), axis=k)


repeated = linear(
    lambda a, repeats, axis=None: np.repeat(a, repeats, axis),
    lambda g, x_shape, repeats, axis=None: _undo_repeat(g, x_shape, repeats, axis),
    name="repeat",
)
OPERATIONS.pop(repeated.function)


@composed(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each element so many times; with a number for each element, the elements taken at repeated places."""
    repeats = np.asarray(plain(repeats))
    if repeats.size == 1:
        return repeated(a, repeats.item(), axis)
    count = array(a).size if axis is None else a.shape[axis]
    return take(a, np.repeat(np.arange(count), repeats), axis)


@composed(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    """The elements repeated, or cut off, until they fill the shape."""
    a = ravel(array(a))
    shape = (new_shape,) if np.ndim(new_shape) == 0 else tuple(new_shape)
    count = int(np.prod(shape))
    if a.size == 0 or count == 0:
        return reshaped(np.zeros_like(a, shape=count), shape)
    return reshaped(a if a.size == count else take(a, np.arange(count) % a.size), shape)
