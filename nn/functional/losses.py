"""Losses as functions: PyTorch's names and arguments.

Convention: the first axis counts samples, axis 1 the classes; ``reduction`` is 'mean', 'sum' or 'none'.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.operation import primitive

FEW = 128  # classes: below, NumPy reduces a transposed copy faster than short rows


def _softmax_cross_entropy(x: Any, target: Any) -> Any:
    """yᵢ = log Σ_k exp(xᵢ_k) - xᵢ_tᵢ for x (n, classes) and class numbers t (n,): each sample's own loss."""
    z = x.T.copy() if x.shape[1] < FEW else x.T
    top = np.maximum.reduce(z, axis=0)
    return np.log(np.add.reduce(np.exp(z - top), axis=0)) + top - x[np.arange(len(x)), target]


def _slope(x: Any, target: Any, y: Any) -> Any:
    """dy/dx = softmax(x) - onehot(t); the logarithm of the softmax's denominator is y + x_t."""
    chosen = np.arange(len(x)), target
    slope = np.exp(x - (y + x[chosen])[:, None])
    slope[chosen] -= 1
    return slope


softmax_cross_entropy = primitive(
    _softmax_cross_entropy,
    pull=[lambda g, x, target, y: g[:, None] * _slope(x, target, y)],
    push=[lambda t, x, target, y: np.sum(t * _slope(x, target, y), axis=1)],
)


def cross_entropy(input: Any, target: Any, reduction: str = "mean") -> Any:
    """-log softmax(input) at each sample's class; input (n, classes, ...) or (classes,), target class numbers.

    The softmax is inside: give it the network's last sums, not probabilities.
    """
    target = np.asarray(target)
    if target.dtype.kind not in "iu":
        raise TypeError(f"cross_entropy: target holds class numbers (integers), got {target.dtype}")
    shape = input.shape
    classes = shape[0] if len(shape) == 1 else shape[1]
    if target.shape != (shape[:1] + shape[2:] if len(shape) > 1 else ()):
        raise ValueError(
            f"cross_entropy: input (n, classes, ...) {shape} and target (n, ...) {target.shape} do not match"
        )
    if target.size and not 0 <= target.min() <= target.max() < classes:
        raise IndexError(f"cross_entropy: classes go from 0 to {classes - 1}, got {target.min()} to {target.max()}")
    if len(shape) == 2:
        return reduced(softmax_cross_entropy(input, target), reduction)
    rows = np.reshape(np.moveaxis(input, 1, -1) if len(shape) > 2 else input, (-1, classes))
    return reduced(np.reshape(softmax_cross_entropy(rows, target.reshape(-1)), target.shape), reduction)


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """(input - target)². The shapes must be equal: broadcasting here is nearly always a mistake."""
    if np.shape(input) != np.shape(target):
        raise ValueError(f"mse_loss: input {np.shape(input)} and target {np.shape(target)} have different shapes")
    return reduced(np.square(input - target), reduction)


def reduced(losses: Any, reduction: str) -> Any:
    """The mean or the sum of the samples' losses, or all of them."""
    if reduction == "mean":
        return losses.mean()
    if reduction == "sum":
        return losses.sum()
    if reduction == "none":
        return losses
    raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {reduction!r}")
