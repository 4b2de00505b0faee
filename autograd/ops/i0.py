"""The modified Bessel function I₀; its derivatives are those of other orders, Iₙ' = (Iₙ₋₁ + Iₙ₊₁)/2."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import Operation, elementwise


def _bessel_i(x: Any, order: int) -> Any:
    """Iₙ(x) = 1/π ∫ exp(x cos θ) cos(nθ) dθ over 0..π.

    The midpoint rule of a periodic function converges exponentially (Trefethen and Weideman, "The
    exponentially convergent trapezoidal rule", SIAM Review 2014).
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
