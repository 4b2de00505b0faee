"""Schedules that multiply the learning rate by a function of the step.

Convention: PyTorch's names and arguments; the docstring gives the factor at step t.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from .optimizer import Optimizer
from .scheduler import LRScheduler, each

Lambda = Callable[[float], float]


class LambdaLR(LRScheduler):
    """``lr_lambda(t)``, one for all groups or a list with one for each."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Lambda | Sequence[Lambda], last_epoch: int = -1) -> None:
        self.lr_lambdas: list[Lambda] = each("lr_lambda", lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def rate(self, step: float, k: int) -> float:
        return self.base_lrs[k] * self.lr_lambdas[k](step)


class MultiplicativeLR(LambdaLR):
    """``lr_lambda(1) lr_lambda(2) ... lr_lambda(t)``."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Lambda | Sequence[Lambda], last_epoch: int = -1) -> None:
        self._products = [[1.0] for _ in optimizer.param_groups]
        super().__init__(optimizer, lr_lambda, last_epoch)

    def rate(self, step: float, k: int) -> float:
        products = self._products[k]
        while len(products) <= step:
            products.append(products[-1] * self.lr_lambdas[k](len(products)))
        return self.base_lrs[k] * products[int(step)]


class StepLR(LRScheduler):
    """``gamma`` ^ ⌊t / ``step_size``⌋."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        return float(self.gamma ** (step // self.step_size))


class MultiStepLR(LRScheduler):
    """``gamma`` ^ (how many ``milestones`` were reached)."""

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = sorted(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        return float(self.gamma ** bisect_right(self.milestones, step))


class ConstantLR(LRScheduler):
    """``factor`` before the step ``total_iters``, then 1."""

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        if not 0 <= factor <= 1:
            raise ValueError(f"ConstantLR: factor must be in [0, 1], got {factor}")
        self.early = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        return self.early if step < self.total_iters else 1.0


class LinearLR(LRScheduler):
    """On a line from ``start_factor`` to ``end_factor``, reached at step ``total_iters``."""

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not (0 < start_factor <= 1 and 0 <= end_factor <= 1):
            raise ValueError(f"LinearLR: the factors must be in (0, 1] and [0, 1], got {start_factor}, {end_factor}")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        done = min(step / self.total_iters, 1.0) if self.total_iters else 1.0
        return self.start_factor + (self.end_factor - self.start_factor) * done


class ExponentialLR(LRScheduler):
    """``gamma`` ^ t."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        return float(self.gamma**step)


class PolynomialLR(LRScheduler):
    """(1 - t / ``total_iters``) ^ ``power``, then 0."""

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        return float((1 - min(step / self.total_iters, 1.0)) ** self.power)


class CosineAnnealingLR(LRScheduler):
    """lr = eta_min + (lr₀ - eta_min) (1 + cos(π t / T_max)) / 2: down until ``T_max``, and up again after.

    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, without the restarts.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, step: float, k: int) -> float:
        return cosine(self.base_lrs[k], self.eta_min, step / self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """Down as CosineAnnealingLR within ``T_0`` steps, then from the top again, each time ``T_mult`` times longer.

    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017. ``step(3.5)`` goes to the
    middle of an epoch.
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        if T_0 < 1 or T_mult < 1:
            raise ValueError(
                f"CosineAnnealingWarmRestarts: T_0 and T_mult must be whole numbers from 1, got {T_0}, {T_mult}"
            )
        self.T_0 = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, step: float, k: int) -> float:
        length = self.T_0
        if self.T_mult == 1:
            step %= length
        while step >= length:
            step -= length
            length *= self.T_mult
        return cosine(self.base_lrs[k], self.eta_min, step / length)


def cosine(start: float, end: float, done: float) -> float:
    """From start to end along half a wave: level, steep, level."""
    return end + (start - end) * (1 + math.cos(math.pi * done)) / 2
