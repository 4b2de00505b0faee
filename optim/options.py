"""What options of optimizers may be: their ranges, by name.

Convention: an option means the same in every optimizer, so that each has one range.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

NOT_NEGATIVE = ("not be negative", lambda v: v >= 0)
UP_TO_ONE = ("be in [0, 1]", lambda v: 0 <= v <= 1)

RANGES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "lr": NOT_NEGATIVE,
    "momentum": NOT_NEGATIVE,
    "weight_decay": NOT_NEGATIVE,
    "eps": NOT_NEGATIVE,
    "alpha": NOT_NEGATIVE,
    "lr_decay": NOT_NEGATIVE,
    "initial_accumulator_value": NOT_NEGATIVE,
    "momentum_decay": NOT_NEGATIVE,
    "rho": UP_TO_ONE,
    "betas": ("be two numbers in [0, 1)", lambda v: len(v) == 2 and all(0 <= b < 1 for b in v)),
}

NOTES = {"name", "initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum"}  # others than optimizers read them


def ranges(optimizer: str, options: Mapping[str, Any]) -> None:
    """Raise a ValueError for an option out of its range (NaN is in none)."""
    for name, value in options.items():
        if name in RANGES:
            says, holds = RANGES[name]
            if not holds(value):
                raise ValueError(f"{optimizer}: {name} must {says}, got {value}")


def unknown(optimizer: str, group: Collection[str], defaults: Collection[str]) -> None:
    """Raise a TypeError for an option that the optimizer does not have: it would do nothing, silently."""
    for name in group:
        if name not in defaults and name not in NOTES and name != "params":
            raise TypeError(f"{optimizer} has no option {name!r}; it has {', '.join(defaults)}")
