"""NumPy's own special functions, sinc and i0, whose derivatives are families with rules of their own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...declare import Operation, elementwise


def _sinc_derivative(x: Any, order: int) -> Any:
    """The derivative of this order of sin(πx)/(πx), which is smooth also where the formula is 0/0.

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


sinc_derivative: Operation = elementwise(_sinc_derivative, lambda d, x, order: d * sinc_derivative(x, order + 1))
sinc = elementwise(np.sinc, lambda d, x: d * sinc_derivative(x, 1))


def _bessel_i(x: Any, order: int) -> Any:
    """The modified Bessel function Iₙ(x) = 1/π ∫ exp(x cos θ) cos(nθ) dθ over 0..π, with Iₙ' = (Iₙ₋₁ + Iₙ₊₁)/2.

    The midpoint rule of a periodic function converges exponentially (Trefethen and Weideman, "The
    exponentially convergent trapezoidal rule", SIAM Review 2014).
    """
    count = order + 16 + math.ceil(5 * math.sqrt(float(np.max(np.abs(x), initial=0))))
    angles = [(k + 0.5) * math.pi / count for k in range(count)]
    return sum(np.exp(x * math.cos(angle)) * (math.cos(order * angle) / count) for angle in angles)


bessel_i: Operation = elementwise(
    _bessel_i, lambda d, x, order: d * (bessel_i(x, abs(order - 1)) + bessel_i(x, order + 1)) / 2
)
i0 = elementwise(np.i0, lambda d, x: d * bessel_i(x, 1))
