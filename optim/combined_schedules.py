"""Schedules made of schedules: one after another, all at once, or a warm-up before another.

Convention: PyTorch's: all are made for the same optimizer, and only the outer one is stepped.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from .checks import not_below_0
from .optimizer import Optimizer
from .plateau import ReduceLROnPlateau
from .scheduler import LRScheduler
from .schedules import LinearLR
from .state_dict import loading

__all__ = ["ChainedScheduler", "SequentialLR", "warmup"]


class SequentialLR(LRScheduler):
    """The first schedule until the first milestone, then the next one from its beginning, and so on.

    ``optimizer``   the optimizer whose learning rates it sets
    ``schedulers``  schedules for it that are functions of the step
    ``milestones``  the first step of each schedule after the first, in ascending order
    ``last_epoch``  the step before its first one; -1 starts anew
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int], last_epoch: int = -1
    ) -> None:
        if not schedulers:
            raise ValueError("SequentialLR takes at least one schedule")
        not_below_0("SequentialLR", **{f"milestones[{k}]": step for k, step in enumerate(milestones)})
        if len(milestones) != len(schedulers) - 1 or list(milestones) != sorted(milestones):
            raise ValueError(
                f"SequentialLR: {len(schedulers)} schedules need {len(schedulers) - 1} ascending milestones, "
                f"got {list(milestones)}"
            )
        for schedule in schedulers:
            if isinstance(schedule, ReduceLROnPlateau | ChainedScheduler) or schedule.optimizer is not optimizer:
                raise ValueError(
                    "SequentialLR takes schedules that are functions of the step, made for its optimizer, "
                    f"not {type(schedule).__name__}"
                )
        self.schedulers = list(schedulers)
        self.milestones = list(milestones)
        if last_epoch < 0:
            for group in optimizer.param_groups:  # undo what the schedules did when they were made
                group["lr"] = group["initial_lr"]
        super().__init__(optimizer, last_epoch)

    def now(self, step: float) -> tuple[LRScheduler, float]:
        """The schedule in charge at a ``step``, and how many steps it has been."""
        k = bisect_right(self.milestones, step)
        return self.schedulers[k], step - self.milestones[k - 1] if k else step

    def rate(self, step: float, k: int) -> float:
        schedule, its_step = self.now(step)
        return schedule.rate(its_step, k)

    def also(self, step: float) -> None:
        schedule, its_step = self.now(step)
        schedule.also(its_step)


class ChainedScheduler(LRScheduler):
    """lr(t) = factor₁(t) factor₂(t) ... lr(0): all schedules at once.

    ``schedulers``  schedules for the same optimizer
    ``optimizer``   that optimizer; None takes it from the schedules
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        if not schedulers or any(s.optimizer is not (optimizer or schedulers[0].optimizer) for s in schedulers):
            raise ValueError("ChainedScheduler takes at least one schedule, all of them for the same optimizer")
        self.schedulers = list(schedulers)
        self.optimizer = schedulers[0].optimizer

    def step(self, epoch: float | None = None) -> None:
        for schedule in self.schedulers:
            schedule.step(epoch)

    def at(self, step: float) -> list[float]:
        raise TypeError("ChainedScheduler cannot look ahead: ask its schedulers")

    def get_last_lr(self) -> list[float]:
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        return {"schedulers": [schedule.state_dict() for schedule in self.schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        with loading(self, *self.schedulers, *self.optimizer.param_groups):
            for schedule, state in zip(self.schedulers, state_dict["schedulers"], strict=True):
                schedule.load_state_dict(state)


def warmup(schedule: LRScheduler, steps: int, start_factor: float | None = None) -> SequentialLR:
    """A linear rise of the learning rate to its initial value, then the schedule from its beginning.

    ``schedule``      what follows
    ``steps``         the number of steps of the rise
    ``start_factor``  multiplies the initial rate at step 0; None is 1 / (steps + 1)

        schedule = warmup(CosineAnnealingLR(optimizer, 900), 100)

    Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017.
    """
    not_below_0("warmup", steps=steps)
    optimizer = schedule.optimizer
    line = LinearLR(optimizer, 1 / (steps + 1) if start_factor is None else start_factor, total_iters=steps)
    return SequentialLR(optimizer, [line, schedule], milestones=[steps])
