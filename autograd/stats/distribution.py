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
from typing import Any, NoReturn

import numpy as np

from ..declare import Late, plain
from ..extras import extra
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

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"autograd.stats.{self.name} cannot be frozen: give all to its methods,\n{self._calls()}")

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


def is_number(x: Any, value: float) -> bool:
    """Is it just this number of Python's?"""
    return isinstance(x, float) and x == value


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
