"""Assignment to elements, ``t[key] = value``: ``setitem`` returns a copy with the values in place.
``written`` does it where a function, not a key, says which elements: one that gives a view of them.

Convention: a key is anything that NumPy takes between brackets. If it names an element twice, the last
value counts and the others get gradient 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import Operation, plain, primitive
from .getitem import names_once, positions


def _setitem(x: Any, value: Any, key: Any) -> Any:
    """A copy of x with the value at the key."""
    y = _copied(x, value, "K")  # in the same order in memory: what reshape makes a view of x, it makes one of y
    y[key] = value
    return y


def _copied(x: Any, value: Any, order: Any) -> Any:
    """A copy of x in the library of the value that is to be put into it."""
    if x.__class__ is not np.ndarray:
        return np.array(x) if isinstance(x, np.generic) else x.copy()  # a number of NumPy's is no array
    if not isinstance(value, np.ndarray) and hasattr(value, "__array_function__"):
        y = np.empty_like(value, shape=x.shape, dtype=x.dtype)
        y[...] = x
        return y
    return x.copy(order)


def _pull_value(g: Any, key: Any) -> Any:
    """The gradient of the values: 0 for those that a later one in the same assignment overwrote."""
    d = g[key]
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
    selects=True,
)


def setitem(x: Any, value: Any, key: Any) -> Any:
    """A copy of x with the value, broadcast, at x[key]; differentiable in both."""
    if getattr(value, "node", None) is not None and x.dtype.kind not in "fc":
        raise TypeError(f"assignment of a tracked tensor would cut it off to {x.dtype}: make the target floating")
    return assigned(x, value, key)


# ---------------------------------------------------------------- where a view shows them


def _written(x: Any, value: Any, view: Callable[[Any], Any]) -> Any:
    """A copy of x with the value in place of view(x)."""
    for order in ("K", "C", "F"):  # a reshaped copy is a view in one order in memory, and a copy in another
        y = _copied(x, value, order)
        part = view(y)
        if y.__class__ is not np.ndarray or np.may_share_memory(part, y):
            break
    if not getattr(getattr(part, "flags", None), "writeable", True):
        raise ValueError(
            f"NumPy makes this view {part.shape} of an array {x.shape} read-only. Write to the tensor that it shows "
            "(np.fill_diagonal(t, v) for a diagonal), or to a copy of it, view.copy()"
        )
    part[...] = value
    return y


written: Operation = primitive(
    _written,
    [lambda g, view: written(g, 0, view), lambda g, view: view(g)],
    push=[
        lambda t, view: written(t, 0, view),
        lambda t, x_shape, x_dtype, view: written(np.zeros_like(t, shape=x_shape, dtype=x_dtype), t, view),
    ],
    name="set_view",
    selects=True,
)
