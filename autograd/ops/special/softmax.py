"""softmax, log_softmax and logsumexp over any axes.

Convention: the axes are all (None), one, or a tuple of them; nothing overflows. ``signed_logsumexp`` returns two
results, log|Σ b exp(a)| and the sign of the sum, with the axes kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import primitive
from ...typing import Axis
from ..special_points import zero_slope

CLOSE = 16.0  # numbers within this distance: subtracting one maximum from all of them rounds none off


def _sums(x: Any, axis: Axis) -> Any:
    """Σ x over the axes, which are kept; of rows as a product with ones, at which BLAS is faster than NumPy's sum."""
    if axis in (-1, x.ndim - 1) and x.ndim:
        return (x @ np.ones_like(x, shape=x.shape[-1]))[..., None]
    return np.sum(x, axis=axis, keepdims=True)


def _softmax(x: Any, axis: Axis = None) -> Any:
    """y = exp(x) / Σ exp(x) over the axes.

    Subtracting the maximum prevents overflow. If all numbers are close, the maximum of them all will do, which NumPy
    finds in a fraction of the time of one for each row.
    """
    close = x.size and x.dtype.char in "fd"
    if close:
        top = np.maximum.reduce(x, axis=None)
        close = top - np.minimum.reduce(x, axis=None) < CLOSE
    e = x - (top if close else np.maximum.reduce(x, axis=axis, keepdims=True))
    e = np.exp(e, out=e if e.dtype.kind == "f" and e.ndim else None)
    e /= _sums(e, axis)
    return e


def through_softmax(d: Any, y: Any, axis: Axis = None) -> Any:
    """y (d - Σ y d): the Jacobian diag(y) - y yᵀ is symmetric, so one rule serves both directions."""
    d = d * y
    return d - y * _sums(d, axis)


def _log_softmax(x: Any, axis: Axis = None) -> Any:
    """y = x - log Σ exp(x) over the axes."""
    x = x - np.max(x, axis=axis, keepdims=True)
    return x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True))


softmax = primitive(_softmax, pull=through_softmax, push=through_softmax)
log_softmax = primitive(
    _log_softmax,
    pull=lambda g, y, axis=None: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True),
    push=lambda t, y, axis=None: t - np.sum(np.exp(y) * t, axis=axis, keepdims=True),
)

# ---------------------------------------------------------------- log-sum-exp, also of sums that are negative


def _logsumexp(a: Any, b: Any = None, axis: Axis = None) -> tuple[Any, Any]:
    """log|Σ b exp(a)| and the sign of the sum."""
    if b is not None:
        a, b = np.broadcast_arrays(a, b)
        a = np.where(b == 0, -np.inf, a)
    m = np.max(a, axis=axis, keepdims=True)
    m = np.where(np.isfinite(m), m, 0)
    e = np.exp(a - m)
    total = np.sum(e if b is None else b * e, axis=axis, keepdims=True)
    with np.errstate(divide="ignore"):  # log 0 = -∞, as it should
        return np.log(np.abs(total)) + m, np.sign(total)


def _weights(a: Any, y: Any) -> Any:
    """exp(a) / Σ b exp(a), and 0 where the sum is 0."""
    logarithm, sign = y
    return sign * np.exp(a - np.where(logarithm > -np.inf, logarithm, 0))


def _logsumexp_push(t: Any, a: Any, b: Any, y: Any, axis: Axis = None) -> tuple[Any, Any]:
    by_a, by_b = t
    moved = 0 if by_a is None else by_a if b is None else by_a * b
    d = np.sum(_weights(a, y) * (moved if by_b is None else moved + by_b), axis=axis, keepdims=True)
    return d, zero_slope(d)


signed_logsumexp = primitive(
    _logsumexp,
    pull=[
        lambda g, a, b, y: g[0] * _weights(a, y) if b is None else g[0] * _weights(a, y) * b,
        lambda g, a, y: g[0] * _weights(a, y),
    ],
    push=_logsumexp_push,
    results=True,
)
