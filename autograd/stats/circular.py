"""The von Mises distribution, of angles; it needs SciPy.

Convention: probabilities are integrated numerically from x to the end of the circle, or to where nothing is left.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import plain
from ..ops.special.pieces import piecewise
from .continuous import Continuous
from .distribution import Piece
from .pieces import mean_over, special


def _vonmises_logpdf(x: Any, kappa: Any) -> Any:
    half = np.sin(0.5 * x)
    return -2 * kappa * half * half - np.log(special.i0e(kappa)) - math.log(2 * math.pi)


def _vonmises_log_tail(x: Any, kappa: Any) -> Any:
    """log P(X > x) for 0 <= x <= π, by Gauss's rule from x to where the density has fallen by exp(-40)."""
    at, k = plain(x), plain(kappa)
    reach = 1 / np.maximum(np.sqrt(k) / 9, np.maximum(k * np.sin(at) / 40, 1e-3))
    width = np.where(reach < math.pi - at, reach, math.pi - x)

    def ratio(s: Any, x: Any, kappa: Any, width: Any) -> Any:
        half = width * (0.5 * s)
        return np.exp(-2 * kappa * np.sin(x + half) * np.sin(half))  # cos(x + 2 half) - cos x

    return _vonmises_logpdf(x, kappa) + np.log(width * mean_over(40, ratio, x, kappa, width))


def _vonmises_logcdf(x: Any, kappa: Any) -> Any:
    left = lambda x, kappa: _vonmises_log_tail(-x, kappa)  # noqa: E731
    return piecewise(plain(x) < 0, left, lambda x, kappa: np.log1p(-np.exp(_vonmises_log_tail(x, kappa))), x, kappa)


def _turned(piece: Piece, whole: int) -> Piece:
    """A probability of any angle: each whole turn adds 1 to it, or takes 1 away."""

    def of(x: Any, kappa: Any) -> Any:
        turns = np.round(plain(x) / (2 * math.pi))
        return piece(x - 2 * math.pi * turns, kappa) + whole * turns

    return of


def _vonmises_logsf(x: Any, kappa: Any) -> Any:
    return _vonmises_logcdf(-x, kappa)


def _log_of(piece: Piece, whole: int) -> Piece:
    """The logarithm of a probability: of angles between -π and π the piece itself."""

    def of(x: Any, kappa: Any) -> Any:
        beyond = np.asarray(np.abs(plain(x)) > math.pi)
        turned = _turned(lambda x, kappa: np.exp(piece(x, kappa)), whole)
        return piecewise(beyond, lambda x, kappa: np.log(turned(x, kappa)), piece, x, kappa)

    return of


def _cdf(x: Any, kappa: Any) -> Any:
    return np.exp(_vonmises_logcdf(x, kappa))


vonmises = Continuous(
    "vonmises",
    "The von Mises distribution on the circle: p(x) = exp(κ cos x) / (2π I₀(κ)), with kappa >= 0. It is one of "
    "-π <= x <= π; beyond, the density repeats, and each whole turn adds 1 to cdf, as in SciPy.",
    "kappa",
    scipy=True,
    valid=lambda kappa: np.greater_equal(kappa, 0),
    logpdf=_vonmises_logpdf,
    cdf=_turned(_cdf, 1),
    sf=_turned(lambda x, kappa: _cdf(-x, kappa), -1),
    logcdf=_log_of(_vonmises_logcdf, 1),
    logsf=_log_of(_vonmises_logsf, -1),
    mean=lambda kappa: 0.0 * kappa,
    entropy=lambda kappa: (
        math.log(2 * math.pi) + np.log(special.i0e(kappa)) + kappa * (1 - special.i1e(kappa) / special.i0e(kappa))
    ),
)
