"""sinc x = sin(πx)/(πx), whose derivatives are smooth to all orders also where the formula is 0/0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import Operation, elementwise


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
