"""Distributions with the points where they are tested, and exact numbers of their tails, by mpmath.

Convention: a ``case`` has the name of a distribution in ``autograd.stats`` and in ``scipy.stats``, its shape
parameters, and points inside, in the tails and outside of the support, before location and scale. A ``tail`` is a
method with its arguments, and the same in mpmath's functions, of mpmath's numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import scipy.stats

from autograd import stats


@dataclass(frozen=True)
class Case:
    """``bad`` are shape parameters that are none; ``rough`` names methods that SciPy computes badly."""

    name: str
    shapes: tuple[float, ...]
    inside: tuple[float, ...]
    outside: tuple[float, ...]
    bad: tuple[float, ...] | None
    rough: frozenset[str]

    def __str__(self) -> str:
        return f"{self.name}{self.shapes}"

    @property
    def ours(self) -> Any:
        return getattr(stats, self.name)

    @property
    def scipys(self) -> Any:
        return getattr(scipy.stats, self.name)

    @property
    def discrete(self) -> bool:
        return hasattr(self.ours, "pmf")


def case(
    name: str, shapes: tuple[float, ...], inside: tuple[float, ...], outside: tuple[float, ...] = (),
    bad: tuple[float, ...] | None = None, rough: str = "",
) -> Case:  # fmt: skip
    return Case(name, shapes, inside, outside, bad, frozenset(rough.split()))


CASES = [
    case("norm", (), (-7.0, -0.7, 0.4, 2.3, 9.0)),
    case("lognorm", (0.7,), (0.02, 0.6, 1.9, 30.0), (-1.0, 0.0), (-0.7,)),
    case("halfnorm", (), (1e-9, 0.4, 1.9, 8.0), (-1.0,)),
    case("truncnorm", (-1.2, 2.0), (-1.1, 0.3, 1.9), (-1.3, 2.1), (2.0, -1.2)),
    case("truncnorm", (5.0, 6.0), (5.1, 5.9), (0.0, 7.0)),
    case("invgauss", (0.8,), (0.05, 0.7, 3.0, 20.0), (-1.0, 0.0), (-0.8,)),
    case("t", (4.2,), (-30.0, -0.6, 0.01, 1.7), (), (-1.0,)),
    case("t", (0.6,), (-5.0, 0.2)),
    case("cauchy", (), (-1e9, -0.6, 0.1, 40.0)),
    case("halfcauchy", (), (1e-9, 0.6, 40.0), (-1.0,)),
    case("laplace", (), (-30.0, -0.6, 0.3, 5.0)),
    case("logistic", (), (-40.0, -0.6, 0.3, 50.0)),
    case("expon", (), (1e-9, 0.7, 30.0), (-1.0,)),
    case("gamma", (2.3,), (0.01, 1.7, 25.0), (-1.0,), (0.0,)),
    case("gamma", (40.0,), (20.0, 45.0), (-1.0,)),
    case("invgamma", (2.3,), (0.08, 0.6, 30.0), (-1.0, 0.0), (0.0,)),
    case("beta", (1.7, 2.4), (0.001, 0.4, 0.98), (-0.1, 1.1), (1.0, 0.0)),
    case("beta", (30.0, 20.0), (0.4, 0.63), (-0.1, 1.1)),
    case("chi2", (3.5,), (0.03, 2.6, 40.0), (-1.0,), (-2.0,)),
    case("chi", (3.5,), (0.1, 1.6, 7.0), (-1.0,), (0.0,)),
    case("f", (3.3, 7.2), (0.02, 1.2, 30.0), (-1.0,), (1.0, 0.0)),
    case("uniform", (), (0.1, 0.7), (-0.1, 1.1)),
    case("weibull_min", (1.8,), (0.01, 0.8, 5.0), (-1.0,), (0.0,)),
    case("weibull_max", (1.8,), (-0.01, -0.8, -5.0), (1.0,), (0.0,)),
    case("gumbel_r", (), (-3.0, 0.4, 30.0)),
    case("gumbel_l", (), (-30.0, 0.4, 3.0)),
    case("genextreme", (0.2,), (-3.0, 0.7, 4.0), (5.1,)),
    case("genextreme", (-0.3,), (-2.0, 0.7, 40.0), (-3.4,), (math.nan,)),
    case("genextreme", (0.0,), (-2.0, 0.7, 9.0)),
    case("pareto", (2.6,), (1.001, 1.7, 90.0), (0.5,), (0.0,)),
    case("genpareto", (0.3,), (1e-9, 0.7, 90.0), (-1.0,)),
    case("genpareto", (-0.3,), (0.3, 3.0), (-1.0, 3.4)),
    case("fisk", (2.4,), (0.02, 0.8, 30.0), (-1.0,), (0.0,), rough="sf logsf"),
    case("powerlaw", (1.7,), (0.01, 0.8), (-1.0, 1.1), (0.0,)),
    case("rayleigh", (), (1e-9, 0.8, 9.0), (-1.0,)),
    case("nakagami", (1.3,), (0.02, 0.9, 4.0), (-1.0,), (0.0,)),
    case("triang", (0.35,), (0.01, 0.3, 0.4, 0.99), (-0.1, 1.1), (1.5,)),
    case("loggamma", (1.7,), (-9.0, 0.4, 3.0), (), (0.0,)),
    case("loggamma", (30.0,), (3.0, 3.5)),
    case("vonmises", (1.4,), (-3.1, -0.5, 0.01, 2.4), (), (-1.0,), rough="ppf isf"),
    case("gennorm", (1.6,), (-9.0, -0.5, 0.3, 2.0), (), (0.0,)),
    case("poisson", (3.4,), (0.0, 3.0, 12.0), (-1.0, 2.5), (-1.0,)),
    case("poisson", (40.0,), (25.0, 40.0, 60.0), (-1.0,)),
    case("bernoulli", (0.3,), (0.0, 1.0), (-1.0, 2.0, 0.5), (1.2,)),
    case("binom", (9.0, 0.4), (0.0, 3.0, 8.0, 9.0), (-1.0, 10.0, 2.5), (9.0, 1.2)),
    case("binom", (60.0, 0.5), (30.0, 42.0), (-1.0,)),
    case("geom", (0.3,), (1.0, 4.0, 20.0), (0.0, 1.5), (0.0,)),
    case("nbinom", (3.5, 0.4), (0.0, 4.0, 25.0), (-1.0, 2.5), (3.5, 1.2)),
    case("hypergeom", (20.0, 7.0, 12.0), (1.0, 4.0, 7.0), (-1.0, 8.0), (20.0, 21.0, 12.0)),
]

# ---------------------------------------------------------------- tails


@dataclass(frozen=True)
class Tail:
    method: str
    arguments: tuple[float, ...]
    exact: Callable[..., Any]

    def __str__(self) -> str:
        return f"{self.method}{self.arguments}"

    @property
    def ours(self) -> Any:
        name, method = self.method.split(".")
        return getattr(getattr(stats, name), method)


def tail(method: str, exact: Callable[..., Any], *arguments: float) -> Tail:
    return Tail(method, arguments, exact)


def upper_gamma(a: Any, x: Any) -> Any:
    return mp.log(mp.gammainc(a, x, mp.inf, regularized=True))


def lower_gamma(a: Any, x: Any) -> Any:
    return mp.log(mp.gammainc(a, 0, x, regularized=True))


def series(a: Any, x: Any) -> Any:
    """log P(a, x) by its continued fraction (DLMF 8.9.1), where mpmath's own takes too long."""
    fraction = mp.mpf(0)
    for n in range(4000, 0, -1):
        k = (n + 1) // 2
        fraction = (k * x if n % 2 == 0 else -(a + k - 1) * x) / (a + n + fraction)
    return a * mp.log(x) - x - mp.loggamma(a) - mp.log(a + fraction)


