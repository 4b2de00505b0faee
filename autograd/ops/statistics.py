"""Variance, deviation and correlation, and the reductions that leave NaN out.

Convention: the nan-functions are those without NaN with a mask, so NaN elements get gradient exactly 0.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..operation import composed, plain, primitive
from .cumulative import masked_nan
from .reduce import NO_VALUE, pull_extreme, push_extreme, count, masked, mean, product, total
from .shape import array, refuse

# ---------------------------------------------------------------- variance


def _var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: Any = False,
    *,
    where: Any = True,
    mean: Any = NO_VALUE,
    correction: Any = NO_VALUE,
) -> Any:
    return np.var(a, axis, dtype, None, ddof, bool(keepdims), where=where)


def _slope(x: Any, axis: Any, ddof: float, where: Any) -> Any:
    """dy/dx = 2 (x - mean) / (n - ddof), conjugated where x is complex. The mean's own part sums to 0."""
    d = x - np.mean(x, axis, keepdims=True, where=where)
    n = count(x.shape, axis, where, True) - ddof
    if x.dtype.kind == "c":
        d = np.conjugate(d)
    if where is True:
        return d * (2 / n if n > 0 else np.nan)
    return np.where(where, d * (2 / np.where(n > 0, n, np.nan)).astype(x.dtype), 0)


def _pull_var(g: Any, x: Any, axis: Any = None, ddof: float = 0, keepdims: Any = False, where: Any = True) -> Any:
    d = _slope(x, axis, ddof, where)
    return d * (g if keepdims or axis is None else np.expand_dims(g, axis))


def _push_var(t: Any, x: Any, axis: Any = None, ddof: float = 0, keepdims: Any = False, where: Any = True) -> Any:
    d = t * _slope(x, axis, ddof, where)
    return np.sum(np.real(d) if d.dtype.kind == "c" else d, axis, keepdims=keepdims)


variance = primitive(np.var, _pull_var, push=_push_var, forward=_var)


@composed(np.var)
def var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: Any = False,
    *,
    where: Any = True,
    mean: Any = NO_VALUE,
    correction: Any = NO_VALUE,
) -> Any:
    """Σ |x - mean|² / (n - ddof); a mean that is given is differentiated too if it is tracked."""
    refuse("var", out)
    if correction is not NO_VALUE:
        if ddof:
            raise ValueError("var: ddof and correction are the same, give one of them")
        ddof = correction
    if mean is NO_VALUE:
        return variance(a, axis, dtype, None, ddof, keepdims, where=where)
    d = masked(array(a) - mean, where)
    square = np.real(d * np.conjugate(d)) if d.dtype.kind == "c" else d * d
    n = np.asarray(count(d.shape, axis, where, keepdims) - ddof, square.dtype)
    return np.sum(square, axis, dtype, keepdims=keepdims) / np.maximum(n, 0)


@composed(np.std)
def std(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: Any = False, **more: Any
) -> Any:
    """The square root of the variance; its gradient is 0 where all elements are equal."""
    return np.sqrt(var(a, axis, dtype, out, ddof, keepdims, **more))


# ---------------------------------------------------------------- without NaN


def present(a: Any, where: Any) -> Any:
    """The mask of elements that are no NaN, or True if all are there."""
    if a.dtype.kind not in "fc":
        return where
    nan = np.isnan(plain(a))
    if not nan.any():
        return where
    return ~nan if where is True else ~nan & where


def _where(where: Any) -> Any:
    return True if where is NO_VALUE else plain(where)


@composed(np.nansum)
def nansum(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: Any = False,
    initial: Any = NO_VALUE,
    where: Any = NO_VALUE,
) -> Any:
    """Σ x, NaN counted as 0."""
    refuse("nansum", out)
    return total(masked_nan(array(a), 0), axis, dtype, None, keepdims, initial, _where(where))


@composed(np.nanprod)
def nanprod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: Any = False,
    initial: Any = NO_VALUE,
    where: Any = NO_VALUE,
) -> Any:
    """Π x, NaN counted as 1."""
    refuse("nanprod", out)
    return product(masked_nan(array(a), 1), axis, dtype, None, keepdims, initial, _where(where))


