"""The normal distribution and those that come from it; all but ``ppf`` and ``isf`` need NumPy alone.

Convention: φ and Φ are the density and the distribution of the standard normal distribution.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import plain
from ..ops.special.erf import erf
from ..ops.special.normal import distribution as cdf
from ..ops.special.normal import log_distribution as logcdf
from ..ops.special.normal import scaled_complement
from ..ops.special.pieces import piecewise
from .continuous import Continuous
from .pieces import LOG_2, LOG_2PI, log1mexp, mean_over, special

ROOT_2 = math.sqrt(2)


def logpdf(z: Any) -> Any:
    """log φ(z)."""
    return -0.5 * z * z - 0.5 * LOG_2PI


def quantile(lq: Any, lu: Any) -> Any:
    """Φ⁻¹(q), from the logarithm of q or of u = 1 - q, whichever is smaller."""
    return piecewise(
        plain(lq) < plain(lu), lambda a, b: special.ndtri_exp(a), lambda a, b: -special.ndtri_exp(b), lq, lu
    )


def log_between(a: Any, b: Any) -> Any:
    """log(Φ(b) - Φ(a)) for a < b, from the tail where both are smallest."""

    def one_side(a: Any, b: Any) -> Any:
        right = plain(a) > 0
        low, high = np.where(right, -b, a), np.where(right, -a, b)
        top = logcdf(high)
        return top + log1mexp(logcdf(low) - top)

    def around(a: Any, b: Any) -> Any:
        return np.log1p(-cdf(a) - cdf(-b))

    def narrow(a: Any, b: Any) -> Any:
        """By Gauss's rule, around the middle."""
        middle, width = 0.5 * (a + b), b - a

        def ratio(s: Any, middle: Any, width: Any) -> Any:
            step = width * (s - 0.5)
            return np.exp(-step * (middle + 0.5 * step))

        return logpdf(middle) + np.log(width * mean_over(16, ratio, middle, width))

    def wide(a: Any, b: Any) -> Any:
        return piecewise((plain(a) < 0) & (plain(b) > 0), around, one_side, a, b)

    size = plain(b) - plain(a)
    return piecewise(np.asarray(size * (2 + np.abs(plain(a) + plain(b))) < 2), narrow, wide, a, b)


def _smaller_part(part: Any, rest: Any, whole: Any) -> Any:
    """The logarithm of the share of a part, from the smaller one of both."""
    return piecewise(
        plain(part) < plain(rest), lambda p, r, w: p - w, lambda p, r, w: log1mexp(r - w), part, rest, whole
    )


def _between_quantile(lq: Any, lu: Any, a: Any, b: Any) -> Any:
    total = log_between(a, b)
    left, right = np.logaddexp(logcdf(a), lq + total), np.logaddexp(logcdf(-b), lu + total)
    return quantile(left, right)


norm = Continuous(
    "norm",
    "The normal distribution: p(x) = φ(x) = exp(-x²/2) / √(2π); loc is its mean, scale its standard deviation.",
    logpdf=logpdf,
    cdf=cdf,
    sf=lambda z: cdf(-z),
    logcdf=logcdf,
    logsf=lambda z: logcdf(-z),
    quantile=quantile,
    mean=lambda: 0.0,
    var=lambda: 1.0,
    entropy=lambda: 0.5 * LOG_2PI + 0.5,
)

lognorm = Continuous(
    "lognorm",
    "The log-normal distribution, of exp(s Z) with a normal Z: p(x) = φ(log x / s) / (s x), x > 0; log scale is the "
    "mean of log x, s > 0 its standard deviation.",
    "s",
    support=(0, math.inf),
    open=True,
    valid=lambda s: s > 0,
    logpdf=lambda x, s: logpdf(np.log(x) / s) - np.log(s) - np.log(x),
    cdf=lambda x, s: cdf(np.log(x) / s),
    sf=lambda x, s: cdf(-np.log(x) / s),
    logcdf=lambda x, s: logcdf(np.log(x) / s),
    logsf=lambda x, s: logcdf(-np.log(x) / s),
    quantile=lambda lq, lu, s: np.exp(s * quantile(lq, lu)),
    mean=lambda s: np.exp(0.5 * s * s),
    var=lambda s: np.expm1(s * s) * np.exp(s * s),
    entropy=lambda s: 0.5 * LOG_2PI + 0.5 + np.log(s),
)

