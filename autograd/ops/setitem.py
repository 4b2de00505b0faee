"""Assignment to elements, ``t[key] = value``: ``setitem`` returns a copy with the values in place.

Convention: a key is anything that NumPy takes between brackets. If it names an element twice, the last
value counts and the others get gradient 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import primitive
from ..typing import Shape
from .getitem import names_once, positions


def _setitem(x: Any, value: Any, key: Any) -> Any:
    """A copy of x with the value at the key."""
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
    places = positions(g.shape, key)
    turn = np.arange(places.size).reshape(places.shape)
    last = np.zeros(g.shape, int)
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
