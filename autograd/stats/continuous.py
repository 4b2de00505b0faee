"""Distributions with a density: their methods, from the pieces that declare them.

Convention: z is x in standard form. What is asked for outside the support is computed at a number inside, not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..declare import plain
from .distribution import Distribution, Piece, is_number, where_closed, within
from .pieces import either_tail, log1mexp, of_logarithm

LIMITS = {"cdf": (0, 1), "sf": (1, 0), "logcdf": (-np.inf, 0), "logsf": (0, -np.inf)}  # at both ends of the support


class Continuous(Distribution):
    """A distribution with a density.

    ``support``   its lowest and its highest number, or a function of the shape parameters that gives them
    ``valid``     which shape parameters are some, by a function of them
    ``scipy``     whether it needs SciPy's special functions
    ``open``      whether the density is 0 at the lower end whatever the formula says
    pieces        ``logpdf``, and ``logcdf``, ``logsf`` or both; ``cdf`` and ``sf`` where their exponential is not
                  exact enough; ``quantile`` of log q and log 1-q; ``mean``, ``var``, ``entropy``
    """

    def __init__(self, name: str, doc: str, shapes: str = "", *, open: bool = False, **pieces: Any) -> None:
        self.open = open
        super().__init__(name, doc, shapes, **pieces)

    def pdf(self, *args: Any, **kwargs: Any) -> Any:
        """The density."""
        return self._call("pdf", self._pdf, args, kwargs, "x")

    def logpdf(self, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of the density."""
        return self._call("logpdf", self._logpdf, args, kwargs, "x")

    def cdf(self, *args: Any, **kwargs: Any) -> Any:
        """The probability of numbers up to x."""
        return self._call("cdf", self._tail("cdf"), args, kwargs, "x")

    def logcdf(self, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of the probability of numbers up to x."""
        return self._call("logcdf", self._tail("logcdf"), args, kwargs, "x")

    def sf(self, *args: Any, **kwargs: Any) -> Any:
        """The probability of numbers above x."""
        return self._call("sf", self._tail("sf"), args, kwargs, "x")

    def logsf(self, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of the probability of numbers above x."""
        return self._call("logsf", self._tail("logsf"), args, kwargs, "x")

    @where_closed
    def ppf(self, *args: Any, **kwargs: Any) -> Any:
        """The number x with cdf(x) = q."""
        return self._call("ppf", lambda q, *rest: self._quantile(q, False, rest), args, kwargs, "q")

    @where_closed
    def isf(self, *args: Any, **kwargs: Any) -> Any:
        """The number x with sf(x) = q."""
        return self._call("isf", lambda q, *rest: self._quantile(q, True, rest), args, kwargs, "q")

    @where_closed
    def mean(self, *args: Any, **kwargs: Any) -> Any:
        """The mean, ∞ or NaN where there is none."""
        return self._call("mean", lambda *rest: self._moment("mean", rest), args, kwargs)

    @where_closed
    def var(self, *args: Any, **kwargs: Any) -> Any:
        """The variance, ∞ or NaN where there is none."""
        return self._call("var", lambda *rest: self._moment("var", rest), args, kwargs)

    @where_closed
    def std(self, *args: Any, **kwargs: Any) -> Any:
        """The standard deviation."""
        return self._call("std", lambda *rest: np.sqrt(self._moment("var", rest)), args, kwargs)

    @where_closed
    def entropy(self, *args: Any, **kwargs: Any) -> Any:
        """-∫ p log p, the differential entropy."""
        return self._call("entropy", lambda *rest: self._moment("entropy", rest), args, kwargs)

    # ------------------------------------------------ how they are computed

    def _standard(self, x: Any, loc: Any, scale: Any) -> Any:
        z = x if is_number(loc, 0) else x - loc
        return z if is_number(scale, 1) else z / scale

    def _logpdf(self, x: Any, *rest: Any) -> Any:
        *shapes, loc, scale = rest
        z = self._standard(x, loc, scale)
        low, high = self._ends(shapes)
        at = plain(z)
        outside = (at <= low if self.open else at < low) | (at > high) | np.isinf(at)
        y = self.pieces["logpdf"](within(z, outside, low, high), *shapes)
        y = y if is_number(scale, 1) else y - np.log(scale)
        return self._checked(np.where(outside, -np.inf, y) if np.any(outside) else y, shapes, scale)

    def _pdf(self, x: Any, *rest: Any) -> Any:
        return of_logarithm(np.exp, self._logpdf(x, *rest))

    def _tail(self, which: str) -> Callable[..., Any]:
        """One of cdf, sf, logcdf and logsf: 0 and 1, or their logarithms, from the ends of the support on."""
        left, right = LIMITS[which]

        def compute(x: Any, *rest: Any) -> Any:
            *shapes, loc, scale = rest
            z = self._standard(x, loc, scale)
            low, high = self._ends(shapes)
            at = plain(z)
            below, above = at <= low, at >= high
            y = self._inside(which)(within(z, below | above, low, high), *shapes)
            if np.any(below):
                y = np.where(below, left, y)
            if np.any(above):
                y = np.where(above, right, y)
            return self._checked(y, shapes, scale)

        return compute

    def _inside(self, which: str) -> Piece:
        """Its piece, or the same from the others."""
        pieces = self.pieces
        if which in pieces:
            return pieces[which]
        other = {"cdf": "sf", "sf": "cdf", "logcdf": "logsf", "logsf": "logcdf"}[which]
        if which.startswith("log"):
            if other in pieces:
                return lambda z, *shapes: of_logarithm(log1mexp, pieces[other](z, *shapes))
            return lambda z, *shapes: either_tail(pieces[which[3:]](z, *shapes), pieces[other[3:]](z, *shapes))
        if f"log{which}" in pieces:
            return lambda z, *shapes: of_logarithm(np.exp, pieces[f"log{which}"](z, *shapes))
        return lambda z, *shapes: of_logarithm(lambda y: -np.expm1(y), pieces[f"log{other}"](z, *shapes))

    def _quantile(self, q: Any, upper: bool, rest: Sequence[Any]) -> Any:
        *shapes, loc, scale = rest
        at = plain(q)
        first, last = at == (1 if upper else 0), at == (0 if upper else 1)
        good = (at >= 0) & (at <= 1)
        inside = good & ~first & ~last
        p = q if np.all(inside) else np.where(inside, q, 0.5)
        here, there = np.log(p), np.log1p(-p)
        y = self.pieces["quantile"](*((there, here) if upper else (here, there)), *shapes)
        if not np.all(inside):
            low, high = self._ends(shapes)
            y = np.where(first, low, np.where(last, high, np.where(good, y, np.nan)))
        y = y if is_number(scale, 1) else y * scale
        return self._checked(y if is_number(loc, 0) else y + loc, shapes, scale)

    def _moment(self, which: str, rest: Sequence[Any]) -> Any:
        *shapes, loc, scale = rest
        y = self.pieces[which](*shapes)
        if which == "mean":
            y = y * scale + loc
        elif which == "var":
            y = y * scale * scale + 0 * plain(loc)
        else:
            y = y + np.log(scale) + 0 * plain(loc)
        return self._checked(y, shapes, scale)
