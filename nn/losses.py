"""Losses as modules: PyTorch's names. What each computes stands in ``nn/functional/losses.py``."""

from __future__ import annotations

from typing import Any

from . import functional
from .module import Module


class CrossEntropyLoss(Module):
    """-log softmax(input) at each sample's class."""

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Any:
        return functional.cross_entropy(input, target, self.reduction)


class MSELoss(Module):
    """(input - target)²."""

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Any:
        return functional.mse_loss(input, target, self.reduction)
