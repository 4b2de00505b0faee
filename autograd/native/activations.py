"""Activations and their slopes, compiled; see ``ops.activation`` for what they compute.

Convention: a helper says what is done of each number; the twin below it takes the arguments of the function or rule of
NumPy. Where e⁻|ˣ| is enough nothing overflows. Errors in units in the last place, in single precision: elu 1, gaussian
1.5, selu and sigmoid 2.5, softplus, logsigmoid and silu 3, mish 4.5, gelu 6 and from -9 down 9, where NumPy's has 32.
gelu's approximation is right to 2e-5 of itself far to the left. Slopes of 1 are right to 3e-7, also where they cross 0.
What is left are roundings: one each of e⁻|ˣ|, of 1 + e⁻|ˣ|, of the quotient and the product.
"""

from __future__ import annotations

from typing import Any

from .kernels import helper
from .maps import mapped, mapping
from .polynomials import bell, decay, expm1, gauss, log1p, tail

CUBIC, SCALE = 0.044715, 1.5957691216057308  # 2 √(2/π)
HEIGHT = 0.3989422804014327  # 1/√(2π)

# ---------------------------------------------------------------- relu


@helper
def relu_at(x: float) -> float:
    return 0.0 if x <= 0.0 else x


@helper
def relu_slope_at(d: float, y: float) -> float:
    return d if y > 0.0 else 0.0


RELU, RELU_SLOPE = mapping(relu_at, 1), mapping(relu_slope_at, 2)


def relu(x: Any) -> Any:
    return mapped(RELU, (x,))


def relu_slope(d: Any, y: Any) -> Any:
    return mapped(RELU_SLOPE, (d, y))


# ---------------------------------------------------------------- sigmoid, softplus, gaussian


@helper
def sigmoid_at(x: float) -> float:
    e = decay(-abs(x))
    return (e if x < 0.0 else 1.0) / (1.0 + e)


@helper
def sigmoid_slope_at(d: float, x: float) -> float:
    e = decay(-abs(x))
    y = 1.0 / (1.0 + e)
    return d * (e * y * y)


@helper
def sigmoid_slope_from_at(d: float, y: float) -> float:
    d = d * y
    return d - d * y


SIGMOID, SIGMOID_SLOPE = mapping(sigmoid_at, 1), mapping(sigmoid_slope_at, 2)
SIGMOID_SLOPE_FROM = mapping(sigmoid_slope_from_at, 2)


def sigmoid(x: Any) -> Any:
    return mapped(SIGMOID, (x,))


def sigmoid_slope(d: Any, x: Any, y: Any) -> Any:
    return mapped(SIGMOID_SLOPE, (d, x))


def sigmoid_slope_from(d: Any, y: Any) -> Any:
    return mapped(SIGMOID_SLOPE_FROM, (d, y))


@helper
def tanh_slope_from_at(d: float, y: float) -> float:
    return d - d * y * y


TANH_SLOPE_FROM = mapping(tanh_slope_from_at, 2)


def tanh_slope_from(d: Any, y: Any) -> Any:
    return mapped(TANH_SLOPE_FROM, (d, y))


@helper
def softplus_at(x: float, beta: float) -> float:
    z = x * beta
    return ((0.0 if z < 0.0 else z) + log1p(decay(-abs(z)))) / beta


@helper
def softplus_slope_at(d: float, y: float, beta: float) -> float:
    return -d * expm1(-y * beta)


SOFTPLUS, SOFTPLUS_SLOPE = mapping(softplus_at, 1, 1), mapping(softplus_slope_at, 2, 1)


def softplus(x: Any, beta: float = 1) -> Any:
    return mapped(SOFTPLUS, (x,), beta)


def softplus_slope(d: Any, y: Any, beta: float = 1) -> Any:
    return mapped(SOFTPLUS_SLOPE, (d, y), beta)


def logsigmoid(x: Any) -> Any:
    return mapped(SOFTPLUS, (x,), -1.0)  # log(sigmoid(x)) = -softplus(-x)


def logsigmoid_slope(d: Any, y: Any) -> Any:
    return mapped(SOFTPLUS_SLOPE, (d, y), -1.0)


@helper
def gaussian_at(x: float) -> float:
    return gauss(abs(x))


@helper
def gaussian_slope_at(d: float, x: float, y: float) -> float:
    return d * (y * x * -2.0)


GAUSSIAN, GAUSSIAN_SLOPE = mapping(gaussian_at, 1), mapping(gaussian_slope_at, 3)


def gaussian(x: Any) -> Any:
    return mapped(GAUSSIAN, (x,))


def gaussian_slope(d: Any, x: Any, y: Any) -> Any:
    return mapped(GAUSSIAN_SLOPE, (d, x, y))


# ---------------------------------------------------------------- smooth relus


@helper
def silu_at(x: float) -> float:
    e = decay(-abs(x))
    return (e if x < 0.0 else 1.0) / (1.0 + e) * x


