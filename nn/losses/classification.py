"""Losses of classes and of probabilities."""

from __future__ import annotations

from typing import Literal

from autograd.typing import A, ArrayLike

from .. import functional
from ..functional.losses.reduction import Reduction
from .loss import Loss, buffer

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "KLDivLoss", "MultiMarginLoss", "NLLLoss",
    "SoftmaxBinaryCrossEntropyLoss",
]  # fmt: skip


class CrossEntropyLoss(Loss):
    """-Σ_k q_k log softmax(input)_k, where q is 1 at the sample's class and 0 elsewhere, or given probabilities.

    The input is (n, classes, ...) or (classes,), the sums before the softmax; the target holds class numbers (n, ...),
    or the probabilities q in the input's shape.

    ``weight``           (classes,): multiplies the term of each class
    ``ignore_index``     samples with this class number have loss 0 and do not count in the mean
    ``reduction``        'mean' (by the weights of the samples' classes), 'sum' or 'none'
    ``label_smoothing``  ε from 0 to 1: q becomes (1 - ε) q + ε / classes
    """

    def __init__(
        self, weight: ArrayLike | None = None, *, ignore_index: int = -100, reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(reduction=reduction)
        self.weight = buffer(weight)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.cross_entropy(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )  # fmt: skip


class NLLLoss(Loss):
    """-input at each sample's class, for log-probabilities (n, classes, ...) and class numbers (n, ...).

    ``weight``        (classes,): multiplies the losses of the samples of each class
    ``ignore_index``  samples with this class number have loss 0 and do not count in the mean
    ``reduction``     'mean' (by the weights of the samples' classes), 'sum' or 'none'
    """

    def __init__(
        self, weight: ArrayLike | None = None, *, ignore_index: int = -100, reduction: Reduction = "mean"
    ) -> None:
        super().__init__(reduction=reduction)
        self.weight = buffer(weight)
        self.ignore_index = ignore_index

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class SoftmaxBinaryCrossEntropyLoss(Loss):
    """E = -Σ_k (d_k log y_k + (1 - d_k) log(1 - y_k)) with y = softmax(input): the lecture's loss.

    The input is (n, classes, ...), the target class numbers (n, ...) or d. The lecture's ``reduction`` is 'sum'.
    """

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.softmax_binary_cross_entropy(input, target, reduction=self.reduction)


class BCELoss(Loss):
    """-(d log p + (1 - d) log(1 - p)) of probabilities p and d, of one shape; the logarithms are at least -100.

    ``weight``     multiplies the losses, broadcast to them
    ``reduction``  'mean', 'sum' or 'none'
    """

    def __init__(self, weight: ArrayLike | None = None, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.weight = buffer(weight)

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
    """-(c d log σ(x) + (1 - d) log(1 - σ(x))) of logits x and probabilities d, of one shape.

    ``weight``      multiplies the losses, broadcast to them
    ``reduction``   'mean', 'sum' or 'none'
    ``pos_weight``  c, broadcast to the losses; None: 1
    """

    def __init__(
        self, weight: ArrayLike | None = None, *, reduction: Reduction = "mean", pos_weight: ArrayLike | None = None
    ) -> None:
        super().__init__(reduction=reduction)
        self.weight = buffer(weight)
        self.pos_weight = buffer(pos_weight)

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class KLDivLoss(Loss):
    """p (log p - x) of probabilities p = target and log-probabilities x = input, of one shape; 0 where p is 0.

    ``reduction``   'mean' over all elements, 'sum', 'none', or 'batchmean': the sum divided by the number of samples
    ``log_target``  the target is log p
    """

    reductions = (*Loss.reductions, "batchmean")

    def __init__(self, *, reduction: Reduction | Literal["batchmean"] = "mean", log_target: bool = False) -> None:
        super().__init__(reduction=reduction)  # type: ignore[arg-type]
        self.log_target = log_target

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class MultiMarginLoss(Loss):
    """Σ_k max(0, margin - x_t + x_k)ᵖ / classes over all classes k except t, the sample's own.

    The input x is (n, classes) or (classes,), the target holds class numbers (n,) or is one number.

    ``p``          the power, 1 or 2
    ``margin``     by how much x_t should exceed the others
    ``weight``     (classes,): multiplies the losses of the samples of each class
    ``reduction``  'mean', 'sum' or 'none'
    """

    def __init__(
        self, p: Literal[1, 2] = 1, margin: float = 1.0, weight: ArrayLike | None = None,
        *, reduction: Reduction = "mean",
    ) -> None:  # fmt: skip
        super().__init__(reduction=reduction)
        self.p, self.margin = p, margin
        self.weight = buffer(weight)

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.multi_margin_loss(
            input, target, p=self.p, margin=self.margin, weight=self.weight, reduction=self.reduction
        )
