"""Gamma, beta, polygamma and zeta functions, complete and incomplete (DLMF 5, 8, 25). Rules: see ``scipy``."""

from __future__ import annotations

import functools
import math
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

    # ------------------------------------------------ the incomplete ones, whose derivatives are densities

    powers = private.get("_igam_fac")  # x^a e^-x / Γ(a), without the cancellation of logarithms

    def _gamma_density(x: Any, a: Any) -> Any:
        """x^(a-1) e^-x / Γ(a)."""

        def by_logarithms(x: Any, a: Any) -> Any:
            return np.exp(sc.xlogy(a - 1, x) - x - sc.gammaln(a))

        inside = (x > 0) & (x < np.inf) if isinstance(powers, np.ufunc) else np.zeros_like(x, dtype=bool)
        return piecewise(inside, lambda x, a: powers(a, x) / x, by_logarithms, x, a)

    def density_slope(x: Any, a: Any, y: Any) -> Any:
        """y ((a - 1) / x - 1), also where a = 1 and x = 0."""
        return y * ((a - 1) / np.where((plain(x) == 0) & (a == 1), 1, x) - 1)

    gamma_density = elementwise(_gamma_density, lambda d, x, a, y: d * density_slope(x, a, y))

    rule("gammainc", lambda d, a, b: d * gamma_density(b, a), inputs=["b"])
    rule("gammaincc", lambda d, a, b: -d * gamma_density(b, a), inputs=["b"])
    rule("gammaincinv", lambda d, a, y: d / gamma_density(y, a), inputs=["b"])
    rule("gammainccinv", lambda d, a, y: -d / gamma_density(y, a), inputs=["b"])

    def beta_density(x: Any, a: Any, b: Any) -> Any:
        """x^(a-1) (1-x)^(b-1) / B(a, b)."""
        return np.exp(sc.xlogy(a - 1, x) + sc.xlog1py(b - 1, -x) - sc.betaln(a, b))

    rule("betainc", lambda d, a, b, c: d * beta_density(c, a, b), inputs=["c"])
    rule("betaincc", lambda d, a, b, c: -d * beta_density(c, a, b), inputs=["c"])
    rule("betaincinv", lambda d, a, b, y: d / beta_density(y, a, b), inputs=["c"])
    rule("betainccinv", lambda d, a, b, y: -d / beta_density(y, a, b), inputs=["c"])

    # ------------------------------------------------ distributions, by their last argument: densities

    rule("chdtr", lambda d, a, b: d * gamma_density(b / 2, a / 2) / 2, inputs=["b"])
    rule("chdtrc", lambda d, a, b: -d * gamma_density(b / 2, a / 2) / 2, inputs=["b"])
    rule("chdtri", lambda d, a, y: -d * 2 / gamma_density(y / 2, a / 2), inputs=["b"])
    rule("gdtr", lambda d, a, b, c: d * a * gamma_density(a * c, b), inputs=["c"])
    rule("gdtrc", lambda d, a, b, c: -d * a * gamma_density(a * c, b), inputs=["c"])
    rule("pdtr", lambda d, a, b: -d * gamma_density(b, np.floor(a) + 1), inputs=["b"])
    rule("pdtrc", lambda d, a, b: d * gamma_density(b, np.floor(a) + 1), inputs=["b"])
    rule("bdtr", lambda d, a, b, c: -d * beta_density(c, np.floor(a) + 1, b - np.floor(a)), inputs=["c"])
    rule("bdtrc", lambda d, a, b, c: d * beta_density(c, np.floor(a) + 1, b - np.floor(a)), inputs=["c"])

    def student_density(x: Any, a: Any) -> Any:
        """(1 + x²/a)^-(a+1)/2 / √a B(a/2, 1/2); of very many degrees of freedom a that of a normal distribution."""

        def student(x: Any, a: Any) -> Any:
            return np.exp(-(a + 1) / 2 * np.log1p(x * x / a) - sc.betaln(a / 2, 0.5)) / np.sqrt(a)

        normal = lambda x, a: np.exp(-x * x / 2) / math.sqrt(2 * math.pi)  # noqa: E731
        return piecewise(np.greater(plain(a), 1e15), normal, student, x, a)

    rule("stdtr", lambda d, a, b: d * student_density(b, a), inputs=["b"])
    rule("stdtrit", lambda d, a, y: d / student_density(y, a), inputs=["b"])

    def ratio_density(x: Any, a: Any, b: Any) -> Any:
        """The density of a ratio of variances: that of a beta distribution at a x / (b + a x)."""
        return beta_density(a * x / (b + a * x), a / 2, b / 2) * a * b / (b + a * x) ** 2

    rule("fdtr", lambda d, a, b, c: d * ratio_density(c, a, b), inputs=["c"])
    rule("fdtrc", lambda d, a, b, c: -d * ratio_density(c, a, b), inputs=["c"])
    rule("fdtri", lambda d, a, b, y: d / ratio_density(y, a, b), inputs=["c"])
