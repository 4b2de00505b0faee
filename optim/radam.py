"""RAdam: Adam that uses its second moment only once it has seen enough gradients."""

from __future__ import annotations

from collections.abc import Mapping

from .optimizer import Optimizer, X
from .options import Betas, NotNegative, Options, Params

__all__ = ["RAdam"]


class RAdam(Optimizer):
    """x ← x - lr r m̂ √(1 - β₂ᵗ) / (√v + ε) where ρ > 5, and x ← x - lr m̂ before (the paper begins at ρ > 4).

    m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g² and m̂ = m / (1 - β₁ᵗ) as in Adam; ρ∞ = 2 / (1 - β₂) - 1,
    ρ = ρ∞ - 2 t β₂ᵗ / (1 - β₂ᵗ), and r = √((ρ - 4) (ρ - 2) ρ∞ / ((ρ∞ - 4) (ρ∞ - 2) ρ)).

    ``params``                  the parameters, or groups of them with options of their own (see ``Optimizer``)
    ``lr``                      the learning rate
    ``betas``                   β₁ and β₂, the shares of the means m and v that each step keeps
    ``eps``                     ε, which bounds the step where v is tiny
    ``weight_decay``            adds weight_decay x to g
    ``decoupled_weight_decay``  decays as AdamW does instead: x ← (1 - lr weight_decay) x before the step
    ``maximize``                climbs instead of descending

    Liu et al., "On the variance of the adaptive learning rate and beyond", 2020.
    """

    keeps: Mapping[str, str] = {"exp_avg": "", "exp_avg_sq": ""}

    def __init__(
        self, params: Params, lr: NotNegative = 1e-3, betas: Betas = (0.9, 0.999), eps: NotNegative = 1e-8,
        weight_decay: NotNegative = 0.0, decoupled_weight_decay: bool = False, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, locals())

    @staticmethod
    def rule(t: int, x: X, g: X, m: X, v: X, o: Options) -> tuple[X, ...]:
        b1, b2 = o.betas
        if o.decoupled_weight_decay:
            x *= 1 - o.lr * o.weight_decay
        elif o.weight_decay:
            g = g + o.weight_decay * x
        m += (1 - b1) * (g - m)
        v *= b2
        v += (1 - b2) * g * g
        longest = 2 / (1 - b2) - 1
        length = longest - 2 * t * b2**t / (1 - b2**t)
        rate = o.lr / (1 - b1**t)
        if length > 5:
            r = ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) ** 0.5
            x -= rate * r * (1 - b2**t) ** 0.5 * m / (v**0.5 + o.eps)
        else:
            x -= rate * m
        return x, m, v
