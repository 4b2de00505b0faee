"""Covariance and correlation.

Convention: each row of X is a variable; the weights are constants.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..declare import composed, plain
from ..typing import ArrayLike
from .arguments import DType, array


@composed(np.cov)
def cov(
    m: ArrayLike,
    y: ArrayLike | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: ArrayLike | None = None,
    aweights: ArrayLike | None = None,
    *,
    dtype: DType = None,
) -> Any:
    """C = (X - mean) W (X - mean)ᴴ / (Σw - ddof Σwa/Σw), w = f a with counts f and importances a."""
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
    """Observations as a matrix, each row a variable."""
    m = array(m)
    if m.ndim > 2:
        raise ValueError(f"cov: observations have at most 2 axes, got shape {m.shape}")
    x = np.atleast_2d(m)
    return x if rowvar or m.ndim < 2 else x.T


@composed(np.corrcoef)
def corrcoef(
    x: ArrayLike,
    y: ArrayLike | None = None,
    rowvar: bool = True,
    bias: Any = None,
    ddof: Any = None,
    *,
    dtype: DType = None,
) -> Any:
    """R[i, j] = C[i, j] / sqrt(C[i, i] C[j, j]), clipped to ±1 against rounding (bias and ddof cancel)."""
    c = cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    deviation = np.sqrt(np.real(np.diagonal(c)))
    r = c / np.expand_dims(deviation, 1) / np.expand_dims(deviation, 0)
    if r.dtype.kind == "c":
        return r
    return r * (np.clip(plain(r), -1, 1) / plain(r)) if np.any(np.abs(plain(r)) > 1) else r
