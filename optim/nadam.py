"""NAdam: Adam whose momentum looks ahead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .optimizer import Optimizer, X
from .options import Betas, NotNegative, Options, Params

__all__ = ["NAdam"]


class NAdam(Optimizer):
    """x ← x - lr ((1 - μₜ) / (1 - Πμ) g + μₜ₊₁ / (1 - Πμ μₜ₊₁) m) / (√v̂ + ε).

    m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g² and v̂ = v / (1 - β₂ᵗ) as in Adam;
    μₜ = β₁ (1 - ½ 0.96^(t momentum_decay)), and Πμ = μ₁ ... μₜ.

    ``params``                  the parameters, or groups of them with options of their own (see ``Optimizer``)
    ``lr``                      the learning rate
    ``betas``                   β₁ and β₂, the shares of the means m and v that each step keeps
    ``eps``                     ε, which bounds the step where v̂ is tiny
    ``weight_decay``            adds weight_decay x to g
    ``momentum_decay``          how fast μ rises towards β₁
    ``decoupled_weight_decay``  decays as AdamW does instead: x ← (1 - lr weight_decay) x before the step
    ``maximize``                climbs instead of descending

    Dozat, "Incorporating Nesterov momentum into Adam", 2016.
    """

    keeps: Mapping[str, str] = {"exp_avg": "", "exp_avg_sq": ""}

    def __init__(
        self, params: Params, lr: NotNegative = 2e-3, betas: Betas = (0.9, 0.999), eps: NotNegative = 1e-8,
        weight_decay: NotNegative = 0.0, momentum_decay: NotNegative = 4e-3, decoupled_weight_decay: bool = False,
        *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, locals())

    def count(self, memory: dict[str, Any], arguments: dict[str, Any]) -> dict[str, Any]:
        super().count(memory, arguments)
        t, o = memory["step"], arguments["o"]
        now, ahead = (o.betas[0] * (1 - 0.5 * 0.96 ** (s * o.momentum_decay)) for s in (t, t + 1))
        product = memory["mu_product"] = memory.get("mu_product", 1.0) * now
        return arguments | {"here": (1 - now) / (1 - product), "there": ahead / (1 - product * ahead)}

    @staticmethod
    def rule(t: int, x: X, g: X, m: X, v: X, o: Options, here: float, there: float) -> tuple[X, ...]:
        b1, b2 = o.betas
        if o.decoupled_weight_decay:
            x *= 1 - o.lr * o.weight_decay
        elif o.weight_decay:
            g = g + o.weight_decay * x
        m += (1 - b1) * (g - m)
        v *= b2
        v += (1 - b2) * g * g
        x -= o.lr * (here * g + there * m) / ((v / (1 - b2**t)) ** 0.5 + o.eps)
        return x, m, v
