"""Adam: steps of about the same length in every coordinate."""

from __future__ import annotations

from collections.abc import Mapping

from .optimizer import Optimizer, X, larger
from .options import Betas, NotNegative, Options, Params

__all__ = ["Adam"]


class Adam(Optimizer):
    """m ← β₁ m + (1 - β₁) g;  v ← β₂ v + (1 - β₂) g²;  x ← x - lr m̂ / (√v̂ + ε).

    m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ) are the means without the bias of their start at 0.

    ``params``        the parameters, or groups of them with options of their own (see ``Optimizer``)
    ``lr``            the learning rate: about the length of a step in each coordinate
    ``betas``         β₁ and β₂, the shares of the means m and v that each step keeps
    ``eps``           ε, which bounds the step where v̂ is tiny
    ``weight_decay``  adds weight_decay x to g
    ``amsgrad``       uses the largest v so far in place of v
    ``maximize``      climbs instead of descending

    Kingma and Ba, "Adam: a method for stochastic optimization", 2015; for ``amsgrad`` Reddi et al., "On the
    convergence of Adam and beyond", 2018.
    """

    keeps: Mapping[str, str] = {"exp_avg": "", "exp_avg_sq": "", "max_exp_avg_sq": "amsgrad"}

    def __init__(
        self, params: Params, lr: NotNegative = 1e-3, betas: Betas = (0.9, 0.999), eps: NotNegative = 1e-8,
        weight_decay: NotNegative = 0.0, amsgrad: bool = False, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, locals())

    @staticmethod
    def rule(t: int, x: X, g: X, m: X, v: X, most: X, o: Options) -> tuple[X, ...]:
        b1, b2 = o.betas
        if o.weight_decay:
            g = g + o.weight_decay * x
        m += (1 - b1) * (g - m)
        v *= b2
        v += (1 - b2) * g * g
        if o.amsgrad:
            most = larger(most, v)
        root = ((most if o.amsgrad else v) / (1 - b2**t)) ** 0.5
        x -= o.lr / (1 - b1**t) * m / (root + o.eps)
        return x, m, v, most
