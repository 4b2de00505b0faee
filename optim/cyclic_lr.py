"""Schedules that take the learning rate up and down, and the momentum down and up.

Convention: PyTorch's. The momentum is the option "momentum" or, in Adam and its kin, the first of "betas".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, TypeAlias

from .checks import above_0, not_below_0
from .optimizer import Optimizer
from .scheduler import LRScheduler, each
from .schedules import cosine

__all__ = ["CyclicLR", "OneCycleLR"]

Rates: TypeAlias = float | Sequence[float]  # for all groups, or for each


class _Cycle(LRScheduler):
    """Schedules momenta too; a subclass gives ``rate`` and ``momentum``."""

    def __init__(
        self, optimizer: Optimizer, base_lrs: list[float],
        cycle_momentum: bool, base_momentum: Rates, max_momentum: Rates, last_epoch: int,
    ) -> None:  # fmt: skip
        if cycle_momentum and not {"momentum", "betas"} & set(optimizer.defaults):
            raise ValueError(
                f"{type(self).__name__}: {type(optimizer).__name__} has neither momentum nor betas: "
                "pass cycle_momentum=False"
            )
        self.cycle_momentum = cycle_momentum
        self.base_momentums: list[float] = each("base_momentum", base_momentum, optimizer)
        self.max_momentums: list[float] = each("max_momentum", max_momentum, optimizer)
        super().__init__(optimizer, last_epoch, base_lrs)

    def momentum(self, step: float, k: int) -> float:
        """The momentum of group k at a step."""
        raise NotImplementedError

    def also(self, step: float) -> None:
        if self.cycle_momentum:
            for k, group in enumerate(self.optimizer.param_groups):
                if "betas" in group:
                    group["betas"] = (self.momentum(step, k), group["betas"][1])
                else:
                    group["momentum"] = self.momentum(step, k)


class CyclicLR(_Cycle):
    """lr(t) = base_lr + (max_lr - base_lr) s h(t): h rises from 0 to 1 and falls again, over and over.

    ``optimizer``       the optimizer whose learning rates and momenta it sets
    ``base_lr``         the lowest rate, or a list with one for each group
    ``max_lr``          the highest rate, or a list with one for each group
    ``step_size_up``    the number of steps on the way up
    ``step_size_down``  the number of steps on the way down; None is as many
    ``mode``            the scale s: 1 ("triangular"), halved in each cycle ("triangular2") or gamma^t ("exp_range")
    ``gamma``           for "exp_range"
    ``scale_fn``        gives s instead, from the number of the cycle (from 1) or from the step
    ``scale_mode``      which of the two ``scale_fn`` takes: "cycle" or "iterations"
    ``cycle_momentum``  cycles the momentum the other way; needs an optimizer with momentum or betas
    ``base_momentum``   the lowest momentum, or a list with one for each group
    ``max_momentum``    the highest momentum, or a list with one for each group
    ``last_epoch``      the step before its first one; -1 starts anew

    Smith, "Cyclical learning rates for training neural networks", 2017.
    """

    def __init__(
        self, optimizer: Optimizer, base_lr: Rates, max_lr: Rates,
        step_size_up: int = 2000, step_size_down: int | None = None,
        mode: Literal["triangular", "triangular2", "exp_range"] = "triangular", gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None, scale_mode: Literal["cycle", "iterations"] = "cycle",
        cycle_momentum: bool = True, base_momentum: Rates = 0.8, max_momentum: Rates = 0.9, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        scales: dict[str, tuple[Literal["cycle", "iterations"], Callable[[float], float]]] = {
            "triangular": ("cycle", partial(pow, 1.0)),  # functions that pickle, and so no lambdas
            "triangular2": ("cycle", halved),
            "exp_range": ("iterations", partial(pow, gamma)),
        }
        if scale_fn is None:
            if mode not in scales:
                raise ValueError(f"CyclicLR: mode must be one of {', '.join(scales)}, got {mode!r}")
            scale_mode, scale_fn = scales[mode]
        above_0("CyclicLR", step_size_up=step_size_up)
        not_below_0("CyclicLR", gamma=gamma, step_size_down=step_size_up if step_size_down is None else step_size_down)
        self.scale_mode = scale_mode
        self.scale_fn: Callable[[float], float] = scale_fn
        self.max_lrs: list[float] = each("max_lr", max_lr, optimizer)
        self.step_size_up = step_size_up
        self.total_size = step_size_up + (step_size_up if step_size_down is None else step_size_down)
        start = each("base_lr", base_lr, optimizer)
        for lowest, highest in zip(start, self.max_lrs, strict=True):
            not_below_0("CyclicLR", base_lr=lowest, max_lr=highest)
        super().__init__(optimizer, start, cycle_momentum, base_momentum, max_momentum, last_epoch)

    def height(self, step: float) -> float:
        """s h(t) at the ``step`` t: 0 at the bottom of a triangle, s at its top."""
        cycles, within = step // self.total_size, step % self.total_size
        up = self.step_size_up
        height = within / up if within <= up else (self.total_size - within) / (self.total_size - up)
        return height * self.scale_fn(cycles + 1 if self.scale_mode == "cycle" else step)

    def rate(self, step: float, k: int) -> float:
        return self.base_lrs[k] + (self.max_lrs[k] - self.base_lrs[k]) * self.height(step)

    def momentum(self, step: float, k: int) -> float:
        return self.max_momentums[k] - (self.max_momentums[k] - self.base_momentums[k]) * self.height(step)


class OneCycleLR(_Cycle):
    """From max_lr / div_factor up to max_lr, then down to (max_lr / div_factor) / final_div_factor.

    ``optimizer``         the optimizer whose learning rates and momenta it sets
    ``max_lr``            the highest rate, or a list with one for each group
    ``total_steps``       the number of steps; None is epochs steps_per_epoch
    ``epochs``            the number of epochs, if there is no ``total_steps``
    ``steps_per_epoch``   the number of steps in each
    ``pct_start``         the share of all steps on the way up, in [0, 1]
    ``anneal_strategy``   moves along half a cosine wave ("cos") or a line ("linear")
    ``cycle_momentum``    cycles the momentum the other way; needs an optimizer with momentum or betas
    ``base_momentum``     the lowest momentum, or a list with one for each group
    ``max_momentum``      the highest momentum, or a list with one for each group
    ``div_factor``        how many times smaller than ``max_lr`` the first rate is
    ``final_div_factor``  how many times smaller than the first rate the last one is
    ``three_phase``       comes down to the first rate in as many steps as it went up, and only then to the last
    ``last_epoch``        the step before its first one; -1 starts anew

    Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2019.
    """

    def __init__(
        self, optimizer: Optimizer, max_lr: Rates,
        total_steps: int | None = None, epochs: int | None = None, steps_per_epoch: int | None = None,
        pct_start: float = 0.3, anneal_strategy: Literal["cos", "linear"] = "cos",
        cycle_momentum: bool = True, base_momentum: Rates = 0.85, max_momentum: Rates = 0.95,
        div_factor: float = 25.0, final_div_factor: float = 1e4, three_phase: bool = False, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        above_0("OneCycleLR", total_steps=total_steps)
        for name, divisor in (("div_factor", div_factor), ("final_div_factor", final_div_factor)):
            if not 0 < divisor < math.inf:
                raise ValueError(f"OneCycleLR: {name} divides a rate, so it is above 0, got {divisor}")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"OneCycleLR: pct_start must be in [0, 1], got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"OneCycleLR: anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        self.total_steps = total_steps
        self.anneal = cosine if anneal_strategy == "cos" else linear
        self.max_lrs: list[float] = each("max_lr", max_lr, optimizer)
        for highest in self.max_lrs:
            not_below_0("OneCycleLR", max_lr=highest)
        self.final_div_factor = final_div_factor
        top, end = pct_start * total_steps - 1, total_steps - 1
        # the last step of each phase and where it leads: 0 the first rate, 1 the top, 2 the last rate
        self.phases = [(top, 1), (2 * top, 0), (end, 2)] if three_phase else [(top, 1), (end, 2)]
        start = [rate / div_factor for rate in self.max_lrs]
        super().__init__(optimizer, start, cycle_momentum, base_momentum, max_momentum, last_epoch)

    def between(self, step: float, ends: Sequence[float]) -> float:
        """The value at a ``step``; ``ends`` are the first, the highest and the last value."""
        if step > self.total_steps:
            raise ValueError(f"OneCycleLR: step {step} of {self.total_steps}; the cycle is over")
        begin, start = 0.0, 0
        for last, goal in self.phases:
            if step <= last:
                break
            if (last, goal) != self.phases[-1]:
                begin, start = last, goal
        return self.anneal(ends[start], ends[goal], min((step - begin) / (last - begin), 1.0) if last > begin else 1.0)

    def rate(self, step: float, k: int) -> float:
        return self.between(step, (self.base_lrs[k], self.max_lrs[k], self.base_lrs[k] / self.final_div_factor))

    def momentum(self, step: float, k: int) -> float:
        return self.between(step, (self.max_momentums[k], self.base_momentums[k], self.max_momentums[k]))


def linear(start: float, end: float, done: float) -> float:
    """From start to end along a line, as done goes from 0 to 1."""
    return start + (end - start) * done


def halved(cycle: float) -> float:
    """1 in the first cycle, half as much in each later one."""
    return 0.5 ** (cycle - 1)
