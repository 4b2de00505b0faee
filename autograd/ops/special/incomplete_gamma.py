"""The incomplete gamma function, its logarithm in the tails, and its derivatives by both arguments.

    P(a, x) = 1/Γ(a) ∫ t^(a-1) e^-t dt over 0..x, Q = 1 - P

By x it is a density. By a the logarithm of P is E[log T | T < x] - ψ(a), a mean over the tail, which is integrated
numerically on the side of the mode where x lies (``halfline``); the other side is its complement. Higher derivatives
are cumulants of log T there; all of them are to be had up to the fourth order. The relative error of the first ones is
below 1e-12, of the second ones below 1e-11. SciPy has none of these derivatives, and P and Q where they are
representable: where they underflow, their logarithm is integrated too.

Convention: this file is imported only with SciPy, see ``scipy``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import Operation, elementwise, plain
from ..arguments import together
from .halfline import bell, half_line
from .incomplete import DEEP, SMALLEST, double, like, log_probability
from .pieces import piecewise
from .scipy import bare
from .stirling import log_poisson

sc = bare()
MANY, UNCOMMON = 1e4, 1e-4  # of a larger a SciPy gives up its series before it has converged, but for the middle


def _lower(x: Any, a: Any, index: tuple[int, ...] = ()) -> Any:
    """Of T < x, with t = x e^-s: R, or a cumulant of log T (the mean as that of log T/x)."""
    y = half_line(
        lambda s, x, a: -a * s - x * np.expm1(-s),
        [lambda s, x, a: -s],
        lambda x, a: (np.ones_like(a), 40 / a + 1),
        index, x, a,
    )  # fmt: skip
    return like(y, x, a)


def _upper(x: Any, a: Any, index: tuple[int, ...] = ()) -> Any:
    """Of T > x, with t = x + s: R, or a cumulant of log T (the mean as that of log T/x)."""

    def limits(x: Any, a: Any) -> tuple[Any, Any]:
        k = np.maximum(a - 1, 0)
        ratio = 40 / k
        return np.minimum(x, 1.0), np.where(k > 0, np.minimum(x * (ratio + np.sqrt(ratio * (ratio + 2))), 1e308), 40)

    y = half_line(lambda s, x, a: (a - 1) * np.log1p(s / x) - s, [lambda s, x, a: np.log1p(s / x)], limits, index, x, a)
    return like(y, x, a)


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
    at = double(a, x)
    p = own(*at)
    y = log_probability(p, other(*at))
    tiny = (p < SMALLEST) | ((p < UNCOMMON) & (at[0] > MANY))
    tiny = tiny & (at[1] > 0) & (at[1] < np.inf) & (at[0] > 0)
    if np.any(tiny):
        y = piecewise(tiny, lambda y, a, x: far(a, x), lambda y, a, x: y, y, *at)
    return like(y, a, x)


def _log_gamma_by_a(a: Any, x: Any, y: Any, lower: bool) -> Any:
    """Of log P or log Q: by the mean over the tail, which on the other side has the weight -Q/P or -P/Q."""

    def below(a: Any, x: Any, y: Any) -> Any:
        excess = _gamma_excess(gamma_lower, a, x)
        return excess if lower else -excess * np.exp(log_gammainc(a, x) - y)

    def above(a: Any, x: Any, y: Any) -> Any:
        excess = _gamma_excess(gamma_upper, a, x)
        return -excess * np.exp(log_gammaincc(a, x) - y) if lower else excess

    found = piecewise(np.less(plain(x), plain(a)), below, above, *double(a, x, y))
    return like(found, a, x)


def _hazard(a: Any, x: Any, y: Any, lower: bool) -> Any:
    """The density over P or Q; far out, where the logarithms of both are large, from R."""

    def far(a: Any, x: Any, y: Any) -> Any:
        return np.exp(-gamma_lower(x, a)) / x if lower else np.exp(-gamma_upper(x, a))

    found = piecewise(
        (plain(y) < DEEP) & (np.less(plain(x), plain(a)) == lower),
        far,
        lambda a, x, y: np.exp(log_poisson(sc, a - 1, x) - y),
        *double(a, x, y),
    )
    return like(found, a, x)


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


def declare(sc: Any, rule: Callable[..., None]) -> None:
    """The rules of gammainc, gammaincc and their inverses; of these by the implicit function."""
    by_a = gamma_by_a
    rule("gammainc", lambda d, a, b: d * by_a(a, b), lambda d, a, b: d * gamma_density(a, b))
    rule("gammaincc", lambda d, a, b: -d * by_a(a, b), lambda d, a, b: -d * gamma_density(a, b))
    rule("gammaincinv", lambda d, a, y: -d * by_a(a, y) / gamma_density(a, y), lambda d, a, y: d / gamma_density(a, y))
    rule(
        "gammainccinv", lambda d, a, y: -d * by_a(a, y) / gamma_density(a, y), lambda d, a, y: -d / gamma_density(a, y)
    )
