"""Functions of single numbers, and arithmetic with broadcasting."""

import autograd.numpy as np

from ..row import NO_FORWARD, between, group, positive, real, signed

row, program = group("elementwise")

row("sin", lambda x: np.sin(x), real(3, 4))
row("cos", lambda x: np.cos(x), real(3, 4))
row("tan", lambda x: np.tan(x), between(-1, 1, 5))
row("arcsin", lambda x: np.arcsin(x), between(-0.9, 0.9, 5))
row("arccos", lambda x: np.arccos(x), between(-0.9, 0.9, 5))
row("arctan", lambda x: np.arctan(x), real(5))
row("sinh", lambda x: np.sinh(x), real(5))
row("cosh", lambda x: np.cosh(x), real(5))
row("tanh", lambda x: np.tanh(x), real(3, 4))
row("arcsinh", lambda x: np.arcsinh(x), real(5))
row("arccosh", lambda x: np.arccosh(x), between(1.2, 3, 5))
row("arctanh", lambda x: np.arctanh(x), between(-0.9, 0.9, 5))
row("exp", lambda x: np.exp(x), real(3, 4))
row("exp2", lambda x: np.exp2(x), real(5))
row("expm1", lambda x: np.expm1(x), real(5))
row("log", lambda x: np.log(x), positive(3, 4))
row("log2", lambda x: np.log2(x), positive(5))
row("log10", lambda x: np.log10(x), positive(5))
row("log1p", lambda x: np.log1p(x), positive(5))
row("sqrt", lambda x: np.sqrt(x), positive(5))
row("square", lambda x: np.square(x), real(5))
row("reciprocal", lambda x: np.reciprocal(x), positive(5))
row("negative", lambda x: np.negative(x), real(5))
row("abs", lambda x: np.abs(x), signed(5))
row("absolute and fabs", lambda x: np.absolute(x) * np.fabs(x), signed(5))
row("the builtin abs", lambda x: abs(x) * x, signed(5))
row("sign times x", lambda x: np.sign(x) * x, signed(5))
row("sinc", lambda x: np.sinc(x), signed(5))
row("degrees of radians", lambda x: np.degrees(x) + np.rad2deg(x) ** 2, real(5))
row("radians of degrees", lambda x: np.sin(np.radians(50 * x)) + np.deg2rad(x), real(5))
row("floor and ceil", lambda x: x * np.floor(x) + np.ceil(x) * x**2, signed(5))
row("round", lambda x: np.round(x) * x, signed(5))
row("nan_to_num", lambda x: np.nan_to_num(x) ** 2, real(5))

row("add", lambda x, y: np.add(x, y), real(3, 4), real(4))
row("subtract", lambda x, y: np.subtract(x, y), real(3, 1), real(4))
row("multiply", lambda x, y: np.multiply(x, y), real(3, 1), real(1, 4))
row("divide", lambda x, y: np.divide(x, y), real(4), positive(3, 1))
row("true_divide", lambda x, y: np.true_divide(x, y), real(4), positive())
row("power", lambda x, y: np.power(x, y), positive(3, 4), real(4))
row("power of a whole exponent", lambda x: x**3 + x**2 + x**-1, signed(5))
row("power of a fraction", lambda x: x**0.5 + x**1.7, positive(5))
row("a number to the power x", lambda x: 2.0**x, real(5))
row("mod", lambda x, y: np.mod(x, y), between(2.1, 2.9, 4), between(0.9, 1.0, 4))
row("remainder", lambda x: np.remainder(x, 0.7) * x, between(0.71, 1.39, 4))
row("the operator %", lambda x: (x % 0.7) * x, between(0.71, 1.39, 4))
row("arctan2", lambda x, y: np.arctan2(x, y), signed(4), signed(4))
row("hypot", lambda x, y: np.sqrt(x**2 + y**2), signed(4), signed(4))
row("logaddexp", lambda x, y: np.logaddexp(x, y), real(3, 4), real(4))
row("logaddexp2", lambda x, y: np.logaddexp2(x, y), real(3, 4), real(4))
row("operators with a number", lambda x: (2 * x + 1) / (3 - x * x) - -x / 2.0, between(-1, 1, 5))
row("operators with an array at the left", lambda x: np.array([1.0, 2.0, 3.0]) * x - np.ones(3) / x, positive(3))
row("a number of NumPy at the left", lambda x: np.float64(2.0) * x + np.float64(3.0) / x, positive(3))
row("in-place words rebind", lambda x: _rebound(x), positive(3))
row("logistic regression", lambda w, b: np.log1p(np.exp(-(np.arange(12.0).reshape(3, 4) @ w + b))), real(4), real())
row("softplus by a stable formula", lambda x: np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0.0), signed(5))
row("softmax", lambda x: np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True), real(3, 4))
row("of a Python number", lambda x: np.sin(x) * x**2 + 3.0, 0.7)
row("of two Python numbers", lambda x, y: x * np.exp(y) + y / x, 0.7, 1.3)
row("astype", lambda x: np.tanh(x.astype(np.float64)) * 2.0, real(4), beyond=NO_FORWARD)


def _rebound(x):
    y = x * 1.0
    y += 1.0
    y *= x
    y -= 0.5
    y /= x + 2.0
    y **= 2
    return y
