"""RMSprop: the gradient divided by the root of its running mean square."""

from __future__ import annotations

from collections.abc import Mapping

from .optimizer import Optimizer, X
from .options import NotNegative, Options, Params

__all__ = ["RMSprop"]


class RMSprop(Optimizer):
    """s ← α s + (1 - α) g²;  b ← momentum b + g / (√s + ε);  x ← x - lr b.

    ``params``        the parameters, or groups of them with options of their own (see ``Optimizer``)
    ``lr``            the learning rate
    ``alpha``         α, the share of the mean s that each step keeps
    ``eps``           ε, which bounds the step where s is tiny
    ``weight_decay``  adds weight_decay x to g
    ``momentum``      the share of the velocity b that each step keeps
    ``centered``      uses the variance, s - (running mean of g)², in place of s
    ``maximize``      climbs instead of descending

    Tieleman and Hinton, "Lecture 6.5: rmsprop", Coursera: neural networks for machine learning, 2012; for
    ``centered`` Graves, "Generating sequences with recurrent neural networks", 2013.
    """

    keeps: Mapping[str, str] = {"square_avg": "", "momentum_buffer": "momentum", "grad_avg": "centered"}

    def __init__(
        self, params: Params, lr: NotNegative = 1e-2, alpha: NotNegative = 0.99, eps: NotNegative = 1e-8,
        weight_decay: NotNegative = 0.0, momentum: NotNegative = 0.0, centered: bool = False, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, locals())

    @staticmethod
    def rule(t: int, x: X, g: X, s: X, b: X, mean: X, o: Options) -> tuple[X, ...]:
        alpha, momentum = o.alpha, o.momentum
        if o.weight_decay:
            g = g + o.weight_decay * x
        s *= alpha
        s += (1 - alpha) * g * g
        if o.centered:
            mean += (1 - alpha) * (g - mean)
        step = g / ((s - mean * mean if o.centered else s) ** 0.5 + o.eps)
        if momentum:
            b *= momentum
            b += step
        x -= o.lr * (b if momentum else step)
        return x, s, b, mean
