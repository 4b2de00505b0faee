"""RMSprop: the gradient divided by a running mean of its size.

Convention: PyTorch's: ε is added after the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .optimizer import Optimizer


class RMSprop(Optimizer):
    """s ← α s + (1 - α) g²;  b ← momentum b + g / (√s + ε);  x ← x - lr b, g having weight_decay x added.

    Tieleman and Hinton, "Lecture 6.5: rmsprop", Coursera: neural networks for machine learning, 2012.
    ``centered``: the variance s - (mean of g)² takes the place of s: Graves, "Generating sequences with recurrent
    neural networks", 2013.
    """

    keeps: ClassVar[Mapping[str, str]] = {"square_avg": "", "momentum_buffer": "momentum", "grad_avg": "centered"}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**defaults, "momentum": momentum, "centered": centered, "maximize": maximize})

    @staticmethod
    def rule(
        t: int,
        x: Any,
        g: Any,
        s: Any,
        b: Any,
        mean: Any,
        *,
        lr: float,
        alpha: float,
        eps: float,
        weight_decay: float,
        momentum: float,
        centered: bool,
    ) -> tuple[Any, ...]:
        if weight_decay:
            g = g + weight_decay * x
        s *= alpha
        s += (1 - alpha) * g * g
        if centered:
            mean += (1 - alpha) * (g - mean)
        step = g / ((s - mean * mean if centered else s) ** 0.5 + eps)
        if momentum:
            b *= momentum
            b += step
        x -= lr * (b if momentum else step)
        return x, s, b, mean
