"""Functions that choose between operands: maximum and minimum, clip, where, select, piecewise.

Convention: the chosen operand gets the whole gradient and the others exactly 0; where maximum or minimum
tie, both get half of it. NaN is chosen as NumPy chooses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..declare import composed, elementwise, plain
from .setitem import setitem
from .special_points import shared, taken

# ---------------------------------------------------------------- maximum and minimum

# maximum and minimum choose NaN wherever there is one (a != a); fmax and fmin the other operand.
maximum = elementwise(
    np.maximum,
    lambda d, a, b: shared(d, (a >= b) | (a != a), a == b),
    lambda d, a, b: shared(d, (b >= a) | (b != b), a == b),
)
minimum = elementwise(
    np.minimum,
    lambda d, a, b: shared(d, (a <= b) | (a != a), a == b),
    lambda d, a, b: shared(d, (b <= a) | (b != b), a == b),
)
fmax = elementwise(
    np.fmax,
    lambda d, a, b: shared(d, (a >= b) | (b != b), a == b),
    lambda d, a, b: shared(d, (b >= a) | (a != a), a == b),
)
fmin = elementwise(
    np.fmin,
    lambda d, a, b: shared(d, (a <= b) | (b != b), a == b),
    lambda d, a, b: shared(d, (b <= a) | (a != a), a == b),
)


# ---------------------------------------------------------------- clip


def _clip(a: Any, low: Any = None, high: Any = None, dtype: Any = None) -> Any:
    return np.clip(a, low, high) if dtype is None else np.clip(a, low, high, dtype=dtype)


def _raised(a: Any, low: Any, y: Any) -> Any:
    """Where the lower bound was taken (when the bounds are crossed, the upper one is)."""
    return (a < y) & (y == low)


clipped = elementwise(
    _clip,
    lambda d, a, y: d * (a == y),
    lambda d, a, low, y: d * _raised(a, low, y),
    lambda d, a, low, y: d * ((a != y) & np.logical_not(_raised(a, low, y))),
    name="clip",
)
NOT_GIVEN: Any = object()


@composed(np.clip)
def clip(
    a: Any,
    a_min: Any = NOT_GIVEN,
    a_max: Any = NOT_GIVEN,
    out: Any = None,
    *,
    min: Any = NOT_GIVEN,
    max: Any = NOT_GIVEN,
    dtype: Any = None,
) -> Any:
    """minimum(maximum(a, low), high); either bound may be None. On a bound the gradient still goes to a."""
    if out is not None:
        raise TypeError("clip(out=...) would overwrite an array in the graph: assign the result")
    if (a_min is not NOT_GIVEN and min is not NOT_GIVEN) or (a_max is not NOT_GIVEN and max is not NOT_GIVEN):
        raise ValueError("clip: a bound was given twice; min and max are other names of a_min and a_max")
    low, high = (next((v for v in pair if v is not NOT_GIVEN), None) for pair in ((a_min, min), (a_max, max)))
    return clipped(a, low, high, dtype)


# ---------------------------------------------------------------- where


def _where(condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition, a, b)


chosen = elementwise(
    _where,
    lambda d, condition: taken(d, condition),
    lambda d, condition: taken(d, np.logical_not(condition)),
    inputs=["a", "b"],
    name="where",
    selects=True,
)


@composed(np.where)
def where(condition: Any, *choices: Any) -> Any:
    """a where the condition is true, else b: y = c a + (1 - c) b. With the condition alone: the indices."""
    condition = plain(condition)
    if not hasattr(condition, "dtype"):
        condition = np.asanyarray(condition)
    if not choices:
        return np.where(condition)
    if len(choices) != 2:
        raise ValueError("where: give either both or neither of the two arrays to choose from")
    if condition.dtype.kind != "b":
        condition = condition != 0
    return chosen(condition, *choices)


# ---------------------------------------------------------------- select, piecewise


@composed(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """The first choice whose condition is true, else the default: where within where."""
    if len(condlist) != len(choicelist) or not condlist:
        raise ValueError(
            f"select: got {len(condlist)} conditions and {len(choicelist)} choices; as many of both, and at least one"
        )
    y = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        if np.asarray(plain(condition)).dtype.kind != "b":
            raise TypeError("select: conditions must be arrays of truth values")
        y = where(condition, choice, y)
    return y


@composed(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
    """Each function (or number) on the elements where its condition is true; one more is for all others."""
    conditions = np.asarray(plain(condlist), bool)
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
