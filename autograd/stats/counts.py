"""Distributions of whole numbers: their methods, from the pieces that declare them.

Convention: k is x in standard form, rounded down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..declare import plain
from .continuous import LIMITS, Continuous
from .distribution import Distribution, is_number, where_closed, within
from .pieces import of_logarithm


class Discrete(Distribution):
    """A distribution of whole numbers: its derivatives are by its parameters, and 0 by x and loc.

    ``support``   its lowest and its highest number, or a function of the shape parameters that gives them
    ``valid``     which shape parameters are some, by a function of them
    ``scipy``     whether it needs SciPy's special functions
    pieces        ``logpmf``, and ``logcdf``, ``logsf`` or both, and ``cdf`` and ``sf``, of whole numbers inside;
                  ``mean``, ``var``, ``entropy``
    """

    kind = "pmf"
    places = ("loc",)
    defaults = (0,)

    def pmf(self, *args: Any, **kwargs: Any) -> Any:
        """The probability of x."""
        return self._call("pmf", self._pmf, args, kwargs, "x")

    def logpmf(self, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of the probability of x."""
        return self._call("logpmf", self._logpmf, args, kwargs, "x")

    cdf, logcdf, sf, logsf = Continuous.cdf, Continuous.logcdf, Continuous.sf, Continuous.logsf
    mean, var, std, entropy = map(where_closed, (Continuous.mean, Continuous.var, Continuous.std, Continuous.entropy))
    _inside: Any = Continuous._inside

    def _logpmf(self, x: Any, *rest: Any) -> Any:
        *shapes, loc = rest
        k = x if is_number(loc, 0) else x - loc
        whole = np.floor(k)
        low, high = self._ends(shapes)
        at = plain(whole)
        outside = (at < low) | (at > high) | np.isinf(at) | (at != plain(k)) & ~np.isnan(at)
        y = self.pieces["logpmf"](within(whole, outside, low, high), *shapes)
        y = np.where(outside, -np.inf, y) if np.any(outside) else y
        return self._checked(_nan_too(y, at), shapes)

    def _pmf(self, x: Any, *rest: Any) -> Any:
        return of_logarithm(np.exp, self._logpmf(x, *rest))

    def _tail(self, which: str) -> Callable[..., Any]:
        left, right = LIMITS[which]

        def compute(x: Any, *rest: Any) -> Any:
            *shapes, loc = rest
            k = np.floor(x if is_number(loc, 0) else x - loc)
            low, high = self._ends(shapes)
            at = plain(k)
            below, above = at < low, at >= high
            y = self._inside(which)(within(k, below | above, low, high), *shapes)
            if np.any(below):
                y = np.where(below, left, y)
            if np.any(above):
                y = np.where(above, right, y)
            return self._checked(_nan_too(y, at), shapes)

        return compute

    def _moment(self, which: str, rest: Sequence[Any]) -> Any:
        *shapes, loc = rest
        y = self.pieces[which](*shapes)
        return self._checked(y + loc if which == "mean" else y + 0 * plain(loc), shapes)


def _nan_too(y: Any, at: Any) -> Any:
    """y, and NaN where its whole number is."""
    return np.where(np.isnan(at), np.nan, y) if np.any(np.isnan(at)) else y
