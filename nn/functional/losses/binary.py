"""Losses of yes or no: cross-entropies of single probabilities, and the lecture's over the outputs of a softmax.

Convention: a target d is the probability of yes, from 0 to 1, in the input's shape.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import special
from autograd.declare import elementwise, plain
from autograd.typing import A, ArrayLike

from ...words import translated
from .. import composed
from ..activations import log_softmax, sigmoid, softplus
from ..precision import cast, operand
from .classes import as_target, classes_last, one_hot
from .counts import in_single
from .reduction import Reduction, operands, reduced, weigh, weighted
from .told import tell

__all__ = [
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "log_one_minus_softmax", "softmax_binary_cross_entropy",
]  # fmt: skip

LEAST = -100.0  # of a logarithm


def _bernoulli(p: Any, d: Any) -> Any:
    """-(d log p + (1 - d) log(1 - p)), neither logarithm below -100."""
    with np.errstate(divide="ignore"):
        return -d * np.maximum(np.log(p), LEAST) - (1 - d) * np.maximum(np.log1p(-p), LEAST)


def _log_odds(p: Any) -> Any:
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(p), LEAST) - np.maximum(np.log1p(-p), LEAST)


# The slope is (p - d) / (p (1 - p)); where p is 0 or 1 it is PyTorch's, whose denominator is at least 1e-12.
bernoulli = elementwise(
    _bernoulli, lambda g, p, d: g * (p - d) / np.maximum(p * (1 - p), 1e-12), lambda g, p: -g * _log_odds(p),
    unfold=composed.bernoulli,
)  # fmt: skip


def _bernoulli_of_logits(x: Any, d: Any, pos_weight: Any) -> Any:
    """-(pos_weight d log σ(x) + (1 - d) log(1 - σ(x))): nothing cancels, nothing overflows."""
    tail = np.log1p(np.exp(-np.abs(x)))
    yes, no = np.maximum(-x, 0) + tail, np.maximum(x, 0) + tail
    with np.errstate(invalid="ignore"):
        y = pos_weight * d * yes + (1 - d) * no
    return weigh(pos_weight * d, yes) + weigh(1 - d, no) if np.isnan(y).any() else y


bernoulli_of_logits = elementwise(
    _bernoulli_of_logits,
    lambda g, x, d, pos_weight: g * ((1 - d) * sigmoid(x) - pos_weight * d * sigmoid(-x)),
    lambda g, x, pos_weight: g * (weigh(pos_weight - 1, softplus(-x)) - x),  # softplus(x) = softplus(-x) + x
    lambda g, x, d: g * weigh(d, softplus(-x)),
    unfold=composed.bernoulli_of_logits,
)


@in_single
def binary_cross_entropy(
    input: A, target: ArrayLike, weight: ArrayLike | None = None, *, reduction: Reduction = "mean"
) -> A:
    """-(d log p + (1 - d) log(1 - p)) of probabilities p; the logarithms are at least -100.

    ``input``, ``target``  p and d, of one shape
    ``weight``             factors of the losses, broadcast to them
    ``reduction``          'mean', 'sum' or 'none'

    ValueError is raised where p is outside of [0, 1]. Of logits, ``binary_cross_entropy_with_logits`` is exact
    everywhere.
    """
    tell("binary_cross_entropy", input, target)
    p, d = operands("binary_cross_entropy", input, target)
    outside = (plain(p) < 0) | (plain(p) > 1)
    if np.any(outside):
        advice = "apply a sigmoid first, or use binary_cross_entropy_with_logits"
        raise ValueError(f"binary_cross_entropy: input holds probabilities, got {plain(p)[outside][0]}: {advice}")
    return reduced(weighted("binary_cross_entropy", bernoulli(p, d), weight), reduction)


@in_single
def binary_cross_entropy_with_logits(
    input: A, target: ArrayLike, weight: ArrayLike | None = None, *, reduction: Reduction = "mean",
    pos_weight: ArrayLike | None = None,
) -> A:  # fmt: skip
    """-(c d log σ(x) + (1 - d) log(1 - σ(x))) of logits x, with the sigmoid σ.

    ``input``, ``target``  x and d, of one shape
    ``weight``             factors of the losses, broadcast to them
    ``reduction``          'mean', 'sum' or 'none'
    ``pos_weight``         c, broadcast to the losses; None is 1. ValueError is raised if its shape does not go into
                           theirs
    """
    tell("binary_cross_entropy_with_logits", input, target)
    x, d = operands("binary_cross_entropy_with_logits", input, target)
    c = cast(operand(1.0 if pos_weight is None else pos_weight), x)
    if np.broadcast_shapes(x.shape, c.shape) != x.shape:
        raise ValueError(f"binary_cross_entropy_with_logits: pos_weight {c.shape} cannot be broadcast to {x.shape}")
    return reduced(weighted("binary_cross_entropy_with_logits", bernoulli_of_logits(x, d, c), weight), reduction)


@in_single
@translated
def log_one_minus_softmax(x: A, axis: int = -1) -> A:
    """log(1 - y) for y = softmax(x), to full precision; it has the shape of x.

    Where y exceeds 1/2, as at most one does, 1 - y would cancel: there it is log Σ' exp(x) - log Σ exp(x), with Σ' over
    the others.

    ``x``     any array of two axes or more, or one
    ``axis``  of the classes
    """
    y: Any = np.exp(log_softmax(x, axis))
    large = plain(y) > 0.5
    others = special.logsumexp(np.where(large, -np.inf, x), axis, keepdims=True)
    rest = others - special.logsumexp(x, axis, keepdims=True)
    y = np.where(large, rest, np.log1p(-np.where(large, 0, y)))
    return y


@in_single
def softmax_binary_cross_entropy(input: A, target: ArrayLike, *, reduction: Reduction = "mean") -> A:
    """E = -Σ_k (d_k log y_k + (1 - d_k) log(1 - y_k)) with y = softmax(input): the lecture's loss.

    ``input``      (n, classes, ...) or (classes,); ValueError is raised for a single class, whose softmax is always 1
    ``target``     class numbers (n, ...), or d in the input's shape
    ``reduction``  'mean', 'none', or 'sum', which is the lecture's total Σᵢ Eᵢ

    Each output of the softmax answers its own yes or no, so unlike in ``cross_entropy`` a wrong class is also penalized
    for the share it takes.
    """
    tell("softmax_binary_cross_entropy", input, target)
    x, d = classes_last(operand(input)), as_target(target)
    if not x.ndim or x.shape[-1] < 2:
        raise ValueError(f"softmax_binary_cross_entropy: a softmax of one class is always 1, got input {x.shape}")
    if d.dtype.kind in "iu" and d.shape == x.shape[:-1]:
        d = one_hot(d, x.shape[-1])
    elif d.shape == input.shape:
        d = classes_last(d)
    x, d = operands("softmax_binary_cross_entropy", x, d, "input (classes last) and target")
    return reduced(-np.sum(weigh(d, log_softmax(x)) + weigh(1 - d, log_one_minus_softmax(x)), axis=-1), reduction)
