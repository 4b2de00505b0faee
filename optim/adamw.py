"""AdamW: Adam with a weight decay that is not divided by √v."""

from __future__ import annotations

from .adam import Adam
from .optimizer import Optimizer, X
from .options import Betas, NotNegative, Options, Params

__all__ = ["AdamW"]


class AdamW(Adam):
    """x ← (1 - lr weight_decay) x, then Adam's step without decay: x ← x - lr m̂ / (√v̂ + ε).

    ``params``        the parameters, or groups of them with options of their own (see ``Optimizer``)
    ``lr``            the learning rate
    ``betas``         β₁ and β₂, the shares of the means m and v that each step keeps
    ``eps``           ε, which bounds the step where v̂ is tiny
    ``weight_decay``  the share of x, times lr, that each step takes away
    ``amsgrad``       uses the largest v so far in place of v
    ``maximize``      climbs instead of descending

    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
    """

    def __init__(
        self, params: Params, lr: NotNegative = 1e-3, betas: Betas = (0.9, 0.999), eps: NotNegative = 1e-8,
        weight_decay: NotNegative = 1e-2, amsgrad: bool = False, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        Optimizer.__init__(self, params, locals())

    @staticmethod
    def rule(t: int, x: X, g: X, m: X, v: X, most: X, o: Options) -> tuple[X, ...]:
        x *= 1 - o.lr * o.weight_decay
        return Adam.rule(t, x, g, m, v, most, o.but(weight_decay=0.0))
