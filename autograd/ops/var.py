"""Variance and standard deviation.

Convention: a given mean may be tracked, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Operation, composed, plain, primitive
from ..typing import Array, Axis
from .arguments import NO_VALUE, DType, array, narrowed, refuse
from .reduce import count, masked
from .special_points import over


def _slope(x: Any, axis: Axis, ddof: float, where: Any) -> Any:
    """dy/dx = 2 (x - mean) / (n - ddof), conjugated where x is complex. The terms through the mean sum to 0."""
    if x.dtype == np.float16:  # as NumPy computes: a mean rounded to half precision would be far from the mean
        x = x.astype(np.float32)
    d = x - np.mean(x, axis, keepdims=True, where=where)
    n = count(x.shape, axis, where, True) - ddof
    if x.dtype.kind == "c":
        d = np.conjugate(d)
    if where is True:
        return d * (2 / n if n > 0 else np.nan)
    return np.where(where, d * (2 / np.where(n > 0, n, np.nan)).astype(x.dtype), 0)


def _pull_var(g: Any, x: Any, axis: Axis = None, ddof: float = 0, keepdims: bool = False, where: Any = True) -> Any:
    d = _slope(x, axis, ddof, where)
    return d * (g if keepdims or axis is None else np.expand_dims(g, axis))


def _push_var(t: Any, x: Any, axis: Axis = None, ddof: float = 0, keepdims: bool = False, where: Any = True) -> Any:
    d = t * _slope(x, axis, ddof, where)
    return narrowed(np.sum(np.real(d) if d.dtype.kind == "c" else d, axis, keepdims=keepdims), t.dtype)


variance = primitive(
    np.var,
    _pull_var,
    _push_var,
    forward=lambda a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=True: np.var(
        a, axis, dtype, None, ddof, bool(keepdims), where=where
    ),
    along="axis",
)


@composed(np.var)
def var(
    a: Array, axis: Axis = None, dtype: DType = None, out: None = None, ddof: float = 0, keepdims: bool = False, *,
    where: Any = True, mean: Any = NO_VALUE, correction: Any = NO_VALUE,
) -> Any:  # fmt: skip
    """Σ |x - mean|² / (n - ddof); the mean may be given."""
    refuse("var", out)
    if correction is not NO_VALUE:
        if ddof:
            raise ValueError("var: ddof and correction mean the same: give one of them")
        ddof = correction
    if mean is NO_VALUE:
        return variance(masked(array(a), where), axis, dtype, None, ddof, keepdims, where=where)
    d = masked(array(a) - mean, where)
    square = np.real(d * np.conjugate(d)) if d.dtype.kind == "c" else d * d
    n = np.asarray(count(d.shape, axis, where, keepdims) - ddof, square.dtype)
    return np.sum(square, axis, dtype, keepdims=keepdims) / np.maximum(n, 0)


root = Operation(np.sqrt, "elementwise", [lambda d, y: over(d, y + y)])  # of a square: its corner is that of a norm


def deviation(variance: Any, n: Any) -> Any:
    """The square root of the variance of n elements; of a single one it is 0 wherever that lies."""
    y = root(variance)
    alone = n <= 1
    return np.where(alone, plain(y), y) if np.any(alone) else y


@composed(np.std)
def std(
    a: Array, axis: Axis = None, dtype: DType = None, out: None = None, ddof: float = 0, keepdims: bool = False, *,
    where: Any = True, mean: Any = NO_VALUE, correction: Any = NO_VALUE,
) -> Any:  # fmt: skip
    """The square root of the variance; its gradient is 0 where all elements are equal."""
    y = var(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction)
    return deviation(y, count(np.shape(a), axis, where, keepdims) if mean is NO_VALUE else 2)
