"""Activation functions of neurons: the lecture's and their descendants.

Convention: each is a plain function of arrays, declared under itself: ``OPERATIONS[relu]`` is the
differentiable one. Rules prefer the result y, which the next layer keeps anyway.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import OPERATIONS, elementwise
from .special.gelu import gelu as gelu  # one of them, too
from .special.gelu import gelu_rule

ndarray = np.ndarray
LARGE = 4096  # elements
ZEROS = {np.dtype(kind): np.zeros(LARGE, kind) for kind in "efd"}
ZERO = {np.dtype(kind): np.zeros((), kind) for kind in "efd"}  # comparing with these is faster than with Python's 0


def relu(x: Any) -> Any:
    """max(x, 0), with derivative 0 at 0."""
    if x.__class__ is not ndarray or x.dtype not in ZERO:
        return np.maximum(x, 0)
    if x.size >= LARGE and x.shape[-1] <= LARGE:  # with a row of zeros NumPy computes several at a time
        return np.maximum(x, ZEROS[x.dtype][: x.shape[-1]])
    return np.maximum(x, ZERO[x.dtype])


def _relu_rule(d: Any, y: Any) -> Any:
    if y.__class__ is not ndarray or y.dtype not in ZERO:
        return d * (y > 0)
    above = y > ZERO[y.dtype]
    return d * (above.astype(y.dtype) if y.size >= LARGE else above)  # a large mask is cast faster beforehand


def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """x for x > 0, else negative_slope * x (Maas, Hannun and Ng 2013)."""
    return np.maximum(x, x * negative_slope) if negative_slope <= 1 else np.minimum(x, x * negative_slope)


def _leaky_relu_rule(d: Any, x: Any, negative_slope: float = 0.01) -> Any:
    above = d * (x > 0)
    return above + (d - above) * negative_slope


def sigmoid(x: Any) -> Any:
    """1 / (1 + e⁻ˣ), to full relative precision in both tails: where e⁻ˣ overflows, 1/∞ = 0 is right."""
    with np.errstate(over="ignore"):
        y = np.exp(-x)
    y += 1
    return np.reciprocal(y)


def within(function: Any, x: Any, *options: Any) -> Any:
    """One of these functions in another's rule: of numbers as it stands, else as the operation.

    So higher orders keep its special points, and where e⁻ˣ is ∞ the derivative is not NaN.
    """
    return (function if x.__class__ is ndarray else OPERATIONS[function])(x, *options)


def _sigmoid_rule(d: Any, y: Any) -> Any:
    d = d * y
    return d - d * y


def softplus(x: Any, beta: float = 1) -> Any:
    """log(1 + exp(beta x)) / beta, a smooth relu; nothing overflows."""
    z = x if beta == 1 else x * beta
    y = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    return y if beta == 1 else y / beta


def _softplus_rule(d: Any, y: Any, beta: float = 1) -> Any:
    """sigmoid(beta x) = 1 - exp(-beta y)."""
    return -d * np.expm1(-y if beta == 1 else y * -beta)


def gaussian(x: Any) -> Any:
    """exp(-x²), the radial basis function around 0."""
    return np.exp(-x * x)


def rbf(x: Any, center: Any, width: Any) -> Any:
    """exp(-(x - center)² / width²), element by element: how near x is to a template."""
    u = (x - center) / width
    return np.exp(-u * u)


def hardtanh(x: Any, min_val: float = -1, max_val: float = 1) -> Any:
    """x between the bounds, and the bounds beyond: the bounded tanh in three straight pieces."""
    return np.minimum(np.maximum(x, min_val), max_val)


def silu(x: Any) -> Any:
    """x sigmoid(x), also called swish (Elfwing, Uchibe and Doya 2017)."""
    y = sigmoid(x)
    y *= x
    return y


def _silu_rule(d: Any, x: Any, y: Any) -> Any:
    slope = within(sigmoid, x)
    slope += y - y * slope
    return d * slope


def elu(x: Any, alpha: float = 1) -> Any:
    """x for x > 0, else alpha (eˣ - 1) (Clevert, Unterthiner and Hochreiter 2015)."""
    return np.maximum(x, 0) + np.expm1(np.minimum(x, 0)) * alpha


def _elu_rule(d: Any, x: Any, alpha: float = 1) -> Any:
    d = d * np.exp(np.minimum(x, 0) if x.__class__ is ndarray else -OPERATIONS[relu](-x))  # 1 where x > 0
    if alpha == 1:
        return d
    above = d * (x > 0)
    return above + (d - above) * alpha


SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def selu(x: Any) -> Any:
    """1.0507 elu(x, 1.6733): keeps mean 0 and variance 1 (Klambauer, Unterthiner, Mayr and Hochreiter 2017)."""
    return elu(x, SELU_ALPHA) * SELU_SCALE


def _selu_rule(d: Any, x: Any) -> Any:
    return _elu_rule(d * SELU_SCALE, x, SELU_ALPHA)


def mish(x: Any) -> Any:
    """x tanh(log(1 + eˣ)) (Misra 2019)."""
    return x * np.tanh(softplus(x))


def _mish_rule(d: Any, x: Any) -> Any:
    t = np.tanh(within(softplus, x))
    return d * (t + x * (1 - t * t) * within(sigmoid, x))


def logsigmoid(x: Any) -> Any:
    """log(1 / (1 + e⁻ˣ)), to full precision where the sigmoid is 0 or 1."""
    return -softplus(-x)


def softsign(x: Any) -> Any:
    """x / (1 + |x|): like tanh between -1 and 1, but it gets there slowly (Bergstra et al. 2009)."""
    return x / (np.abs(x) + 1)


def hardsigmoid(x: Any) -> Any:
    """x / 6 + 1/2 between 0 and 1, and these beyond: a sigmoid in three straight pieces."""
    return np.minimum(np.maximum(x / 6 + 0.5, 0), 1)


def hardswish(x: Any) -> Any:
    """x hardsigmoid(x) (Howard et al. 2019)."""
    return x * hardsigmoid(x)


def _hardswish_rule(d: Any, x: Any) -> Any:
    inside = within(hardtanh, x, -3, 3) * ((x > -3) & (x < 3))  # bounded, since ∞ times 0 is NaN
    return d * (within(hardsigmoid, x) + inside / 6)


def threshold(x: Any, threshold: float, value: float) -> Any:
    """x where it is above the threshold, else the value."""
    return np.where(x <= threshold, np.asarray(value, np.result_type(x)), x)  # NaN stays


# ---------------------------------------------------------------- their derivatives

elementwise(relu, _relu_rule)
elementwise(leaky_relu, _leaky_relu_rule)
elementwise(sigmoid, _sigmoid_rule)
elementwise(softplus, _softplus_rule)
elementwise(gaussian, lambda d, x, y: d * y * -(x + x))
elementwise(
    rbf,
    lambda d, x, center, width, y: d * y * (center - x) * 2 / (width * width),
    lambda d, x, center, width, y: d * y * (x - center) * 2 / (width * width),
    lambda d, x, center, width, y: d * y * (x - center) * (x - center) * 2 / (width * width * width),
)
elementwise(hardtanh, lambda d, y, min_val=-1, max_val=1: d * ((y > min_val) & (y < max_val)))
elementwise(silu, _silu_rule)
elementwise(elu, _elu_rule)
elementwise(gelu, gelu_rule)
elementwise(selu, _selu_rule)
elementwise(mish, _mish_rule)
elementwise(logsigmoid, lambda d, y: -d * np.expm1(y))
elementwise(softsign, lambda d, x: d / np.square(np.abs(x) + 1))
elementwise(hardsigmoid, lambda d, y: d * ((y > 0) & (y < 1)) / 6)
elementwise(hardswish, _hardswish_rule)
elementwise(threshold, lambda d, x, threshold: np.where(x <= threshold, 0, d))
