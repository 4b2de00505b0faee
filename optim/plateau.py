"""A schedule that lowers the rate when training stops improving.

Convention: PyTorch's: it gets a number after each epoch, and is not a function of the step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, SupportsFloat

from .checks import not_below_0
from .optimizer import Optimizer
from .scheduler import LRScheduler, each

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(LRScheduler):
    """lr ← max(factor lr, min_lr) after more than ``patience`` epochs in a row without improvement.

    ``optimizer``       the optimizer whose learning rates it sets
    ``mode``            "min": smaller numbers are better; "max": larger ones are
    ``factor``          multiplies the rates, below 1
    ``patience``        the number of epochs without improvement that it tolerates
    ``threshold``       how much better than the best so far counts as an improvement
    ``threshold_mode``  "rel": the threshold is a share of the best number; "abs": an amount
    ``cooldown``        the number of epochs after a reduction that do not count
    ``min_lr``          the lowest rate, or a list with one for each group
    ``eps``             the smallest reduction that it makes
    """

    _state = ("best", "num_bad_epochs", "cooldown_counter", "last_epoch")

    def __init__(
        self, optimizer: Optimizer, mode: Literal["min", "max"] = "min", factor: float = 0.1, patience: int = 10,
        threshold: float = 1e-4, threshold_mode: Literal["rel", "abs"] = "rel",
        cooldown: int = 0, min_lr: float | Sequence[float] = 0.0, eps: float = 1e-8,
    ) -> None:  # fmt: skip
        if not 0 <= factor < 1:
            raise ValueError(f"ReduceLROnPlateau: factor must be below 1, and not below 0, got {factor}")
        not_below_0("ReduceLROnPlateau", patience=patience, threshold=threshold, cooldown=cooldown, eps=eps)
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(
                "ReduceLROnPlateau: mode must be 'min' or 'max' and threshold_mode 'rel' or 'abs', "
                f"got {mode!r} and {threshold_mode!r}"
            )
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"ReduceLROnPlateau schedules an Optimizer, not {type(optimizer).__name__}")
        self.optimizer = optimizer
        self.mode, self.threshold, self.threshold_mode = mode, threshold, threshold_mode
        self.reduction, self.patience, self.cooldown, self.eps = factor, patience, cooldown, eps
        self.min_lrs = each("min_lr", min_lr, optimizer)
        for lowest in self.min_lrs:
            not_below_0("ReduceLROnPlateau", min_lr=lowest)
        self.best = math.inf if mode == "min" else -math.inf
        self.last_epoch = self.num_bad_epochs = self.cooldown_counter = 0

    def is_better(self, number: float) -> bool:
        """Is a ``number`` better than the best so far?"""
        sign = 1 if self.mode == "max" else -1
        relative = self.threshold_mode == "rel"
        bar = self.best * (1 + sign * self.threshold) if relative else self.best + sign * self.threshold
        return sign * number > sign * bar

    def step(self, metrics: SupportsFloat) -> None:  # type: ignore[override]
        """End an epoch with its loss or its score, ``metrics``."""
        self.last_epoch += 1
        number = float(metrics)
        if self.is_better(number):
            self.best, self.num_bad_epochs = number, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group, least in zip(self.optimizer.param_groups, self.min_lrs, strict=True):
                lower = max(group["lr"] * self.reduction, least)
                if group["lr"] - lower > self.eps:
                    group["lr"] = lower
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def get_last_lr(self) -> list[float]:
        return [group["lr"] for group in self.optimizer.param_groups]

    def at(self, step: float) -> list[float]:
        raise TypeError("ReduceLROnPlateau cannot look ahead: it depends on numbers still to come")
