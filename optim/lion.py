"""Lion: steps of one length, in the direction of a sign."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .optimizer import Optimizer, X
from .options import Betas, NotNegative, Options, Params

__all__ = ["Lion"]


class Lion(Optimizer):
    """x ← x - lr (sign(β₁ m + (1 - β₁) g) + weight_decay x);  m ← β₂ m + (1 - β₂) g.

    ``params``        the parameters, or groups of them with options of their own (see ``Optimizer``)
    ``lr``            the length of each step; a third to a tenth of Adam's rate works well
    ``betas``         β₁ and β₂, the shares of m in the step and in the next m
    ``weight_decay``  the share of x, times lr, that each step takes away; three to ten times AdamW's
    ``maximize``      climbs instead of descending

    Chen et al., "Symbolic discovery of optimization algorithms", 2023.
    """

    keeps: Mapping[str, str] = {"exp_avg": ""}

    def __init__(
        self, params: Params, lr: NotNegative = 1e-4, betas: Betas = (0.9, 0.99), weight_decay: NotNegative = 0.0,
        *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, locals())

    @staticmethod
    def rule(t: int, x: X, g: X, m: X, o: Options) -> tuple[X, ...]:
        b1, b2 = o.betas
        if o.weight_decay:
            x *= 1 - o.lr * o.weight_decay
        x -= o.lr * np.sign(m + (1 - b1) * (g - m))
        m += (1 - b2) * (g - m)
        return x, m
