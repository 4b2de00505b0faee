"""Hypergeometric functions; exponential, trigonometric, Fresnel and elliptic integrals. Rules: see ``scipy``.

Hypergeometric functions are differentiated by their last argument (DLMF 6, 7, 13, 15, 16, 19, 25.12). Where another
formula of a derivative is used than such a series, it is one that does not cancel there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import Operation, elementwise, plain, primitive
from .pieces import half_turns, piecewise, times


def declare(sc: Any, rule: Callable[..., None]) -> None:
    rule("exp1", lambda d, x: -d * np.exp(-x) / x)
    rule("expi", lambda d, x: d * (np.exp(x / 2) / x) * np.exp(x / 2))  # exp(x) overflows before the quotient
    exponential = _exponential_integral(sc)
    rule("expn", lambda d, a, b: -d * exponential(b, np.subtract(a, 1)), inputs=["b"])

    def dilogarithm_slope(x: Any) -> Any:
        """log(x) / (1 - x), around 1 as a series."""
        around = np.abs(plain(x) - 1) < 0.5
        return piecewise(around, lambda x: -sc.hyp2f1(1, 1, 2, 1 - x), lambda x: np.log(x) / (1 - x), x)

    rule("spence", lambda d, x: d * dilogarithm_slope(x))

    # ------------------------------------------------ elliptic integrals K(m), E(m) and K(1 - p)

    def first_kind(m: Any) -> Any:
        """K' = (E / (1 - m) - K) / 2m, or its series."""
        series = lambda m: sc.hyp2f1(1.5, 1.5, 2, m) * (math.pi / 8)  # noqa: E731
        return piecewise(plain(m) > -0.5, series, lambda m: (sc.ellipe(m) / (1 - m) - sc.ellipk(m)) / (2 * m), m)

    def second_kind(m: Any) -> Any:
        """E' = (E - K) / 2m, or its series."""
        series = lambda m: sc.hyp2f1(0.5, 1.5, 2, m) * (-math.pi / 8)  # noqa: E731
        return piecewise(plain(m) > -0.5, series, lambda m: (sc.ellipe(m) - sc.ellipk(m)) / (2 * m), m)

    def _ellipem1(p: Any) -> Any:
        return sc.ellipe(1 - p)

    ellipem1 = elementwise(_ellipem1, lambda d, x, y: d * (sc.ellipkm1(x) - y) / (2 - 2 * x))

    def beside_the_pole(p: Any) -> Any:
        """K'(1 - p) of a small p, which 1 - p would round off."""
        series = lambda p: sc.hyp2f1(1.5, 1.5, 2, 1 - p) * (math.pi / 8)  # noqa: E731
        around = (np.abs(plain(p) - 1) < 0.5) | (plain(p) == 0)
        return piecewise(around, series, lambda p: (ellipem1(p) / p - sc.ellipkm1(p)) / (2 - 2 * p), p)

    rule("ellipk", lambda d, x: d * first_kind(x))
    rule("ellipe", lambda d, x: d * second_kind(x))
    rule("ellipkm1", lambda d, x: -d * beside_the_pole(x))

    # ------------------------------------------------ pairs

    def sinc(x: Any) -> Any:
        """sin(x) / x; far from 0 the quotient itself, since x/π loses the phase of a large x."""
        return piecewise(np.abs(plain(x)) < 1, lambda x: np.sinc(x / math.pi), lambda x: np.sin(x) / x, x)

    def sinhc(x: Any) -> Any:
        """sinh(x) / x, far from 0 by halves, which do not overflow before the quotient does."""
        near = lambda x: sc.exprel(-2 * x) * np.exp(x)  # noqa: E731
        return piecewise(np.abs(plain(x)) < 1, near, lambda x: 2 * np.sinh(x / 2) / x * np.cosh(x / 2), x)

    def angle(x: Any) -> Any:
        """πx²/2 less whole turns: with x = n + r and an even n it is π (nr + r²/2)."""
        r = half_turns(x)
        n = plain(x) - plain(r)
        return math.pi * (half_turns(n * r) + r * r / 2)

    def coshc(x: Any) -> Any:
        """cosh(x) / x by halves."""
        t = np.tanh(x / 2)
        return np.cosh(x / 2) / x * (1 + t * t) * np.cosh(x / 2)

    pair(sc.sici, sinc, lambda x: np.cos(x) / x)
    pair(sc.shichi, sinhc, coshc)
    pair(sc.fresnel, lambda x: np.sin(angle(x)), lambda x: np.cos(angle(x)))

    # ------------------------------------------------ hypergeometric functions

    rule("hyp0f1", lambda d, a, b: d * sc.hyp0f1(a + 1, b) / a, inputs=["b"])
    rule("hyp1f1", lambda d, a, b, c: d * sc.hyp1f1(a + 1, b + 1, c) * (a / b), inputs=["c"])

    def hyp2f1_rule(g: Any, a: Any, b: Any, c: Any, d: Any) -> Any:  # here d is the fourth input
        return g * sc.hyp2f1(a + 1, b + 1, c + 1, d) * (a * b / c)

    rule("hyp2f1", hyp2f1_rule, inputs=["d"])


def pair(function: Any, first: Callable[[Any], Any], second: Callable[[Any], Any]) -> None:
    """Declare a function of two results by the derivatives of both."""
    primitive(
        function,
        pull=lambda g, x: times(g[0], first(x)) + times(g[1], second(x)),
        push=lambda t, x: (times(t, first(x)), times(t, second(x))),
        results=True,
    )


def _exponential_integral(sc: Any) -> Operation:
    """E_n(x) = ∫ exp(-xt) t⁻ⁿ dt over 1..∞ with E_n' = -E_(n-1), for the n below 0 that SciPy lacks, too."""

    def derivative(x: Any, n: Any) -> Any:
        with np.errstate(all="ignore"):  # SciPy's value is computed for the other orders, too
            y = lower = np.exp(-x) / x
            found = np.where(n == 0, y, sc.expn(np.maximum(n, 1), x))
            for k in range(1, 1 - int(np.min(n, initial=0))):  # x E_(-k) = exp(-x) + k E_(1-k): no term is negative
                lower = (np.exp(-x) + k * lower) / x
                found = np.where(n == -k, lower, found)
        return found.astype(x.dtype)

    derivative.__name__ = "_exponential_integral"
    operation: Operation = elementwise(derivative, lambda d, x, n: -d * operation(x, np.subtract(n, 1)))
    return operation
