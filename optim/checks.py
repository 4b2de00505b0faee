"""What arguments of schedules and of clipping must be: numbers within bounds, refused by their names."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def number(given: object) -> float:
    """A number as a float, NaN for anything else."""
    return float(given) if isinstance(given, int | float | np.integer | np.floating) else math.nan


def above_0(kind: str, **given: Any) -> None:
    """Refuse numbers of steps that are not above 0, by their names."""
    for name, steps in given.items():
        if not 0 < number(steps) < math.inf:
            raise ValueError(f"{kind}: {name} is a number of steps, above 0, got {steps!r}")


def not_below_0(kind: str, **given: Any) -> None:
    """Refuse what is not a number from 0 on, by its name."""
    for name, value in given.items():
        if not 0 <= number(value) < math.inf:
            raise ValueError(f"{kind}: {name} is a number, 0 or above, got {value!r}")
