"""The beta distribution, Fisher's F and Student's t, by incomplete beta functions; they need SciPy.

Convention: I(a, b, x) is the incomplete beta function, B the complete one; its argument here is z = log x/(1-x).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import plain
from ..ops.special.pieces import piecewise
from ..ops.special.stirling import log_bernoulli, log_beta
from .continuous import Continuous
from .distribution import Piece
from .pieces import LOG_2, incomplete, mean_over, special


def log_i(a: Any, b: Any, z: Any) -> Any:
    """log I(a, b, x)."""
    return incomplete("beta").log_betainc(a, b, z)


def odds(lq: Any, lu: Any, a: Any, b: Any) -> Any:
    """x/(1-x) of the x with I(a, b, x) = q, from the logarithm of q or of u = 1 - q, whichever is smaller."""

    def left(lq: Any, lu: Any, a: Any, b: Any) -> Any:
        x = special.betaincinv(a, b, np.exp(lq))
        return x / (1 - x)

    def right(lq: Any, lu: Any, a: Any, b: Any) -> Any:
        y = special.betaincinv(b, a, np.exp(lu))
        return (1 - y) / y

    def far(lq: Any, lu: Any, a: Any, b: Any) -> Any:
        """In deep tails log odds are linear in the logarithm; two steps of Newton's method are exact."""
        swap = plain(lq) > plain(lu)
        tail, a, b = np.where(swap, lu, lq), np.where(swap, b, a), np.where(swap, a, b)
        z = (tail + np.log(a) + log_beta(special, a, b)) / a
        for _ in range(2):
            y = log_i(a, b, z)
            z = z - (y - tail) * np.exp(y - incomplete("beta").beta_log_density(a, b, z))
        return np.exp(np.where(swap, -z, z))

    def near(lq: Any, lu: Any, a: Any, b: Any) -> Any:
        return piecewise(plain(lq) < plain(lu), left, right, lq, lu, a, b)

    return piecewise(np.minimum(plain(lq), plain(lu)) < -200, far, near, lq, lu, a, b)


def by_odds(to_beta: Piece) -> dict[str, Any]:
    """The probabilities of a variable that is, by a rising function, beta-distributed: it gives (a, b, z)."""

    def upper(*given: Any) -> Any:
        a, b, z = to_beta(*given)
        return log_i(b, a, -z)

    return {"logcdf": lambda *given: log_i(*to_beta(*given)), "logsf": upper}


def _beta_quantile(lq: Any, lu: Any, a: Any, b: Any) -> Any:
    ratio = odds(lq, lu, a, b)
    return ratio / (1 + ratio)


beta = Continuous(
    "beta",
    "The beta distribution: p(x) = x^(a-1) (1-x)^(b-1) / B(a, b), 0 <= x <= 1, with a, b > 0.",
    "a b",
    support=(0, 1),
    scipy=True,
    valid=lambda a, b: (a > 0) & np.greater(b, 0),
    logpdf=lambda x, a, b: log_bernoulli(special, a - 1, b - 1, x, 1 - x),
    **by_odds(lambda x, a, b: (a, b, np.log(x) - np.log1p(-x))),
    quantile=_beta_quantile,
    mean=lambda a, b: a / (a + b),
    var=lambda a, b: a * b / ((a + b) * (a + b) * (a + b + 1)),
    entropy=lambda a, b: (
        log_beta(special, a, b) - (a - 1) * special.psi(a) - (b - 1) * special.psi(b) + (a + b - 2) * special.psi(a + b)
    ),
)


def _f_logpdf(x: Any, dfn: Any, dfd: Any) -> Any:
    """The density of the beta variable, with the derivative of its odds: B(a, b) is B(a, b + 2) times a quotient."""
    a, b, ratio = dfn / 2, dfd / 2, dfn * x / dfd
    y = log_bernoulli(special, a - 1, b + 1, ratio / (1 + ratio), 1 / (1 + ratio))
    return y + np.log(b / (a + b)) + np.log((b + 1) / (a + b + 1)) + np.log(dfn / dfd)


