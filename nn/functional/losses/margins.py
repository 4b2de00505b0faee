"""Losses that ask for a margin and are content with it: of signs, classes, pairs and triples.

Convention: a target of signs holds 1 (alike, first) and -1 (not, second). Vectors lie along the last axis.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..activations import relu, softplus
from ..distances import cosine_similarity, pairwise_distance
from ..precision import operand
from .classes import as_target, samples, weight_of_classes
from .reduction import operands, reduced, signs


def hinge_embedding_loss(input: Any, target: Any, *, margin: float = 1.0, reduction: str = "mean") -> Any:
    """x where the target is 1, max(0, margin - x) where it is -1, for distances x."""
    x = operand(input)
    alike = signs("hinge_embedding_loss", target, x) == 1
    return reduced(np.where(alike, x, relu(margin - x)), reduction)


def soft_margin_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """log(1 + exp(-y x)) for signs y."""
    x = operand(input)
    return reduced(softplus(-signs("soft_margin_loss", target, x) * x), reduction)


def margin_ranking_loss(input1: Any, input2: Any, target: Any, *, margin: float = 0.0, reduction: str = "mean") -> Any:
    """max(0, margin - y (x₁ - x₂)): x₁ should be above x₂ where y is 1, below where it is -1."""
    x1, x2 = operands("margin_ranking_loss", input1, input2, "input1 and input2")
    return reduced(relu(margin - signs("margin_ranking_loss", target, x1) * (x1 - x2)), reduction)


def multi_margin_loss(
    input: Any, target: Any, *, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean"
) -> Any:
    """Σ_k max(0, margin - x_t + x_k)ᵖ / classes over all k but t, the sample's class; p is 1 or 2.

    ``input`` is (n, classes) or (classes,); ``weight`` (classes,) multiplies the losses of each class t.
    """
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: p is 1 or 2, got {p!r}")
    x, target = operand(input), as_target(target)
    if x.ndim > 2:
        raise ValueError(f"multi_margin_loss: input is (n, classes) or (classes,), got {x.shape}")
    rows, numbers, _ = samples("multi_margin_loss", x, target)
    weight = weight_of_classes("multi_margin_loss", weight, rows.shape[1], rows)
    own = rows[np.arange(len(numbers)), numbers]
    others = np.arange(rows.shape[1]) != numbers[:, None]
    lacking = relu(np.where(others, rows - own[:, None] + margin, 0))
    losses = (lacking if p == 1 else np.square(lacking)).sum(axis=1) / rows.shape[1]
    losses = losses if weight is None else losses * weight[numbers]
    return losses.reshape(target.shape) if reduction == "none" else reduced(losses, reduction)


# ---------------------------------------------------------------- pairs and triples of vectors


def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, *, margin: float = 0.0, reduction: str = "mean"
) -> Any:
    """1 - cos(x₁, x₂) where the target is 1, max(0, cos(x₁, x₂) - margin) where it is -1; x (n, d) or (d,)."""
    x1, x2 = operands("cosine_embedding_loss", input1, input2, "input1 and input2")
    near = cosine_similarity(x1, x2, axis=-1)
    alike = signs("cosine_embedding_loss", target, near) == 1
    return reduced(np.where(alike, 1 - near, relu(near - margin)), reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """max(0, margin + |a - p|ₚ - |a - n|ₚ): the positive should be nearer than the negative; vectors (n, d) or (d,).

    ``swap``: the negative's distance is that to the positive, where that is nearer (Balntas et al. 2016).
    """
    a, near = operands("triplet_margin_loss", anchor, positive, "anchor and positive")
    a, far = operands("triplet_margin_loss", a, negative, "anchor and negative")
    apart = pairwise_distance(a, far, p, eps)
    if swap:
        apart = np.minimum(apart, pairwise_distance(near, far, p, eps))
    return reduced(relu(pairwise_distance(a, near, p, eps) - apart + margin), reduction)
