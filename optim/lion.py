"""Lion: steps of one length, in the direction of a sign.

Convention: the paper's: the step's momentum (β₁) is not the one that is kept (β₂), and the decay is decoupled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from .optimizer import Optimizer


class Lion(Optimizer):
    """x ← x - lr (sign(β₁ m + (1 - β₁) g) + weight_decay x);  m ← β₂ m + (1 - β₂) g.

    Chen et al., "Symbolic discovery of optimization algorithms", 2023. The rate should be three to ten times
    smaller than Adam's, and the decay as much larger.
    """

    keeps: ClassVar[Mapping[str, str]] = {"exp_avg": ""}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize})

    @staticmethod
    def rule(
        t: int, x: Any, g: Any, m: Any, *, lr: float, betas: tuple[float, float], weight_decay: float
    ) -> tuple[Any, ...]:
        b1, b2 = betas
        if weight_decay:
            x *= 1 - lr * weight_decay
        x -= lr * np.sign(m + (1 - b1) * (g - m))
        m += (1 - b2) * (g - m)
        return x, m
