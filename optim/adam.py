"""Adam: steps of about the same length in every coordinate.

Convention: PyTorch's: ε is added after the root and the correction of the bias.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .optimizer import Optimizer, larger


class Adam(Optimizer):
    """m ← β₁ m + (1 - β₁) g;  v ← β₂ v + (1 - β₂) g²;  x ← x - lr m̂ / (√v̂ + ε), g having weight_decay x added.

    m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ) are the means without the bias of their start at 0. Kingma and Ba,
    "Adam: a method for stochastic optimization", 2015. With ``amsgrad`` the largest v so far takes the place
    of v: Reddi et al., "On the convergence of Adam and beyond", 2018.
    """

    keeps: ClassVar[Mapping[str, str]] = {"exp_avg": "", "exp_avg_sq": "", "max_exp_avg_sq": "amsgrad"}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**defaults, "amsgrad": amsgrad, "maximize": maximize})

    @staticmethod
    def rule(
        t: int,
        x: Any,
        g: Any,
        m: Any,
        v: Any,
        most: Any,
        *,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        amsgrad: bool,
    ) -> tuple[Any, ...]:
        b1, b2 = betas
        if weight_decay:
            g = g + weight_decay * x
        m += (1 - b1) * (g - m)
        v *= b2
        v += (1 - b2) * g * g
        if amsgrad:
            most = larger(most, v)
        root = ((most if amsgrad else v) / (1 - b2**t)) ** 0.5
        x -= lr / (1 - b1**t) * m / (root + eps)
        return x, m, v, most
