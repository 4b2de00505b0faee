"""RAdam: Adam that trusts its second moment only when it has seen enough.

Convention: PyTorch's: the adaptive step begins where the length ρ of the average is more than 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .optimizer import Optimizer


class RAdam(Optimizer):
    """x ← x - lr r m̂ / √v̂ where ρ > 5, and x ← x - lr m̂ before; m and v are Adam's, √v has ε added.

    ρ∞ = 2 / (1 - β₂) - 1, ρ = ρ∞ - 2 t β₂ᵗ / (1 - β₂ᵗ), and
    r = √((ρ - 4) (ρ - 2) ρ∞ / ((ρ∞ - 4) (ρ∞ - 2) ρ)). Liu et al., "On the variance of the adaptive learning rate
    and beyond", 2020. With ``decoupled_weight_decay`` the decay is AdamW's.
    """

    keeps: ClassVar[Mapping[str, str]] = {"exp_avg": "", "exp_avg_sq": ""}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**defaults, "decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize})

    @staticmethod
    def rule(
        t: int,
        x: Any,
        g: Any,
        m: Any,
        v: Any,
        *,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        decoupled_weight_decay: bool,
    ) -> tuple[Any, ...]:
        b1, b2 = betas
        if decoupled_weight_decay:
            x *= 1 - lr * weight_decay
        elif weight_decay:
            g = g + weight_decay * x
        m += (1 - b1) * (g - m)
        v *= b2
        v += (1 - b2) * g * g
        longest = 2 / (1 - b2) - 1
        length = longest - 2 * t * b2**t / (1 - b2**t)
        rate = lr / (1 - b1**t)
        if length > 5:
            r = ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) ** 0.5
            x -= rate * r * (1 - b2**t) ** 0.5 * m / (v**0.5 + eps)
        else:
            x -= rate * m
        return x, m, v
