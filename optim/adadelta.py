"""Adadelta: steps in the units of the parameter, without a learning rate to choose."""

from __future__ import annotations

from collections.abc import Mapping

from .optimizer import Optimizer, X
from .options import NotNegative, Options, Params, UpToOne

__all__ = ["Adadelta"]


class Adadelta(Optimizer):
    """s ← ρ s + (1 - ρ) g²;  Δ = √((a + ε) / (s + ε)) g;  a ← ρ a + (1 - ρ) Δ²;  x ← x - lr Δ.

    ``params``        the parameters, or groups of them with options of their own (see ``Optimizer``)
    ``lr``            multiplies the step; the paper has 1
    ``rho``           ρ, the share of the means s and a that each step keeps
    ``eps``           ε, which sets the size of the first steps
    ``weight_decay``  adds weight_decay x to g
    ``maximize``      climbs instead of descending

    Zeiler, "ADADELTA: an adaptive learning rate method", 2012.
    """

    keeps: Mapping[str, str] = {"square_avg": "", "acc_delta": ""}

    def __init__(
        self, params: Params, lr: NotNegative = 1.0, rho: UpToOne = 0.9, eps: NotNegative = 1e-6,
        weight_decay: NotNegative = 0.0, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, locals())

    @staticmethod
    def rule(t: int, x: X, g: X, s: X, a: X, o: Options) -> tuple[X, ...]:
        rho, eps = o.rho, o.eps
        if o.weight_decay:
            g = g + o.weight_decay * x
        s *= rho
        s += (1 - rho) * g * g
        step = ((a + eps) / (s + eps)) ** 0.5 * g
        a *= rho
        a += (1 - rho) * step * step
        x -= o.lr * step
        return x, s, a
