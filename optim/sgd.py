"""Stochastic gradient descent, with momentum.

Convention: PyTorch's: the velocity is multiplied by the learning rate when it moves the parameter, and the
first gradient enters it undamped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .optimizer import Optimizer


class SGD(Optimizer):
    """v ← momentum v + (1 - dampening) g;  x ← x - lr v, where g has weight_decay x added.

    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964. With ``nesterov`` the step
    looks ahead, x ← x - lr (g + momentum v): Sutskever et al., "On the importance of initialization and momentum in
    deep learning", 2013.
    """

    keeps = ("velocity",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("SGD: nesterov needs a momentum and no dampening")
        self.momentum = momentum
        self.dampening = dampening
        self.weight_decay = weight_decay
        self.nesterov = nesterov
        super().__init__(params, lr)

    def rule(self, t: int, x: Any, g: Any, v: Any) -> tuple[Any, ...]:
        if self.weight_decay:
            g = g + self.weight_decay * x
        if self.momentum:
            v *= self.momentum
            v += g if t == 1 or not self.dampening else (1 - self.dampening) * g
            g = g + self.momentum * v if self.nesterov else v
        x -= self.lr * g
        return x, v
