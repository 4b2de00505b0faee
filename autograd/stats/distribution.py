"""What distributions have in common: how they are declared and called; location and scale; what lies outside.

    p(x) = p₀((x - loc)/scale) / scale

Convention: a distribution is declared by the pieces of its standard form (loc = 0, scale = 1), written with NumPy's
functions: log-density, log-probabilities, and more where these would round something off. Outside the support the
density is 0 and its derivatives are 0; parameters that are none give NaN. All is computed as the pieces say, in double
precision where a parameter is a number of Python's, and given in the precision of the arguments.
"""

from __future__ import annotations

import functools
import math
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..declare import Late, plain
from ..extras import extra
from .pieces import either_tail, log1mexp
from .values import has_values, of_values

Piece = Callable[..., Any]
CLOSED = {"ppf": "quantile", "isf": "quantile", "mean": "mean", "var": "var", "std": "var", "entropy": "entropy"}
INFINITE = (-math.inf, math.inf)


class where_closed:
    """A method that only those distributions have that have its piece."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, distribution: Any, owner: Any = None) -> Any:
        if distribution is None:
            return self.function
        if CLOSED[self.function.__name__] not in distribution.pieces:
            raise AttributeError  # and __getattr__ says what there is not
        return types.MethodType(self.function, distribution)


class Distribution:
    """What is called: the methods of a distribution, which take x, the shape parameters, and location and scale."""

    kind = "pdf"
    places: tuple[str, ...] = ("loc", "scale")
    defaults: tuple[float, ...] = (0, 1)

    def __init__(
        self, name: str, doc: str, shapes: str = "", *, support: Any = INFINITE, valid: Piece | None = None,
        scipy: bool = False, **pieces: Piece,
    ) -> None:  # fmt: skip
        self.name = self.__name__ = name
        self.shapes = tuple(shapes.split())
        self.support, self.valid, self.scipy, self.pieces = support, valid, scipy, pieces
        self.parameters = self.shapes + self.places
        self.__doc__ = f"{doc}\n\n{self._calls()}"
        self.__module__ = "autograd.stats"

    def _calls(self) -> str:
        """The methods with their arguments."""
        given = ", ".join([*self.shapes, *(f"{n}={d}" for n, d in zip(self.places, self.defaults, strict=True))])
        has = [name for name, piece in CLOSED.items() if piece in self.pieces and hasattr(self, name)]
        inverses, moments = ([n for n in has if (n in ("ppf", "isf")) == inverse] for inverse in (True, False))
        lines = [f"    {self.kind} log{self.kind} cdf logcdf sf logsf (x, {given})"]
        lines += [f"    {' '.join(inverses)} (q, {given})"] if inverses else []
        lines += [f"    {' '.join(moments)} ({given})"] if moments else []
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<distribution {self.name}>"

    def __reduce__(self) -> str:
        return self.name

    def __getattr__(self, name: str) -> Any:
        known = vars(self)
        if "__doc__" not in known:  # it is still being made, or copied
            raise AttributeError(name)
        raise AttributeError(f"autograd.stats.{known['name']} has no '{name}'; it has\n{self._calls()}")

    def _bound(self, method: str, args: Sequence[Any], kwargs: dict[str, Any], first: Sequence[str]) -> list[Any]:
        """The arguments in order: x if there is one, shapes, location and scale."""
        names = (*first, *self.parameters)
        call = f"autograd.stats.{self.name}.{method}({', '.join(names)})"
        if len(args) > len(names):
            raise TypeError(f"{call} takes at most {len(names)} arguments, got {len(args)}")
        bound = dict(zip(names, args, strict=False))
        for name, value in kwargs.items():
            if name not in names or name in bound:
                raise TypeError(f"{call} {'got two values for' if name in bound else 'has no argument'} '{name}'")
            bound[name] = value
        missing = [name for name in names if name not in bound and name not in self.places]
        if missing:
            raise TypeError(f"{call} needs {', '.join(missing)}")
        standard = dict(zip(self.places, self.defaults, strict=True))
        return [_number(bound[n] if n in bound else standard[n], f"{call}: {n}") for n in names]

    def _call(
        self, method: str, compute: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], *first: str
    ) -> Any:
        if self.scipy:
            extra("scipy.special", "scipy", f"autograd.stats.{self.name}")
        given = self._bound(method, args, kwargs, first)
        if any(map(has_values, given)):
            return of_values(f"{self.name}.{method}", functools.partial(self._by_name, method), given)
        return self._computed(compute, given)

    def _by_name(self, method: str, *given: Any) -> Any:
        return getattr(self, method)(*given)

    def _computed(self, compute: Callable[..., Any], given: Sequence[Any]) -> Any:
        dtype = np.result_type(*[plain(x) for x in given])
        with np.errstate(all="ignore"):
            y = compute(*[_computing(x) for x in given[: -len(self.places)]], *given[-len(self.places) :])
        y = y if hasattr(y, "dtype") else np.asarray(y, dtype)
        return y if y.dtype == dtype or dtype.kind != "f" else y.astype(dtype)

    def _checked(self, y: Any, shapes: Sequence[Any], scale: Any = 1) -> Any:
        """NaN where the parameters are none; so are its derivatives."""
        good = np.greater(plain(scale), 0)
        if self.valid is not None:
            good = good & self.valid(*[plain(s) for s in shapes])
        if np.all(good):
            return y
        return np.where(good, y, sum(shapes, y + scale) * np.nan)

    def _ends(self, shapes: Sequence[Any]) -> tuple[Any, Any]:
        low, high = self.support(*[plain(s) for s in shapes]) if callable(self.support) else self.support
        return low, high


def _number(x: Any, what: str) -> Any:
    """A number of Python's as a float, arrays of integers as floats; tensors and Values as they are."""
    if isinstance(x, (float, Late.Tensor, Late.Value)):
        y: Any = x
    elif isinstance(x, int):
        return float(x)
    else:
        y = x if hasattr(x, "dtype") else np.asarray(x)
    kind = getattr(y, "dtype", None)
    if kind is None or kind.kind in "fO":
        return y
    if kind.kind in "iub":
        return y.astype(np.float64)
    raise TypeError(f"{what} is of dtype {kind}; distributions are of real numbers")