def lower_beta(a: Any, b: Any, x: Any) -> Any:
    return mp.log(mp.betainc(a, b, 0, x, regularized=True))


def gamma_density(x: Any, a: Any) -> Any:
    return (a - 1) * mp.log(x) - x - mp.loggamma(a)


def normal(x: Any) -> Any:
    return mp.erfc(-x / mp.sqrt(2)) / 2


def between(a: Any, b: Any) -> Any:
    return normal(-a) - normal(-b)


def hypergeometric(k: Any, M: Any, n: Any, N: Any) -> Any:
    return mp.log(mp.binomial(n, k) * mp.binomial(M - n, N - k) / mp.binomial(M, N))


def angle(x: Any, kappa: Any) -> Any:
    rest = mp.quad(lambda s: mp.exp(kappa * mp.cos(s)), [x, 2, 2.3, mp.pi])
    return mp.log(rest / (2 * mp.pi * mp.besseli(0, kappa)))


def inverse_gaussian(x: Any, mu: Any) -> Any:
    root = mp.sqrt(1 / x)
    return mp.log(normal(-root * (x / mu - 1)) - mp.exp(2 / mu) * normal(-root * (x / mu + 1)))


TAILS = [
    tail("norm.logcdf", lambda x: mp.log(normal(x)), -40.0),
    tail("norm.logcdf", lambda x: mp.log(normal(x)), -1e5),
    tail("norm.logsf", lambda x: mp.log(normal(-x)), 40.0),
    tail("norm.sf", lambda x: normal(-x), 30.0),
    tail("halfnorm.logcdf", lambda x: mp.log(mp.erf(x / mp.sqrt(2))), 1e-12),
    tail("truncnorm.logpdf", lambda x, a, b: -x * x / 2 - mp.log(mp.sqrt(2 * mp.pi) * between(a, b)), 50.1, 50.0, 51.0),
    tail("truncnorm.logcdf", lambda x, a, b: mp.log(between(a, x) / between(a, b)), 1e-9, -1e-9, 2e-9),
    tail("invgauss.logsf", inverse_gaussian, 300.0, 0.8),
    tail("gamma.logsf", lambda x, a: upper_gamma(a, x), 2000.0, 3.0),
    tail("gamma.logcdf", lambda x, a: lower_gamma(a, x), 1e-150, 3.5),
    tail("gamma.logcdf", lambda x, a: lower_gamma(a, x), 10.0, 250.0),
    tail("gamma.logsf", lambda x, a: upper_gamma(a, x), 0.3, 0.02),
    tail("gamma.cdf", lambda x, a: mp.exp(series(a, x)), 0.994e6, 1e6),
    tail("gamma.logpdf", gamma_density, 1.001e6, 1e6),
    tail("gamma.logpdf", gamma_density, 18.6, 35.45),
    tail("gamma.logpdf", gamma_density, 1e-9, 50.0),
    tail("chi2.logsf", lambda x, df: upper_gamma(df / 2, x / 2), 1600.0, 5.0),
    tail("invgamma.logcdf", lambda x, a: upper_gamma(a, 1 / x), 1e-3, 2.0),
    tail("beta.logcdf", lambda x, a, b: lower_beta(a, b, x), 1e-30, 12.0, 3.5),
    tail("beta.logsf", lambda x, a, b: lower_beta(b, a, 1 - x), 0.999, 2.5, 150.5),
    tail("f.logsf", lambda x, m, n: lower_beta(n / 2, m / 2, n / (n + m * x)), 1e60, 3.0, 13.0),
    tail("t.logcdf", lambda x, df: lower_beta(df / 2, mp.mpf(0.5), df / (df + x * x)) - mp.log(2), -1e80, 5.0),
    tail("t.logcdf", lambda x, df: lower_beta(df / 2, mp.mpf(0.5), df / (df + x * x)) - mp.log(2), -40.0, 300.0),
    tail("t.logsf", lambda x, df: lower_beta(df / 2, mp.mpf(0.5), df / (df + x * x)) - mp.log(2), 1e-3, 3.5),
    tail("poisson.logcdf", lambda k, mu: upper_gamma(k + 1, mu), 3.0, 900.0),
    tail("poisson.logsf", lambda k, mu: lower_gamma(k + 1, mu), 200.0, 2.0),
    tail("poisson.logpmf", lambda k, mu: k * mp.log(mu) - mu - mp.loggamma(k + 1), 1e6, 1.0001e6),
    tail("binom.logcdf", lambda k, n, p: lower_beta(n - k, k + 1, 1 - p), 3.0, 500.0, 0.9),
    tail("nbinom.logsf", lambda k, n, p: lower_beta(k + 1, n, 1 - p), 900.0, 3.5, 0.7),
    tail("hypergeom.logpmf", hypergeometric, 4.0, 20.0, 7.0, 12.0),
    tail("loggamma.logcdf", lambda x, c: c * x - mp.loggamma(c + 1), -900.0, 1.5),
    tail("loggamma.logsf", lambda x, c: mp.log(1 - mp.exp(c * x) / mp.gamma(c + 1)), -2300.0, 1e-3),
    tail("logistic.logsf", lambda x: -mp.log(1 + mp.exp(x)), 800.0),
    tail("gumbel_r.logsf", lambda x: mp.log(-mp.expm1(-mp.exp(-x))), 60.0),
    tail("genextreme.logpdf", lambda x, c: (1 / c - 1) * mp.log(1 - c * x) - (1 - c * x) ** (1 / c), 3.0, 1e-9),
    tail("fisk.logsf", lambda x, c: -mp.log(1 + x**c), 1e5, 2.5),
    tail("vonmises.logsf", angle, 1.7, 60.0),
]  # fmt: skip

# ---------------------------------------------------------------- special functions


@dataclass(frozen=True)
class Shape:
    """A special function with its derivatives by all arguments, taken by mpmath; ``special`` finds it by name."""

    name: str
    exact: Callable[..., Any]
    points: tuple[tuple[float, ...], ...]

    def __str__(self) -> str:
        return self.name


GAMMAS = ((0.3, 0.01), (2.5, 1.7), (2.5, 9.0), (40.0, 25.0), (300.0, 330.0))
BETAS = ((0.5, 1.5, 0.02), (3.0, 0.4, 0.9), (40.0, 25.0, 0.5), (300.0, 2.5, 0.995))

SHAPES = [
    Shape("gammainc", lambda a, x: mp.gammainc(a, 0, x, regularized=True), GAMMAS),
    Shape("gammaincc", lambda a, x: mp.gammainc(a, x, mp.inf, regularized=True), GAMMAS),
    Shape("betainc", lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True), BETAS),
    Shape("betaincc", lambda a, b, x: mp.betainc(a, b, x, 1, regularized=True), BETAS),
]
