"""Adadelta: steps in the units of the parameter, without a learning rate to choose.

Convention: PyTorch's: ε is added before the roots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .optimizer import Optimizer


class Adadelta(Optimizer):
    """s ← ρ s + (1 - ρ) g²;  Δ = √((a + ε) / (s + ε)) g;  a ← ρ a + (1 - ρ) Δ²;  x ← x - lr Δ.

    g has weight_decay x added. Zeiler, "ADADELTA: an adaptive learning rate method", 2012.
    """

    keeps: ClassVar[Mapping[str, str]] = {"square_avg": "", "acc_delta": ""}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, defaults)

    @staticmethod
    def rule(
        t: int, x: Any, g: Any, s: Any, a: Any, *, lr: float, rho: float, eps: float, weight_decay: float
    ) -> tuple[Any, ...]:
        if weight_decay:
            g = g + weight_decay * x
        s *= rho
        s += (1 - rho) * g * g
        step = ((a + eps) / (s + eps)) ** 0.5 * g
        a *= rho
        a += (1 - rho) * step * step
        x -= lr * step
        return x, s, a
