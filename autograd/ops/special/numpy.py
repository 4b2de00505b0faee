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


FAR = 40.0  # from here on the asymptotic series of the Bessel function is exact to rounding


def _bessel_i(x: Any, order: int) -> Any:
    """The modified Bessel function Iₙ(x) = 1/π ∫ exp(x cos θ) cos(nθ) dθ over 0..π, with Iₙ' = (Iₙ₋₁ + Iₙ₊₁)/2.

    The midpoint rule of a periodic function converges exponentially (Trefethen and Weideman, "The exponentially
    convergent trapezoidal rule", SIAM Review 2014). θ and π - θ together give cosh, or sinh for odd orders, which are
    exactly 0 at 0. Far out, Iₙ(x) ~ eˣ/√(2πx) Σ (-1)ᵏ aₖ(n)/xᵏ (DLMF 10.40.1).
    """
    size = np.abs(x)
    far = size > FAR
    near = np.where(far, 0.0, x)
    half = (order + 48) // 2  # enough for 5 √FAR and the order
    pair = np.sinh if order % 2 else np.cosh
    angles = [(k + 0.5) * math.pi / (2 * half) for k in range(half)]
    y = sum(pair(near * math.cos(angle)) * (math.cos(order * angle) / half) for angle in angles)
    large = np.minimum(np.where(far, size, FAR), 1000.0)  # its exponential is infinite
    series: Any = 1.0
    for k in range(18, 0, -1):
        series = 1.0 - series * (4 * order**2 - (2 * k - 1) ** 2) / (8 * k * large)
    growth = np.exp(large / 2)
    beyond = growth / np.sqrt(2 * math.pi * large) * growth * series
    return np.where(far, np.copysign(beyond, x) if order % 2 else beyond, y)


bessel_i: Operation = elementwise(
    _bessel_i, lambda d, x, order: d * (bessel_i(x, abs(order - 1)) + bessel_i(x, order + 1)) / 2
)
i0 = elementwise(np.i0, lambda d, x: d * bessel_i(x, 1))
