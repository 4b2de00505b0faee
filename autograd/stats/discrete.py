"""Distributions of whole numbers; all but the Bernoulli and the geometric one need SciPy.

Convention: I is the incomplete beta function, Q the incomplete gamma function. Numbers of trials may be real.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import recording
from ..declare import plain, tracked
from ..ops.special.stirling import log_bernoulli, log_beta
from .beta import log_i
from .counts import Discrete
from .gamma import log_p, log_power, log_q
from .pieces import special

NATURAL: Any = (0, math.inf)


def is_probability(p: Any) -> Any:
    return np.greater_equal(p, 0) & np.less_equal(p, 1)


def log_odds(p: Any) -> Any:
    """log p/(1-p)."""
    return np.log(p) - np.log1p(-p)


poisson = Discrete(
    "poisson",
    "The Poisson distribution: p(k) = μ^k e^-μ / k!, k = 0, 1, ..., with mu >= 0.",
    "mu",
    support=NATURAL,
    scipy=True,
    valid=lambda mu: mu >= 0,
    logpmf=log_power,
    logcdf=lambda k, mu: log_q(k + 1, mu),
    logsf=lambda k, mu: log_p(k + 1, mu),
    mean=lambda mu: mu,
    var=lambda mu: mu,
)

bernoulli = Discrete(
    "bernoulli",
    "The Bernoulli distribution: p(1) = p, p(0) = 1 - p, with 0 <= p <= 1.",
    "p",
    support=(0, 1),
    valid=is_probability,
    logpmf=lambda k, p: np.where(plain(k) == 1, np.log(p), np.log1p(-p)),
    cdf=lambda k, p: 1 - p + 0 * k,
    sf=lambda k, p: p + 0 * k,
    logcdf=lambda k, p: np.log1p(-p) + 0 * k,
    logsf=lambda k, p: np.log(p) + 0 * k,
    mean=lambda p: p,
    var=lambda p: p * (1 - p),
    entropy=lambda p: -p * np.log(p) - (1 - p) * np.log1p(-p),
)

binom = Discrete(
    "binom",
    "The binomial distribution: p(k) = C(n, k) p^k (1-p)^(n-k), k = 0, ..., n, with n >= 0 and 0 <= p <= 1.",
    "n p",
    support=lambda n, p: (0.0, n),
    scipy=True,
    valid=lambda n, p: np.greater_equal(n, 0) & is_probability(p),
    logpmf=lambda k, n, p: log_bernoulli(special, k, n - k, p, 1 - p) - np.log(n + 1),
    logcdf=lambda k, n, p: log_i(n - k, k + 1, -log_odds(p)),
    logsf=lambda k, n, p: log_i(k + 1, n - k, log_odds(p)),
    mean=lambda n, p: n * p,
    var=lambda n, p: n * p * (1 - p),
)

geom = Discrete(
    "geom",
    "The geometric distribution, of the first success: p(k) = (1-p)^(k-1) p, k = 1, 2, ..., with 0 < p <= 1.",
    "p",
    support=(1, math.inf),
    valid=lambda p: np.greater(p, 0) & np.less_equal(p, 1),
    logpmf=lambda k, p: np.where(plain(k) == 1, 0.0, (k - 1) * np.log1p(-p)) + np.log(p),
    logsf=lambda k, p: k * np.log1p(-p),
    mean=lambda p: 1 / p,
    var=lambda p: (1 - p) / (p * p),
    entropy=lambda p: -(p * np.log(p) + (1 - p) * np.log1p(-p)) / p,
)

nbinom = Discrete(
    "nbinom",
    "The negative binomial distribution, of failures before the n-th success: p(k) = Γ(k+n)/(k! Γ(n)) p^n (1-p)^k, "
    "k = 0, 1, ..., with n > 0 and 0 < p <= 1.",
    "n p",
    support=NATURAL,
    scipy=True,
    valid=lambda n, p: np.greater(n, 0) & np.greater(p, 0) & np.less_equal(p, 1),
    logpmf=lambda k, n, p: log_bernoulli(special, k, n - 1, 1 - p, p) + np.log(p) - np.log(n + k),
    logcdf=lambda k, n, p: log_i(n, k + 1, log_odds(p)),
    logsf=lambda k, n, p: log_i(k + 1, n, -log_odds(p)),
    mean=lambda n, p: n * (1 - p) / p,
    var=lambda n, p: n * (1 - p) / (p * p),
)


def _log_choose(n: Any, k: Any) -> Any:
    return -np.log(n + 1) - log_beta(special, k + 1, n - k + 1)


def _hypergeom_logpmf(k: Any, M: Any, n: Any, N: Any) -> Any:
    return _log_choose(n, k) + _log_choose(M - n, N - k) - _log_choose(M, N)


def _hypergeom_tail(k: Any, M: Any, n: Any, N: Any, upper: bool) -> Any:
    """The logarithm of the sum of what is up to k, or above."""
    if tracked((M, n, N)) and recording.on:
        raise TypeError(
            "hypergeom: the sums of probabilities have no derivatives by M, n and N, where terms come and go"
        )
    low, high = (plain(v) for v in _hypergeom_ends(plain(M), plain(n), plain(N)))
    steps = np.arange(int(np.max(high - low, initial=0)) + 1)
    at = np.expand_dims(np.broadcast_to(low, np.broadcast_shapes(*map(np.shape, (low, k, M, n, N)))), -1) + steps
    k, M, n, N = (np.expand_dims(v, -1) if np.ndim(v) else v for v in (k, M, n, N))
    counted = (at > plain(k) if upper else at <= plain(k)) & (at <= np.expand_dims(high, -1))
    y = _hypergeom_logpmf(np.where(counted, at, np.expand_dims(low, -1)), M, n, N)
    return special.logsumexp(np.where(counted, y, -np.inf), axis=-1)


def _hypergeom_ends(M: Any, n: Any, N: Any) -> tuple[Any, Any]:
    return np.maximum(0.0, N - (M - n)), np.minimum(n, N)


hypergeom = Discrete(
    "hypergeom",
    "The hypergeometric distribution, of N drawn from M with n of a kind: p(k) = C(n, k) C(M-n, N-k) / C(M, N).",
    "M n N",
    support=_hypergeom_ends,
    scipy=True,
    valid=lambda M, n, N: np.greater_equal(n, 0) & np.greater_equal(N, 0) & np.less_equal(n, M) & np.less_equal(N, M),
    logpmf=_hypergeom_logpmf,
    logcdf=lambda k, M, n, N: _hypergeom_tail(k, M, n, N, False),
    logsf=lambda k, M, n, N: _hypergeom_tail(k, M, n, N, True),
    mean=lambda M, n, N: N * n / M,
    var=lambda M, n, N: N * n * (M - n) * (M - N) / (M * M * (M - 1)),
)
