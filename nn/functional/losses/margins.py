"""Losses that ask for a margin and for no more: of signs, classes, pairs and triples.

Convention: a target of signs y holds 1 (alike, first) and -1 (not alike, second), else ValueError is raised. Vectors
lie along the last axis.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd.typing import A, ArrayLike

from ..activations import relu, softplus
from ..distances import cosine_similarity, pairwise_distance
from ..precision import operand
from .classes import as_target, samples, weight_of_classes
from .counts import in_single
from .reduction import Reduction, operands, per_sample, reduced, signs

__all__ = [
    "cosine_embedding_loss", "hinge_embedding_loss", "margin_ranking_loss", "multi_margin_loss", "soft_margin_loss",
    "triplet_margin_loss",
]  # fmt: skip


@in_single
def hinge_embedding_loss(input: A, target: ArrayLike, *, margin: float = 1.0, reduction: Reduction = "mean") -> A:
    """x where the sign is 1, max(0, margin - x) where it is -1, for distances x.

    ``input``, ``target``  x and the signs, of one shape
    ``margin``             the distance beyond which a pair that is not alike costs nothing
    ``reduction``          'mean', 'sum' or 'none'
    """
    x = operand(input)
    return reduced(np.where(signs("hinge_embedding_loss", target, x) == 1, x, relu(margin - x)), reduction)


@in_single
def soft_margin_loss(input: A, target: ArrayLike, *, reduction: Reduction = "mean") -> A:
    """log(1 + exp(-y x)) for signs y.

    ``input``, ``target``  x and y, of one shape
    ``reduction``          'mean', 'sum' or 'none'
    """
    x = operand(input)
    return reduced(softplus(-signs("soft_margin_loss", target, x) * x), reduction)


@in_single
def margin_ranking_loss(
    input1: A, input2: ArrayLike, target: ArrayLike, *, margin: float = 0.0, reduction: Reduction = "mean"
) -> A:
    """max(0, margin - y (x₁ - x₂)): x₁ should exceed x₂ where the sign y is 1, and x₂ x₁ where it is -1.

    ``input1``, ``input2``, ``target``  x₁, x₂ and y, of one shape
    ``margin``     by how much
    ``reduction``  'mean', 'sum' or 'none'
    """
    x1, x2 = operands("margin_ranking_loss", input1, input2, "input1 and input2")
    return reduced(relu(margin - signs("margin_ranking_loss", target, x1) * (x1 - x2)), reduction)


@in_single
def multi_margin_loss(
    input: A, target: ArrayLike, *, p: Literal[1, 2] = 1, margin: float = 1.0, weight: ArrayLike | None = None,
    reduction: Reduction = "mean",
) -> A:  # fmt: skip
    """Σ_k max(0, margin - x_t + x_k)ᵖ / classes over all classes k except t, the sample's own.

    ``input``      x (n, classes) or (classes,)
    ``target``     class numbers t (n,), or one; TypeError is raised unless they are integers, IndexError beyond the
                   classes
    ``p``          1 or 2, else ValueError is raised
    ``margin``     by how much x_t should exceed the others
    ``weight``     (classes,): factors of the losses of each class
    ``reduction``  'mean', 'sum' or 'none'
    """
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: p is 1 or 2, got {p!r}")
    x, t = operand(input), as_target(target)
    if x.ndim > 2:
        raise ValueError(f"multi_margin_loss: input is (n, classes) or (classes,), got {x.shape}")
    rows, numbers, _ = samples("multi_margin_loss", x, t)
    w = weight_of_classes("multi_margin_loss", weight, rows.shape[1], rows)
    own = rows[np.arange(len(numbers)), numbers]
    others = np.arange(rows.shape[1], like=numbers) != numbers[:, None]
    lacking: Any = relu(np.where(others, rows - own[:, None] + margin, 0))
    losses = (lacking if p == 1 else np.square(lacking)).sum(axis=1) / rows.shape[1]
    return per_sample(losses if w is None else losses * w[numbers], reduction, t.shape)


@in_single
def cosine_embedding_loss(
    input1: A, input2: ArrayLike, target: ArrayLike, *, margin: float = 0.0, reduction: Reduction = "mean"
) -> A:
    """1 - cos(x₁, x₂) where the sign is 1, max(0, cos(x₁, x₂) - margin) where it is -1.

    ``input1``, ``input2``  vectors x₁ and x₂, (n, d) or (d,)
    ``target``              signs (n,), or one
    ``margin``              the cosine that a pair that is not alike may have at no cost
    ``reduction``           'mean', 'sum' or 'none'
    """
    x1, x2 = operands("cosine_embedding_loss", input1, input2, "input1 and input2")
    near = cosine_similarity(x1, x2, axis=-1)
    alike = signs("cosine_embedding_loss", target, near) == 1
    return reduced(np.where(alike, 1 - near, relu(near - margin)), reduction)


@in_single
def triplet_margin_loss(
    anchor: A, positive: ArrayLike, negative: ArrayLike, *, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6,
    swap: bool = False, reduction: Reduction = "mean",
) -> A:  # fmt: skip
    """max(0, margin + |a - p|ₚ - |a - n|ₚ): the positive should be nearer to the anchor than the negative.

    ``anchor``, ``positive``, ``negative``  vectors a, p and n, (n, d) or (d,)
    ``margin``     by how much nearer
    ``p``          the order of the norm
    ``eps``        added to the differences
    ``swap``       whether the distance of p and n is taken where it is smaller than that of a and n
    ``reduction``  'mean', 'sum' or 'none'

    Balntas et al., "Learning local feature descriptors with triplets and shallow convolutional neural networks", 2016.
    """
    a, near = operands("triplet_margin_loss", anchor, positive, "anchor and positive")
    a, far = operands("triplet_margin_loss", a, negative, "anchor and negative")
    apart: Any = pairwise_distance(a, far, p, eps)
    if swap:
        apart = np.minimum(apart, pairwise_distance(near, far, p, eps))
    return reduced(relu(pairwise_distance(a, near, p, eps) - apart + margin), reduction)
