"""Distributions of extremes: Gumbel's, Weibull's, and the generalized one of both and Fréchet's.

Convention: those of smallest and of largest numbers mirror each other.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import plain
from .continuous import Continuous
from .distribution import Piece
from .pieces import EULER, expm1_over, log1p_over, special, times_log

MIRRORED = {"logcdf": "logsf", "logsf": "logcdf", "cdf": "sf", "sf": "cdf"}


def mirrored(pieces: dict[str, Any]) -> dict[str, Any]:
    """The pieces of the distribution of -X."""
    found: dict[str, Any] = {}
    for name, piece in pieces.items():
        if name in ("logpdf", *MIRRORED):
            found[MIRRORED.get(name, name)] = _of_minus(piece)
        elif name == "quantile":
            found[name] = lambda lq, lu, *shapes, piece=piece: -piece(lu, lq, *shapes)
        elif name == "mean":
            found[name] = lambda *shapes, piece=piece: -piece(*shapes)
        else:
            found[name] = piece
    return found


def _of_minus(piece: Piece) -> Piece:
    return lambda x, *shapes: piece(-x, *shapes)


GUMBEL: dict[str, Any] = {
    "logpdf": lambda x: -x - np.exp(-x),
    "logcdf": lambda x: -np.exp(-x),
    "quantile": lambda lq, lu: -np.log(-lq),
    "mean": lambda: EULER,
    "var": lambda: math.pi**2 / 6,
    "entropy": lambda: EULER + 1,
}
WEIBULL: dict[str, Any] = {
    "logpdf": lambda x, c: np.log(c) + times_log(c - 1, x) - x**c,
    "logsf": lambda x, c: -(x**c),
    "quantile": lambda lq, lu, c: (-lu) ** (1 / c),
    "mean": lambda c: special.gamma(1 + 1 / c),
    "var": lambda c: special.gamma(1 + 2 / c) - special.gamma(1 + 1 / c) ** 2,
    "entropy": lambda c: EULER * (1 - 1 / c) - np.log(c) + 1,
}

gumbel_r = Continuous("gumbel_r", "Gumbel's distribution of greatest numbers: p(x) = exp(-x - e^-x).", **GUMBEL)

gumbel_l = Continuous("gumbel_l", "Gumbel's distribution of least numbers: p(x) = exp(x - eˣ).", **mirrored(GUMBEL))

weibull_min = Continuous(
    "weibull_min",
    "Weibull's distribution of least numbers: p(x) = c x^(c-1) exp(-x^c), x >= 0, with c > 0.",
    "c",
    support=(0, math.inf),
    valid=lambda c: c > 0,
    **WEIBULL,
)

weibull_max = Continuous(
    "weibull_max",
    "Weibull's distribution of greatest numbers: p(x) = c (-x)^(c-1) exp(-(-x)^c), x <= 0, with c > 0.",
    "c",
    support=(-math.inf, 0),
    valid=lambda c: c > 0,
    **mirrored(WEIBULL),
)


def _ends(c: Any) -> tuple[Any, Any]:
    c = np.asarray(c)
    end = 1 / np.where(c == 0, 1, c)
    return np.where(c < 0, end, -np.inf), np.where(c > 0, end, np.inf)


def _gumbels(x: Any, c: Any) -> Any:
    """The variable with Gumbel's distribution, -log(1 - c x)/c."""
    return log1p_over(-c, x)


def _genextreme_mean(c: Any) -> Any:
    safe = np.where(np.abs(plain(c)) < 1e-8, 1e-8, c)
    return np.where(plain(c) > -1, -np.expm1(special.gammaln(1 + np.where(plain(c) > -1, safe, 1.0))) / safe, np.inf)


genextreme = Continuous(
    "genextreme",
    "The generalized extreme value distribution: p(x) = exp(-w^(1/c)) w^(1/c-1) with w = 1 - c x, Gumbel's for c = 0; "
    "x <= 1/c for c > 0, x >= 1/c for c < 0.",
    "c",
    support=_ends,
    open=True,
    valid=np.isfinite,
    logpdf=lambda x, c: -(1 - c) * _gumbels(x, c) - np.exp(-_gumbels(x, c)),
    logcdf=lambda x, c: -np.exp(-_gumbels(x, c)),
    quantile=lambda lq, lu, c: expm1_over(-c, -np.log(-lq)),
    mean=_genextreme_mean,
    entropy=lambda c: EULER * (1 - c) + 1,
)
