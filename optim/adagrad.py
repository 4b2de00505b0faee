"""Adagrad: each coordinate's step shrinks with all that its gradient ever was.

Convention: PyTorch's: ε is added after the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from .optimizer import Optimizer


class Adagrad(Optimizer):
    """s ← s + g²;  x ← x - lr / (1 + (t - 1) lr_decay) g / (√s + ε), g having weight_decay x added.

    s begins at ``initial_accumulator_value``. Duchi, Hazan and Singer, "Adaptive subgradient methods for online
    learning and stochastic optimization", 2011.
    """

    keeps: ClassVar[Mapping[str, str]] = {"sum": ""}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {"lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay}
        defaults |= {"initial_accumulator_value": initial_accumulator_value}
        super().__init__(params, {**defaults, "maximize": maximize})

    def first(self, name: str, p: Any, options: Mapping[str, Any]) -> Any:
        begin = options["initial_accumulator_value"]
        kept = super().first(name, p, options)
        kept += complex(begin, begin) if np.iscomplexobj(kept) else begin  # each of its parts begins there
        return kept

    @staticmethod
    def rule(
        t: int, x: Any, g: Any, s: Any, *, lr: float, lr_decay: float, eps: float, weight_decay: float, **_: Any
    ) -> tuple[Any, ...]:
        if weight_decay:
            g = g + weight_decay * x
        s += g * g
        x -= lr / (1 + (t - 1) * lr_decay) * g / (s**0.5 + eps)
        return x, s
