"""Gamma, beta, polygamma and zeta functions (DLMF 5, 25). Rules: see ``scipy``."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import elementwise, plain
from ..special_points import zero_slope
from .digamma import difference, near_pole, reciprocal_slope, trigamma
from .pieces import piecewise


def declare(sc: Any, rule: Callable[..., None]) -> None:
    psi = sc.psi
    slope = functools.partial(reciprocal_slope, sc)
    psi_difference = functools.partial(difference, sc)
    rule("gamma", lambda d, x, y: d * y * psi(x))
    rule("rgamma", lambda d, x: d * slope(x))
    rule("gammaln", lambda d, x: d * psi(x))
    rule("loggamma", lambda d, x: d * psi(x))
    rule("gammasgn", zero_slope)
    rule("psi", lambda d, x: d * trigamma(sc, x))
    private = vars(sys.modules.get("scipy.special._ufuncs", sc))
    hurwitz = private.get("_zeta")  # what sc.zeta(s, q) calls
    if isinstance(hurwitz, np.ufunc):
        elementwise(hurwitz, lambda d, a, b: -d * a * sc.zeta(a + 1, b), inputs=["b"], name="zeta")

    # ------------------------------------------------ quotients of gamma functions, also where they are 0

    def poch_by_a(a: Any, b: Any, y: Any) -> Any:
        """Of Γ(a+b)/Γ(a): y (ψ(a+b) - ψ(a)); with a whole b and a to the left, of ±Γ(1-a)/Γ(1-a-b)."""

        def other(a: Any, b: Any, y: Any) -> Any:
            zero = near_pole(a) & (np.abs(plain(a)) < 100)
            return piecewise(
                zero,
                lambda a, b, y: y * psi(a + b) + sc.gamma(a + b) * slope(a),
                lambda a, b, y: y * psi_difference(a, b),
                a, b, y,
            )  # fmt: skip

        at, step = plain(a), plain(b)
        polynomial = (at < 0.5) & (at + step < 0.5) & (step == np.round(step))
        return piecewise(polynomial, lambda a, b, y: y * psi_difference(1 - a, -b), other, a, b, y)

    rule("poch", lambda d, a, b, y: d * poch_by_a(a, b, y), lambda d, a, b, y: d * y * psi(a + b))

    def binom_by_n(n: Any, k: Any, y: Any) -> Any:
        """Of Γ(n+1) / Γ(k+1) Γ(n-k+1): y (ψ(n+1) - ψ(n-k+1))."""
        return piecewise(
            near_pole(n - k + 1),
            lambda n, k, y: y * psi(n + 1) + sc.poch(k + 1, n - k) * slope(n - k + 1),
            lambda n, k, y: y * psi_difference(n - k + 1, k),
            n, k, y,
        )  # fmt: skip

    def binom_by_k(n: Any, k: Any, y: Any) -> Any:
        """y (ψ(n-k+1) - ψ(k+1)), which is the same with the other sign for n - k."""

        def beyond(n: Any, k: Any, y: Any) -> Any:
            return y * psi(n - k + 1) + sc.poch(n - k + 1, k) * slope(k + 1)

        def regular(n: Any, k: Any, y: Any) -> Any:
            return piecewise(
                near_pole(n - k + 1),
                lambda n, k, y: -beyond(n, n - k, y),
                lambda n, k, y: y * psi_difference(k + 1, n - 2 * k),
                n, k, y,
            )  # fmt: skip

        return piecewise(near_pole(k + 1), beyond, regular, n, k, y)

    rule("binom", lambda d, a, b, y: d * binom_by_n(a, b, y), lambda d, a, b, y: d * binom_by_k(a, b, y))

    def beta_by_a(a: Any, b: Any, y: Any) -> Any:
        """Of Γ(a) Γ(b) / Γ(a+b): y (ψ(a) - ψ(a+b))."""
        return piecewise(
            near_pole(a + b),
            lambda a, b, y: y * psi(a) + sc.gamma(a) * sc.gamma(b) * slope(a + b),
            lambda a, b, y: -y * psi_difference(a, b),
            a, b, y,
        )  # fmt: skip

    rule("beta", lambda d, a, b, y: d * beta_by_a(a, b, y), lambda d, a, b, y: d * beta_by_a(b, a, y))
    rule("betaln", lambda d, a, b: -d * psi_difference(a, b), lambda d, a, b: -d * psi_difference(b, a))
