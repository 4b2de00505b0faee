"""Numbers of a whole array, or along axes: sums, means, extremes; running sums and differences.

Convention: ``axis`` is one axis, several, or None for all; ``keepdims`` leaves the reduced axes in place with length 1.
Where integers are summed, the result is of the default integer dtype at least. ValueError is raised where axes do not
fit, TypeError for a dtype that is none of numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tensor import Tensor
from ..typing import Axis, DTypeLike
from .given import Given, array, dtype_of, tensors

__all__ = [
    "all", "any", "count_nonzero", "cumulative_prod", "cumulative_sum", "diff", "max", "mean", "min", "prod", "std",
    "sum", "var",
]  # fmt: skip

Type = DTypeLike | None


def sum(x: Given, /, *, axis: Axis = None, dtype: Type = None, keepdims: Any = False) -> Any:
    """y = Σ x.

    ``x``         an array of any shape
    ``axis``      the axes that are summed
    ``dtype``     the dtype to sum in
    ``keepdims``  whether they stay, with length 1
    """
    return np.sum(array(x), axis, dtype_of(dtype), keepdims=keepdims)


def prod(x: Given, /, *, axis: Axis = None, dtype: Type = None, keepdims: Any = False) -> Any:
    """y = Π x.

    ``x``         an array of any shape
    ``axis``      the axes along which elements are multiplied
    ``dtype``     the dtype to multiply in
    ``keepdims``  whether they stay, with length 1
    """
    return np.prod(array(x), axis, dtype_of(dtype), keepdims=keepdims)


def max(x: Given, /, *, axis: Axis = None, keepdims: Any = False) -> Any:
    """The largest element of x, an array of any shape, along ``axis``; equal ones share the gradient. ``keepdims``."""
    return np.max(array(x), axis, keepdims=keepdims)


def min(x: Given, /, *, axis: Axis = None, keepdims: Any = False) -> Any:
    """The smallest element of x, an array of any shape, along ``axis``; equal ones share the gradient. ``keepdims``."""
    return np.min(array(x), axis, keepdims=keepdims)


def mean(x: Given, /, *, axis: Axis = None, keepdims: Any = False) -> Any:
    """y = Σ x / n of x, an array of any shape, along ``axis``; ``keepdims`` leaves the axes with length 1."""
    return np.mean(array(x), axis, keepdims=keepdims)


def var(x: Given, /, *, axis: Axis = None, correction: float = 0.0, keepdims: Any = False) -> Any:
    """The variance, Σ (x - mean)² / (n - correction).

    ``x``           an array of any shape
    ``axis``        the axes along which it is taken
    ``correction``  what n is lowered by: 1 for an unbiased estimate
    ``keepdims``    whether they stay, with length 1
    """
    return np.var(array(x), axis, ddof=correction, keepdims=keepdims)


def std(x: Given, /, *, axis: Axis = None, correction: float = 0.0, keepdims: Any = False) -> Any:
    """The standard deviation, √ of the variance.

    ``x``           an array of any shape
    ``axis``        the axes along which it is taken
    ``correction``  what n is lowered by: 1 for an unbiased variance
    ``keepdims``    whether they stay, with length 1
    """
    return np.std(array(x), axis, ddof=correction, keepdims=keepdims)


def all(x: Given, /, *, axis: Any = None, keepdims: Any = False, out: None = None) -> Any:
    """Is no element of x, an array of any shape, 0 along ``axis``? ``keepdims`` leaves the axes with length 1.

    ``out`` is None, as NumPy says it to what it hands on.
    """
    return tensors(np.all(array(x), axis, keepdims=keepdims))


def any(x: Given, /, *, axis: Any = None, keepdims: Any = False, out: None = None) -> Any:
    """Is some element of x, an array of any shape, not 0 along ``axis``? ``keepdims`` leaves the axes with length 1.

    ``out`` is None, as NumPy says it to what it hands on.
    """
    return tensors(np.any(array(x), axis, keepdims=keepdims))


def count_nonzero(x: Given, /, *, axis: Axis = None, keepdims: Any = False) -> Any:
    """How many elements of x, an array of any shape, are not 0 along ``axis``; ``keepdims`` leaves the axes there."""
    return tensors(np.count_nonzero(array(x), axis, keepdims=keepdims))


def cumulative_sum(x: Given, /, *, axis: int | None = None, dtype: Type = None, include_initial: Any = False) -> Any:
    """Running sums x₀, x₀ + x₁, ... along an axis.

    ``x``                an array of any shape with axes
    ``axis``             the axis; it may be left out where there is one alone, else ValueError is raised
    ``dtype``            the dtype to sum in
    ``include_initial``  whether 0 stands before the first
    """
    x, axis = _along(x, axis)
    return _with_first(np.cumsum(x, axis, dtype_of(dtype)), axis, 0, include_initial)


def cumulative_prod(x: Given, /, *, axis: int | None = None, dtype: Type = None, include_initial: Any = False) -> Any:
    """Running products x₀, x₀ x₁, ... along an axis.

    ``x``                an array of any shape with axes
    ``axis``             the axis; it may be left out where there is one alone, else ValueError is raised
    ``dtype``            the dtype to multiply in
    ``include_initial``  whether 1 stands before the first
    """
    x, axis = _along(x, axis)
    return _with_first(np.cumprod(x, axis, dtype_of(dtype)), axis, 1, include_initial)


def _along(x: Any, axis: int | None) -> tuple[Any, int]:
    """The array, and the axis that is meant."""
    x = array(x)
    if axis is None and x.ndim != 1:
        raise ValueError(f"axis= is needed for an array of shape {x.shape}")
    return x, 0 if axis is None else axis


def _with_first(y: Any, axis: int, first: int, wanted: Any) -> Any:
    if not wanted:
        return y
    shape = list(y.shape)
    shape[axis] = 1
    return np.concatenate([Tensor(np.full(shape, first, y.dtype)), y], axis)


def diff(x: Given, /, *, axis: int = -1, n: int = 1, prepend: Any = None, append: Any = None) -> Any:
    """Differences x[k + 1] - x[k] of neighbours.

    ``x``        an array of any shape with axes
    ``axis``     the axis
    ``n``        how many times they are taken
    ``prepend``  what stands before the first: an array of the same shape but for this axis
    ``append``   what stands after the last
    """
    parts = [array(part) for part in (prepend, x, append) if part is not None]
    x = np.concatenate(parts, axis) if len(parts) > 1 else parts[0]
    if n < 0:
        raise ValueError(f"diff: n={n} times")
    return x.copy() if n == 0 else np.diff(x, n, axis)
