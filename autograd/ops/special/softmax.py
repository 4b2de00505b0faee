"""softmax, log_softmax and logsumexp over any axes.

Convention: the axes are all (None), one, or a tuple of them; nothing overflows. ``signed_logsumexp`` returns two
results, log|Σ b exp(a)| and the sign of the sum, with the axes kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import plain, primitive
from ...native import on_gpu, twin
from ...typing import Axis
from ..arguments import floats, narrowed
from ..special_points import zero_slope

CLOSE = 16.0  # numbers within this distance: subtracting one maximum from all of them rounds none off


def _sums(x: Any, axis: Axis) -> Any:
    """Σ x over the axes, which are kept; of rows as a product with ones, at which BLAS is faster than NumPy's sum."""
    if axis in (-1, x.ndim - 1) and x.ndim and x.dtype.kind != "O":  # of Values
        return (x @ np.ones_like(x, shape=x.shape[-1]))[..., None]
    return np.sum(x, axis=axis, keepdims=True)


@on_gpu("autograd.gpu.softmax:softmax")
@twin("autograd.native.softmax:softmax", 1 << 13, "fd", False)
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


@twin("autograd.native.softmax:softmax_slope", 1 << 13, "fd", False)
def through_softmax(d: Any, y: Any, axis: Axis = None) -> Any:
    """y (d - Σ y d): the Jacobian diag(y) - y yᵀ is symmetric, so one rule serves both directions."""
    d = d * y
    return d - y * _sums(d, axis)


@twin("autograd.native.softmax:log_softmax", 1 << 13, "fd", False)
def _log_softmax(x: Any, axis: Axis = None) -> Any:
    """y = x - log Σ exp(x) over the axes."""
    x = x - np.max(x, axis=axis, keepdims=True)
    return x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True))


@twin("autograd.native.softmax:log_softmax_pull", 1 << 13, "fd", False)
def _log_softmax_pull(g: Any, y: Any, axis: Axis = None) -> Any:
    """g - exp(y) Σ g."""
    return g - np.exp(y) * np.sum(g, axis=axis, keepdims=True)


def moderate(x: Any, axis: Axis) -> Any:
    """x, or where exp would overflow or vanish, x less its greatest numbers over the axes, as constants."""
    top = np.max(plain(x), axis=axis, keepdims=True)
    far = np.isfinite(top) & (np.abs(top) > 30)
    return x - np.where(far, top, 0).astype(x.dtype) if far.any() else x


def _as_written(x: Any, axis: Axis = None) -> Any:
    """y = exp(x) / Σ exp(x)."""
    e = np.exp(moderate(x, axis))
    return e / np.sum(e, axis=axis, keepdims=True)


def _log_as_written(x: Any, axis: Axis = None) -> Any:
    """y = x - log Σ exp(x)."""
    x = moderate(x, axis)
    return x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True))


softmax = primitive(_softmax, pull=through_softmax, push=through_softmax, along="axis", unfold=_as_written)
log_softmax = primitive(
    _log_softmax,
    pull=_log_softmax_pull,
    push=lambda t, y, axis=None: t - np.sum(np.exp(y) * t, axis=axis, keepdims=True),
    along="axis",
    unfold=_log_as_written,
)

# ---------------------------------------------------------------- log-sum-exp, also of sums that are negative


def _sum(x: Any, axis: Axis) -> Any:
    return np.sum(x, axis=axis, keepdims=True)


def _exponentials(a: Any, b: Any, axis: Axis) -> tuple[Any, Any]:
    """exp(a - m) and m, the greatest of those that count; where it is ∞, 1 at each ∞ and 0 elsewhere."""
    if a.dtype == np.float16:  # the sum of very many leaves its range
        a = a.astype(np.float32)
    x = plain(a).real
    if b is not None:
        x = np.where(plain(b) == 0, -np.inf, x)
    m = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    finite = np.isfinite(m)
    e = np.exp(a - (m if finite.all() else np.where(finite, m, 0).astype(m.dtype)))
    top = m == np.inf
    return (np.where(top, (x == np.inf).astype(m.dtype), e) if top.any() else e), m


def _logsumexp(a: Any, b: Any = None, axis: Axis = None) -> tuple[Any, Any]:
    """log|Σ b exp(a)| and the sign of the sum; of complex numbers the principal logarithm, and 1."""
    a = floats(a)
    if b is not None:
        a, b = np.broadcast_arrays(a, b)
        a = np.where(b == 0, -np.inf, a)
    e, m = _exponentials(a, b, axis)
    total = _sum(e if b is None else b * e, axis)
    with np.errstate(divide="ignore"):  # log 0 = -∞, as it should
        if total.dtype.kind == "c":
            y = np.log(total)
            return y + m, np.ones_like(total)
        y = np.log(np.abs(total)) + np.where(m == -np.inf, 0, m).astype(m.dtype)
        return y.astype(np.result_type(a) if b is None else np.result_type(a, b)), np.sign(total)


def _weights(a: Any, b: Any, axis: Axis) -> Any:
    """exp(a) / Σ b exp(a), and 0 where all that is added is 0.

    The exponentials are divided by their own sum: at 1e8 their logarithm is rounded to 1e-8, and the weights with it.
    """
    e, _ = _exponentials(a, b, axis)
    parts = _times(e, b)
    total = _sum(parts, axis)
    nothing = np.logical_and.reduce(plain(parts) == 0, axis=axis, keepdims=True)
    return e / (np.where(nothing, 1, total) if nothing.any() else total)


def _shares(a: Any, b: Any, axis: Axis) -> Any:
    """b exp(a) / Σ b exp(a); 0 where b is 0, however large a is."""
    return _times(_weights(a, b, axis), b)


def _times(w: Any, b: Any) -> Any:
    """w b, and 0 where b is 0 and w infinite."""
    if b is None:
        return w
    uncounted = (plain(b) == 0) & (abs(plain(w)) == np.inf)
    return np.where(uncounted, 0, w * b) if uncounted.any() else w * b


def _logsumexp_push(t: Any, a: Any, b: Any, axis: Axis = None) -> tuple[Any, Any]:
    by_a, by_b = t
    terms = [] if by_a is None else [_sum(_shares(a, b, axis) * by_a, axis)]
    terms += [] if by_b is None else [_sum(_weights(a, b, axis) * by_b, axis)]
    d = narrowed(sum(terms[1:], terms[0]), (by_b if by_a is None else by_a).dtype)
    return d, zero_slope(d)


signed_logsumexp = primitive(
    _logsumexp,
    pull=[
        lambda g, a, b, axis=None: g[0] * _shares(a, b, axis),
        lambda g, a, b, axis=None: g[0] * _weights(a, b, axis),
    ],
    push=_logsumexp_push,
    results=True,
)
