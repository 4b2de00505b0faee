"""Derivatives far from 0, where a function and the terms of its derivative's formula cancel: by asymptotic series.

Convention: a helper takes the order of the derivative, and its rule is the next order, so that higher orders cancel no
more than the first. It computes in double precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import Operation, elementwise
from ..special_points import is_complex
from .pieces import piecewise

FAR, TERMS = 10, 16  # beyond this distance from 0, this many terms are exact to rounding
FAR_BESSEL, BESSEL_TERMS = 30, 24  # the same for the scaled Bessel functions of order 0; order v begins v² later


def _double(x: Any) -> Any:
    return x.astype(np.complex128 if is_complex(x) else np.float64)


def _orders(y: Any, x: Any, s: int, c: complex, order: int) -> Any:
    """The derivative of this order of a y with y' = 2 s x y + c."""
    if not order:
        return y
    before, y = y, 2 * s * x * y + c
    for n in range(1, order):
        before, y = y, 2 * s * (x * y + n * before)
    return y


def gaussian(function: Any, s: int, c: complex, jump: Callable[[Any], Any]) -> Operation:
    """Derivatives of a function with y' = 2 s x y + c, which far from 0 is -s c / 2 (1/x - s / 2x³ + ...).

    There ``jump(x)`` exp(s x²) is added to it: what the series cannot see of the function in each part of the plane.
    """

    def near(x: Any, order: int) -> Any:
        return _orders(function(x), x, s, c, order)

    def far(x: Any, order: int) -> Any:
        u = 1 / x
        series: Any = u * 0
        for k in range(TERMS, -1, -1):  # Horner's rule in 1/x²; (2k - 1)!! / 2ᵏ times the derivative of x^(-2k-1)
            series = series * (u * u) + (-s / 2) ** k * math.prod(range(1, 2 * k, 2)) * math.perm(2 * k + order, order)
        series = series * (-u) ** order * u * (-s * c / 2)
        height = jump(x)
        steep = np.where(height == 0, 0, x)
        return series + height * _orders(np.exp(s * steep * steep), steep, s, 0, order)

    def derivative(x: Any, order: int) -> Any:
        z = _double(x)
        with np.errstate(all="ignore"):  # beyond the range of floats they are infinite or 0
            y = piecewise(np.abs(z) > FAR, lambda z: far(z, order), lambda z: near(z, order), z)
        return y.astype(x.dtype)

    derivative.__name__ = f"_{function.__name__}_derivative"
    found: Operation = elementwise(derivative, lambda d, x, order: d * found(x, order + 1))
    return found


def _scaled_bessel(x: Any, v: Any, s: int, order: int) -> Any:
    """The derivative of √(2π|x|) I or √(2x/π) K, scaled (s = -1 and 1), for large |x|.

    Its series is |x|^(-1/2) Σ sᵏ a_k / |x|ᵏ with a_k = (4v² - 1)(4v² - 9)...(4v² - (2k - 1)²) / (k! 8ᵏ), DLMF 10.40.
    """
    z = _double(x)
    v = np.zeros_like(z) + v
    size = np.abs(z)
    y, term = 0, size**-0.5
    for k in range(BESSEL_TERMS):
        y = y + term * math.prod(k + 0.5 + i for i in range(order))
        term = term * s * (4 * v * v - (2 * k + 1) ** 2) / (8 * (k + 1) * size)
    turned = np.where(z < 0, np.where(v % 2 == 0, 1, -1) * (-1) ** order, 1)  # to negative x, with whole numbers v only
    return (y * turned * (-1 / size) ** order).astype(x.dtype)


scaled_bessel: Operation = elementwise(_scaled_bessel, lambda d, x, v, s, order: d * scaled_bessel(x, v, s, order + 1))
