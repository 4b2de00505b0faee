"""Softmax and its kin, and other activations: those that are more than an operation of the engine.

The others are declared in ``autograd/ops/activation.py``, which ``nn.functional`` gives out as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.declare import elementwise
from autograd.native import twin
from autograd.ops import activation
from autograd.ops.activation import hardtanh
from autograd.ops.activation import sigmoid as sigmoid
from autograd.ops.special.softmax import log_softmax as _log_softmax
from autograd.ops.special.softmax import softmax as _softmax
from autograd.typing import A, Array

from ..words import translated
from . import composed

__all__ = ["glu", "log_softmax", "prelu", "relu", "relu6", "softmax", "softmin", "softplus", "tanh"]

tanh: Callable[[A], A] = np.tanh  # type: ignore[assignment]
_relu = activation.relu.forward


def relu(x: A, inplace: bool = False) -> A:
    """max(x, 0), element by element, with derivative 0 at 0; ``inplace`` is ignored, as the graph needs its arrays."""
    return x.relu() if x.__class__ in (Tensor, Value) else _relu(x)  # type: ignore[attr-defined]


def relu6(x: A, inplace: bool = False) -> A:
    """min(max(x, 0), 6), element by element; ``inplace`` is ignored, as the graph needs its arrays."""
    return hardtanh(x, 0, 6)


def softplus(x: A, beta: float = 1.0, threshold: float = 20.0) -> A:
    """log(1 + exp(beta x)) / beta, element by element: a smooth relu.

    ``beta``       how sharply it bends; the larger, the nearer to relu
    ``threshold``  where beta x is larger, the result is x itself. Nothing overflows, so a threshold of 20 or more
                   changes nothing here: the two differ by 2e-9 at most
    """
    y: Any = activation.softplus(x, beta)
    if threshold < 20:
        y = np.where(x * beta > threshold, x, y)
    return y


@twin("autograd.native.straight:prelu", 1 << 14, "f", False)
def _prelu(x: Any, weight: Any) -> Any:
    """x where x > 0, else weight x, the weights broadcast."""
    return np.where(x > 0, x, x * weight)


@twin("autograd.native.straight:prelu_slope", 1 << 14, "f", False)
def _prelu_rule(d: Any, x: Any, weight: Any) -> Any:
    return np.where(x > 0, d, d * weight)


@twin("autograd.native.straight:prelu_weight_slope", 1 << 14, "f", False)
def _prelu_weight_rule(d: Any, x: Any) -> Any:
    return d * np.minimum(x, 0)


_prelu_of = elementwise(
    _prelu, _prelu_rule, _prelu_weight_rule, name="prelu", unfold=composed.prelu,
)  # fmt: skip


def prelu(x: Array, weight: A) -> A:
    """x where x > 0, else weight x (He et al. 2015).

    ``x``       (n, channels, ...)
    ``weight``  (channels,), or (1,) for all channels; another shape raises ValueError
    """
    channels = x.shape[1] if x.ndim > 1 else 1
    if weight.ndim != 1 or weight.shape[0] not in (1, channels):
        raise ValueError(f"prelu: weight {weight.shape} is neither (1,) nor one for each of {channels} channels of x")
    return _prelu_of(x, weight if x.ndim < 2 else weight.reshape(-1, *[1] * (x.ndim - 2)))


@translated
def glu(x: A, axis: int = -1) -> A:
    """a sigmoid(b), where a and b are the halves of x along ``axis`` (Dauphin et al. 2016).

    ``x``  any array; its length along the axis is even, else ValueError is raised, and the result's is half of it
    """
    if x.shape[axis] % 2:
        raise ValueError(f"glu: axis {axis} of {x.shape} has an odd length, so it has no halves")
    a, b = np.split(x, 2, axis)
    return a * sigmoid(b)


FEW = 128  # classes: with fewer, NumPy reduces a transposed copy faster than short rows


def by_class(x: Any) -> Any:
    """A matrix (n, classes) as (classes, n), laid out for reductions over the first axis."""
    return x.T.copy() if x.shape[1] < FEW else x.T


@translated
def softmax(x: A, axis: int = -1) -> A:
    """y = exp(x) / Σ exp(x) along ``axis``, which y sums up to 1 along; x is any array, and y has its shape."""
    return _softmax(x, axis)


@translated
def log_softmax(x: A, axis: int = -1) -> A:
    """y = x - log Σ exp(x) along ``axis``: the logarithm of ``softmax``, to full precision where that is 0.

    x is any array, and y has its shape.
    """
    return _log_softmax(x, axis)


@translated
def softmin(x: A, axis: int = -1) -> A:
    """y = exp(-x) / Σ exp(-x) along ``axis``; x is any array, and y has its shape."""
    return softmax(-x, axis)
