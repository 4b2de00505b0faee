"""The table of schedules: how to make each, from a module (``optim`` or ``torch.optim.lr_scheduler``) and an optimizer.

Convention: 50 steps for two groups of an optimizer that start at the rates 0.5 and 0.2; the name of a row starts with
the class.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

STEPS = 50
LOSSES = [math.exp(-k / 6) + (0.3 if k % 13 == 7 else 0.0) if k < 20 else 0.05 - 1e-7 * k for k in range(STEPS)]

Make = Callable[[Any, Any], Any]  # (the schedules' module, an optimizer) -> a schedule

ROWS: dict[str, Make] = {
    "LambdaLR": lambda s, o: s.LambdaLR(o, lambda t: 1 / (1 + t)),
    "LambdaLR, one each": lambda s, o: s.LambdaLR(o, [lambda t: 0.9**t, lambda t: 1 + t % 3]),
    "MultiplicativeLR": lambda s, o: s.MultiplicativeLR(o, lambda t: 1 - 1 / (t + 2)),
    "StepLR": lambda s, o: s.StepLR(o, 7),
    "StepLR, gamma": lambda s, o: s.StepLR(o, step_size=10, gamma=0.5),
    "MultiStepLR": lambda s, o: s.MultiStepLR(o, [30, 8, 8]),
    "MultiStepLR, gamma": lambda s, o: s.MultiStepLR(o, milestones=[1, 20], gamma=0.3),
    "ConstantLR": lambda s, o: s.ConstantLR(o),
    "ConstantLR, options": lambda s, o: s.ConstantLR(o, factor=0.25, total_iters=12),
    "LinearLR": lambda s, o: s.LinearLR(o),
    "LinearLR, options": lambda s, o: s.LinearLR(o, start_factor=0.9, end_factor=0.05, total_iters=33),
    "ExponentialLR": lambda s, o: s.ExponentialLR(o, 0.93),
    "PolynomialLR": lambda s, o: s.PolynomialLR(o),
    "PolynomialLR, options": lambda s, o: s.PolynomialLR(o, total_iters=40, power=2.5),
    "CosineAnnealingLR": lambda s, o: s.CosineAnnealingLR(o, 50),
    "CosineAnnealingLR, beyond T_max": lambda s, o: s.CosineAnnealingLR(o, T_max=15, eta_min=0.01),
    "CosineAnnealingWarmRestarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 12),
    "CosineAnnealingWarmRestarts, T_mult": lambda s, o: s.CosineAnnealingWarmRestarts(o, 3, T_mult=2, eta_min=0.05),
    "CyclicLR": lambda s, o: s.CyclicLR(o, 0.01, 0.3, step_size_up=6),
    "CyclicLR, triangular2": lambda s, o: s.CyclicLR(
        o, [0.01, 0.02], [0.3, 0.4], step_size_up=4, step_size_down=9, mode="triangular2"
    ),
    "CyclicLR, exp_range": lambda s, o: s.CyclicLR(
        o, 0.0, 0.3, step_size_up=8, mode="exp_range", gamma=0.97, base_momentum=0.5, max_momentum=0.95
    ),
    "CyclicLR, a function of the cycle": lambda s, o: s.CyclicLR(o, 0.1, 0.3, 5, scale_fn=lambda c: 1 / c),
    "CyclicLR, a function of the step": lambda s, o: s.CyclicLR(
        o, 0.1, 0.3, 5, scale_fn=lambda t: 1 / (1 + t), scale_mode="iterations", cycle_momentum=False
    ),
    "OneCycleLR": lambda s, o: s.OneCycleLR(o, 0.8, total_steps=51),
    "OneCycleLR, three phases": lambda s, o: s.OneCycleLR(
        o, max_lr=[0.8, 0.1], epochs=6, steps_per_epoch=9, three_phase=True, anneal_strategy="linear"
    ),
    "OneCycleLR, options": lambda s, o: s.OneCycleLR(
        o,
        max_lr=0.8,
        total_steps=60,
        pct_start=0.45,
        base_momentum=0.7,
        max_momentum=[0.9, 0.99],
        div_factor=10.0,
        final_div_factor=7.0,
    ),
    "OneCycleLR, no momentum": lambda s, o: s.OneCycleLR(o, 0.8, 55, pct_start=0.0, cycle_momentum=False),
    "ReduceLROnPlateau": lambda s, o: s.ReduceLROnPlateau(o, patience=2),
    "ReduceLROnPlateau, max": lambda s, o: s.ReduceLROnPlateau(
        o, "max", factor=0.5, patience=1, threshold=0.01, threshold_mode="abs", cooldown=4, min_lr=[0.05, 0.01]
    ),
    "ReduceLROnPlateau, max by a share": lambda s, o: s.ReduceLROnPlateau(o, mode="max", patience=4, eps=1e-3),
    "ReduceLROnPlateau, min by an amount": lambda s, o: s.ReduceLROnPlateau(o, threshold_mode="abs", patience=5),
    "SequentialLR": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, 0.1, 5), s.ExponentialLR(o, 0.9), s.CosineAnnealingLR(o, 20)], milestones=[5, 20]
    ),
    "SequentialLR, cycles": lambda s, o: s.SequentialLR(
        o, [s.CosineAnnealingWarmRestarts(o, 4), s.CyclicLR(o, 0.1, 0.3, 5)], milestones=[11]
    ),
    "SequentialLR, a cycle in between": lambda s, o: s.SequentialLR(
        o,
        [s.PolynomialLR(o, 30), s.CyclicLR(o, 0.1, 0.3, 5, cycle_momentum=False), s.StepLR(o, 4, 0.5)],
        milestones=[9, 22],
    ),
    "SequentialLR, one cycle": lambda s, o: s.SequentialLR(
        o, [s.OneCycleLR(o, 0.8, 20), s.ExponentialLR(o, 0.9)], milestones=[20]
    ),
    "ChainedScheduler": lambda s, o: s.ChainedScheduler([s.ConstantLR(o, 0.1, 5), s.ExponentialLR(o, 0.9)]),
    "ChainedScheduler, cosine": lambda s, o: s.ChainedScheduler(
        [s.LinearLR(o, 0.2, total_iters=9), s.CosineAnnealingLR(o, 60), s.StepLR(o, 11, 0.5)]
    ),
    "warmup": lambda s, o: (
        s.warmup(s.CosineAnnealingLR(o, 30), 10, 0.25)
        if hasattr(s, "warmup")
        else s.SequentialLR(o, [s.LinearLR(o, 0.25, total_iters=10), s.CosineAnnealingLR(o, 30)], milestones=[10])
    ),
}  # fmt: skip


def groups(parameter: Callable[[float], Any]) -> list[dict[str, Any]]:
    """Two groups with different rates."""
    return [{"params": [parameter(0.0)], "lr": 0.5}, {"params": [parameter(1.0)], "lr": 0.2}]


def steps(schedule: Any, optimizer: Any, first: int = 0) -> Iterator[list[float]]:
    """Both rates and momenta before each step."""
    for loss in LOSSES[first:]:
        yield [number for g in optimizer.param_groups for number in (float(g["lr"]), g.get("betas", (None,))[0])]
        optimizer.step()
        schedule.step(*[loss] if type(schedule).__name__ == "ReduceLROnPlateau" else [])


def reference(torch: Any) -> dict[str, Any]:
    """PyTorch's numbers."""

    def numbers(make: Make) -> Any:
        optimizer = torch.optim.Adam(groups(lambda x: torch.nn.Parameter(torch.tensor(x))))
        return np.array(list(steps(make(torch.optim.lr_scheduler, optimizer), optimizer)))

    return {name: numbers(make) for name, make in ROWS.items()}
