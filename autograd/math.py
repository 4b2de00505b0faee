# mypy: disable-error-code="overload-overlap, no-any-return"
"""Python's ``math``, of numbers and of Values: the same names, differentiable where a derivative exists.

Convention: called on plain numbers alone, a function is the standard library's, with its results and errors: ValueError
outside of its domain, TypeError for what is no number. Called on at least one Value it gives a Value. Constants and
functions of integers are the library's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import reduce
from math import comb, e, factorial, gcd, inf, isqrt, lcm, nan, perm, pi, tau
from operator import mul
from typing import Any, Protocol, TypeVar, overload

from .value import Value, ValueLike
from .value import dot as _dot
from .value import hypot as _norm
from .value import sum as _sum

N = TypeVar("N", float, Value)  # a float for a float, a Value for a Value


class _Step(Protocol):
    """An integer for a float, a Value for a Value."""

    @overload
    def __call__(self, x: float, /) -> int: ...
    @overload
    def __call__(self, x: Value, /) -> Value: ...


class _Two(Protocol):
    """A float for two floats, a Value where one of them is a Value."""

    @overload
    def __call__(self, x: float, y: float, /) -> float: ...
    @overload
    def __call__(self, x: ValueLike, y: ValueLike, /) -> Value: ...


def _one(name: str, method: str = "") -> Callable[[N], N]:
    """The library's function of a number, the Value's method of a Value."""
    of_number: Any = getattr(math, name)
    of_value: Any = getattr(Value, method or name)

    def call(x: N, /) -> N:
        return of_value(x) if isinstance(x, Value) else of_number(x)

    return _named(call, name, "x")


def _step(name: str) -> _Step:
    """The same of a function whose result for a number is an integer."""
    call: Any = _one(name)
    return call


def _two(name: str, method: str = "") -> _Two:
    """The library's function of two numbers, the Value's method where one of them is a Value."""
    of_numbers: Any = getattr(math, name)
    of_values: Any = getattr(Value, method or name)

    def call(x: ValueLike, y: ValueLike, /) -> ValueLike:
        return of_values(x, y) if isinstance(x, Value) or isinstance(y, Value) else of_numbers(x, y)

    return _named(call, name, "x, y")


def _named(call: Any, name: str, arguments: str) -> Any:
    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"``math.{name}({arguments})``, also of Values: then it is differentiable."
    return call


acos, asin, atan = _one("acos", "arccos"), _one("asin", "arcsin"), _one("atan", "arctan")
acosh, asinh, atanh = _one("acosh", "arccosh"), _one("asinh", "arcsinh"), _one("atanh", "arctanh")
cos, sin, tan, cosh, sinh, tanh = (_one(name) for name in ("cos", "sin", "tan", "cosh", "sinh", "tanh"))
exp, exp2, expm1 = (_one(name) for name in ("exp", "exp2", "expm1"))
log2, log10, log1p = (_one(name) for name in ("log2", "log10", "log1p"))
sqrt, cbrt, fabs = (_one(name) for name in ("sqrt", "cbrt", "fabs"))
erf, erfc, gamma, lgamma = (_one(name) for name in ("erf", "erfc", "gamma", "lgamma"))
degrees, radians = _one("degrees"), _one("radians")
atan2, copysign, fmod, pow = _two("atan2", "arctan2"), _two("copysign"), _two("fmod"), _two("pow")
remainder = _two("remainder", "ieee_remainder")
floor, ceil, trunc = _step("floor"), _step("ceil"), _step("trunc")


def _number(x: Any) -> Any:
    return x.number if isinstance(x, Value) else x


def _any_value(*items: object) -> bool:
    return any([isinstance(x, Value) for x in items])


@overload
def log(x: float, base: float | None = None) -> float: ...
@overload
def log(x: ValueLike, base: ValueLike | None = None) -> Value: ...
def log(x: ValueLike, base: ValueLike | None = None) -> ValueLike:
    """log x, or log x / log base for a ``base``."""
    if not _any_value(x, base):
        return math.log(x) if base is None else math.log(x, base)
    y = x.log() if isinstance(x, Value) else math.log(x)
    return y if base is None else y / log(base)


def ldexp(x: N, i: int) -> N:
    """x 2ⁱ for a whole number i."""
    return x.ldexp(i) if isinstance(x, Value) else math.ldexp(x, i)


def modf(x: N) -> tuple[N, N]:
    """(x - trunc x, trunc x)."""
    if not isinstance(x, Value):
        return math.modf(x)
    whole = trunc(x)
    return x - whole, whole


def frexp(x: N) -> tuple[N, int]:
    """(m, i) with x = m 2ⁱ and 0.5 <= |m| < 1."""
    if not isinstance(x, Value):
        return math.frexp(x)
    i = math.frexp(x.number)[1]
    return ldexp(x, -i), i


@overload
def hypot(*coordinates: float) -> float: ...
@overload
def hypot(*coordinates: ValueLike) -> Value: ...
def hypot(*coordinates: ValueLike) -> ValueLike:
    """√(Σ xᵢ²)."""
    return _norm(*coordinates) if _any_value(*coordinates) else math.hypot(*coordinates)


@overload
def dist(p: Iterable[float], q: Iterable[float]) -> float: ...
@overload
def dist(p: Iterable[ValueLike], q: Iterable[ValueLike]) -> Value: ...
def dist(p: Iterable[Any], q: Iterable[Any]) -> ValueLike:
    """√(Σ (pᵢ - qᵢ)²), the distance of two points p and q."""
    p, q = tuple(p), tuple(q)
    return hypot(*[a - b for a, b in zip(p, q, strict=True)]) if _any_value(*p, *q) else math.dist(p, q)


@overload
def fsum(items: Iterable[float]) -> float: ...
@overload
def fsum(items: Iterable[ValueLike]) -> Value: ...
def fsum(items: Iterable[Any]) -> ValueLike:
    """Σ xᵢ over all ``items``, rounded once."""
    items = tuple(items)
    return _sum(items) if _any_value(*items) else math.fsum(items)


@overload
def sumprod(p: Iterable[float], q: Iterable[float]) -> float: ...
@overload
def sumprod(p: Iterable[ValueLike], q: Iterable[ValueLike]) -> Value: ...
def sumprod(p: Iterable[Any], q: Iterable[Any]) -> ValueLike:
    """Σ pᵢ qᵢ, rounded once (the standard library has it from Python 3.12 on).

    ``p``, ``q``  numbers, as many of both; else ValueError is raised
    """
    p, q = tuple(p), tuple(q)
    if _any_value(*p, *q):
        return _dot(p, q)
    if len(p) != len(q):
        raise ValueError(f"sumprod: got {len(p)} and {len(q)} factors; as many of both are needed")
    return math.fsum(map(mul, p, q))


@overload
def prod(items: Iterable[float], *, start: float = 1) -> float: ...
@overload
def prod(items: Iterable[ValueLike], *, start: ValueLike = 1) -> Value: ...
def prod(items: Iterable[ValueLike], *, start: ValueLike = 1) -> ValueLike:
    """Π xᵢ over all ``items``, times ``start``."""
    return reduce(mul, items, start)


def isnan(x: ValueLike) -> bool:
    """Is x NaN?"""
    return math.isnan(_number(x))


def isinf(x: ValueLike) -> bool:
    """Is x infinite?"""
    return math.isinf(_number(x))


def isfinite(x: ValueLike) -> bool:
    """Is x neither infinite nor NaN?"""
    return math.isfinite(_number(x))


def isclose(a: ValueLike, b: ValueLike, *, rel_tol: float = 1e-09, abs_tol: float = 0.0) -> bool:
    """Is |a - b| ≤ max(``rel_tol`` max(|a|, |b|), ``abs_tol``), so that two numbers are close to each other?"""
    return math.isclose(_number(a), _number(b), rel_tol=rel_tol, abs_tol=abs_tol)


__all__ = [
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "comb", "copysign", "cos", "cosh",
    "degrees", "dist", "e", "erf", "erfc", "exp", "exp2", "expm1", "fabs", "factorial", "floor", "fmod", "frexp",
    "fsum", "gamma", "gcd", "hypot", "inf", "isclose", "isfinite", "isinf", "isnan", "isqrt", "lcm", "ldexp", "lgamma",
    "log", "log1p", "log2", "log10", "modf", "nan", "perm", "pi", "pow", "prod", "radians", "remainder", "sin", "sinh",
    "sqrt", "sumprod", "tan", "tanh", "tau", "trunc",
]  # fmt: skip
