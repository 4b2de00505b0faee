"""Python's ``math``, of numbers and of Values: the same names, differentiable where a derivative exists.

Convention: a function whose arguments are all plain numbers is the standard library's, result and errors
alike; with a Value among them it gives a Value. Constants and functions in steps are the library's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import reduce
from math import comb, e, factorial, gcd, inf, isqrt, lcm, nan, perm, pi, tau
from operator import mul
from typing import Any

from .value import TABLE, Value
from .value import dot as _dot
from .value import hypot as _norm
from .value import sum as _sum


def _lifted(name: str, method: str) -> Callable[..., Any]:
    """The library's function of numbers, the Value's method where there is a Value."""
    of_numbers: Any = getattr(math, name)
    of_values = TABLE[method]

    def call(*operands: Any) -> Any:
        if any([isinstance(x, Value) for x in operands]):
            return of_values(*operands)
        return of_numbers(*operands)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"``math.{name}``, also of Values: then it is differentiable."
    return call


acos, asin, atan = _lifted("acos", "arccos"), _lifted("asin", "arcsin"), _lifted("atan", "arctan")
acosh, asinh, atanh = _lifted("acosh", "arccosh"), _lifted("asinh", "arcsinh"), _lifted("atanh", "arctanh")
cos, sin, tan = _lifted("cos", "cos"), _lifted("sin", "sin"), _lifted("tan", "tan")
cosh, sinh, tanh = _lifted("cosh", "cosh"), _lifted("sinh", "sinh"), _lifted("tanh", "tanh")
atan2, copysign = _lifted("atan2", "arctan2"), _lifted("copysign", "copysign")
exp, exp2, expm1 = _lifted("exp", "exp"), _lifted("exp2", "exp2"), _lifted("expm1", "expm1")
log2, log10, log1p = _lifted("log2", "log2"), _lifted("log10", "log10"), _lifted("log1p", "log1p")
pow, sqrt, cbrt = _lifted("pow", "power"), _lifted("sqrt", "sqrt"), _lifted("cbrt", "cbrt")
erf, erfc, gamma, lgamma = (_lifted(name, name) for name in ("erf", "erfc", "gamma", "lgamma"))
fabs, fmod, remainder = _lifted("fabs", "fabs"), _lifted("fmod", "fmod"), _lifted("remainder", "ieee_remainder")
floor, ceil, trunc = _lifted("floor", "floor"), _lifted("ceil", "ceil"), _lifted("trunc", "trunc")
degrees, radians, ldexp = _lifted("degrees", "rad2deg"), _lifted("radians", "deg2rad"), _lifted("ldexp", "ldexp")


def _number(x: Any) -> Any:
    return x.number if isinstance(x, Value) else x


def _any_value(*items: Any) -> bool:
    return any([isinstance(x, Value) for x in items])


def log(x: Any, base: Any = None) -> Any:
    """log x, or log x / log base."""
    if not _any_value(x, base):
        return math.log(x) if base is None else math.log(x, base)
    y = x.log() if isinstance(x, Value) else math.log(x)
    return y if base is None else y / log(base)


def modf(x: Any) -> tuple[Any, Any]:
    """(x - trunc x, trunc x)."""
    if not isinstance(x, Value):
        return math.modf(x)
    whole = trunc(x)
    return x - whole, whole


def frexp(x: Any) -> tuple[Any, int]:
    """(m, i) with x = m 2ⁱ and 0.5 <= |m| < 1."""
    if not isinstance(x, Value):
        return math.frexp(x)
    i = math.frexp(x.number)[1]
    return ldexp(x, -i), i


def hypot(*coordinates: Any) -> Any:
    """√(Σ xᵢ²)."""
    return _norm(*coordinates) if _any_value(*coordinates) else math.hypot(*coordinates)


def dist(p: Iterable[Any], q: Iterable[Any]) -> Any:
    """√(Σ (pᵢ - qᵢ)²), the distance of two points."""
    p, q = tuple(p), tuple(q)
    return hypot(*[a - b for a, b in zip(p, q, strict=True)]) if _any_value(*p, *q) else math.dist(p, q)


def fsum(items: Iterable[Any]) -> Any:
    """Σ xᵢ, rounded once."""
    items = tuple(items)
    return _sum(items) if _any_value(*items) else math.fsum(items)


def sumprod(p: Iterable[Any], q: Iterable[Any]) -> Any:
    """Σ pᵢ qᵢ, rounded once (the standard library has it from Python 3.12 on)."""
    p, q = tuple(p), tuple(q)
    if _any_value(*p, *q):
        return _dot(p, q)
    if len(p) != len(q):
        raise ValueError(f"sumprod: got {len(p)} and {len(q)} factors; as many of both")
    return math.fsum(map(mul, p, q))


def prod(items: Iterable[Any], *, start: Any = 1) -> Any:
    """Π xᵢ."""
    return reduce(mul, items, start)


def isnan(x: Any) -> bool:
    """Is it not a number?"""
    return math.isnan(_number(x))


def isinf(x: Any) -> bool:
    """Is it infinite?"""
    return math.isinf(_number(x))


def isfinite(x: Any) -> bool:
    """Is it neither infinite nor NaN?"""
    return math.isfinite(_number(x))


def isclose(a: Any, b: Any, *, rel_tol: float = 1e-09, abs_tol: float = 0.0) -> bool:
    """Are the numbers close to each other?"""
    return math.isclose(_number(a), _number(b), rel_tol=rel_tol, abs_tol=abs_tol)


__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "comb",
    "copysign",
    "cos",
    "cosh",
    "degrees",
    "dist",
    "e",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "factorial",
    "floor",
    "fmod",
    "frexp",
    "fsum",
    "gamma",
    "gcd",
    "hypot",
    "inf",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "isqrt",
    "lcm",
    "ldexp",
    "lgamma",
    "log",
    "log1p",
    "log2",
    "log10",
    "modf",
    "nan",
    "perm",
    "pi",
    "pow",
    "prod",
    "radians",
    "remainder",
    "sin",
    "sinh",
    "sqrt",
    "sumprod",
    "tan",
    "tanh",
    "tau",
    "trunc",
]
