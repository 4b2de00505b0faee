"""Weighted average, variance, deviation and correlation.

Convention: weights of an average and a given mean are differentiated too; those of a covariance are constants.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..declare import composed, plain, primitive
from .arguments import NO_VALUE, array, axes_of, refuse
from .reduce import count, masked

# ---------------------------------------------------------------- average


@composed(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False) -> Any:
    """Σ w x / Σ w, differentiable in the weights too; ``returned`` gives Σ w as well."""
    a = array(a)
    if weights is None:
        y = np.mean(a, axis, keepdims=keepdims)
        scale: Any = np.full_like(plain(y), count(a.shape, axis))
    else:
        w = array(weights)
        if w.shape != a.shape:
            if axis is None:
                raise TypeError(f"average: weights of shape {w.shape} for {a.shape}: say along which axis")
            axes = axes_of(axis, a.ndim)
            if w.shape != tuple(a.shape[k] for k in axes):
                raise ValueError(f"average: weights of shape {w.shape} do not fit axis {axis} of shape {a.shape}")
            order = tuple(int(k) for k in np.argsort(axes))  # the weights' axes in the order of a's
            w = np.transpose(w, order).reshape(tuple([n if k in axes else 1 for k, n in enumerate(a.shape)]))
            w = np.broadcast_to(w, a.shape)
        if w.dtype.kind not in "fc" and a.dtype.kind in "fc":
            w = w.astype(a.dtype)
        scale = np.sum(w, axis, keepdims=keepdims)
        if np.any(plain(scale) == 0):
            raise ZeroDivisionError("average: the weights sum to zero, and cannot be normalised")
        y = np.sum(a * w, axis, keepdims=keepdims) / scale
    return (y, np.broadcast_to(scale, y.shape)) if returned else y


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
        shared = 1.0 if aweights is None else np.sum(w * np.asarray(aweights)) / whole
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
    """R[i, j] = C[i, j] / sqrt(C[i, i] C[j, j]), cut off at ±1 against rounding (bias and ddof cancel)."""
    c = cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    deviation = np.sqrt(np.real(np.diagonal(c)))
    r = c / np.expand_dims(deviation, 1) / np.expand_dims(deviation, 0)
    if r.dtype.kind == "c":
        return r
    return r * (np.clip(plain(r), -1, 1) / plain(r)) if np.any(np.abs(plain(r)) > 1) else r
