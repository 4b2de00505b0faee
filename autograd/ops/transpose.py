"""Permutations of axes (transpose, swapaxes, moveaxis, rollaxis) and of elements along them (flip, rot90, roll).

Convention: the dual of a permutation is its inverse.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..declare import composed, linear
from ..typing import Array


def _inverse(axes: Any) -> Any:
    """The permutation that undoes this one: inverse[axes[k]] = k."""
    if axes is None:
        return None
    n = len(axes)
    return tuple(sorted(range(n), key=lambda k: axes[k] % n))


transpose = linear(np.transpose, lambda g, axes=None: np.transpose(g, _inverse(axes)))
swapaxes = linear(np.swapaxes, lambda g, axis1, axis2: np.swapaxes(g, axis1, axis2))
moveaxis = linear(np.moveaxis, lambda g, source, destination: np.moveaxis(g, destination, source))


@composed(np.rollaxis)
def rollaxis(a: Array, axis: int, start: int = 0) -> Any:
    """The axis moved before the axis ``start``."""
    axis = normalize_axis_index(axis, a.ndim)
    start = normalize_axis_index(start + a.ndim if start < 0 else start, a.ndim + 1)
    return moveaxis(a, axis, start - 1 if axis < start else start)


@composed(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Array, /) -> Any:
    """The last two axes exchanged."""
    if x.ndim < 2:
        raise ValueError(f"matrix_transpose: a matrix has at least 2 axes, got shape {x.shape}")
    return swapaxes(x, -1, -2)


# ---------------------------------------------------------------- elements in another order

flip = linear(np.flip, lambda g, axis=None: np.flip(g, axis))
fliplr = linear(np.fliplr, lambda g: np.fliplr(g))
flipud = linear(np.flipud, lambda g: np.flipud(g))
rot90 = linear(np.rot90, lambda g, k=1, axes=(0, 1): np.rot90(g, -k, axes))
roll = linear(np.roll, lambda g, shift, axis=None: np.roll(g, np.negative(shift), axis))
