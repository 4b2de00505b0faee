"""Distributions with elementary densities and probabilities, which need NumPy alone.

Convention: the exponential's kin are given by their log-survival, whose complement is computed without cancellation.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import plain
from ..ops.special.pieces import piecewise
from .continuous import Continuous
from .pieces import EULER, LOG_2, LOG_PI, expm1_over, log1p_over, times_log

POSITIVE: Any = (0, math.inf)

uniform = Continuous(
    "uniform",
    "The uniform distribution: p(x) = 1, 0 <= x <= 1, before loc and scale.",
    support=(0, 1),
    logpdf=lambda x: 0.0 * x,
    cdf=lambda x: x,
    sf=lambda x: 1 - x,
    quantile=lambda lq, lu: np.exp(lq),
    mean=lambda: 0.5,
    var=lambda: 1 / 12,
    entropy=lambda: 0.0,
)

expon = Continuous(
    "expon",
    "The exponential distribution: p(x) = e^-x, x >= 0; 1/scale is its rate.",
    support=POSITIVE,
    logpdf=lambda x: -x,
    logsf=lambda x: -x,
    quantile=lambda lq, lu: -lu,
    mean=lambda: 1.0,
    var=lambda: 1.0,
    entropy=lambda: 1.0,
)

rayleigh = Continuous(
    "rayleigh",
    "The Rayleigh distribution: p(x) = x exp(-x²/2), x >= 0.",
    support=POSITIVE,
    logpdf=lambda x: np.log(x) - 0.5 * x * x,
    logsf=lambda x: -0.5 * x * x,
    quantile=lambda lq, lu: np.sqrt(-2 * lu),
    mean=lambda: math.sqrt(math.pi / 2),
    var=lambda: 2 - math.pi / 2,
    entropy=lambda: 1 + EULER / 2 - LOG_2 / 2,
)

pareto = Continuous(
    "pareto",
    "The Pareto distribution: p(x) = b / x^(b+1), x >= 1, with b > 0.",
    "b",
    support=(1, math.inf),
    valid=lambda b: b > 0,
    logpdf=lambda x, b: np.log(b) - (b + 1) * np.log(x),
    logsf=lambda x, b: -b * np.log(x),
    quantile=lambda lq, lu, b: np.exp(-lu / b),
    mean=lambda b: np.where(plain(b) > 1, b / (b - 1), np.inf),
    var=lambda b: np.where(plain(b) > 2, b / ((b - 1) * (b - 1) * (b - 2)), np.inf),
    entropy=lambda b: 1 + 1 / b - np.log(b),
)

genpareto = Continuous(
    "genpareto",
    "The generalized Pareto distribution: p(x) = (1 + c x)^(-1-1/c), e^-x for c = 0; x >= 0, and x <= -1/c for c < 0.",
    "c",
    support=lambda c: (0.0, np.where(np.less(c, 0), -1 / np.where(np.less(c, 0), c, -1.0), np.inf)),
    valid=lambda c: np.isfinite(c),
    logpdf=lambda x, c: -(1 + c) * log1p_over(c, x),
    logsf=lambda x, c: -log1p_over(c, x),
    quantile=lambda lq, lu, c: expm1_over(c, -lu),
    mean=lambda c: np.where(plain(c) < 1, 1 / (1 - c), np.inf),
    var=lambda c: np.where(plain(c) < 0.5, 1 / ((1 - c) * (1 - c) * (1 - 2 * c)), np.inf),
    entropy=lambda c: 1 + c,
)

fisk = Continuous(
    "fisk",
    "The log-logistic distribution: p(x) = c x^(c-1) / (1 + x^c)², x >= 0, with c > 0.",
    "c",
    support=POSITIVE,
    valid=lambda c: c > 0,
    logpdf=lambda x, c: np.log(c) + times_log(c - 1, x) - 2 * np.logaddexp(0, times_log(c, x)),
    logcdf=lambda x, c: -np.logaddexp(0, -c * np.log(x)),
    logsf=lambda x, c: -np.logaddexp(0, c * np.log(x)),
    quantile=lambda lq, lu, c: np.exp((lq - lu) / c),
)

logistic = Continuous(
    "logistic",
    "The logistic distribution: p(x) = e^-x / (1 + e^-x)².",
    logpdf=lambda x: -np.logaddexp(0, x) - np.logaddexp(0, -x),
    logcdf=lambda x: -np.logaddexp(0, -x),
    logsf=lambda x: -np.logaddexp(0, x),
    quantile=lambda lq, lu: lq - lu,
    mean=lambda: 0.0,
    var=lambda: math.pi**2 / 3,
    entropy=lambda: 2.0,
)


def _laplace_logcdf(x: Any) -> Any:
    return piecewise(plain(x) < 0, lambda x: x - LOG_2, lambda x: np.log1p(-0.5 * np.exp(-x)), x)


def _laplace_quantile(lq: Any, lu: Any) -> Any:
    return piecewise(plain(lq) < plain(lu), lambda lq, lu: lq + LOG_2, lambda lq, lu: -lu - LOG_2, lq, lu)


laplace = Continuous(
    "laplace",
    "The Laplace distribution: p(x) = ½ e^-|x|.",
    logpdf=lambda x: -np.abs(x) - LOG_2,
    logcdf=_laplace_logcdf,
    logsf=lambda x: _laplace_logcdf(-x),
    quantile=_laplace_quantile,
    mean=lambda: 0.0,
    var=lambda: 2.0,
    entropy=lambda: 1 + LOG_2,
)


def _cauchy_quantile(lq: Any, lu: Any) -> Any:
    """∓ 1/tan(π q) of the smaller tail q; tan(π (q - ½)) around the median."""
    tail = np.where(plain(lq) < plain(lu), lq, lu)
    size = piecewise(
        plain(tail) < -1.4,
        lambda tail: 1 / np.tan(math.pi * np.exp(tail)),
        lambda tail: np.tan(math.pi * (0.5 - np.exp(tail))),
        tail,
    )
    return np.where(plain(lq) < plain(lu), -size, size)


def _log_square(x: Any) -> Any:
    """log(1 + x²), by a root where x² overflows."""
    return 2 * np.log(np.hypot(1.0, x))


cauchy = Continuous(
    "cauchy",
    "The Cauchy distribution: p(x) = 1 / (π (1 + x²)).",
    logpdf=lambda x: -LOG_PI - _log_square(x),
    cdf=lambda x: np.arctan2(1.0, -x) / math.pi,
    sf=lambda x: np.arctan2(1.0, x) / math.pi,
    quantile=_cauchy_quantile,
    mean=lambda: math.nan,
    var=lambda: math.nan,
    entropy=lambda: math.log(4 * math.pi),
)

halfcauchy = Continuous(
    "halfcauchy",
    "The half-Cauchy distribution: p(x) = 2 / (π (1 + x²)), x >= 0.",
    support=POSITIVE,
    logpdf=lambda x: LOG_2 - LOG_PI - _log_square(x),
    cdf=lambda x: np.arctan(x) * (2 / math.pi),
    sf=lambda x: np.arctan2(1.0, x) * (2 / math.pi),
    quantile=lambda lq, lu: piecewise(
        plain(lq) < plain(lu),
        lambda lq, lu: np.tan(np.exp(lq) * (math.pi / 2)),
        lambda lq, lu: 1 / np.tan(np.exp(lu) * (math.pi / 2)),
        lq,
        lu,
    ),
    mean=lambda: math.inf,
    var=lambda: math.inf,
    entropy=lambda: math.log(2 * math.pi),
)


def _left_part(x: Any, c: Any) -> Any:
    return np.asarray((plain(x) < plain(c)) | np.equal(plain(c), 1))


triang = Continuous(
    "triang",
    "The triangular distribution: p(x) = 2x/c for x < c, 2(1-x)/(1-c) above, 0 <= x <= 1, with 0 <= c <= 1.",
    "c",
    support=(0, 1),
    valid=lambda c: np.greater_equal(c, 0) & np.less_equal(c, 1),
    logpdf=lambda x, c: piecewise(
        _left_part(x, c),
        lambda x, c: np.log(2 * x) - np.log(c),
        lambda x, c: np.log(2 * (1 - x)) - np.log1p(-c),
        x,
        c,
    ),
    cdf=lambda x, c: piecewise(
        _left_part(x, c), lambda x, c: x * x / c, lambda x, c: 1 - (1 - x) * (1 - x) / (1 - c), x, c
    ),
    sf=lambda x, c: piecewise(
        _left_part(x, c), lambda x, c: 1 - x * x / c, lambda x, c: (1 - x) * (1 - x) / (1 - c), x, c
    ),
    quantile=lambda lq, lu, c: piecewise(
        np.asarray(np.exp(plain(lq)) < plain(c)),
        lambda lq, lu, c: np.sqrt(c * np.exp(lq)),
        lambda lq, lu, c: 1 - np.sqrt((1 - c) * np.exp(lu)),
        lq,
        lu,
        c,
    ),
    mean=lambda c: (1 + c) / 3,
    var=lambda c: (1 - c + c * c) / 18,
    entropy=lambda c: 0.5 - LOG_2 + 0 * c,
)

powerlaw = Continuous(
    "powerlaw",
    "The power-function distribution: p(x) = a x^(a-1), 0 <= x <= 1, with a > 0.",
    "a",
    support=(0, 1),
    valid=lambda a: a > 0,
    logpdf=lambda x, a: np.log(a) + times_log(a - 1, x),
    logcdf=lambda x, a: a * np.log(x),
    quantile=lambda lq, lu, a: np.exp(lq / a),
    mean=lambda a: a / (a + 1),
    var=lambda a: a / ((a + 1) * (a + 1) * (a + 2)),
    entropy=lambda a: 1 - 1 / a - np.log(a),
)
