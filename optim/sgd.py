"""Stochastic gradient descent, with momentum.

Convention: PyTorch's: the velocity is multiplied by the learning rate when it moves the parameter, and the
first gradient enters it undamped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .optimizer import Optimizer


class SGD(Optimizer):
    """v ← momentum v + (1 - dampening) g;  x ← x - lr v, where g has weight_decay x added.

    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964. With ``nesterov`` the step
    looks ahead, x ← x - lr (g + momentum v): Sutskever et al., "On the importance of initialization and momentum in
    deep learning", 2013.
    """

    keeps: ClassVar[Mapping[str, str]] = {"momentum_buffer": "momentum"}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        defaults = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        super().__init__(params, {**defaults, "nesterov": nesterov, "maximize": maximize})

    def check(self, options: Mapping[str, Any]) -> None:
        super().check(options)
        if options["nesterov"] and (options["momentum"] <= 0 or options["dampening"] != 0):
            raise ValueError("SGD: nesterov needs a momentum and no dampening")

    @staticmethod
    def rule(
        t: int,
        x: Any,
        g: Any,
        v: Any,
        *,
        lr: float,
        momentum: float,
        dampening: float,
        weight_decay: float,
        nesterov: bool,
    ) -> tuple[Any, ...]:
        if weight_decay:
            g = g + weight_decay * x
        if momentum:
            v *= momentum
            v += g if t == 1 or not dampening else (1 - dampening) * g
            g = g + momentum * v if nesterov else v
        x -= lr * g
        return x, v