@helper
def silu_slope_at(d: float, x: float) -> float:
    e = decay(-abs(x))
    y = 1.0 / (1.0 + e)
    right, left = (e * y, y) if x < 0.0 else (y, e * y)
    return d * (right + x * right * left)


SILU, SILU_SLOPE = mapping(silu_at, 1), mapping(silu_slope_at, 2)


def silu(x: Any) -> Any:
    return mapped(SILU, (x,))


def silu_slope(d: Any, x: Any, y: Any) -> Any:
    return mapped(SILU_SLOPE, (d, x))


@helper
def elu_at(x: float, alpha: float, scale: float) -> float:
    return (x if x > 0.0 else expm1(x if x < 0.0 else x * 0.0) * alpha) * scale


@helper
def elu_slope_at(d: float, x: float, alpha: float, scale: float) -> float:
    return d * scale if x > 0.0 else d * scale * decay(x) * alpha


ELU, ELU_SLOPE = mapping(elu_at, 1, 2), mapping(elu_slope_at, 2, 2)
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def elu(x: Any, alpha: float = 1) -> Any:
    return mapped(ELU, (x,), alpha, 1.0)


def elu_slope(d: Any, x: Any, alpha: float = 1) -> Any:
    return mapped(ELU_SLOPE, (d, x), alpha, 1.0)


def selu(x: Any) -> Any:
    return mapped(ELU, (x,), SELU_ALPHA, SELU_SCALE)


def selu_slope(d: Any, x: Any) -> Any:
    return mapped(ELU_SLOPE, (d, x), SELU_ALPHA, SELU_SCALE)


@helper
def mish_at(x: float) -> float:
    """tanh(log(1 + u)) = u (u + 2) / (u (u + 2) + 2) with u = eˣ, in powers of 1/u where x is positive."""
    e = decay(-abs(x))
    above = e * (e + 2.0) if x < 0.0 else 1.0 + 2.0 * e
    return x * (above / (above + (2.0 if x < 0.0 else 2.0 * e * e)))


@helper
def mish_slope_at(d: float, x: float) -> float:
    e = decay(-abs(x))
    above = e * (e + 2.0) if x < 0.0 else 1.0 + 2.0 * e
    short = 2.0 if x < 0.0 else 2.0 * e * e  # 1 - t = short / below
    below = above + short
    t = above / below
    s = (e if x < 0.0 else 1.0) / (1.0 + e)
    return d * (t + x * (short / below * (1.0 + t)) * s)


MISH, MISH_SLOPE = mapping(mish_at, 1), mapping(mish_slope_at, 2)


def mish(x: Any) -> Any:
    return mapped(MISH, (x,))


def mish_slope(d: Any, x: Any) -> Any:
    return mapped(MISH_SLOPE, (d, x))


# ---------------------------------------------------------------- gelu


@helper
def gelu_at(x: float) -> float:
    a = abs(x)
    a = 15.0 if a > 15.0 else a
    p = tail(a) * bell(a)
    return x * (1.0 - p if x > 0.0 else p)


@helper
def gelu_slope_at(d: float, x: float, y: float) -> float:
    """d (Φ + x φ), with Φ = y / x."""
    a = abs(x)
    return d * ((0.5 if a < 1e-20 else y / x) + x * bell(a) * HEIGHT)


@helper
def log_odds(x: float) -> float:
    """u, so that Φ(x) is about sigmoid(u); of an x between -30 and 30."""
    return (1.0 + x * x * CUBIC) * x * SCALE


@helper
def inside(x: float) -> float:
    x = 30.0 if x > 30.0 else x
    return -30.0 if x < -30.0 else x


@helper
def gelu_tanh_at(x: float) -> float:
    return x * sigmoid_at(log_odds(inside(x)))


@helper
def gelu_tanh_slope_at(d: float, x: float) -> float:
    x = inside(x)
    u = log_odds(x)
    e = decay(-abs(u))
    y = 1.0 / (1.0 + e)
    right, left = (e * y, y) if x < 0.0 else (y, e * y)
    return d * (right * (1.0 + (1.0 + x * x * (3.0 * CUBIC)) * x * SCALE * left))


GELU, GELU_SLOPE = mapping(gelu_at, 1), mapping(gelu_slope_at, 3)
GELU_TANH, GELU_TANH_SLOPE = mapping(gelu_tanh_at, 1), mapping(gelu_tanh_slope_at, 2)


def gelu(x: Any, approximate: str = "none") -> Any:
    if approximate == "none":
        return mapped(GELU, (x,))
    return mapped(GELU_TANH, (x,)) if approximate == "tanh" else NotImplemented


def gelu_slope(d: Any, x: Any, y: Any, approximate: str = "none") -> Any:
    return mapped(GELU_SLOPE, (d, x, y)) if approximate == "none" else mapped(GELU_TANH_SLOPE, (d, x))
