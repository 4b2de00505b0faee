"""Functions that NumPy builds from others: nan_to_num, unwrap, sinc, i0, polyval, interp.

Convention: where a formula would be 0/0 the derivative comes from one that is smooth there, to all orders.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import Late, Operation, cast, composed, elementwise, plain

nan_to_num = elementwise(np.nan_to_num, lambda d, x: d * np.isfinite(x))
unwrap = elementwise(np.unwrap, lambda d: d)  # adds multiples of the period

# ---------------------------------------------------------------- sinc


def _sinc_derivative(x: Any, order: int) -> Any:
    """The derivative of sin(πx)/(πx) of this order.

    For |x| > 1 by differentiating x sinc(x) = sin(πx)/π: x s⁽ⁿ⁾ + n s⁽ⁿ⁻¹⁾ = πⁿ⁻¹ sin(πx + nπ/2);
    nearer to 0 by the power series of sin.
    """
    y = np.sinc(x)
    far = np.abs(x) > 1
    divisor = x + (1 - x) * np.logical_not(far)
    for n in range(1, order + 1):
        y = (math.pi ** (n - 1) * np.sin(math.pi * x + n * math.pi / 2) - n * y) / divisor
    near = x * np.logical_not(far)
    series = near * 0
    for k in range(order + order % 2 + 30, order - 1, -2):  # Horner's rule in x²
        series = series * (near * near) + (-1) ** (k // 2) * math.pi**k / math.factorial(k + 1) * math.perm(k, order)
    if order % 2:
        series = series * near
    return np.where(far, y, series)


sinc_derivative: Operation = Operation(
    _sinc_derivative, "elementwise", [lambda d, x, order: d * sinc_derivative(x, order + 1)], name="sinc_derivative"
)
sinc = elementwise(np.sinc, lambda d, x: d * sinc_derivative(x, 1))

# ---------------------------------------------------------------- the modified Bessel functions


def _bessel_i(x: Any, order: int) -> Any:
    """Iₙ(x) = 1/π ∫ exp(x cos θ) cos(nθ) dθ over 0..π.

    The midpoint rule of a periodic function converges exponentially (Trefethen and Weideman, The
    exponentially convergent trapezoidal rule, SIAM Review 2014).
    """
    count = order + 16 + math.ceil(5 * math.sqrt(float(np.max(np.abs(x), initial=0))))
    angles = [(k + 0.5) * math.pi / count for k in range(count)]
    return sum(np.exp(x * math.cos(angle)) * (math.cos(order * angle) / count) for angle in angles)


bessel_i: Operation = Operation(
    _bessel_i,
    "elementwise",
    [lambda d, x, order: d * (bessel_i(x, abs(order - 1)) + bessel_i(x, order + 1)) / 2],
    name="bessel_i",
)
i0 = elementwise(np.i0, lambda d, x: d * bessel_i(x, 1))

# ---------------------------------------------------------------- polynomials and broken lines


@composed(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """p[0] xⁿ⁻¹ + ... + p[n-1], by Horner's rule."""
    y: Any = np.zeros_like(plain(x))
    for coefficient in p if isinstance(p, Late.Tensor) else np.asarray(p):
        y = y * x + coefficient
    return y


@composed(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None) -> Any:
    """The broken line through the points (xp, fp), at x; differentiable in all three.

    Outside of xp: left (else fp[0]) and right (else fp[-1]); with a period, xp is taken modulo it.
    """
    x, xp, fp = (v if isinstance(v, Late.Tensor) else np.asarray(v) for v in (x, xp, fp))
    if xp.ndim != 1 or fp.ndim != 1 or len(xp) != len(fp) or len(xp) == 0:
        raise ValueError(f"interp: xp {xp.shape} and fp {fp.shape} must be two sequences of one length, not empty")
    x, xp, fp = (cast(v, np.result_type(v.dtype, np.float64)) for v in (x, xp, fp))  # as NumPy computes it
    if period is not None:
        if period == 0:
            raise ValueError("interp: period must not be 0")
        period, left, right = abs(period), None, None
        x, xp = x % period, xp % period
        order = np.argsort(plain(xp))
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
    points, corners = plain(x), plain(xp)
    k = np.clip(np.searchsorted(corners, points, side="right") - 1, 0, max(len(corners) - 2, 0))
    y = fp[k]
    if len(corners) > 1:
        y = (fp[k + 1] - y) / (xp[k + 1] - xp[k]) * (x - xp[k]) + y
    y = np.where(points < corners[0], fp[0] if left is None else left, y)
    return np.where(points > corners[-1], fp[-1] if right is None else right, y)
