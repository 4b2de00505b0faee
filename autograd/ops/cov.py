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
from .complex import adjoint


@composed(np.cov)
def cov(
    m: ArrayLike, y: ArrayLike | None = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None,
    fweights: ArrayLike | None = None, aweights: ArrayLike | None = None, *, dtype: DType = None,
) -> Any:  # fmt: skip
    """C = (X - mean) W (X - mean)ᴴ / (Σw - ddof Σwa/Σw), w = f a with counts f and importances a."""
    x = _variables(m, rowvar)
    if y is not None:
        x = np.concatenate([x, _variables(y, rowvar)], 0)
    wanted = np.result_type(plain(x), np.float64) if dtype is None else np.dtype(dtype)
    x = x if x.dtype == wanted else x.astype(wanted)
    ddof = (0 if bias else 1) if ddof is None else ddof
    if fweights is None and aweights is None:
        scale: Any = x.shape[1] - ddof
        weighted = d = x - np.mean(x, 1, keepdims=True)
    else:
        counts, importances = (1.0 if w is None else np.asarray(w, float) for w in (fweights, aweights))
        w = np.asarray(counts * importances)
        scale = np.sum(w) - ddof * np.sum(w * importances) / np.sum(w)
        w = w.astype(x.real.dtype)
        d = x - np.sum(x * w, 1, keepdims=True) / np.sum(w)
        weighted = d * w
    if scale <= 0:
        warnings.warn("cov: degrees of freedom <= 0", RuntimeWarning, stacklevel=2)
        scale = 0.0
    return np.squeeze((d @ adjoint(weighted)) * float(np.divide(1.0, scale)))


def _variables(m: Any, rowvar: bool) -> Any:
    """Observations as a matrix, each row a variable."""
    m = array(m)
    if m.ndim > 2:
        raise ValueError(f"cov: observations have at most 2 axes, got shape {m.shape}")
    x = np.atleast_2d(m)
    return x if rowvar or m.ndim < 2 else x.T


@composed(np.corrcoef)
def corrcoef(
    x: ArrayLike, y: ArrayLike | None = None, rowvar: bool = True, bias: Any = None, ddof: Any = None, *,
    dtype: DType = None,
) -> Any:  # fmt: skip
    """R[i, j] = C[i, j] / sqrt(C[i, i] C[j, j]), clipped to ±1 against rounding (bias and ddof cancel)."""
    c = cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    deviation = np.sqrt(np.real(np.diagonal(c)))
    r = c / np.expand_dims(deviation, 1) / np.expand_dims(deviation, 0)
    if r.dtype.kind == "c":
        return r
    return r * (np.clip(plain(r), -1, 1) / plain(r)) if np.any(np.abs(plain(r)) > 1) else r
