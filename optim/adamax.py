"""Adamax: Adam with the largest gradient instead of the mean square.

Convention: PyTorch's: ε is added to |g|.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .optimizer import Optimizer, larger


class Adamax(Optimizer):
    """m ← β₁ m + (1 - β₁) g;  u ← max(β₂ u, |g| + ε);  x ← x - lr m̂ / u, g having weight_decay x added.

    Kingma and Ba, "Adam: a method for stochastic optimization", 2015, section 7.
    """

    keeps: ClassVar[Mapping[str, str]] = {"exp_avg": "", "exp_inf": ""}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, defaults)

    @staticmethod
    def rule(
        t: int,
        x: Any,
        g: Any,
        m: Any,
        u: Any,
        *,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
    ) -> tuple[Any, ...]:
        b1, b2 = betas
        if weight_decay:
            g = g + weight_decay * x
        m += (1 - b1) * (g - m)
        u *= b2
        u = larger(u, abs(g) + eps)
        x -= lr / (1 - b1**t) * m / u
        return x, m, u