@composed(np.nanmean)
def nanmean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, *, where: Any = NO_VALUE
) -> Any:
    """The mean of the elements that are no NaN."""
    refuse("nanmean", out)
    a = array(a)
    return mean(a, axis, dtype, None, keepdims, where=present(a, _where(where)))


@composed(np.nanvar)
def nanvar(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: Any = False,
    *,
    where: Any = NO_VALUE,
    mean: Any = NO_VALUE,
    correction: Any = NO_VALUE,
) -> Any:
    """The variance of the elements that are no NaN; NaN where there are not more than ddof."""
    a = array(a)
    where = present(a, _where(where))
    y = var(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction)
    n = count(a.shape, axis, where, keepdims)
    few = n <= (ddof if correction is NO_VALUE else correction)
    return np.where(few, np.asarray(np.nan, y.dtype), y) if np.any(few) else y


@composed(np.nanstd)
def nanstd(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: Any = False, **more: Any
) -> Any:
    """The square root of the variance of the elements that are no NaN."""
    return np.sqrt(nanvar(a, axis, dtype, out, ddof, keepdims, **more))


def _nan_extreme(function: Any) -> Any:
    """nanmax and nanmin: x == y is False at NaN, so the rules of max and min serve."""

    def forward(
        a: Any, axis: Any = None, out: Any = None, keepdims: Any = False, initial: Any = NO_VALUE, where: Any = True
    ) -> Any:
        return function(a, axis, None, bool(keepdims), initial, where)

    return primitive(function, pull_extreme, push=push_extreme, forward=forward)


largest_present, smallest_present = _nan_extreme(np.nanmax), _nan_extreme(np.nanmin)


# ---------------------------------------------------------------- covariance


@composed(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """C = (X - mean) W (X - mean)ᴴ / (Σw - ddof Σwa/Σw), X one variable a row; weights are constants."""
    x = _variables(m, rowvar)
    if y is not None:
        x = np.concatenate([x, _variables(y, rowvar)], 0)
    wanted = np.dtype(dtype) if dtype is not None else np.result_type(plain(x), np.float64)
    if x.dtype != wanted:
        x = x.astype(wanted)
    ddof = (0 if bias else 1) if ddof is None else ddof
    w: Any = None
    for weights in (fweights, aweights):
        if weights is not None:
            w = np.asarray(weights, float) if w is None else w * np.asarray(weights, float)
    if w is None:
        scale: Any = x.shape[1] - ddof
        d = x - np.mean(x, 1, keepdims=True)
        weighted = d
    else:
        whole = np.sum(w)
        shared = whole if aweights is None else np.sum(w * np.asarray(aweights)) / whole
        scale = whole - ddof * shared
        w = w.astype(x.real.dtype)
        d = x - np.sum(x * w, 1, keepdims=True) / np.sum(w)
        weighted = d * w
    if scale <= 0:
        warnings.warn("cov: degrees of freedom <= 0", RuntimeWarning, stacklevel=2)
        scale = 0.0
    other = np.conjugate(weighted) if weighted.dtype.kind == "c" else weighted
    return np.squeeze((d @ other.T) * float(np.divide(1.0, scale)))


def _variables(m: Any, rowvar: bool) -> Any:
    """Observations as a matrix with one variable a row."""
    m = array(m)
    if m.ndim > 2:
        raise ValueError(f"cov: observations have at most 2 axes, got shape {m.shape}")
    x = np.atleast_2d(m)
    return x if rowvar or m.ndim < 2 else x.T


@composed(np.corrcoef)
def corrcoef(
    x: Any, y: Any = None, rowvar: bool = True, bias: Any = None, ddof: Any = None, *, dtype: Any = None
) -> Any:
    """R[i, j] = C[i, j] / sqrt(C[i, i] C[j, j]), cut off at ±1 where rounding carries it beyond (bias and ddof cancel)."""
    c = cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    deviation = np.sqrt(np.real(np.diagonal(c)))
    r = c / np.expand_dims(deviation, 1) / np.expand_dims(deviation, 0)
    if r.dtype.kind == "c":
        return r
    return r * (np.clip(plain(r), -1, 1) / plain(r)) if np.any(np.abs(plain(r)) > 1) else r
