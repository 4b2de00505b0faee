"""``scipy.special`` for tensors and arrays: same names, same arguments, differentiable.

Convention: what SciPy has as a ufunc is SciPy's own (``autograd.special.erf is scipy.special.erf``); what it
writes in Python, where tensors cannot enter, is written here. ``logsumexp``, ``softmax`` and ``log_softmax``
need NumPy alone; for all else SciPy is imported when the name is first used.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .declare import Late, plain, primitive
from .extras import extra
from .ops.special.scipy import ensure_scipy
from .ops.special_points import zero_slope

__all__ = ["log_softmax", "logsumexp", "multigammaln", "polygamma", "softmax"]


def _scipy(name: str) -> Any:
    module = extra("scipy.special", "scipy", f"autograd.special.{name}")
    ensure_scipy()
    return module


def __getattr__(name: str) -> Any:
    """SciPy's ufunc of this name."""
    if not name.startswith("_"):
        function = getattr(_scipy(name), name, None)
        if isinstance(function, np.ufunc) or name in ("zeta", "lambertw", "sinc"):
            return function
        if function is not None:
            raise AttributeError(
                f"autograd.special has no '{name}': SciPy writes it in Python, so that tensors cannot pass through. "
                "Compose it from the ufuncs that it uses."
            )
    raise AttributeError(f"module 'autograd.special' has no attribute '{name}'")


# ---------------------------------------------------------------- log-sum-exp and what follows from it


def _softmax(x: Any, axis: Any = None) -> Any:
    """exp(x) / Σ exp(x) over the axes; nothing overflows."""
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def through_softmax(d: Any, y: Any, axis: Any) -> Any:
    """y (d - Σ y d): the Jacobian diag(y) - y yᵀ is symmetric, so one rule serves both directions."""
    d = d * y
    return d - y * np.sum(d, axis=axis, keepdims=True)


def _log_softmax(x: Any, axis: Any = None) -> Any:
    """log(exp(x) / Σ exp(x)) over the axes; nothing overflows."""
    x = x - np.max(x, axis=axis, keepdims=True)
    return x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True))


softmax = primitive(_softmax, pull=through_softmax, push=through_softmax)
log_softmax = primitive(
    _log_softmax,
    pull=lambda g, y, axis=None: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True),
    push=lambda t, y, axis=None: t - np.sum(np.exp(y) * t, axis=axis, keepdims=True),
)


def _logsumexp(a: Any, b: Any = None, axis: Any = None) -> tuple[Any, Any]:
    """log|Σ b exp(a)| and the sign of the sum, the axes kept."""
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


def _logsumexp_push(t: Any, a: Any, b: Any, y: Any, axis: Any = None) -> tuple[Any, Any]:
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


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """log Σ b exp(a) over the axes, and nothing overflows; differentiable in a and in b.

    With ``return_sign``: the logarithm of the sum's absolute value, and its sign. Without, a negative sum
    gives NaN.
    """
    a = a if isinstance(a, Late.Tensor) else np.asarray(a)
    y, sign = signed_logsumexp(a, b, axis)
    if not keepdims:
        y, sign = np.squeeze(y, axis=axis), np.squeeze(sign, axis=axis)
    if return_sign:
        return y, sign
    return y if b is None or not np.any(sign < 0) else np.where(sign < 0, np.nan, y)


# ---------------------------------------------------------------- gamma functions


def polygamma(n: Any, x: Any) -> Any:
    """ψ⁽ⁿ⁾(x), the n-th derivative of digamma: (-1)ⁿ⁺¹ n! ζ(n + 1, x); n is constant."""
    sc = _scipy("polygamma")
    n = np.asarray(n)
    order = np.maximum(n, 1)
    scale = (-1.0) ** (order + 1) * sc.gamma(order + 1.0)
    return np.where(n == 0, sc.psi(x), scale * sc.zeta(order + 1, x))


def multigammaln(a: Any, d: int) -> Any:
    """log Γ_d(a) = d(d - 1)/4 log π + Σ log Γ(a + (1 - j)/2), j = 1..d: the multivariate gamma function."""
    sc = _scipy("multigammaln")
    if np.any(plain(a) <= (d - 1) / 2):
        raise ValueError(f"multigammaln: a must be greater than (d - 1) / 2 = {(d - 1) / 2}")
    return sum((sc.gammaln(a + (1 - j) / 2) for j in range(1, d + 1)), d * (d - 1) / 4 * math.log(math.pi))
