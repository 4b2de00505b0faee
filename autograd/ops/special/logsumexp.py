"""log Σ b exp(a), also of sums that are negative.

Convention: the operation returns two results, log|Σ b exp(a)| and the sign of the sum, with the axes kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import primitive
from ...typing import Axis
from ..special_points import zero_slope


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
