"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .optimizer import Optimizer, X
from .options import NotNegative, Options, Params

__all__ = ["SGD"]


class SGD(Optimizer):
    """v ← momentum v + (1 - dampening) g;  x ← x - lr v.

    ``params``        the parameters, or groups of them with options of their own (see ``Optimizer``)
    ``lr``            the learning rate
    ``momentum``      the share of the velocity v that each step keeps; at 0 the step is x ← x - lr g
    ``dampening``     the share of g that does not enter v, from the second step on
    ``weight_decay``  adds weight_decay x to g
    ``nesterov``      looks ahead, x ← x - lr (g + momentum v); needs a momentum and no dampening
    ``maximize``      climbs instead of descending

    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; for ``nesterov`` Sutskever et
    al., "On the importance of initialization and momentum in deep learning", 2013.
    """

    keeps: Mapping[str, str] = {"momentum_buffer": "momentum"}

    def __init__(
        self, params: Params, lr: NotNegative = 1e-3, momentum: NotNegative = 0.0, dampening: float = 0.0,
        weight_decay: NotNegative = 0.0, nesterov: bool = False, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, locals())

    def check(self, options: Mapping[str, Any]) -> None:
        super().check(options)
        if options["nesterov"] and (options["momentum"] <= 0 or options["dampening"] != 0):
            raise ValueError("SGD: nesterov needs a momentum and no dampening")

    @staticmethod
    def rule(t: int, x: X, g: X, v: X, o: Options) -> tuple[X, ...]:
        if o.weight_decay:
            g = g + o.weight_decay * x
        if o.momentum:
            v *= o.momentum
            v += g if t == 1 or not o.dampening else (1 - o.dampening) * g
            g = g + o.momentum * v if o.nesterov else v
        x -= o.lr * g
        return x, v
