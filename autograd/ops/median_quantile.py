"""Quantiles, percentiles and medians.

Convention: a quantile mixes two neighbours in sorted order. Which ones, and how much of each, is the
quantile of 0, 1, ..., n-1: there NumPy's 2.25 means the third smallest element plus a quarter of the way
to the fourth. So each of NumPy's methods is differentiated by its own definition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import composed, native, plain
from ..typing import Axis
from .arguments import array, axes_of, refuse
from .reduce import fitted, rows
from .take import take_along_axis

SELECTING = {"inverted_cdf", "closest_observation", "lower", "higher", "nearest"}  # methods that choose one element


def _between(x: Any, q: Any, method: Any, skip_nan: bool) -> tuple[Any, Any, Any]:
    """The positions of each quantile's lower and upper neighbour in each row, and how far it lies between them."""
    n = x.shape[-1]
    present = n - np.sum(np.isnan(x), -1) if x.dtype.kind in "fc" else np.full_like(x, n, int, shape=x.shape[:-1])
    lengths = np.where(present > 0, present, n) if skip_nan else np.full_like(present, n)
    places = {int(k): np.quantile(np.arange(float(k)), q, method=method).reshape(-1) for k in np.unique(lengths)}
    table = np.zeros_like(x, float, shape=(n + 1, np.size(q)))
    for k, found in places.items():
        table[k] = found
    position = table[lengths]  # (..., quantile)
    if not skip_nan:
        position = np.where((present < n)[..., None], n - 1, position)  # one NaN makes all quantiles NaN
    lower = np.floor(position).astype(int)
    upper = np.minimum(lower + 1, np.maximum(lengths[..., None], 1) - 1)
    upper = np.maximum(upper, lower)
    whole = np.all(present == n)
    order = np.argpartition(x, np.union1d(lower, upper), -1) if whole else np.argsort(x, -1)
    return np.take_along_axis(order, lower, -1), np.take_along_axis(order, upper, -1), position - lower


def _weighted(x: Any, q: Any, weights: Any, method: Any, skip_nan: bool) -> Any:
    """The position of each weighted quantile, which is an element: the first that equals NumPy's result."""
    function = np.nanquantile if skip_nan else np.quantile
    found = np.moveaxis(function(x, np.ravel(q), axis=-1, weights=weights, method=method), 0, -1)
    same = (x[..., None] == found[..., None, :]) | (np.isnan(x)[..., None] & np.isnan(found)[..., None, :])
    return np.argmax(same, -2)


def _between_both(low: Any, high: Any, share: Any, dtype: Any) -> Any:
    """low + (high - low) share, from the nearer of the two: NaN beside an infinity, as in NumPy."""
    share = share.astype(dtype)
    way, far = high - low, share >= 0.5
    y = low + way * share
    return np.where(far, high - way * (1 - share), y) if far.any() else y


def _mean_of_both(low: Any, high: Any, share: Any, dtype: Any) -> Any:
    """The mean of two where the share is a half, else the lower one; infinities are kept."""
    y = np.mean(np.stack([low, high]), 0, dtype if low.dtype.kind not in "fc" else None)
    return y if share.all() else np.where(share > 0, y, low)


def _quantile(
    a: Any, q: Any, axis: Axis, method: Any, keepdims: bool, skip_nan: bool, weights: Any = None, out: Any = None,
    mix: Callable[..., Any] = _between_both,
) -> Any:  # fmt: skip
    """The value below which a share q (a constant) of the elements lies."""
    refuse("quantile", out)
    a, number = array(a), q.__class__ in (int, float)  # which do not widen the dtype, as a NumPy number does
    q = native(plain(q))
    if not (np.all(q >= 0) and np.all(q <= 1)):
        raise ValueError("quantile: quantiles lie in [0, 1], percentiles in [0, 100]")
    if a.dtype.kind == "c":
        raise TypeError("quantile: complex numbers have no order")
    axes = axes_of(axis, a.ndim)
    x = rows(a, axis)
    keeps = a.dtype.kind == "f" and (number or method in SELECTING)
    wanted = a.dtype if keeps else np.result_type(plain(a), q.dtype, np.float16)
    if weights is not None:
        w = rows(fitted("quantile", native(plain(weights)), a.shape, axis), axis)
        y = take_along_axis(x, _weighted(plain(x), q, w, method, skip_nan), -1)
    else:
        low, high, share = _between(plain(x), q, method, skip_nan)
        y = take_along_axis(x, low, -1)
        if share.any() or y.dtype != wanted:
            y = mix(y, take_along_axis(x, high, -1), share, wanted)
    y = np.moveaxis(y, -1, 0)
    rest = tuple([1 if k in axes else n for k, n in enumerate(a.shape)] if keepdims else y.shape[1:])
    return y.reshape((*q.shape, *rest))


def _function(percent: bool, skip_nan: bool) -> Callable[..., Any]:
    """``np.quantile`` or a relative."""

    def function(
        a: Any, q: Any, axis: Axis = None, out: Any = None, overwrite_input: bool = False, method: Any = "linear",
        keepdims: bool = False, *, weights: Any = None, interpolation: Any = None,
    ) -> Any:  # fmt: skip
        if percent:
            q = q / 100 if q.__class__ in (int, float) else native(plain(q)) / 100
        return _quantile(a, q, axis, interpolation or method, keepdims, skip_nan, weights, out)

    return function


quantile = composed(np.quantile)(_function(percent=False, skip_nan=False))
percentile = composed(np.percentile)(_function(percent=True, skip_nan=False))
nanquantile = composed(np.nanquantile)(_function(percent=False, skip_nan=True))
nanpercentile = composed(np.nanpercentile)(_function(percent=True, skip_nan=True))


def _median(skip_nan: bool) -> Callable[..., Any]:
    """``np.median`` or ``np.nanmedian``: the middle element, or the mean of the middle two."""

    def median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
        if not skip_nan and array(a).size == 0:
            return np.mean(a, axis, keepdims=keepdims)  # NaN with NumPy's warning
        return _quantile(a, 0.5, axis, "linear", keepdims, skip_nan, None, out, _mean_of_both)

    return median


median, nanmedian = composed(np.median)(_median(False)), composed(np.nanmedian)(_median(True))
