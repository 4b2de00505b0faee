"""Schedules that take the learning rate up and down, and the momentum down and up.

Convention: PyTorch's. What is cycled as the momentum is "momentum" or, of Adam and its kin, the first of "betas".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .optimizer import Optimizer
from .scheduler import LRScheduler, each
from .schedules import cosine


class _Cycle(LRScheduler):
    """Moves momenta too: a subclass says where between two ends everything is."""

    cycle_momentum: bool
    base_momentums: Sequence[float]
    max_momentums: Sequence[float]

    def __init__(
        self, optimizer: Optimizer, start: Any, cycle_momentum: bool, base_momentum: Any, max_momentum: Any, last: int
    ) -> None:
        if cycle_momentum and not {"momentum", "betas"} & set(optimizer.defaults):
            raise ValueError(
                f"{type(self).__name__}: {type(optimizer).__name__} has neither momentum nor betas: "
                "pass cycle_momentum=False"
            )
        self.cycle_momentum = cycle_momentum
        self.base_momentums = each("base_momentum", base_momentum, optimizer)
        self.max_momentums = each("max_momentum", max_momentum, optimizer)
        super().__init__(optimizer, last, start)

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
    """From ``base_lr`` up to ``max_lr`` in ``step_size_up`` steps and down again, over and over.

    ``mode``: the height of the triangles is always the same ("triangular"), is halved with each ("triangular2"), or is
    ``gamma`` ^ t ("exp_range"); ``scale_fn`` gives another one, of the number of the cycle, from 1, or of the step
    (``scale_mode`` "cycle" or "iterations"). Smith, "Cyclical learning rates for training neural networks", 2017.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | Sequence[float],
        max_lr: float | Sequence[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.8,
        max_momentum: float | Sequence[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        heights: dict[str, tuple[str, Callable[[float], float]]] = {
            "triangular": ("cycle", lambda cycle: 1.0),
            "triangular2": ("cycle", lambda cycle: 0.5 ** (cycle - 1)),
            "exp_range": ("iterations", lambda step: gamma**step),
        }
        if scale_fn is None and mode not in heights:
            raise ValueError(f"CyclicLR: mode must be one of {', '.join(heights)}, got {mode!r}")
        if scale_fn is None:
            scale_mode, scale_fn = heights[mode]
        self.scale_mode = scale_mode
        self.scale_fn: Callable[[float], float] = scale_fn
        self.max_lrs: list[float] = each("max_lr", max_lr, optimizer)
        self.step_size_up = step_size_up
        self.total_size = step_size_up + (step_size_up if step_size_down is None else step_size_down)
        start = each("base_lr", base_lr, optimizer)
        super().__init__(optimizer, start, cycle_momentum, base_momentum, max_momentum, last_epoch)

    def height(self, step: float) -> float:
        """Where in the triangle: 0 at the bottom, 1 at the top of the highest."""
        cycles, within = step // self.total_size, step % self.total_size
        up = self.step_size_up
        share = within / up if within <= up else (self.total_size - within) / (self.total_size - up)
        return share * self.scale_fn(cycles + 1 if self.scale_mode == "cycle" else step)

    def rate(self, step: float, k: int) -> float:
        return self.base_lrs[k] + (self.max_lrs[k] - self.base_lrs[k]) * self.height(step)

    def momentum(self, step: float, k: int) -> float:
        return self.max_momentums[k] - (self.max_momentums[k] - self.base_momentums[k]) * self.height(step)


class OneCycleLR(_Cycle):
    """From ``max_lr / div_factor`` up to ``max_lr`` during ``pct_start`` of all steps, then down to almost nothing.

    The end is the beginning / ``final_div_factor``; with ``three_phase`` the way down first takes as long as that up
    and ends where it began. ``anneal_strategy``: along half a cosine wave ("cos") or a line ("linear"). Smith and
    Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2019.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        if total_steps < 1:
            raise ValueError(f"OneCycleLR: there must be a step, got total_steps={total_steps}")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"OneCycleLR: pct_start must be in [0, 1], got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"OneCycleLR: anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        self.total_steps = total_steps
        self.anneal = cosine if anneal_strategy == "cos" else linear
        self.max_lrs: list[float] = each("max_lr", max_lr, optimizer)
        self.final_div_factor = final_div_factor
        top, end = pct_start * total_steps - 1, total_steps - 1
        # where each part ends, and on the way to what: 0 the beginning, 1 the top, 2 the end
        self.phases = [(top, 1), (2 * top, 0), (end, 2)] if three_phase else [(top, 1), (end, 2)]
        start = [rate / div_factor for rate in self.max_lrs]
        super().__init__(optimizer, start, cycle_momentum, base_momentum, max_momentum, last_epoch)

    def between(self, step: float, ends: Sequence[float]) -> float:
        """At a step, between what it is at the beginning, at the top and at the end."""
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
    """From start to end on a line."""
    return start + (end - start) * done
