"""AdamW: Adam with a weight decay that its division by √v does not touch.

Convention: PyTorch's: the decay is multiplied by the learning rate.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .adam import Adam


class AdamW(Adam):
    """x ← (1 - lr weight_decay) x, then the step of Adam.

    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)

    @staticmethod
    def rule(t: int, x: Any, g: Any, *kept: Any, lr: float, weight_decay: float, **options: Any) -> tuple[Any, ...]:
        x *= 1 - lr * weight_decay
        return Adam.rule(t, x, g, *kept, lr=lr, weight_decay=0.0, **options)
