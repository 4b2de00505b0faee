"""Assignment to elements, ``t[key] = value``: ``setitem`` returns a copy with the values in place.

Convention: a key is anything that NumPy takes between brackets. If it names an element twice, the last
value counts and the others get gradient 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import plain, primitive
from ..typing import Shape
from .getitem import names_once, positions


def _setitem(x: Any, value: Any, key: Any) -> Any:
    """A copy of x with the value at the key."""
    if isinstance(x, np.ndarray) and not isinstance(value, np.ndarray) and hasattr(value, "__array_function__"):
        y = np.empty_like(value, shape=x.shape, dtype=x.dtype)  # x moves to the library of the value
        y[...] = x
    else:
        y = x.copy()
    y[key] = value
    return y


def _pull_value(g: Any, value_shape: Shape, key: Any) -> Any:
    """The gradient of values of this shape: 0 for those that a later one in the same assignment overwrote."""
    d = g[key]
    if len(value_shape) > d.ndim:  # NumPy allows the values extra axes of length 1
        d = np.reshape(d, (1,) * (len(value_shape) - d.ndim) + tuple(d.shape))
    if names_once(key):
        return d
    raw = plain(g)
    places = positions(g.shape, key, raw)
    turn = np.arange(places.size, like=raw).reshape(places.shape)
    last = np.zeros_like(raw, dtype=int)
    last[key] = turn
    return np.where(last[key] == turn, d, 0)


assigned = primitive(
    _setitem,
    [lambda g, key: setitem(g, 0, key), _pull_value],
    push=[
        lambda t, key: setitem(t, 0, key),
        lambda t, x_shape, x_dtype, key: setitem(np.zeros_like(t, shape=x_shape, dtype=x_dtype), t, key),
    ],
)


def setitem(x: Any, value: Any, key: Any) -> Any:
    """A copy of x with the value, broadcast, at x[key]; differentiable in both."""
    if getattr(value, "node", None) is not None and x.dtype.kind not in "fc":
        raise TypeError(f"assignment of a tracked tensor would cut it off to {x.dtype}: make the target floating")
    return assigned(x, value, key)
