"""The incomplete gamma and beta functions, their logarithms in the tails, and their derivatives by every argument.

    P(a, x) = 1/Γ(a) ∫ t^(a-1) e^-t dt over 0..x, Q = 1 - P,    I(a, b, x) = 1/B(a, b) ∫ t^(a-1) (1-t)^(b-1) dt

By x they are densities. By a the logarithm of P is E[log T | T < x] - ψ(a), a mean over the tail, which is integrated
numerically on the side of the mode where x lies (``halfline``); the other side is its complement. Higher derivatives
are cumulants of log T there; all of them are to be had up to the fourth order. The relative error of the first ones is
below 1e-12, of the second ones below 1e-11. SciPy has none of these derivatives, and P, Q and I where they are
representable: where they underflow, their logarithm is integrated too.

Convention: this file is imported only with SciPy, see ``scipy``. Of I the argument is z = log x/(1-x), which rounds off
neither x nor 1 - x.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import Operation, elementwise, plain
from ..arguments import together
from .digamma import difference
from .halfline import bell, half_line
from .pieces import piecewise
from .scipy import bare
from .stirling import LARGE, log_bernoulli, log_beta, log_poisson

sc = bare()
MANY, UNCOMMON = 1e4, 1e-4  # of a larger a SciPy gives up its series before it has converged, but for the middle
SMALLEST = 1e-280  # a probability below this is integrated
DEEP = -30.0  # a logarithm from which on its difference to another one is rounded too much


def _like(y: Any, *given: Any) -> Any:
    """In the precision of what was given, integers in double."""
    kind = np.result_type(*given)
    return y.astype(kind) if kind.kind == "f" else y


def _double(*given: Any) -> list[Any]:
    return [x.astype(np.float64) for x in together(*given)]


def _log_probability(p: Any, q: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p < 0.5, np.log(p), np.log1p(-q))


# ---------------------------------------------------------------- gamma


def _lower(x: Any, a: Any, index: tuple[int, ...] = ()) -> Any:
    """Of T < x, with t = x e^-s: R, or a cumulant of log T (the mean as that of log T/x)."""
    y = half_line(
        lambda s, x, a: -a * s - x * np.expm1(-s),
        [lambda s, x, a: -s],
        lambda x, a: (np.ones_like(a), 40 / a + 1),
        index, x, a,
    )  # fmt: skip
    return _like(y, x, a)


def _upper(x: Any, a: Any, index: tuple[int, ...] = ()) -> Any:
    """Of T > x, with t = x + s: R, or a cumulant of log T (the mean as that of log T/x)."""

    def limits(x: Any, a: Any) -> tuple[Any, Any]:
        k = np.maximum(a - 1, 0)
        ratio = 40 / k
        return np.minimum(x, 1.0), np.where(k > 0, np.minimum(x * (ratio + np.sqrt(ratio * (ratio + 2))), 1e308), 40)

    y = half_line(lambda s, x, a: (a - 1) * np.log1p(s / x) - s, [lambda s, x, a: np.log1p(s / x)], limits, index, x, a)
    return _like(y, x, a)


def _gamma_by_x(tail: Any, sign: int, x: Any, a: Any, index: tuple[int, ...]) -> Any:
    """The derivative by the end of the tail: of R that of its integral less its height; of cumulants by ``bell``."""
    hazard = np.exp(-tail(x, a))
    if sign > 0:
        hazard = hazard / x
    if not index:
        height = a / x - 1 if sign > 0 else (a - 1) / x - 1
        return sign * hazard - height
    y = sign * hazard * bell(index, lambda part: -tail(x, a, part))
    return y - 1 / x if len(index) == 1 else y


gamma_lower: Operation = elementwise(
    _lower,
    lambda d, x, a, index: d * _gamma_by_x(gamma_lower, 1, x, a, index),
    lambda d, x, a, index: d * gamma_lower(x, a, (*index, 0)),
)
gamma_upper: Operation = elementwise(
    _upper,
    lambda d, x, a, index: d * _gamma_by_x(gamma_upper, -1, x, a, index),
    lambda d, x, a, index: d * gamma_upper(x, a, (*index, 0)),
)


def _gamma_excess(tail: Any, a: Any, x: Any) -> Any:
    """E[log T in the tail] - E[log T]."""
    return tail(x, a, (0,)) + (np.log(x) - sc.psi(a))


def _log_gammainc(a: Any, x: Any) -> Any:
    """log P(a, x)."""
    return _gamma_tail(a, x, sc.gammainc, sc.gammaincc, lambda a, x: log_poisson(sc, a, x) + np.log(a) + _lower(x, a))


def _log_gammaincc(a: Any, x: Any) -> Any:
    """log Q(a, x)."""
    return _gamma_tail(a, x, sc.gammaincc, sc.gammainc, lambda a, x: log_poisson(sc, a - 1, x) + _upper(x, a))


def _gamma_tail(a: Any, x: Any, own: Any, other: Any, far: Callable[..., Any]) -> Any:
    at = _double(a, x)
    p = own(*at)
    y = _log_probability(p, other(*at))
    tiny = (p < SMALLEST) | ((p < UNCOMMON) & (at[0] > MANY))
    tiny = tiny & (at[1] > 0) & (at[1] < np.inf) & (at[0] > 0)
    if np.any(tiny):
        y = piecewise(tiny, lambda y, a, x: far(a, x), lambda y, a, x: y, y, *at)
    return _like(y, a, x)


def _log_gamma_by_a(a: Any, x: Any, y: Any, lower: bool) -> Any:
    """Of log P or log Q: by the mean over the tail, which on the other side has the weight -Q/P or -P/Q."""

    def below(a: Any, x: Any, y: Any) -> Any:
        excess = _gamma_excess(gamma_lower, a, x)
        return excess if lower else -excess * np.exp(log_gammainc(a, x) - y)

    def above(a: Any, x: Any, y: Any) -> Any:
        excess = _gamma_excess(gamma_upper, a, x)
        return -excess * np.exp(log_gammaincc(a, x) - y) if lower else excess

    return piecewise(np.less(plain(x), plain(a)), below, above, a, x, y)


def _hazard(a: Any, x: Any, y: Any, lower: bool) -> Any:
    """The density over P or Q; far out, where the logarithms of both are large, from R."""

    def far(a: Any, x: Any, y: Any) -> Any:
        return np.exp(-gamma_lower(x, a)) / x if lower else np.exp(-gamma_upper(x, a))

    return piecewise(
        (plain(y) < DEEP) & (np.less(plain(x), plain(a)) == lower),
        far,
        lambda a, x, y: np.exp(log_poisson(sc, a - 1, x) - y),
        a, x, y,
    )  # fmt: skip


log_gammainc: Operation = elementwise(
    _log_gammainc,
    lambda d, a, x, y: d * _log_gamma_by_a(a, x, y, True),
    lambda d, a, x, y: d * _hazard(a, x, y, True),
)
log_gammaincc: Operation = elementwise(
    _log_gammaincc,
    lambda d, a, x, y: d * _log_gamma_by_a(a, x, y, False),
    lambda d, a, x, y: -d * _hazard(a, x, y, False),
)


def gamma_density(a: Any, x: Any) -> Any:
    """x^(a-1) e^-x / Γ(a)."""
    a, x = together(a, x)
    return np.exp(log_poisson(sc, a - 1, x))


def gamma_by_a(a: Any, x: Any) -> Any:
    """The derivative of P(a, x) by a."""

    def inside(a: Any, x: Any) -> Any:
        return piecewise(
            np.less(plain(x), plain(a)),
            lambda a, x: np.exp(log_gammainc(a, x)) * _gamma_excess(gamma_lower, a, x),
            lambda a, x: -np.exp(log_gammaincc(a, x)) * _gamma_excess(gamma_upper, a, x),
            a, x,
        )  # fmt: skip

    at = plain(x)
    return piecewise((at > 0) & (at < np.inf), inside, lambda a, x: 0 * a, a, x)


# ---------------------------------------------------------------- beta


def _below(z: Any, a: Any, b: Any, index: tuple[int, ...] = ()) -> Any:
    """Of log T/(1-T) < z, with t = x e^-s: R, or a joint cumulant of log T (0) and log 1-T (1), means relative to x."""
    y = half_line(
        lambda s, z, a, b: (b - 1) * np.log1p(-np.exp(z) * np.expm1(-s)) - a * s,
        [lambda s, z, a, b: -s, lambda s, z, a, b: np.log1p(-np.exp(z) * np.expm1(-s))],
        lambda z, a, b: (1 / (1 + np.exp(z)), 40 / a + 1),
        index, z, a, b,
    )  # fmt: skip
    return _like(y, z, a, b)


def _log_sigmoid(z: Any) -> Any:
    return -np.logaddexp(0, -z)


def _beta_by_z(z: Any, a: Any, b: Any, index: tuple[int, ...]) -> Any:
    x, y = np.exp(_log_sigmoid(z)), np.exp(_log_sigmoid(-z))
    hazard = np.exp(-beta_below(z, a, b)) * y
    if not index:
        return hazard - (a * y - (b - 1) * x)
    change = hazard * bell(index, lambda part: -beta_below(z, a, b, part))
    return change if len(index) > 1 else change - y if index[0] == 0 else change + x


beta_below: Operation = elementwise(
    _below,
    lambda d, z, a, b, index: d * _beta_by_z(z, a, b, index),
    lambda d, z, a, b, index: d * beta_below(z, a, b, (*index, 0)),
    lambda d, z, a, b, index: d * beta_below(z, a, b, (*index, 1)),
)


def beta_log_density(a: Any, b: Any, z: Any) -> Any:
    """The log-density a log x + b log(1-x) - log B(a, b) of z = log x/(1-x)."""

    def small(a: Any, b: Any, z: Any) -> Any:
        return a * _log_sigmoid(z) + b * _log_sigmoid(-z) - log_beta(sc, a, b)

    def large(a: Any, b: Any, z: Any) -> Any:
        x, y = np.exp(_log_sigmoid(z)), np.exp(_log_sigmoid(-z))
        return log_bernoulli(sc, a, b, x, y) + np.log(a) + np.log(b) - np.log(a + b) - np.log(a + b + 1)

    return piecewise(np.minimum(plain(a), plain(b)) > LARGE, large, small, a, b, z)


def _log_betainc(a: Any, b: Any, z: Any) -> Any:
    """log I(a, b, x) of z = log x/(1-x)."""

    def far(y: Any, a: Any, b: Any, z: Any) -> Any:
        return beta_log_density(a, b, z) - _log_sigmoid(-z) + _below(z, a, b)

    at = _double(a, b, z)
    p, q = _beta_pair(*at)
    y = _log_probability(p, q)
    tiny = (p < SMALLEST) & np.isfinite(at[2]) & (at[0] > 0) & (at[1] > 0)
    if np.any(tiny):
        y = piecewise(tiny, far, lambda y, a, b, z: y, y, *at)
    return _like(y, a, b, z)


def _beta_pair(a: Any, b: Any, z: Any) -> tuple[Any, Any]:
    """I and 1 - I, each from the smaller one of x and 1 - x."""
    x, y = sc.expit(z), sc.expit(-z)
    left = z <= 0
    small, first, second = np.where(left, x, y), np.where(left, a, b), np.where(left, b, a)
    inside, outside = sc.betainc(first, second, small), sc.betaincc(first, second, small)
    return np.where(left, inside, outside), np.where(left, outside, inside)


def _beta_excess(a: Any, b: Any, z: Any, which: int) -> Any:
    """E[log T in the tail below z] - E[log T], or of log 1-T."""
    if which == 0:
        return beta_below(z, a, b, (0,)) + _log_sigmoid(z) + difference(sc, a, b)
    return beta_below(z, a, b, (1,)) + _log_sigmoid(-z) + difference(sc, b, a)


def _mostly_below(a: Any, b: Any, z: Any) -> Any:
    """Is z to the left of the mode?"""
    with np.errstate(all="ignore"):
        return np.less(plain(z), np.log(plain(a)) - np.log(plain(b)))


def _log_beta_by(a: Any, b: Any, z: Any, y: Any, which: int) -> Any:
    """Of log I by a (0) or b (1); right of the mode from the complement, in which a and b have changed places."""

    def above(a: Any, b: Any, z: Any, y: Any) -> Any:
        return -np.exp(log_betainc(b, a, -z) - y) * _beta_excess(b, a, -z, 1 - which)

    return piecewise(_mostly_below(a, b, z), lambda a, b, z, y: _beta_excess(a, b, z, which), above, a, b, z, y)


def _beta_hazard(a: Any, b: Any, z: Any, y: Any) -> Any:
    """The density of z over I; far out, where the logarithms of both are large, from R."""
    return piecewise(
        (plain(y) < DEEP) & _mostly_below(a, b, z),
        lambda a, b, z, y: np.exp(_log_sigmoid(-z) - beta_below(z, a, b)),
        lambda a, b, z, y: np.exp(beta_log_density(a, b, z) - y),
        a, b, z, y,
    )  # fmt: skip


log_betainc: Operation = elementwise(
    _log_betainc,
    lambda d, a, b, z, y: d * _log_beta_by(a, b, z, y, 0),
    lambda d, a, b, z, y: d * _log_beta_by(a, b, z, y, 1),
    lambda d, a, b, z, y: d * _beta_hazard(a, b, z, y),
)


def beta_by(a: Any, b: Any, x: Any, which: int) -> Any:
    """The derivative of I(a, b, x) by a (0) or b (1)."""

    def inside(a: Any, b: Any, x: Any) -> Any:
        z = np.log(x) - np.log1p(-x)
        return piecewise(
            _mostly_below(a, b, z),
            lambda a, b, z, x: sc.betainc(a, b, x) * _beta_excess(a, b, z, which),
            lambda a, b, z, x: -sc.betaincc(a, b, x) * _beta_excess(b, a, -z, 1 - which),
            a, b, z, x,
        )  # fmt: skip

    at = plain(x)
    return piecewise((at > 0) & (at < 1), inside, lambda a, b, x: 0 * (a + b + x), a, b, x)


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """x^(a-1) (1-x)^(b-1) / B(a, b)."""
    a, b, x = together(a, b, x)
    return np.exp(log_bernoulli(sc, a - 1, b - 1, x, 1 - x))


# ---------------------------------------------------------------- SciPy's own


def declare(sc: Any, rule: Callable[..., None]) -> None:
    """The rules of gammainc, gammaincc, betainc, betaincc and their inverses; of these by the implicit function."""

    by_a = gamma_by_a
    rule("gammainc", lambda d, a, b: d * by_a(a, b), lambda d, a, b: d * gamma_density(a, b))
    rule("gammaincc", lambda d, a, b: -d * by_a(a, b), lambda d, a, b: -d * gamma_density(a, b))
    rule("gammaincinv", lambda d, a, y: -d * by_a(a, y) / gamma_density(a, y), lambda d, a, y: d / gamma_density(a, y))
    rule(
        "gammainccinv", lambda d, a, y: -d * by_a(a, y) / gamma_density(a, y), lambda d, a, y: -d / gamma_density(a, y)
    )

    def inverse_by(a: Any, b: Any, y: Any, which: int) -> Any:
        return -beta_by(a, b, y, which) / beta_density(a, b, y)

    rule(
        "betainc",
        lambda d, a, b, c: d * beta_by(a, b, c, 0),
        lambda d, a, b, c: d * beta_by(a, b, c, 1),
        lambda d, a, b, c: d * beta_density(a, b, c),
    )
    rule(
        "betaincc",
        lambda d, a, b, c: -d * beta_by(a, b, c, 0),
        lambda d, a, b, c: -d * beta_by(a, b, c, 1),
        lambda d, a, b, c: -d * beta_density(a, b, c),
    )
    rule(
        "betaincinv",
        lambda d, a, b, y: d * inverse_by(a, b, y, 0),
        lambda d, a, b, y: d * inverse_by(a, b, y, 1),
        lambda d, a, b, y: d / beta_density(a, b, y),
    )
    rule(
        "betainccinv",
        lambda d, a, b, y: d * inverse_by(a, b, y, 0),
        lambda d, a, b, y: d * inverse_by(a, b, y, 1),
        lambda d, a, b, y: -d / beta_density(a, b, y),
    )
