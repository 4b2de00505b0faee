"""The functions that Values compute with: of one and two numbers, each with its derivatives.

Convention: a function of x gives the pair (y, dy/dx), one of a and b the triple (y, ∂y/∂a, ∂y/∂b), in plain floats.
Special points are those of the tensors' rules: ``autograd/special_points.md`` has them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from math import cosh, exp, log, pi, sinh, sqrt
from typing import Any

import numpy as np

from ..declare import OPERATIONS, Operation
from ..ops.activation import ACTIVATIONS, Pair, logistic
from ..ops.special_points import UNTAKEN, zero_slope

Triple = Callable[[float, float], tuple[float, float, float]]
LN2, LN10, ROOT_PI = log(2), log(10), sqrt(pi)
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)  # B₂, B₄, ...


def over(d: float, y: float) -> float:
    """d / y, but 0 where y is 0."""
    return d / y if y else 0.0


def ratio(d: float, y: float) -> float:
    """d / y, infinite where y is 0, as in NumPy's arithmetic."""
    return d / y if y else math.copysign(math.inf, d)


def sign(x: float) -> float:
    return float((x > 0) - (x < 0))


# ---------------------------------------------------------------- one number


def bell(x: float) -> float:
    """1 / cosh² x, the derivative of tanh, without overflow."""
    e = exp(-2 * abs(x))
    return 4 * e / ((1 + e) * (1 + e))


ONE: dict[Any, Pair] = {
    np.positive: lambda x: (x, 1.0),
    np.conjugate: lambda x: (x, 1.0),
    np.negative: lambda x: (-x, -1.0),
    np.absolute: lambda x: (abs(x), sign(x)),
    np.fabs: lambda x: (abs(x), sign(x)),
    np.sign: lambda x: (sign(x), UNTAKEN),
    np.square: lambda x: (x * x, x + x),
    np.reciprocal: lambda x: (y := 1 / x, -y * y),
    np.sqrt: lambda x: (y := sqrt(x), ratio(0.5, y)),
    np.cbrt: lambda x: (y := math.cbrt(x), ratio(1.0, 3 * y * y)),
    np.exp: lambda x: (y := exp(x), y),
    np.exp2: lambda x: (y := math.exp2(x), y * LN2),
    np.expm1: lambda x: (math.expm1(x), exp(x)),
    np.log: lambda x: (log(x), 1 / x),
    np.log2: lambda x: (math.log2(x), 1 / x / LN2),
    np.log10: lambda x: (math.log10(x), 1 / x / LN10),
    np.log1p: lambda x: (math.log1p(x), 1 / (x + 1)),
    np.sin: lambda x: (math.sin(x), math.cos(x)),
    np.cos: lambda x: (math.cos(x), -math.sin(x)),
    np.tan: lambda x: (y := math.tan(x), 1 + y * y),
    np.arcsin: lambda x: (math.asin(x), ratio(1.0, sqrt((1 - x) * (x + 1)))),
    np.arccos: lambda x: (math.acos(x), ratio(-1.0, sqrt((1 - x) * (x + 1)))),
    np.arctan: lambda x: (math.atan(x), 1 / (h := math.hypot(x, 1)) / h),
    np.sinh: lambda x: (sinh(x), cosh(x)),
    np.cosh: lambda x: (cosh(x), sinh(x)),
    np.tanh: lambda x: (y := math.tanh(x), 1 - y * y if -0.9 < y < 0.9 else bell(x)),
    np.arcsinh: lambda x: (math.asinh(x), 1 / math.hypot(x, 1)),
    np.arccosh: lambda x: (math.acosh(x), ratio(1.0, sqrt(x - 1) * sqrt(x + 1))),
    np.arctanh: lambda x: (math.atanh(x), 1 / ((1 - x) * (1 + x))),
    np.deg2rad: lambda x: (math.radians(x), pi / 180),
    np.radians: lambda x: (math.radians(x), pi / 180),
    np.rad2deg: lambda x: (math.degrees(x), 180 / pi),
    np.degrees: lambda x: (math.degrees(x), 180 / pi),
    np.floor: lambda x: (float(math.floor(x)), UNTAKEN),
    np.ceil: lambda x: (float(math.ceil(x)), UNTAKEN),
    np.trunc: lambda x: (float(math.trunc(x)), UNTAKEN),
    np.rint: lambda x: (float(round(x)), UNTAKEN),
    **{activation.function: activation.number for activation in ACTIVATIONS.values() if activation.number},
    np.ldexp: lambda x, i: (math.ldexp(x, int(i)), math.ldexp(1.0, int(i))),
    math.erf: lambda x: (math.erf(x), 2 / ROOT_PI * exp(-x * x)),
    math.erfc: lambda x: (math.erfc(x), -2 / ROOT_PI * exp(-x * x)),
    math.gamma: lambda x: (y := math.gamma(x), y * polygamma(0, x)),
    math.lgamma: lambda x: (math.lgamma(x), polygamma(0, x)),
}


