"""The same elements in the same order under another shape.

Convention: each rule restores the shape. Results may be views, since arrays in the graph never change.
"""

from __future__ import annotations

from collections.abc import Callable
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
    y = reshape(a, -1, order) if a.size else reshape(a, 0)
    return y if getattr(getattr(plain(y), "flags", None), "contiguous", True) else np.copy(y)


expand_dims = linear(np.expand_dims, lambda g, x_shape: np.reshape(g, x_shape))
squeeze = linear(np.squeeze, lambda g, x_shape: np.reshape(g, x_shape))


def _at_least(ndim: int) -> Callable[..., Any]:
    """Each array with so many axes or more: a vector (n,) becomes (1, n) or (1, n, 1), a matrix (m, n) (m, n, 1)."""

    def found(a: Any) -> Any:
        shape = tuple(a.shape)
        if ndim > 1 and a.ndim < 2:
            shape = (1, *shape) if shape else (1, 1)
        return a if a.ndim >= ndim else reshaped(a, shape + (1,) * (ndim - len(shape)))

    def at_least(*arys: Any) -> Any:
        return found(array(arys[0])) if len(arys) == 1 else tuple(found(array(a)) for a in arys)

    return at_least


atleast_1d = composed(np.atleast_1d)(_at_least(1))
atleast_2d = composed(np.atleast_2d)(_at_least(2))
atleast_3d = composed(np.atleast_3d)(_at_least(3))
