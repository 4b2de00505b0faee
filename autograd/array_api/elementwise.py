"""Functions element by element: arithmetic, exponentials, trigonometric functions, comparisons, bits.

Convention: each is NumPy's ufunc. Arrays are broadcast; beside an array a Python number takes its dtype. TypeError is
raised for a dtype that the function does not take. Results that are integers or truth values are not tracked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .given import Given, array, operand, pair

__all__ = [
    "abs",
    "acos",
    "acosh",
    "add",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "ceil",
    "clip",
    "conj",
    "copysign",
    "cos",
    "cosh",
    "divide",
    "equal",
    "exp",
    "expm1",
    "floor",
    "floor_divide",
    "greater",
    "greater_equal",
    "hypot",
    "imag",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "nextafter",
    "not_equal",
    "positive",
    "pow",
    "real",
    "reciprocal",
    "remainder",
    "round",
    "sign",
    "signbit",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "subtract",
    "tan",
    "tanh",
    "trunc",
]  # fmt: skip


def unary(name: str, function: Any, formula: str) -> Callable[[Given], Any]:
    """A function of one array."""

    def call(x: Given, /) -> Any:
        return function(array(x))

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"y = {formula}, element by element.\n\n``x``  an array of any shape"
    return call


def binary(name: str, function: Any, formula: str) -> Callable[[Given, Given], Any]:
    """A function of two arrays, or of an array and a number."""

    def call(x1: Given, x2: Given, /) -> Any:
        return function(*pair(x1, x2))

    call.__name__ = call.__qualname__ = name
    call.__doc__ = (
        f"y = {formula}, element by element.\n\n``x1``, ``x2``  arrays that are broadcast together, or an array and a "
        "number"
    )
    return call


def whole(name: str, function: Any, formula: str) -> Callable[[Given], Any]:
    """A way of rounding: what is an integer already is itself."""

    def call(x: Given, /) -> Any:
        x = array(x)
        return +x if x.dtype.kind in "iu" else function(x)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"y = {formula}, element by element; the derivative is 0.\n\n``x``  an array of any shape"
    return call


abs = unary("abs", np.absolute, "|x|")
acos = unary("acos", np.arccos, "arccos x")
acosh = unary("acosh", np.arccosh, "arcosh x")
add = binary("add", np.add, "x1 + x2")
asin = unary("asin", np.arcsin, "arcsin x")
asinh = unary("asinh", np.arcsinh, "arsinh x")
atan = unary("atan", np.arctan, "arctan x")
atan2 = binary("atan2", np.arctan2, "the angle of the point (x2, x1)")
atanh = unary("atanh", np.arctanh, "artanh x")
bitwise_and = binary("bitwise_and", np.bitwise_and, "x1 & x2, of integers or truth values")
bitwise_invert = unary("bitwise_invert", np.invert, "~x, of integers or truth values")
bitwise_left_shift = binary("bitwise_left_shift", np.left_shift, "x1 << x2, of integers")
bitwise_or = binary("bitwise_or", np.bitwise_or, "x1 | x2, of integers or truth values")
bitwise_right_shift = binary("bitwise_right_shift", np.right_shift, "x1 >> x2, of integers")
bitwise_xor = binary("bitwise_xor", np.bitwise_xor, "x1 ^ x2, of integers or truth values")
ceil = whole("ceil", np.ceil, "the smallest integer that is not below x")
conj = unary("conj", np.conjugate, "the complex conjugate of x")
copysign = binary("copysign", np.copysign, "|x1| with the sign of x2")
cos = unary("cos", np.cos, "cos x")
cosh = unary("cosh", np.cosh, "cosh x")
divide = binary("divide", np.divide, "x1 / x2")
equal = binary("equal", np.equal, "x1 == x2")
exp = unary("exp", np.exp, "eˣ")
expm1 = unary("expm1", np.expm1, "eˣ - 1, exact near 0")
floor = whole("floor", np.floor, "the largest integer that is not above x")
floor_divide = binary("floor_divide", np.floor_divide, "⌊x1 / x2⌋; the derivative is 0")
greater = binary("greater", np.greater, "x1 > x2")
greater_equal = binary("greater_equal", np.greater_equal, "x1 >= x2")
hypot = binary("hypot", np.hypot, "√(x1² + x2²)")
imag = unary("imag", np.imag, "the imaginary part of x")
isfinite = unary("isfinite", np.isfinite, "whether x is neither NaN nor infinite")
isinf = unary("isinf", np.isinf, "whether x is infinite")
isnan = unary("isnan", np.isnan, "whether x is NaN")
less = binary("less", np.less, "x1 < x2")
less_equal = binary("less_equal", np.less_equal, "x1 <= x2")
log = unary("log", np.log, "log x, to the base e")
log10 = unary("log10", np.log10, "log x, to the base 10")
log1p = unary("log1p", np.log1p, "log(1 + x), exact near 0")
log2 = unary("log2", np.log2, "log x, to the base 2")
logaddexp = binary("logaddexp", np.logaddexp, "log(exp x1 + exp x2), which does not overflow")
logical_and = binary("logical_and", np.logical_and, "x1 and x2, as truth values")
logical_not = unary("logical_not", np.logical_not, "not x, as a truth value")
logical_or = binary("logical_or", np.logical_or, "x1 or x2, as truth values")
logical_xor = binary("logical_xor", np.logical_xor, "either x1 or x2, as truth values")
maximum = binary("maximum", np.maximum, "max(x1, x2); equal ones share the gradient")
minimum = binary("minimum", np.minimum, "min(x1, x2); equal ones share the gradient")
multiply = binary("multiply", np.multiply, "x1 x2")
negative = unary("negative", np.negative, "-x")
nextafter = binary("nextafter", np.nextafter, "the next number after x1 on the way to x2")
not_equal = binary("not_equal", np.not_equal, "x1 != x2")
positive = unary("positive", np.positive, "+x")
pow = binary("pow", np.power, "x1 to the power x2")
real = unary("real", np.real, "the real part of x")
reciprocal = unary("reciprocal", np.reciprocal, "1 / x")
remainder = binary("remainder", np.remainder, "x1 mod x2, with the sign of x2")
round = whole("round", np.round, "the nearest integer to x, the even one of two")
sign = unary("sign", np.sign, "the sign of x, for complex numbers x / |x|")
signbit = unary("signbit", np.signbit, "whether x has a minus, as -0.0 does")
sin = unary("sin", np.sin, "sin x")
sinh = unary("sinh", np.sinh, "sinh x")
sqrt = unary("sqrt", np.sqrt, "√x")
square = unary("square", np.square, "x²")
subtract = binary("subtract", np.subtract, "x1 - x2")
tan = unary("tan", np.tan, "tan x")
tanh = unary("tanh", np.tanh, "tanh x")
trunc = whole("trunc", np.trunc, "the integer next to x on the side of 0")


def clip(x: Given, /, min: Given | None = None, max: Given | None = None) -> Any:
    """y = min(max(x, ``min``), ``max``), element by element, in the dtype of x.

    ``x``           an array of any shape
    ``min, max``    numbers, or arrays broadcast with x; None leaves an end open
    """
    x = array(x)
    low, high = [None if end is None else _end(operand(end), x) for end in (min, max)]
    y = +x if low is None and high is None else np.clip(x, low, high)
    return y if y.dtype == x.dtype else y.astype(x.dtype)


def _end(end: Any, x: Any) -> Any:
    """An end as NumPy takes it: a number that the dtype cannot hold leaves nothing out, or everything."""
    if end.__class__ is int and x.dtype.kind in "iu":
        most = np.iinfo(x.dtype)
        return most.min if end < most.min else most.max if end > most.max else end
    return end
