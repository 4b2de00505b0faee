"""Adamax: Adam with the largest gradient instead of the mean square."""

from __future__ import annotations

from collections.abc import Mapping

from .optimizer import Optimizer, X, larger
from .options import Betas, NotNegative, Options, Params

__all__ = ["Adamax"]


class Adamax(Optimizer):
    """m ← β₁ m + (1 - β₁) g;  u ← max(β₂ u, |g| + ε);  x ← x - lr m / (1 - β₁ᵗ) / u.

    ``params``        the parameters, or groups of them with options of their own (see ``Optimizer``)
    ``lr``            the learning rate: the longest step in each coordinate, or nearly so
    ``betas``         β₁ and β₂, the shares of m and u that each step keeps
    ``eps``           ε, which bounds the step where gradients are tiny
    ``weight_decay``  adds weight_decay x to g
    ``maximize``      climbs instead of descending

    Kingma and Ba, "Adam: a method for stochastic optimization", 2015, section 7.
    """

    keeps: Mapping[str, str] = {"exp_avg": "", "exp_inf": ""}

    def __init__(
        self, params: Params, lr: NotNegative = 2e-3, betas: Betas = (0.9, 0.999), eps: NotNegative = 1e-8,
        weight_decay: NotNegative = 0.0, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, locals())

    @staticmethod
    def rule(t: int, x: X, g: X, m: X, u: X, o: Options) -> tuple[X, ...]:
        b1, b2 = o.betas
        if o.weight_decay:
            g = g + o.weight_decay * x
        m += (1 - b1) * (g - m)
        u *= b2
        u = larger(u, abs(g) + o.eps)
        x -= o.lr / (1 - b1**t) * m / u
        return x, m, u