# ---------------------------------------------------------------- two numbers


def power(a: float, b: float) -> tuple[float, float, float]:
    """aᵇ, b aᵇ⁻¹ and aᵇ log a (0 where aᵇ = 0 = a)."""
    y = a**b
    if y.__class__ is complex:
        raise ValueError("a negative number to a fractional power is not real")
    if a > 0:
        return y, b * a ** (b - 1), y * log(a)
    if a == 0:
        return y, b * a ** (b - 1) if b >= 1 else math.inf if b else 0.0, 0.0 if b else -math.inf
    return y, b * a ** (b - 1), math.nan


def maximum(a: float, b: float) -> tuple[float, float, float]:
    if a == b:
        return a, 0.5, 0.5
    return (a, 1.0, UNTAKEN) if a > b or a != a else (b, UNTAKEN, 1.0)


def minimum(a: float, b: float) -> tuple[float, float, float]:
    if a == b:
        return a, 0.5, 0.5
    return (a, 1.0, UNTAKEN) if a < b or a != a else (b, UNTAKEN, 1.0)


def fmax(a: float, b: float) -> tuple[float, float, float]:
    """The maximum, but of a number and NaN the number."""
    return maximum(a, b) if a == a and b == b else (a, 1.0, 0.0) if b != b else (b, 0.0, 1.0)


def fmin(a: float, b: float) -> tuple[float, float, float]:
    """The minimum, but of a number and NaN the number."""
    return minimum(a, b) if a == a and b == b else (a, 1.0, 0.0) if b != b else (b, 0.0, 1.0)


def raised(a: Any, low: Any) -> Any:
    """The larger of both, of which a takes all of the derivative where they are equal: half of ``clip``."""
    return (a, 1.0, 0.0) if not a < low else (low, 0.0, 1.0)


def lowered(a: Any, high: Any) -> Any:
    """The smaller of both, of which a takes all of the derivative where they are equal: the other half."""
    return (a, 1.0, 0.0) if not a > high else (high, 0.0, 1.0)


def logaddexp(a: float, b: float) -> tuple[float, float, float]:
    """log(eᵃ + eᵇ), without overflow; its derivatives are the softmax of the two."""
    if a == b:
        return a + LN2, *((0.0, 0.0) if a == -math.inf else (0.5, 0.5))
    return max(a, b) + math.log1p(exp(-abs(a - b))), logistic(a - b), logistic(b - a)


