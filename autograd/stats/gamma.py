"""The gamma distribution and those of its powers, inverses and logarithms; they need SciPy.

Convention: P and Q = 1 - P are the incomplete gamma functions, Γ the complete one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import plain
from ..ops.special.pieces import piecewise
from ..ops.special.stirling import HALF_LOG_2PI, LARGE, log1pmx, log_beta, log_poisson, stirling
from .continuous import Continuous
from .distribution import Piece
from .pieces import LOG_2, incomplete, log1mexp, special

POSITIVE: Any = (0, math.inf)


def log_power(k: Any, x: Any) -> Any:
    """k log x - x - log Γ(k + 1)."""
    return log_poisson(special, k, x)


def half_step(a: Any) -> Any:
    """log Γ(a + ½) - log Γ(a)."""
    return 0.5 * math.log(math.pi) - log_beta(special, a, 0.5)


def log_p(a: Any, x: Any) -> Any:
    """log P(a, x)."""
    return incomplete("gamma").log_gammainc(a, x)


def log_q(a: Any, x: Any) -> Any:
    """log Q(a, x)."""
    return incomplete("gamma").log_gammaincc(a, x)


def inverse(a: Any, lp: Any, lq: Any) -> Any:
    """x with P(a, x) = p, from the logarithm of p or of 1 - p, whichever is smaller."""
    return piecewise(
        plain(lp) < plain(lq),
        lambda a, p, q: special.gammaincinv(a, np.exp(p)),
        lambda a, p, q: special.gammainccinv(a, np.exp(q)),
        a, lp, lq,
    )  # fmt: skip


def rising(to_gamma: Piece) -> dict[str, Any]:
    """The probabilities of a variable that is, by a rising function, gamma-distributed: it gives (a, x) of P(a, x)."""

    def of(function: Piece) -> Piece:
        return lambda *given: function(*to_gamma(*given))

    return {
        "logcdf": of(log_p),
        "logsf": of(log_q),
    }


def falling(to_gamma: Piece) -> dict[str, Any]:
    """The same by a falling function."""
    pieces = rising(to_gamma)
    return {"logcdf": pieces["logsf"], "logsf": pieces["logcdf"]}


gamma = Continuous(
    "gamma",
    "The gamma distribution: p(x) = x^(a-1) e^-x / Γ(a), x >= 0, with a > 0; 1/scale is its rate.",
    "a",
    support=POSITIVE,
    scipy=True,
    valid=lambda a: a > 0,
    logpdf=lambda x, a: log_power(a - 1, x),
    **rising(lambda x, a: (a, x)),
    quantile=lambda lq, lu, a: inverse(a, lq, lu),
    mean=lambda a: a,
    var=lambda a: a,
    entropy=lambda a: a + special.gammaln(a) + (1 - a) * special.psi(a),
)

invgamma = Continuous(
    "invgamma",
    "The inverse gamma distribution: p(x) = x^(-a-1) exp(-1/x) / Γ(a), x > 0, with a > 0.",
    "a",
    support=POSITIVE,
    scipy=True,
    open=True,
    valid=lambda a: a > 0,
    logpdf=lambda x, a: log_power(a + 1, 1 / x) + np.log(a) + np.log(a + 1),
    **falling(lambda x, a: (a, 1 / x)),
    quantile=lambda lq, lu, a: 1 / inverse(a, lu, lq),
    mean=lambda a: np.where(plain(a) > 1, 1 / (a - 1), np.inf),
    var=lambda a: np.where(plain(a) > 2, 1 / ((a - 1) * (a - 1) * (a - 2)), np.inf),
    entropy=lambda a: a + special.gammaln(a) - (1 + a) * special.psi(a),
)

chi2 = Continuous(
    "chi2",
    "The χ² distribution: p(x) = x^(df/2-1) exp(-x/2) / (2^(df/2) Γ(df/2)), x >= 0, with df > 0.",
    "df",
    support=POSITIVE,
    scipy=True,
    valid=lambda df: df > 0,
    logpdf=lambda x, df: log_power(df / 2 - 1, x / 2) - LOG_2,
    **rising(lambda x, df: (df / 2, x / 2)),
    quantile=lambda lq, lu, df: 2 * inverse(df / 2, lq, lu),
    mean=lambda df: df,
    var=lambda df: 2 * df,
    entropy=lambda df: df / 2 + LOG_2 + special.gammaln(df / 2) + (1 - df / 2) * special.psi(df / 2),
)

chi = Continuous(
    "chi",
    "The χ distribution, of the root of a χ² variable: p(x) = x^(df-1) exp(-x²/2) / (2^(df/2-1) Γ(df/2)), x >= 0, with "
    "df > 0.",
    "df",
    support=POSITIVE,
    scipy=True,
    valid=lambda df: df > 0,
    logpdf=lambda x, df: log_power(df / 2 - 0.5, x * x / 2) + half_step(df / 2) + LOG_2 / 2,
    **rising(lambda x, df: (df / 2, x * x / 2)),
    quantile=lambda lq, lu, df: np.sqrt(2 * inverse(df / 2, lq, lu)),
    mean=lambda df: math.sqrt(2) * np.exp(half_step(df / 2)),
    var=lambda df: df - 2 * np.exp(2 * half_step(df / 2)),
)

nakagami = Continuous(
    "nakagami",
    "The Nakagami distribution: p(x) = 2 ν^ν x^(2ν-1) exp(-νx²) / Γ(ν), x >= 0, with nu > 0.",
    "nu",
    support=POSITIVE,
    scipy=True,
    valid=lambda nu: nu > 0,
    logpdf=lambda x, nu: log_power(nu - 0.5, nu * x * x) + half_step(nu) + LOG_2 + 0.5 * np.log(nu),
    **rising(lambda x, nu: (nu, nu * x * x)),
    quantile=lambda lq, lu, nu: np.sqrt(inverse(nu, lq, lu) / nu),
    mean=lambda nu: np.exp(half_step(nu)) / np.sqrt(nu),
    var=lambda nu: 1 - np.exp(2 * half_step(nu)) / nu,
)


def _log_gamma_density(x: Any, c: Any) -> Any:
    """c x - exp(x) - log Γ(c); for large c around the mode log c."""

    def small(x: Any, c: Any) -> Any:
        return c * x - np.exp(x) - special.gammaln(c)

    def large(x: Any, c: Any) -> Any:
        v = x - np.log(c)
        near = lambda v: log1pmx(np.expm1(v))  # noqa: E731
        bend = piecewise(np.abs(plain(v)) < 0.4, near, lambda v: v - np.expm1(v), v)
        return c * bend + 0.5 * np.log(c) - HALF_LOG_2PI - stirling(c)

    return piecewise(plain(c) > LARGE, large, small, x, c)


def _log_gamma_tail(lower: bool) -> Piece:
    """log P(c, eˣ) or log Q; far to the left, where eˣ underflows, P is exp(c x) / Γ(c + 1)."""

    def far(x: Any, c: Any) -> Any:
        y = c * x - special.gammaln(c + 1)
        return y if lower else log1mexp(y)

    def near(x: Any, c: Any) -> Any:
        return log_p(c, np.exp(np.minimum(x, 700.0))) if lower else log_q(c, np.exp(x))  # P is 1 long before eˣ is ∞

    return lambda x, c: piecewise(plain(x) < -600, far, near, x, c)


loggamma = Continuous(
    "loggamma",
    "The log-gamma distribution, of the logarithm of a gamma variable: p(x) = exp(c x - eˣ) / Γ(c), with c > 0.",
    "c",
    scipy=True,
    valid=lambda c: c > 0,
    logpdf=_log_gamma_density,
    logcdf=_log_gamma_tail(True),
    logsf=_log_gamma_tail(False),
    quantile=lambda lq, lu, c: np.log(inverse(c, lq, lu)),
    mean=lambda c: special.psi(c),
    var=lambda c: special.zeta(2, c),
)


def _gennorm_tail(x: Any, beta: Any, logarithm: bool) -> Any:
    """½ Q(1/β, |x|^β) of what lies beyond |x|, or its logarithm; around 0 by the density."""
    size = np.where(plain(x) < 0, -x, x)  # whose slope at 0, unlike that of |x|, is the one to the right
    near = np.asarray(plain(size) < 1e-9)

    def around(size: Any, beta: Any) -> Any:
        y = 0.5 - size * np.exp(np.log(0.5 * beta) - special.gammaln(1 / beta))
        return np.log(y) if logarithm else y

    def beyond(size: Any, beta: Any) -> Any:
        a, at = 1 / beta, size**beta
        return log_q(a, at) - LOG_2 if logarithm else 0.5 * special.gammaincc(a, at)

    return piecewise(near, around, beyond, size, beta)


def _gennorm_left(x: Any, beta: Any) -> Any:
    tail = _gennorm_tail(x, beta, False)
    return np.where(plain(x) < 0, tail, 1 - tail)


def _gennorm_log_left(x: Any, beta: Any) -> Any:
    left = lambda x, beta: _gennorm_tail(x, beta, True)  # noqa: E731
    return piecewise(plain(x) < 0, left, lambda x, beta: np.log1p(-_gennorm_tail(x, beta, False)), x, beta)


gennorm = Continuous(
    "gennorm",
    "The generalized normal distribution: p(x) = β exp(-|x|^β) / (2 Γ(1/β)), with beta > 0.",
    "beta",
    scipy=True,
    valid=lambda beta: beta > 0,
    logpdf=lambda x, beta: np.log(0.5 * beta) - special.gammaln(1 / beta) - np.abs(x) ** beta,
    cdf=_gennorm_left,
    sf=lambda x, beta: _gennorm_left(-x, beta),
    logcdf=_gennorm_log_left,
    logsf=lambda x, beta: _gennorm_log_left(-x, beta),
    mean=lambda beta: 0.0 * beta,
    var=lambda beta: np.exp(special.gammaln(3 / beta) - special.gammaln(1 / beta)),
    entropy=lambda beta: 1 / beta - np.log(0.5 * beta) + special.gammaln(1 / beta),
)
