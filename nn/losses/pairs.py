"""Losses of signs, pairs and triples: the sign is 1 for alike or first, -1 for not alike or second."""

from __future__ import annotations

from autograd.typing import A, ArrayLike

from .. import functional
from ..functional.losses.reduction import Reduction
from .loss import Loss

__all__ = ["CosineEmbeddingLoss", "HingeEmbeddingLoss", "MarginRankingLoss", "SoftMarginLoss", "TripletMarginLoss"]


class SoftMarginLoss(Loss):
    """log(1 + exp(-y x)) for the input x and signs y, of one shape; ``reduction`` is 'mean', 'sum' or 'none'."""

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.soft_margin_loss(input, target, reduction=self.reduction)


class HingeEmbeddingLoss(Loss):
    """x where the sign is 1, max(0, margin - x) where it is -1, for distances x; input and target have one shape.

    ``margin``     beyond which distance a pair that is not alike costs nothing
    ``reduction``  'mean', 'sum' or 'none'
    """

    def __init__(self, margin: float = 1.0, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.hinge_embedding_loss(input, target, margin=self.margin, reduction=self.reduction)


class MarginRankingLoss(Loss):
    """max(0, margin - y (x₁ - x₂)): x₁ should exceed x₂ where y is 1, and x₂ x₁ where it is -1; all of one shape.

    ``margin``     by how much
    ``reduction``  'mean', 'sum' or 'none'
    """

    def __init__(self, margin: float = 0.0, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin

    def forward(self, input1: A, input2: ArrayLike, target: ArrayLike) -> A:
        return functional.margin_ranking_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(Loss):
    """1 - cos(x₁, x₂) where the sign is 1, max(0, cos(x₁, x₂) - margin) where it is -1.

    The inputs are vectors (n, d) or (d,), the target is (n,) or one sign.

    ``margin``     the cosine that a pair that is not alike may have at no cost
    ``reduction``  'mean', 'sum' or 'none'
    """

    def __init__(self, margin: float = 0.0, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin

    def forward(self, input1: A, input2: ArrayLike, target: ArrayLike) -> A:
        return functional.cosine_embedding_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class TripletMarginLoss(Loss):
    """max(0, margin + |a - p|ₚ - |a - n|ₚ): the positive should be nearer to the anchor than the negative.

    Called with anchor, positive and negative, vectors a, p and n of the shape (n, d) or (d,).

    ``margin``     by how much nearer
    ``p``          the order of the norm
    ``eps``        added to the differences
    ``swap``       take the negative's distance to the positive where that is the smaller one
    ``reduction``  'mean', 'sum' or 'none'

    Balntas et al., "Learning local feature descriptors with triplets and shallow convolutional neural networks", 2016.
    """

    def __init__(
        self, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6, swap: bool = False,
        *, reduction: Reduction = "mean",
    ) -> None:  # fmt: skip
        super().__init__(reduction=reduction)
        self.margin, self.p = margin, p
        self.eps, self.swap = eps, swap

    def forward(self, anchor: A, positive: ArrayLike, negative: ArrayLike) -> A:
        return functional.triplet_margin_loss(
            anchor, positive, negative, margin=self.margin, p=self.p, eps=self.eps, swap=self.swap,
            reduction=self.reduction,
        )  # fmt: skip
