"""Functions that leave NaN out: nansum, nanmean, nanvar, nanmax, nancumsum, ..., nan_to_num.

Convention: each is the plain function with a mask, so that NaN elements get gradient exactly 0. nanmedian and
nanquantile are in ``median_quantile.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import Operation, composed, elementwise, plain
from ..typing import Array, Axis
from .arguments import NO_VALUE, DType, array, refuse
from .cumulative import cumprod, cumsum
from .reduce import count, extreme, mean, product, total
from .special_points import only_where
from .var import deviation, var

nan_to_num = elementwise(np.nan_to_num, lambda d, x: only_where(d, np.isfinite(x)), selects=True)


def masked_nan(a: Any, value: float) -> Any:
    """a with this value in place of NaN."""
    nan = np.isnan(plain(a))
    return np.where(nan, np.asarray(value, a.dtype), a) if nan.any() else a


def present(a: Any, where: Any) -> Any:
    """``where`` without the elements that are NaN."""
    where = True if where is NO_VALUE else plain(where)
    nan = np.isnan(plain(a)) if a.dtype.kind in "fc" else np.False_
    return where if not nan.any() else ~nan if where is True else ~nan & where


def _with_nan_as(value: int, operation: Operation, name: str) -> Callable[..., Any]:
    """A reduction that replaces NaN by its neutral element."""

    def reduction(
        a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, initial: Any = NO_VALUE,
        where: Any = NO_VALUE,
    ) -> Any:  # fmt: skip
        refuse(name, out)
        where = True if where is NO_VALUE else plain(where)
        return operation(masked_nan(array(a), value), axis, dtype, None, keepdims, initial, where)

    return reduction


nansum = composed(np.nansum)(_with_nan_as(0, total, "nansum"))
nanprod = composed(np.nanprod)(_with_nan_as(1, product, "nanprod"))


@composed(np.nanmean)
def nanmean(
    a: Array, axis: Axis = None, dtype: DType = None, out: None = None, keepdims: bool = False, *, where: Any = NO_VALUE
) -> Any:
    """The mean of the elements that are not NaN."""
    refuse("nanmean", out)
    a = array(a)
    return mean(a, axis, dtype, None, keepdims, where=present(a, where))


@composed(np.nanvar)
def nanvar(
    a: Array, axis: Axis = None, dtype: DType = None, out: None = None, ddof: float = 0, keepdims: bool = False, *,
    where: Any = NO_VALUE, mean: Any = NO_VALUE, correction: Any = NO_VALUE,
) -> Any:  # fmt: skip
    """The variance of the elements that are not NaN; NaN where they are no more than ddof."""
    a = array(a)
    where = present(a, where)
    y = var(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction)
    n = count(a.shape, axis, where, keepdims)
    few = n <= (ddof if correction is NO_VALUE else correction)
    return np.where(few, np.asarray(np.nan, y.dtype), y) if np.any(few) else y


@composed(np.nanstd)
def nanstd(
    a: Array, axis: Axis = None, dtype: DType = None, out: None = None, ddof: float = 0, keepdims: bool = False, *,
    where: Any = NO_VALUE, mean: Any = NO_VALUE, correction: Any = NO_VALUE,
) -> Any:  # fmt: skip
    """The standard deviation of the elements that are not NaN."""
    y = nanvar(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction)
    return deviation(y, count(np.shape(a), axis, present(array(a), where), keepdims) if mean is NO_VALUE else 2)


# x == y is False at NaN, so the rules of max and min apply
largest_present = extreme(np.nanmax, lambda a, axis, dtype, *rest: np.nanmax(a, axis, *rest))
smallest_present = extreme(np.nanmin, lambda a, axis, dtype, *rest: np.nanmin(a, axis, *rest))


# ---------------------------------------------------------------- running sums and products


@composed(np.nancumsum)
def nancumsum(a: Array, axis: int | None = None, dtype: DType = None, out: None = None) -> Any:
    """The running sum, NaN counted as 0."""
    refuse("nancumsum", out)
    return cumsum(masked_nan(array(a), 0), axis, dtype)


@composed(np.nancumprod)
def nancumprod(a: Array, axis: int | None = None, dtype: DType = None, out: None = None) -> Any:
    """The running product, NaN counted as 1."""
    refuse("nancumprod", out)
    return cumprod(masked_nan(array(a), 1), axis, dtype)
