"""Elements chosen by conditions: where, select, piecewise.

Convention: the chosen operand gets the whole gradient and the others exactly 0, whatever they were computed from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..declare import composed, elementwise, native, plain
from ..typing import Array, ArrayLike
from .setitem import setitem
from .special_points import only_where


def _where(condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition, a, b)


either = elementwise(
    _where,
    lambda d, condition: only_where(d, condition),
    lambda d, condition: only_where(d, np.logical_not(condition)),
    inputs=["a", "b"],
    name="where",
    selects=True,
)


@composed(np.where)
def where(condition: ArrayLike, *choices: ArrayLike) -> Any:
    """a where the condition is true, else b: y = c a + (1 - c) b. With the condition alone: its indices."""
    mask = plain(condition)
    if not hasattr(mask, "dtype"):
        mask = np.asanyarray(mask)
    if not choices:
        return np.where(mask)
    if len(choices) != 2:
        raise ValueError("where: give either both or neither of the two arrays to choose from")
    return either(mask if mask.dtype.kind == "b" else mask != 0, *choices)


@composed(np.select)
def select(condlist: Sequence[ArrayLike], choicelist: Sequence[ArrayLike], default: ArrayLike = 0) -> Any:
    """The first choice whose condition is true, else the default: nested ``where``."""
    if len(condlist) != len(choicelist) or not condlist:
        raise ValueError(
            f"select: got {len(condlist)} conditions and {len(choicelist)} choices; as many of both, and at least one"
        )
    y: Any = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        if native(plain(condition)).dtype.kind != "b":
            raise TypeError("select: conditions must be arrays of truth values")
        y = where(condition, choice, y)
    return y


@composed(np.piecewise)
def piecewise(x: Array, condlist: ArrayLike, funclist: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
    """Each function (or number) on the elements where its condition is true; one more is for the rest."""
    given = plain(condlist)
    conditions: Any = np.stack([native(c) for c in given]) if isinstance(given, list | tuple) else native(given)
    conditions = conditions.astype(bool, copy=False)
    if conditions.ndim == x.ndim:
        conditions = conditions[None]
    if len(conditions) == len(funclist) - 1:
        conditions = np.concatenate([conditions, ~conditions.any(axis=0, keepdims=True)])
    if len(conditions) != len(funclist):
        raise ValueError(f"piecewise: got {len(conditions)} conditions and {len(funclist)} functions")
    y: Any = np.zeros_like(plain(x))
    for condition, function in zip(conditions, funclist, strict=True):
        value = function(x[condition], *args, **kwargs) if callable(function) else function
        y = setitem(y, value, condition)
    return y
