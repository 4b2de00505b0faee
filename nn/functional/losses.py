"""Losses as functions: PyTorch's names and arguments.

Convention: the first axis counts samples, axis 1 the classes; ``reduction`` is 'mean', 'sum' or 'none'.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.operation import primitive

from .activations import by_class, softmax


def _softmax_cross_entropy(x: Any, target: Any, reduction: str = "mean") -> Any:
    """yᵢ = log Σ_k exp(xᵢ_k) - xᵢ_tᵢ for x (n, classes) and class numbers t (n,), reduced."""
    z = by_class(x)
    top = np.maximum.reduce(z, axis=0)
    losses = np.log(np.add.reduce(np.exp(z - top), axis=0)) + top - x[np.arange(len(x)), target]
    return np.add.reduce(losses / len(losses)) if reduction == "mean" else reduced(losses, reduction)


def _slope(x: Any, target: Any) -> Any:
    """dyᵢ/dxᵢ = softmax(xᵢ) - onehot(tᵢ)."""
    slope = softmax(x, 1)
    slope[np.arange(len(x)), target] -= 1
    return slope


def _pull(g: Any, x: Any, target: Any, reduction: str = "mean") -> Any:
    each = g / len(target) if reduction == "mean" else g[:, None] if reduction == "none" else g
    return each * _slope(x, target)


def _push(t: Any, x: Any, target: Any, reduction: str = "mean") -> Any:
    return reduced(np.sum(t * _slope(x, target), axis=1), reduction)


softmax_cross_entropy = primitive(_softmax_cross_entropy, pull=[_pull], push=[_push])


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
    if target.size and not (np.minimum.reduce(target, None) >= 0 and np.maximum.reduce(target, None) < classes):
        raise IndexError(f"cross_entropy: classes go from 0 to {classes - 1}, got {target.min()} to {target.max()}")
    if len(shape) == 2:
        return softmax_cross_entropy(input, target, reduction)
    rows = np.reshape(np.moveaxis(input, 1, -1) if len(shape) > 2 else input, (-1, classes))
    losses = softmax_cross_entropy(rows, target.reshape(-1), reduction)
    return np.reshape(losses, target.shape) if reduction == "none" else losses


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
