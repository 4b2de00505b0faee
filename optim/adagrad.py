"""Adagrad: each coordinate's steps shrink as its squared gradients add up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .optimizer import Optimizer, X
from .options import NotNegative, Options, Params

__all__ = ["Adagrad"]


class Adagrad(Optimizer):
    """s ← s + g²;  x ← x - lr / (1 + (t - 1) lr_decay) g / (√s + ε).

    ``params``                     the parameters, or groups of them with options of their own (see ``Optimizer``)
    ``lr``                         the learning rate
    ``lr_decay``                   lowers the rate with the steps, as above
    ``weight_decay``               adds weight_decay x to g
    ``initial_accumulator_value``  s before the first step
    ``eps``                        ε, which bounds the step where s is tiny
    ``maximize``                   climbs instead of descending

    Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011.
    """

    keeps: Mapping[str, str] = {"sum": ""}

    def __init__(
        self, params: Params, lr: NotNegative = 1e-2, lr_decay: NotNegative = 0.0, weight_decay: NotNegative = 0.0,
        initial_accumulator_value: NotNegative = 0.0, eps: NotNegative = 1e-10, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, locals())

    def first(self, name: str, p: Any, options: Mapping[str, Any]) -> Any:
        start = options["initial_accumulator_value"]
        s = super().first(name, p, options)
        s += complex(start, start) if np.iscomplexobj(s) else start  # real and imaginary parts both start there
        return s

    @staticmethod
    def rule(t: int, x: X, g: X, s: X, o: Options) -> tuple[X, ...]:
        if o.weight_decay:
            g = g + o.weight_decay * x
        s += g * g
        x -= o.lr / (1 + (t - 1) * o.lr_decay) * g / (s**0.5 + o.eps)
        return x, s
