"""Losses of numbers: how far an output x is from its target y.

Convention: called with input x and target y, of one shape; the mean is over all elements.
"""

from __future__ import annotations

from autograd.typing import A, ArrayLike

from .. import functional
from ..functional.losses.reduction import Reduction
from .loss import Loss

__all__ = ["GaussianNLLLoss", "HalfSquaredLoss", "HuberLoss", "L1Loss", "MSELoss", "PoissonNLLLoss", "SmoothL1Loss"]


class MSELoss(Loss):
    """(x - y)² for the input x and the target y, of one shape; ``reduction`` is 'mean', 'sum' or 'none'."""

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.mse_loss(input, target, reduction=self.reduction)


class HalfSquaredLoss(Loss):
    """½ (x - y)² for the input x and the target y, of one shape: the lecture's loss.

    ``reduction``  'mean', 'none', or 'sum', which is the lecture's total over the samples
    """

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.half_squared_error(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """|x - y| for the input x and the target y, of one shape; ``reduction`` is 'mean', 'sum' or 'none'."""

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(Loss):
    """½ d² / beta for d = x - y between -beta and beta, |d| - ½ beta beyond; x and y have one shape.

    ``reduction``  'mean', 'sum' or 'none'
    ``beta``       where the parabola ends, 1 unless given; 0: |d| everywhere
    """

    def __init__(self, *, reduction: Reduction = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.beta = beta

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Loss):
    """½ d² for d = x - y between -delta and delta, delta (|d| - ½ delta) beyond; x and y have one shape.

    ``reduction``  'mean', 'sum' or 'none'
    ``delta``      where the parabola ends, 1 unless given; positive

    Huber, "Robust estimation of a location parameter", 1964.
    """

    def __init__(self, *, reduction: Reduction = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class PoissonNLLLoss(Loss):
    """λ - y log λ of counts y at the rate λ, of one shape.

    ``log_input``  the input is log λ; False: it is λ
    ``full``       add Stirling's formula for log y! where y > 1
    ``eps``        added to λ inside the logarithm
    ``reduction``  'mean', 'sum' or 'none'
    """

    def __init__(
        self, log_input: bool = True, full: bool = False, *, eps: float = 1e-8, reduction: Reduction = "mean"
    ) -> None:
        super().__init__(reduction=reduction)
        self.log_input, self.full, self.eps = log_input, full, eps

    def forward(self, input: A, target: ArrayLike) -> A:
        return functional.poisson_nll_loss(
            input, target, log_input=self.log_input, full=self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(Loss):
    """½ (log v + (x - y)² / v) for the variance v, called with input, target and v.

    v has the input's shape, or 1 as its last axis, or lacks that axis, or is a number.

    ``full``       add ½ log 2π
    ``eps``        the least v
    ``reduction``  'mean', 'sum' or 'none'
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.full, self.eps = full, eps

    def forward(self, input: A, target: ArrayLike, var: ArrayLike) -> A:
        return functional.gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)