halfnorm = Continuous(
    "halfnorm",
    "The half-normal distribution, of |Z| with a normal Z: p(x) = 2 φ(x), x >= 0.",
    support=(0, math.inf),
    logpdf=lambda x: logpdf(x) + LOG_2,
    cdf=lambda x: erf(x / ROOT_2),
    logsf=lambda x: piecewise(plain(x) < 1, lambda x: np.log1p(-erf(x / ROOT_2)), lambda x: logcdf(-x) + LOG_2, x),
    logcdf=lambda x: piecewise(
        plain(x) < 1, lambda x: np.log(erf(x / ROOT_2)), lambda x: log1mexp(logcdf(-x) + LOG_2), x
    ),
    quantile=lambda lq, lu: piecewise(
        plain(lq) < plain(lu),
        lambda lq, lu: ROOT_2 * special.erfinv(np.exp(lq)),
        lambda lq, lu: -special.ndtri_exp(lu - LOG_2),
        lq,
        lu,
    ),
    mean=lambda: math.sqrt(2 / math.pi),
    var=lambda: 1 - 2 / math.pi,
    entropy=lambda: 0.5 * math.log(math.pi / 2) + 0.5,
)

truncnorm = Continuous(
    "truncnorm",
    "The normal distribution between a < b: p(x) = φ(x) / (Φ(b) - Φ(a)), a <= x <= b, before loc and scale.",
    "a b",
    support=lambda a, b: (a, b),
    valid=lambda a, b: np.less(a, b),
    logpdf=lambda x, a, b: logpdf(x) - log_between(a, b),
    logcdf=lambda x, a, b: _smaller_part(log_between(a, x), log_between(x, b), log_between(a, b)),
    logsf=lambda x, a, b: _smaller_part(log_between(x, b), log_between(a, x), log_between(a, b)),
    quantile=_between_quantile,
)


def _inverse_gaussian(x: Any, mu: Any) -> tuple[Any, Any, Any]:
    """(x/μ - 1)/√x, (x/μ + 1)/√x, and the logarithm of exp(2/μ) times Φ of minus the second, without that product."""
    root = np.sqrt(x)
    a, b = (x / mu - 1) / root, (x / mu + 1) / root
    return a, b, -0.5 * a * a + np.log(0.5 * scaled_complement(b / ROOT_2))


def _sf_right(a: Any, b: Any) -> Any:
    """log P(X > x) to the right of μ."""
    return -0.5 * a * a + np.log(0.5 * (scaled_complement(a / ROOT_2) - scaled_complement(b / ROOT_2)))


def _invgauss_logcdf(x: Any, mu: Any) -> Any:
    a, b, second = _inverse_gaussian(x, mu)
    return piecewise(
        plain(a) > 1,
        lambda a, b, second: log1mexp(_sf_right(a, b)),
        lambda a, b, second: np.logaddexp(logcdf(a), second),
        a, b, second,
    )  # fmt: skip


def _invgauss_logsf(x: Any, mu: Any) -> Any:
    a, b, second = _inverse_gaussian(x, mu)

    def left(a: Any, b: Any, second: Any) -> Any:
        first = logcdf(-a)
        return first + log1mexp(second - first)

    return piecewise(plain(a) > 0, lambda a, b, second: _sf_right(a, b), left, a, b, second)


invgauss = Continuous(
    "invgauss",
    "The inverse Gaussian distribution: p(x) = exp(-(x - μ)² / (2xμ²)) / √(2πx³), x > 0, with mu > 0.",
    "mu",
    support=(0, math.inf),
    open=True,
    valid=lambda mu: mu > 0,
    logpdf=lambda x, mu: -0.5 * (x / mu - 1) ** 2 / x - 1.5 * np.log(x) - 0.5 * LOG_2PI,
    logcdf=_invgauss_logcdf,
    logsf=_invgauss_logsf,
    mean=lambda mu: mu,
    var=lambda mu: mu * mu * mu,
)
