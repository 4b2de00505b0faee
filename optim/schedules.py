"""Schedules that multiply the learning rate by a function of the step.

Convention: PyTorch's names and arguments; each docstring starts with the factor at step t.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from .checks import above_0, not_below_0
from .optimizer import Optimizer
from .scheduler import LRScheduler, each

Lambda = Callable[[float], float]

__all__ = [
    "ConstantLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "ExponentialLR", "LambdaLR", "LinearLR",
    "MultiStepLR", "MultiplicativeLR", "PolynomialLR", "StepLR",
]  # fmt: skip


class LambdaLR(LRScheduler):
    """factor(t) = lr_lambda(t).

    ``optimizer``   the optimizer whose learning rates it sets
    ``lr_lambda``   a function of the step, or a list with one for each group
    ``last_epoch``  the step before its first one; -1 starts anew
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Lambda | Sequence[Lambda], last_epoch: int = -1) -> None:
        self.lr_lambdas: list[Lambda] = each("lr_lambda", lr_lambda, optimizer)
        if not all(map(callable, self.lr_lambdas)):
            raise TypeError(f"{type(self).__name__}: lr_lambda is a function of the step, or a list of functions")
        super().__init__(optimizer, last_epoch)

    def rate(self, step: float, k: int) -> float:
        return self.base_lrs[k] * self.lr_lambdas[k](step)


