"""Activation functions, each a single operation: the engine's, which neurons of Values use too, and softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
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


def _log_softmax(x: Any, axis: int = -1) -> Any:
    """y = x - log Σ exp(x) along ``axis``."""
    z = x - np.maximum.reduce(x, axis=axis, keepdims=True)
    return z - np.log(np.add.reduce(np.exp(z), axis=axis, keepdims=True))


# The Jacobian of softmax, diag(y) - y yᵀ, is symmetric: one rule serves both directions.


def _through_softmax(d: Any, y: Any, axis: int = -1) -> Any:
    dy = d * y
    return dy - y * np.sum(dy, axis=axis, keepdims=True)


softmax = primitive(_softmax, pull=_through_softmax, push=_through_softmax)
log_softmax = primitive(
    _log_softmax,
    pull=[lambda g, y, axis=-1: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True)],
    push=[lambda t, y, axis=-1: t - np.sum(np.exp(y) * t, axis=axis, keepdims=True)],
)