f = Continuous(
    "f",
    "Fisher's F distribution, of (U/dfn) / (V/dfd) with χ² variables U and V: p(x) = (dfn/dfd)^(dfn/2) x^(dfn/2-1) "
    "(1 + x dfn/dfd)^(-(dfn+dfd)/2) / B(dfn/2, dfd/2), x >= 0, with dfn, dfd > 0.",
    "dfn dfd",
    support=(0, math.inf),
    scipy=True,
    valid=lambda dfn, dfd: (dfn > 0) & np.greater(dfd, 0),
    logpdf=_f_logpdf,
    **by_odds(lambda x, dfn, dfd: (dfn / 2, dfd / 2, np.log(x) + np.log(dfn / dfd))),
    quantile=lambda lq, lu, dfn, dfd: odds(lq, lu, dfn / 2, dfd / 2) * (dfd / dfn),
    mean=lambda dfn, dfd: np.where(plain(dfd) > 2, dfd / (dfd - 2), np.inf) + 0 * dfn,
    var=lambda dfn, dfd: np.where(
        plain(dfd) > 4, 2 * dfd * dfd * (dfn + dfd - 2) / (dfn * (dfd - 2) ** 2 * (dfd - 4)), np.inf
    ),
)


def _t_logpdf(x: Any, df: Any) -> Any:
    return -0.5 * (df + 1) * _log_growth(x, df) - 0.5 * np.log(df) - log_beta(special, df / 2, 0.5)


def _log_growth(x: Any, df: Any) -> Any:
    """log(1 + x²/df); where x² would overflow, as 2 log of the quotient of roots."""
    far = lambda x, df: 2 * np.log(np.abs(x)) - np.log(df)  # noqa: E731
    return piecewise(np.abs(plain(x)) > 1e150, far, lambda x, df: np.log1p(x * x / df), x, df)


def _t_center(x: Any, df: Any) -> Any:
    """P(0 < X < x), around 0, by Gauss's rule."""
    return x * mean_over(16, lambda s, x, df: np.exp(_t_logpdf(x * s, df)), x, df)


def _t_log_tail(x: Any, df: Any) -> Any:
    """log P(X > |x|) = log ½ I(df/2, ½, df/(df + x²))."""
    return log_i(df / 2, 0.5, np.log(df) - 2 * np.log(np.abs(x))) - LOG_2


def _t_central(x: Any, df: Any) -> Any:
    at, n = plain(x), plain(df)
    return np.asarray(10 * at * at < np.minimum(n, 1))


def _t_cdf(x: Any, df: Any) -> Any:
    def outside(x: Any, df: Any) -> Any:
        tail = np.exp(_t_log_tail(x, df))
        return np.where(plain(x) < 0, tail, 1 - tail)

    return piecewise(_t_central(x, df), lambda x, df: 0.5 + _t_center(x, df), outside, x, df)


def _t_logcdf(x: Any, df: Any) -> Any:
    def outside(x: Any, df: Any) -> Any:
        right = lambda x, df: np.log1p(-np.exp(_t_log_tail(x, df)))  # noqa: E731
        return piecewise(plain(x) < 0, _t_log_tail, right, x, df)

    return piecewise(_t_central(x, df), lambda x, df: np.log(0.5 + _t_center(x, df)), outside, x, df)


def _t_near_quantile(log_tail: Any, df: Any) -> Any:
    return special.stdtrit(df, np.exp(log_tail))


def _t_far_quantile(log_tail: Any, df: Any) -> Any:
    return -np.sqrt(df / odds(log_tail + LOG_2, 0 * log_tail, df / 2, 0.5 + 0 * df))


def _t_quantile(lq: Any, lu: Any, df: Any) -> Any:
    """SciPy's number, and two steps of Newton's method from there: these have the derivatives, to the third order."""
    left = plain(lq) < plain(lu)
    log_tail = np.where(left, lq, lu)
    x: Any = piecewise(plain(log_tail) < -50, _t_far_quantile, _t_near_quantile, plain(log_tail), plain(df))
    for _ in range(2):
        y = _t_logcdf(x, df)
        x = x - (y - log_tail) * np.exp(y - _t_logpdf(x, df))
    return np.where(left, x, -x)


t = Continuous(
    "t",
    "Student's t distribution: p(x) = (1 + x²/df)^(-(df+1)/2) / (√df B(df/2, ½)), with df > 0.",
    "df",
    scipy=True,
    valid=lambda df: df > 0,
    logpdf=_t_logpdf,
    cdf=_t_cdf,
    sf=lambda x, df: _t_cdf(-x, df),
    logcdf=_t_logcdf,
    logsf=lambda x, df: _t_logcdf(-x, df),
    mean=lambda df: np.where(plain(df) > 1, 0.0, np.inf) + 0 * df,
    var=lambda df: np.where(plain(df) > 2, df / (df - 2), np.where(plain(df) > 1, np.inf, np.nan)),
    quantile=_t_quantile,
    entropy=lambda df: (
        0.5 * (df + 1) * (special.psi(0.5 * (df + 1)) - special.psi(0.5 * df))
        + 0.5 * np.log(df)
        + log_beta(special, df / 2, 0.5)
    ),
)