class MultiplicativeLR(LambdaLR):
    """factor(t) = lr_lambda(1) lr_lambda(2) ... lr_lambda(t).

    ``optimizer``   the optimizer whose learning rates it sets
    ``lr_lambda``   a function of the step, or a list with one for each group
    ``last_epoch``  the step before its first one; -1 starts anew
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Lambda | Sequence[Lambda], last_epoch: int = -1) -> None:
        self._products = [[1.0] for _ in optimizer.param_groups]
        super().__init__(optimizer, lr_lambda, last_epoch)

    def rate(self, step: float, k: int) -> float:
        products = self._products[k]
        while len(products) <= step:
            products.append(products[-1] * self.lr_lambdas[k](len(products)))
        return self.base_lrs[k] * products[int(step)]


class StepLR(LRScheduler):
    """factor(t) = gamma^⌊t / step_size⌋.

    ``optimizer``   the optimizer whose learning rates it sets
    ``step_size``   the number of steps at each rate
    ``gamma``       multiplies the rate after each ``step_size`` steps
    ``last_epoch``  the step before its first one; -1 starts anew
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        above_0("StepLR", step_size=step_size)
        not_below_0("StepLR", gamma=gamma)
        self.step_size, self.gamma = step_size, float(gamma)
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        return self.gamma ** (step // self.step_size)


class MultiStepLR(LRScheduler):
    """factor(t) = gamma^n, where n counts the milestones reached, those ≤ t.

    ``optimizer``   the optimizer whose learning rates it sets
    ``milestones``  steps, in any order; one that is there twice counts twice
    ``gamma``       multiplies the rate at each milestone
    ``last_epoch``  the step before its first one; -1 starts anew
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = sorted(milestones) if isinstance(milestones, Iterable) else []
        if not self.milestones:
            raise ValueError(f"MultiStepLR: milestones is a list of steps, one or more, got {milestones!r}")
        not_below_0("MultiStepLR", gamma=gamma, **{f"milestones[{k}]": step for k, step in enumerate(self.milestones)})
        self.gamma = float(gamma)
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        return self.gamma ** bisect_right(self.milestones, step)


class ConstantLR(LRScheduler):
    """factor(t) = factor for t < total_iters, then 1.

    ``optimizer``    the optimizer whose learning rates it sets
    ``factor``       multiplies the first rates, in [0, 1]
    ``total_iters``  the number of steps at the reduced rate
    ``last_epoch``   the step before its first one; -1 starts anew
    """

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        if not 0 <= factor <= 1:
            raise ValueError(f"ConstantLR: factor must be in [0, 1], got {factor}")
        not_below_0("ConstantLR", total_iters=total_iters)
        self.early, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        return self.early if step < self.total_iters else 1.0


class LinearLR(LRScheduler):
    """factor(t) = start_factor + (end_factor - start_factor) min(t / total_iters, 1).

    ``optimizer``     the optimizer whose learning rates it sets
    ``start_factor``  the factor at step 0, in (0, 1]
    ``end_factor``    the factor from step ``total_iters`` on, in [0, 1]
    ``total_iters``   the number of steps between them
    ``last_epoch``    the step before its first one; -1 starts anew
    """

    def __init__(
        self, optimizer: Optimizer,
        start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        if not (0 < start_factor <= 1 and 0 <= end_factor <= 1):
            raise ValueError(f"LinearLR: the factors must be in (0, 1] and [0, 1], got {start_factor}, {end_factor}")
        not_below_0("LinearLR", total_iters=total_iters)
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        done = min(step / self.total_iters, 1.0) if self.total_iters else 1.0
        return self.start_factor + (self.end_factor - self.start_factor) * done


class ExponentialLR(LRScheduler):
    """factor(t) = gamma^t.

    ``optimizer``   the optimizer whose learning rates it sets
    ``gamma``       multiplies the rate at each step
    ``last_epoch``  the step before its first one; -1 starts anew
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        not_below_0("ExponentialLR", gamma=gamma)
        self.gamma = float(gamma)
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        return self.gamma**step


class PolynomialLR(LRScheduler):
    """factor(t) = (1 - min(t / total_iters, 1))^power.

    ``optimizer``    the optimizer whose learning rates it sets
    ``total_iters``  the number of steps until the rate is 0
    ``power``        bends the curve; 1 is a line
    ``last_epoch``   the step before its first one; -1 starts anew
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        above_0("PolynomialLR", total_iters=total_iters)
        not_below_0("PolynomialLR", power=power)
        self.total_iters, self.power = total_iters, float(power)
        super().__init__(optimizer, last_epoch)

    def factor(self, step: float) -> float:
        return (1 - min(step / self.total_iters, 1.0)) ** self.power


class CosineAnnealingLR(LRScheduler):
    """lr(t) = eta_min + (lr(0) - eta_min) (1 + cos(π t / T_max)) / 2: down until T_max, and up again after it.

    ``optimizer``   the optimizer whose learning rates it sets
    ``T_max``       the number of steps on the way down
    ``eta_min``     the lowest rate
    ``last_epoch``  the step before its first one; -1 starts anew

    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, without the restarts.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        above_0("CosineAnnealingLR", T_max=T_max)
        not_below_0("CosineAnnealingLR", eta_min=eta_min)
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, step: float, k: int) -> float:
        return cosine(self.base_lrs[k], self.eta_min, step / self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """lr(t) = eta_min + (lr(0) - eta_min) (1 + cos(π s / T)) / 2, where s counts from 0 again after each T steps.

    ``step(3.5)`` goes to the middle of an epoch.

    ``optimizer``   the optimizer whose learning rates it sets
    ``T_0``         the number of steps T before the first restart, at least 1
    ``T_mult``      multiplies T at each restart, at least 1
    ``eta_min``     the lowest rate
    ``last_epoch``  the step before its first one; -1 starts anew

    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        if not all(isinstance(n, int | np.integer) and n >= 1 for n in (T_0, T_mult)):
            raise ValueError(
                f"CosineAnnealingWarmRestarts: T_0 and T_mult must be whole numbers from 1, got {T_0}, {T_mult}"
            )
        not_below_0("CosineAnnealingWarmRestarts", eta_min=eta_min)
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
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
    """From start to end along half a cosine wave, as done goes from 0 to 1."""
    return end + (start - end) * (1 + np.cos(math.pi * done).item()) / 2
