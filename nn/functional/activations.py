"""Activation functions, each a single operation: the engine's, which neurons of Values use too, and softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.declare import OPERATIONS, elementwise
from autograd.ops import activation
from autograd.ops.special.softmax import log_softmax as _log_softmax
from autograd.ops.special.softmax import softmax as _softmax
from autograd.typing import A

__all__ = [
    "elu", "gaussian", "gelu", "glu", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "log_softmax", "logsigmoid",
    "mish", "prelu", "relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softmin", "softplus", "softsign", "tanh",
    "threshold",
]  # fmt: skip

leaky_relu = OPERATIONS[activation.leaky_relu]
elu = OPERATIONS[activation.elu]
selu = OPERATIONS[activation.selu]
gelu = OPERATIONS[activation.gelu]
silu = OPERATIONS[activation.silu]
mish = OPERATIONS[activation.mish]
sigmoid = OPERATIONS[activation.sigmoid]
logsigmoid = OPERATIONS[activation.logsigmoid]
softsign = OPERATIONS[activation.softsign]
hardtanh = OPERATIONS[activation.hardtanh]
hardsigmoid = OPERATIONS[activation.hardsigmoid]
hardswish = OPERATIONS[activation.hardswish]
threshold = OPERATIONS[activation.threshold]
gaussian = OPERATIONS[activation.gaussian]
tanh = np.tanh


def relu(x: Any) -> Any:
    """max(x, 0), with derivative 0 at 0."""
    return x.relu() if x.__class__ in (Tensor, Value) else activation.relu(x)


def relu6(x: Any) -> Any:
    """min(max(x, 0), 6)."""
    return hardtanh(x, 0, 6)


def softplus(x: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """log(1 + exp(beta x)) / beta, and x itself where beta x > threshold.

    Nothing overflows here. From a threshold of 20 on, where the two differ by 2e-9 at most, the formula is kept.
    """
    y = OPERATIONS[activation.softplus](x, beta)
    return y if threshold >= 20 else np.where(x * beta > threshold, x, y)


def _prelu(x: Any, weight: Any) -> Any:
    """x where x > 0, else weight x, the weights broadcast."""
    return np.where(x > 0, x, x * weight)


_prelu_of = elementwise(
    _prelu, lambda d, x, weight: np.where(x > 0, d, d * weight), lambda d, x: d * np.minimum(x, 0), name="prelu"
)


def prelu(x: Any, weight: Any) -> Any:
    """x where x > 0, else weight x; x (n, channels, ...), weight (channels,) or (1,) (He et al. 2015)."""
    channels = x.shape[1] if x.ndim > 1 else 1
    if weight.ndim != 1 or weight.shape[0] not in (1, channels):
        raise ValueError(f"prelu: weight {weight.shape} is neither (1,) nor one for each of {channels} channels of x")
    return _prelu_of(x, weight if x.ndim < 2 else weight.reshape(-1, *[1] * (x.ndim - 2)))


def glu(x: Any, axis: int = -1) -> Any:
    """a sigmoid(b) for the halves a and b of x along ``axis`` (Dauphin et al. 2016)."""
    if x.shape[axis] % 2:
        raise ValueError(f"glu: axis {axis} of {x.shape} has an odd length, so that it has no halves")
    a, b = np.split(x, 2, axis)
    return a * sigmoid(b)


FEW = 128  # classes: below, NumPy reduces a transposed copy faster than short rows


def by_class(x: Any) -> Any:
    """A matrix (n, classes) as (classes, n), laid out for reductions over the first axis."""
    return x.T.copy() if x.shape[1] < FEW else x.T


def softmax(x: A, axis: int = -1) -> A:
    """y = exp(x) / Σ exp(x) along ``axis``."""
    y: A = _softmax(x, axis)
    return y


def log_softmax(x: A, axis: int = -1) -> A:
    """y = x - log Σ exp(x) along ``axis``."""
    y: A = _log_softmax(x, axis)
    return y


def softmin(x: A, axis: int = -1) -> A:
    """y = exp(-x) / Σ exp(-x) along ``axis``."""
    y: A = softmax(-x, axis)
    return y