def _computing(x: Any) -> Any:
    """A number of Python's as one of NumPy's, which can be divided by 0."""
    return np.float64(x) if isinstance(x, float) else x


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
        y = self._logpdf(x, *rest)
        nothing = plain(y) == -np.inf
        return np.where(nothing, 0, np.exp(np.where(nothing, 0, y))) if np.any(nothing) else np.exp(y)

    def _tail(self, which: str) -> Callable[..., Any]:
        """One of cdf, sf, logcdf and logsf: 0 and 1, or their logarithms, from the ends of the support on."""
        left, right = {"cdf": (0, 1), "sf": (1, 0), "logcdf": (-np.inf, 0), "logsf": (0, -np.inf)}[which]

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
                return lambda z, *shapes: log1mexp(pieces[other](z, *shapes))
            return lambda z, *shapes: either_tail(pieces[which[3:]](z, *shapes), pieces[other[3:]](z, *shapes))
        if f"log{which}" in pieces:
            return lambda z, *shapes: np.exp(pieces[f"log{which}"](z, *shapes))
        return lambda z, *shapes: -np.expm1(pieces[f"log{other}"](z, *shapes))

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
        y = self._logpmf(x, *rest)
        nothing = plain(y) == -np.inf
        return np.where(nothing, 0, np.exp(np.where(nothing, 0, y))) if np.any(nothing) else np.exp(y)

    def _tail(self, which: str) -> Callable[..., Any]:
        left, right = {"cdf": (0, 1), "sf": (1, 0), "logcdf": (-np.inf, 0), "logsf": (0, -np.inf)}[which]

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


def is_number(x: Any, value: float) -> bool:
    """Is it just this number of Python's?"""
    return isinstance(x, float) and x == value


def _nan_too(y: Any, at: Any) -> Any:
    """y, and NaN where its whole number is."""
    return np.where(np.isnan(at), np.nan, y) if np.any(np.isnan(at)) else y


def within(z: Any, outside: Any, low: Any, high: Any) -> Any:
    """z, and a number inside of the support where it lies outside, so that no formula meets what it is not for."""
    if not np.any(outside):
        return z
    low, high = np.asarray(low, np.float64), np.asarray(high, np.float64)
    lower, upper = np.isfinite(low), np.isfinite(high)
    inner = np.where(
        lower, np.where(upper, (low + high) / 2, low + 1),
        np.where(upper, high - 1, 0.5),
    )  # fmt: skip
    return np.where(outside, inner, z)
