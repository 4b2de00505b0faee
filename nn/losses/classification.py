"""Losses of classes and of probabilities."""

from __future__ import annotations

from typing import Any

from .. import functional
from .loss import REDUCTIONS, Loss, kept


class CrossEntropyLoss(Loss):
    """-log softmax(input) at each sample's class, or by probabilities: see ``functional.cross_entropy``."""

    def __init__(
        self,
        weight: Any = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction=reduction)
        self.weight = kept(weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(Loss):
    """-input at each sample's class, of log-probabilities."""

    def __init__(self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.weight = kept(weight)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        return functional.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class SoftmaxBinaryCrossEntropyLoss(Loss):
    """E = -Σ_k (d_k log y_k + (1 - d_k) log(1 - y_k)) with y = softmax(input): the lecture's loss.

    Its total over the samples is reduction 'sum'.
    """

    def forward(self, input: Any, target: Any) -> Any:
        return functional.softmax_binary_cross_entropy(input, target, reduction=self.reduction)


class BCELoss(Loss):
    """-(d log p + (1 - d) log(1 - p)) of probabilities p; the logarithms are at least -100."""

    def __init__(self, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.weight = kept(weight)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
    """-(c d log σ(x) + (1 - d) log(1 - σ(x))) of logits x, with c = ``pos_weight``, 1 unless given."""

    def __init__(self, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(reduction=reduction)
        self.weight = kept(weight)
        self.pos_weight = kept(pos_weight)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class KLDivLoss(Loss):
    """p (log p - x) of probabilities p = target and logarithms x = input; 'batchmean' sums it for each sample."""

    reductions = (*REDUCTIONS, "batchmean")

    def __init__(self, *, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def forward(self, input: Any, target: Any) -> Any:
        return functional.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class MultiMarginLoss(Loss):
    """Σ_k max(0, margin - x_t + x_k)ᵖ / classes over all k but t, the sample's class."""

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.p = p
        self.margin = margin
        self.weight = kept(weight)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.multi_margin_loss(
            input, target, p=self.p, margin=self.margin, weight=self.weight, reduction=self.reduction
        )
