"""NAdam: Adam whose momentum looks ahead.

Convention: PyTorch's: the momentum μ rises towards β₁ as in Dozat's paper, with the time scale ``momentum_decay``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .optimizer import Optimizer


class NAdam(Optimizer):
    """x ← x - lr ((1 - μₜ) / (1 - Πμ) g + μₜ₊₁ / (1 - Πμ μₜ₊₁) m) / (√v̂ + ε), with m and v as Adam's.

    μₜ = β₁ (1 - ½ 0.96^(t momentum_decay)), and Πμ = μ₁ ... μₜ. Dozat, "Incorporating Nesterov momentum into Adam",
    2016. With ``decoupled_weight_decay`` the decay is AdamW's.
    """

    keeps: ClassVar[Mapping[str, str]] = {"exp_avg": "", "exp_avg_sq": ""}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        defaults |= {"momentum_decay": momentum_decay, "decoupled_weight_decay": decoupled_weight_decay}
        super().__init__(params, {**defaults, "maximize": maximize})

    def count(self, kept: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
        super().count(kept, options)
        t, b1, decay = kept["step"], options["betas"][0], options["momentum_decay"]
        now, ahead = (b1 * (1 - 0.5 * 0.96 ** (s * decay)) for s in (t, t + 1))
        product = kept["mu_product"] = kept.get("mu_product", 1.0) * now
        return options | {"here": (1 - now) / (1 - product), "there": ahead / (1 - product * ahead)}

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
        here: float,
        there: float,
        **_: Any,
    ) -> tuple[Any, ...]:
        b1, b2 = betas
        if decoupled_weight_decay:
            x *= 1 - lr * weight_decay
        elif weight_decay:
            g = g + weight_decay * x
        m += (1 - b1) * (g - m)
        v *= b2
        v += (1 - b2) * g * g
        x -= lr * (here * g + there * m) / ((v / (1 - b2**t)) ** 0.5 + eps)
        return x, m, v
