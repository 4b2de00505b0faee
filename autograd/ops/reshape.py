"""The same elements in the same order under another shape.

Convention: each rule restores the shape. Results may be views, since arrays in the graph never change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, linear, plain
from ..typing import Array
from .arguments import array
from .transpose import transpose


def _reshape(a: Any, shape: Any, order: Any = "C") -> Any:
    return np.reshape(a, shape, order=order)


reshaped = linear(_reshape, lambda g, x_shape, order="C": np.reshape(g, x_shape, order=order))


@composed(np.reshape)
def reshape(a: Array, shape: Any = None, order: Any = "C", *, newshape: Any = None, copy: bool | None = None) -> Any:
    """The elements in the same order under another shape. Order "A" is the array's own in memory."""
    shape = newshape if shape is None else shape
    if shape is None:
        raise TypeError("reshape() needs a shape")
    if copy is not None:
        np.reshape(plain(a), shape, order=order, copy=copy)  # raises if copy=False is impossible
    if order == "C":
        return reshaped(a, shape)
    return reshaped(a, shape, "F" if order == "F" or (order == "A" and plain(a).flags.fnc) else "C")


@composed(np.ravel)
def ravel(a: Array, order: Any = "C") -> Any:
    """All elements along one axis. Order "K" is the one in memory: axes with the widest strides first."""
    a = array(a)
    if order == "K":
        strides = np.abs(plain(a).strides)
        a = transpose(a, tuple(int(i) for i in np.argsort(-strides, kind="stable")))
        order = "C"
    return reshape(a, -1, order) if a.size else reshape(a, 0)


expand_dims = linear(np.expand_dims, lambda g, x_shape: np.reshape(g, x_shape))
squeeze = linear(np.squeeze, lambda g, x_shape: np.reshape(g, x_shape))


def _at_least(a: Any, ndim: int) -> Any:
    if a.ndim >= ndim:
        return a
    shapes = {1: {0: (1,)}, 2: {0: (1, 1), 1: (1, *a.shape)}, 3: {0: (1, 1, 1), 1: (1, *a.shape, 1), 2: (*a.shape, 1)}}
    return reshaped(a, shapes[ndim][a.ndim])


def _each_at_least(arrays: tuple[Any, ...], ndim: int) -> Any:
    found = tuple(_at_least(array(a), ndim) for a in arrays)
    return found[0] if len(found) == 1 else found


@composed(np.atleast_1d)
def atleast_1d(*arys: Any) -> Any:
    """Each array, with one axis if it has none."""
    return _each_at_least(arys, 1)


@composed(np.atleast_2d)
def atleast_2d(*arys: Any) -> Any:
    """Each array with at least two axes; a vector becomes a row."""
    return _each_at_least(arys, 2)


@composed(np.atleast_3d)
def atleast_3d(*arys: Any) -> Any:
    """Each array with at least three axes; (n,) becomes (1, n, 1) and (m, n) becomes (m, n, 1)."""
    return _each_at_least(arys, 3)
