"""Quantiles, percentiles and medians.

Convention: a quantile mixes two neighbours in sorted order. Which ones, and how much of each, is the
quantile of 0, 1, ..., n-1: there NumPy's 2.25 means the third smallest element plus a quarter of the way
to the fourth. So each of NumPy's methods is differentiated by its own definition.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import composed, plain
from ..typing import Array, Axis
from .arguments import array, axes_of, refuse
from .take import take_along_axis

SELECTING = {"inverted_cdf", "closest_observation", "lower", "higher", "nearest"}  # methods that choose one element


def _rows(a: Any, axis: Axis) -> Any:
    """a with its reduced axes merged into one, the last."""
    axes = axes_of(axis, a.ndim)
    rest = [k for k in range(a.ndim) if k not in axes]
    moved = np.transpose(a, (*rest, *axes))
    return moved.reshape((*[a.shape[k] for k in rest], math.prod([a.shape[k] for k in axes])))


def _between(rows: Any, q: Any, method: Any, skip_nan: bool) -> tuple[Any, Any, Any]:
    """The positions of each quantile's lower and upper neighbour in each row, and how far it lies between them."""
    x = plain(rows)
    n = x.shape[-1]
    present = n - np.sum(np.isnan(x), -1) if x.dtype.kind in "fc" else np.full(x.shape[:-1], n)
    lengths = np.where(present > 0, present, n) if skip_nan else np.full_like(present, n)
    places = {int(k): np.quantile(np.arange(float(k)), q, method=method).reshape(-1) for k in np.unique(lengths)}
    table = np.zeros((n + 1, np.size(q)))
    for k, found in places.items():
        table[k] = found
    position = table[lengths]  # (..., quantile)
    if not skip_nan:
        position = np.where((present < n)[..., None], n - 1, position)  # one NaN makes all quantiles NaN
    lower = np.floor(position).astype(int)
    upper = np.minimum(lower + 1, np.maximum(lengths[..., None], 1) - 1)
    upper = np.maximum(upper, lower)
    whole = np.all(present == n)
    order = np.argpartition(x, np.unique([lower, upper]), -1) if whole else np.argsort(x, -1)
    return np.take_along_axis(order, lower, -1), np.take_along_axis(order, upper, -1), position - lower


def _weighted(rows: Any, q: Any, weights: Any, method: Any, skip_nan: bool) -> Any:
    """The position of each weighted quantile, which is an element: the first that equals NumPy's result."""
    x = plain(rows)
    function = np.nanquantile if skip_nan else np.quantile
    found = np.moveaxis(function(x, np.ravel(q), axis=-1, weights=weights, method=method), 0, -1)
    same = (x[..., None] == found[..., None, :]) | (np.isnan(x)[..., None] & np.isnan(found)[..., None, :])
    return np.argmax(same, -2)


def quantile_of(
    a: Any, q: Any, axis: Axis, method: Any, keepdims: bool, skip_nan: bool, weights: Any = None, out: Any = None
) -> Any:
    refuse("quantile", out)
    a, number = array(a), isinstance(q, int | float)
    q = np.asarray(plain(q))
    if not (np.all(q >= 0) and np.all(q <= 1)):
        raise ValueError("quantile: quantiles lie in [0, 1], percentiles in [0, 100]")
    if a.dtype.kind == "c":
        raise TypeError("quantile: complex numbers have no order")
    axes = axes_of(axis, a.ndim)
    rows = _rows(a, axis)
    keeps = a.dtype.kind == "f" and (number or method in SELECTING)
    wanted = a.dtype if keeps else np.result_type(plain(a), q.dtype, np.float16)
    if weights is not None:
        weights = np.asarray(plain(weights))
        if weights.shape != a.shape:
            order = np.argsort(axes)
            weights = np.transpose(weights, order).reshape([n if k in axes else 1 for k, n in enumerate(a.shape)])
            weights = np.broadcast_to(weights, a.shape)
        y = take_along_axis(rows, _weighted(rows, q, _rows(weights, axis), method, skip_nan), -1)
    else:
        low, high, share = _between(rows, q, method, skip_nan)
        y = take_along_axis(rows, low, -1)
        if share.any() or y.dtype != wanted:
            y = y + (take_along_axis(rows, high, -1) - y) * share.astype(wanted)
    y = np.moveaxis(y, -1, 0)
    rest = tuple([1 if k in axes else n for k, n in enumerate(a.shape)] if keepdims else y.shape[1:])
    return y.reshape((*q.shape, *rest))


def _function(name: str, per_cent: bool, skip_nan: bool) -> Callable[..., Any]:
    """``np.quantile`` or a relative: the value below which a share q (a constant) of the elements lies."""

    def function(
        a: Any,
        q: Any,
        axis: Axis = None,
        out: Any = None,
        overwrite_input: bool = False,
        method: Any = "linear",
        keepdims: bool = False,
        *,
        weights: Any = None,
        interpolation: Any = None,
    ) -> Any:
        share = q
        if per_cent:
            share = q / 100 if isinstance(q, int | float) else np.asarray(plain(q)) / 100
        return quantile_of(a, share, axis, interpolation or method, keepdims, skip_nan, weights, out)

    function.__name__ = name
    return function


quantile = composed(np.quantile)(_function("quantile", per_cent=False, skip_nan=False))
percentile = composed(np.percentile)(_function("percentile", per_cent=True, skip_nan=False))
nanquantile = composed(np.nanquantile)(_function("nanquantile", per_cent=False, skip_nan=True))
nanpercentile = composed(np.nanpercentile)(_function("nanpercentile", per_cent=True, skip_nan=True))


@composed(np.median)
def median(a: Array, axis: Axis = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """The middle element, or the mean of the middle two."""
    a = array(a)
    if a.size == 0:
        return np.mean(a, axis, keepdims=keepdims)  # NaN with NumPy's warning
    return quantile_of(a, 0.5, axis, "linear", keepdims, False, None, out)


@composed(np.nanmedian)
def nanmedian(
    a: Array, axis: Axis = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False
) -> Any:
    """The median of the elements that are not NaN."""
    return quantile_of(a, 0.5, axis, "linear", keepdims, True, None, out)
