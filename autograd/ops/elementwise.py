"""Arithmetic, powers, exponentials and logarithms, trigonometric and hyperbolic functions, absolute value, rounding.

Convention: d is a derivative passing through, a gradient going back or a tangent going forward; y is the result; x (one
input) or a, b (two) are the inputs. The Jacobian is diagonal, so one rule serves both directions. Holomorphic functions
need no conjugate anywhere; the others have a rule for each direction, see ``complex.py``. A function that is constant
between its jumps has the derivative 0 and stays in the graph, unless its results are integers or truth values (see
``constants.py``).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import Operation, composed, elementwise, primitive
from ..native import twin
from ..typing import ArrayLike
from .arguments import DType
from .special.sigmoid import quietly, run_quietly, sigmoid
from .special_points import floating, is_complex, only_where, over, step, zero_slope

ndarray = np.ndarray

# ---------------------------------------------------------------- arithmetic

add = elementwise(np.add, lambda d: d, lambda d: d)
subtract = elementwise(np.subtract, lambda d: d, lambda d: -d)
multiply = elementwise(np.multiply, lambda d, b: d * b, lambda d, a: d * a)
divide = elementwise(np.divide, lambda d, b: d / b, lambda d, b, y: -d * (y / b))
negative = elementwise(np.negative, lambda d: -d)
positive = elementwise(np.positive, lambda d: d)
reciprocal = elementwise(np.reciprocal, lambda d, y: -d * y * y)

# a mod b = a - b k with a whole number k, so that its derivative by b is -k = (y - a) / b.
remainder = elementwise(np.remainder, lambda d: d, lambda d, a, b, y: d * ((y - a) / b))
fmod = elementwise(np.fmod, lambda d: d, lambda d, a, b, y: d * ((y - a) / b))
floor_divide = elementwise(np.floor_divide, zero_slope, zero_slope, selects=True)


@composed(np.divmod)
def divmod(a: ArrayLike, b: ArrayLike, dtype: DType = None) -> tuple[Any, Any]:
    """(a // b, a mod b)."""
    return np.floor_divide(a, b, dtype=dtype), np.remainder(a, b, dtype=dtype)


# ---------------------------------------------------------------- powers


def _power_by_base(d: Any, a: Any, b: Any) -> Any:
    """b aᵇ⁻¹; 0 where b = 0, even at a = 0."""
    if isinstance(b, int | float | complex):  # a Python number: tests of b alone cost nothing
        if b == 2:
            return (d + d) * a
        return d * (b * a ** (b - 1)) if b else zero_slope(d)
    return d * b * a ** (floating(b, d) - 1 + ((a == 0) & (b == 0)))


def _power_by_exponent(d: Any, a: Any, y: Any) -> Any:
    """aᵇ log a; 0 where aᵇ = 0 = a."""
    if isinstance(a, int | float) and a > 0:  # a Python number leaves float32 as it is, np.log(a) would not
        return d * (y * math.log(a))
    a = floating(a, d) + ((a == 0) & (y == 0))
    return d * y * np.log(a + 0j if is_complex(y) and not is_complex(a) else a)


def _power(a: Any, b: Any, dtype: Any = None) -> Any:
    """aᵇ; the operator has shortcuts for exponents like 2 and 0.5, the ufunc does not."""
    return a**b if dtype is None else np.power(a, b, dtype=dtype)


power = elementwise(np.power, _power_by_base, _power_by_exponent, forward=_power)
float_power = elementwise(np.float_power, _power_by_base, _power_by_exponent)
square = elementwise(np.square, lambda d, x: d * (x + x))
sqrt = elementwise(np.sqrt, lambda d, y: d / (y + y))
cbrt = elementwise(np.cbrt, lambda d, y: d / (3 * y * y))
hypot = elementwise(np.hypot, lambda d, a, y: d * over(a, y), lambda d, b, y: d * over(b, y))

# ---------------------------------------------------------------- exponentials and logarithms

LOG2, LOG10 = math.log(2), math.log(10)

exp = elementwise(np.exp, lambda d, y: d * y)
exp2 = elementwise(np.exp2, lambda d, x: d * (np.exp2(x - 1) * (2 * LOG2)))  # finite where y just overflows
expm1 = elementwise(np.expm1, lambda d, x: d * np.exp(x))
log = elementwise(np.log, lambda d, x: d / x)
log2 = elementwise(np.log2, lambda d, x: d / x / LOG2)
log10 = elementwise(np.log10, lambda d, x: d / x / LOG10)
log1p = elementwise(np.log1p, lambda d, x: d / (x + 1))


def _share(a: Any, b: Any, unit: float = 1) -> Any:
    """eᵃ / (eᵃ + eᵇ), from the difference alone; a half where both are ∞, 0 where both are -∞ and neither counts."""
    infinite = (a == b) & ((a == math.inf) | (a == -math.inf))
    if not np.any(infinite):
        return sigmoid((a - b) * unit if unit != 1 else a - b)
    if not hasattr(infinite, "dtype"):
        return 0.5 * (a > 0)
    with np.errstate(invalid="ignore"):
        share = sigmoid(np.where(infinite, 0, (a - b) * unit))
    return share * np.logical_not(infinite & (a < 0))


logaddexp = elementwise(np.logaddexp, lambda d, a, b: d * _share(a, b), lambda d, a, b: d * _share(b, a))
logaddexp2 = elementwise(np.logaddexp2, lambda d, a, b: d * _share(a, b, LOG2), lambda d, a, b: d * _share(b, a, LOG2))


# a * 2 ** b with a whole number b, exactly
ldexp = elementwise(
    np.ldexp,
    lambda d, b: np.ldexp(d, b) if hasattr(d, "dtype") else d * 2.0**b,
    forward=lambda a, b, dtype=None: np.ldexp(a, b, dtype=dtype),
)

# ---------------------------------------------------------------- trigonometric

sin = elementwise(np.sin, lambda d, x: d * np.cos(x))
cos = elementwise(np.cos, lambda d, x: -d * np.sin(x))
tan = elementwise(np.tan, lambda d, y: d + d * y * y)
arcsin = elementwise(np.arcsin, lambda d, x: d / np.sqrt((1 - x) * (x + 1)))
arccos = elementwise(np.arccos, lambda d, x: -d / np.sqrt((1 - x) * (x + 1)))


def _one_and(x: Any) -> Any:
    """√(1 + x²), which does not overflow."""
    return np.sqrt(1 + 1j * x) * np.sqrt(1 - 1j * x) if is_complex(x) else np.hypot(x, 1)


def _arctan_rule(d: Any, x: Any) -> Any:
    h = _one_and(x)
    return d / h / h


arctan = elementwise(np.arctan, _arctan_rule)


def _turned(d: Any, a: Any, b: Any) -> Any:
    """d a / (a² + b²), without the squares."""
    a, b = floating(a, d), floating(b, d)
    h = np.hypot(b, a) if isinstance(a, float) else np.hypot(a, b)  # NumPy asks the first for a Value's method
    return over(d * over(a, h), h)


arctan2 = elementwise(np.arctan2, lambda d, a, b: _turned(d, b, a), lambda d, a, b: _turned(-d, a, b))
for to_radians in (np.deg2rad, np.radians):
    elementwise(to_radians, lambda d: np.deg2rad(d))
for to_degrees in (np.rad2deg, np.degrees):
    elementwise(to_degrees, lambda d: np.rad2deg(d))

# ---------------------------------------------------------------- hyperbolic

sinh = elementwise(np.sinh, lambda d, x: d * np.cosh(x))
cosh = elementwise(np.cosh, lambda d, x: d * np.sinh(x))


def _tanh_rule(d: Any, x: Any) -> Any:
    """d / cosh² x, since 1 - y² is lost where y rounds to 1."""
    if x.__class__ is ndarray and x.dtype.char in "fd":
        try:  # this is a twentieth faster than to look for the thread's own
            c = run_quietly(np.cosh, x)
        except RuntimeError:
            c = quietly.run(np.cosh, x)
        return d / c / c
    return d * (sigmoid(2 * x) * sigmoid(-2 * x) * 4)


@twin("autograd.native.activations:tanh_slope_from", 1 << 14, "f", False)
def _tanh_from_result(d: Any, y: Any) -> Any:
    return d - d * y * y


# Of large arrays in single precision the hyperbolic cosine would take a tenth of a whole step, forward and back.
_from_result = Operation(np.tanh, "elementwise", [_tanh_from_result])
tanh = elementwise(np.tanh, _tanh_rule, large=_from_result)
arcsinh = elementwise(np.arcsinh, lambda d, x: d / _one_and(x))
arccosh = elementwise(
    np.arccosh, lambda d, x: d / (np.sqrt(x - 1) * np.sqrt(x + 1))
)  # as it stands right for complex x
arctanh = elementwise(np.arctanh, lambda d, x: d / (1 - x) / (1 + x))

# ---------------------------------------------------------------- absolute value and sign


def _absolute_pull(g: Any, x: Any) -> Any:
    """|x|: sign(x) for real x; for complex z, d|z| = Re(conj(z/|z|) dz)."""
    s = step(x)
    return g * (np.conjugate(s) if is_complex(s) else s)


def _absolute_push(t: Any, x: Any) -> Any:
    s = step(x)
    return np.real(t * np.conjugate(s)) if is_complex(s) else t * s


def _sign_pull(g: Any, x: Any, y: Any) -> Any:
    """0 for real x; y = z/|z| can only turn: dy = (dz - y Re(conj(y) dz)) / |z|."""
    return over(g - np.real(g * y) * np.conjugate(y), np.abs(x)) if is_complex(y) else zero_slope(g)


def _sign_push(t: Any, x: Any, y: Any) -> Any:
    return over(t - np.real(t * np.conjugate(y)) * y, np.abs(x)) if is_complex(y) else zero_slope(t)


absolute = elementwise(np.absolute, _absolute_pull, push=_absolute_push)
sign = elementwise(np.sign, _sign_pull, push=_sign_push)
fabs = elementwise(np.fabs, lambda d, x: d * step(x))
heaviside = elementwise(np.heaviside, zero_slope, lambda d, a: only_where(d, a == 0), selects=True)
copysign = elementwise(np.copysign, lambda d, a, y: d * (np.sign(a) * np.sign(y)), zero_slope)

# ---------------------------------------------------------------- rounding

for rounding in (np.floor, np.ceil, np.trunc, np.rint, np.round, np.around, np.fix):
    elementwise(rounding, zero_slope, selects=True)

# x = fraction + whole part
modf = primitive(np.modf, pull=lambda g: g[0], push=lambda t: (t, zero_slope(t)), results=True)
# x = mantissa * 2 ** exponent
frexp = primitive(
    np.frexp, pull=lambda g, y: np.ldexp(g[0], -y[1]), push=lambda t, y: (np.ldexp(t, -y[1]), None), results=True
)
nextafter = elementwise(np.nextafter, lambda d: d, zero_slope)  # a moved by one unit in its last place
