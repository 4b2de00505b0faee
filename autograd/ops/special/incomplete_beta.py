"""The incomplete beta function, its logarithm in the tails, and its derivatives by all arguments.

    I(a, b, x) = 1/B(a, b) ∫ t^(a-1) (1-t)^(b-1) dt over 0..x

By x it is a density, and its derivatives by a and b are means over the tail where x lies, up to the fourth order and to
the errors of the incomplete gamma function's.

Convention: this file is imported only with SciPy, see ``scipy``. The argument is z = log x/(1-x), which rounds off
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
from .incomplete import DEEP, SMALLEST, double, like, log_probability
from .pieces import piecewise
from .scipy import bare
from .stirling import LARGE, log_bernoulli, log_beta

sc = bare()


def _below(z: Any, a: Any, b: Any, index: tuple[int, ...] = ()) -> Any:
    """Of log T/(1-T) < z, with t = x e^-s: R, or a joint cumulant of log T (0) and log 1-T (1), means relative to x."""
    y = half_line(
        lambda s, z, a, b: (b - 1) * np.log1p(-np.exp(z) * np.expm1(-s)) - a * s,
        [lambda s, z, a, b: -s, lambda s, z, a, b: np.log1p(-np.exp(z) * np.expm1(-s))],
        lambda z, a, b: (1 / (1 + np.exp(z)), 40 / a + 1),
        index, z, a, b,
    )  # fmt: skip
    return like(y, z, a, b)


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

    at = double(a, b, z)
    p, q = _beta_pair(*at)
    y = log_probability(p, q)
    tiny = (p < SMALLEST) & np.isfinite(at[2]) & (at[0] > 0) & (at[1] > 0)
    if np.any(tiny):
        y = piecewise(tiny, far, lambda y, a, b, z: y, y, *at)
    return like(y, a, b, z)


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

    at = double(a, b, z, y)
    found = piecewise(_mostly_below(a, b, z), lambda a, b, z, y: _beta_excess(a, b, z, which), above, *at)
    return like(found, a, b, z)


def _beta_hazard(a: Any, b: Any, z: Any, y: Any) -> Any:
    """The density of z over I; far out, where the logarithms of both are large, from R."""
    found = piecewise(
        (plain(y) < DEEP) & _mostly_below(a, b, z),
        lambda a, b, z, y: np.exp(_log_sigmoid(-z) - beta_below(z, a, b)),
        lambda a, b, z, y: np.exp(beta_log_density(a, b, z) - y),
        *double(a, b, z, y),
    )
    return like(found, a, b, z)


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


def declare(sc: Any, rule: Callable[..., None]) -> None:
    """The rules of betainc, betaincc and their inverses; of these by the implicit function."""

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
