"""Activation functions, each a single operation: the engine's, which neurons of Values use too, and softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, special
from autograd.operation import OPERATIONS, primitive
from autograd.ops import activation

leaky_relu = OPERATIONS[activation.leaky_relu]
sigmoid = OPERATIONS[activation.sigmoid]
softplus = OPERATIONS[activation.softplus]
hardtanh = OPERATIONS[activation.hardtanh]
gaussian = OPERATIONS[activation.gaussian]
tanh = np.tanh


def relu(x: Any) -> Any:
    """max(x, 0), with derivative 0 at 0."""
    return x.relu() if x.__class__ is Tensor else activation.relu(x)


FEW = 128  # classes: below, NumPy reduces a transposed copy faster than short rows


def by_class(x: Any) -> Any:
    """A matrix (n, classes) as (classes, n), laid out for reductions over the first axis."""
    return x.T.copy() if x.shape[1] < FEW else x.T


def _softmax(x: Any, axis: int = -1) -> Any:
    """y = exp(x) / Σ exp(x) along ``axis``."""
    if x.ndim == 2 and axis in (1, -1):
        return _softmax(by_class(x), 0).T
    e = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True))
    e /= np.add.reduce(e, axis=axis, keepdims=True)
    return e


softmax = primitive(_softmax, pull=special.through_softmax, push=special.through_softmax)


def log_softmax(x: Any, axis: int = -1) -> Any:
    """y = x - log Σ exp(x) along ``axis``."""
    return special.log_softmax(x, axis)