TWO: dict[Any, Triple] = {
    np.add: lambda a, b: (a + b, 1.0, 1.0),
    np.subtract: lambda a, b: (a - b, 1.0, -1.0),
    np.multiply: lambda a, b: (a * b, b, a),
    np.divide: lambda a, b: (y := a / b, 1 / b, -y / b),
    np.floor_divide: lambda a, b: (a // b, 0.0, 0.0),
    np.power: power,
    np.remainder: lambda a, b: (y := a % b, 1.0, (y - a) / b),  # y = a - b k with an integer k, as the next two
    np.fmod: lambda a, b: (y := math.fmod(a, b), 1.0, (y - a) / b),
    math.remainder: lambda a, b: (y := math.remainder(a, b), 1.0, (y - a) / b),
    np.arctan2: lambda a, b: (math.atan2(a, b), over(over(b, h := math.hypot(a, b)), h), over(over(-a, h), h)),
    np.hypot: lambda a, b: (y := math.hypot(a, b), over(a, y), over(b, y)),
    np.maximum: maximum,
    np.minimum: minimum,
    np.fmax: fmax,
    np.fmin: fmin,
    raised: raised,
    lowered: lowered,
    np.copysign: lambda a, b: (y := math.copysign(a, b), sign(a) * sign(y), 0.0),
    np.logaddexp: logaddexp,
}


# ---------------------------------------------------------------- functions that NumPy does not have


def polygamma(n: int, x: float) -> float:
    """ψ⁽ⁿ⁾(x), the (n+1)-th derivative of log |Γ(x)|: recurrence to x >= 15, then the asymptotic series.

    DLMF 5.5.2, 5.5.4, 5.11.2 and 5.15 (dlmf.nist.gov/5).
    """
    if x <= 0 and x == math.floor(x):
        raise ValueError("the gamma function has a pole there")
    if n == 0 and x < -10:
        return polygamma(0, 1 - x) - pi / math.tan(pi * x)
    odd = -1.0 if n % 2 == 0 else 1.0
    up = odd * math.factorial(n)
    y = 0.0
    while x < 15:
        y += up * x ** (-n - 1)
        x += 1
    if n == 0:
        y += log(x) - 1 / (2 * x)
        return y - sum(B / (2 * k) * x ** (-2 * k) for k, B in enumerate(BERNOULLI, 1))
    y += odd * (math.factorial(n - 1) * x**-n + math.factorial(n) * x ** (-n - 1) / 2)
    for k, B in enumerate(BERNOULLI, 1):
        y += odd * B * math.factorial(2 * k + n - 1) / math.factorial(2 * k) * x ** (-2 * k - n)
    return y


def _polygamma(x: Any, n: Any) -> Any:
    return polygamma(int(n), x)


ONE[_polygamma] = lambda x, n=0: (polygamma(int(n), x), polygamma(int(n) + 1, x))


def _of_math(function: Callable[[float], float], rule: Callable[..., Any]) -> Operation:
    """A function of the standard library; the signatures of compiled functions are slow to read."""
    return Operation(function, "elementwise", [rule], forward=lambda x: function(x))


OWN: dict[Any, Operation] = {
    math.erf: _of_math(math.erf, lambda d, x: d * np.exp(-x * x) * (2 / ROOT_PI)),
    math.erfc: _of_math(math.erfc, lambda d, x: d * np.exp(-x * x) * (-2 / ROOT_PI)),
    math.gamma: _of_math(math.gamma, lambda d, x, y: d * y * x.polygamma(0)),
    math.lgamma: _of_math(math.lgamma, lambda d, x: d * x.polygamma(0)),
    _polygamma: Operation(_polygamma, "elementwise", [lambda d, x, n: d * x.polygamma(n + 1)]),
    math.remainder: Operation(
        lambda a, b: math.remainder(a, b),
        "elementwise",
        [lambda d: d, lambda d, a, b, y: d * ((y - a) / b)],
        name="ieee_remainder",
    ),
    raised: Operation(raised, "elementwise", [lambda d, a, b: d * (a >= b), lambda d, a, b: d * (a < b)]),
    lowered: Operation(lowered, "elementwise", [lambda d, a, b: d * (a <= b), lambda d, a, b: d * (a > b)]),
    np.rint: Operation(np.rint, "elementwise", [zero_slope]),
}


def operation_of(function: Callable[..., Any]) -> Operation:
    """The declared operation, whose rules give derivatives of higher order."""
    found = OPERATIONS.get(function) or OWN[function]
    assert isinstance(found, Operation)
    return found
