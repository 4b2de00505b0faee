"""A loss tried on two parts of a batch, to see what it is of its samples: a sum, a mean by some count, or neither.

Convention: in double precision, unrecorded. A batch of one sample is tried as the half of one that has it twice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, no_grad

from .. import init
from ..functional.losses.counts import counting
from ..functional.precision import is_half
from .protocols import Loss

CLOSE = 1e-4  # relative difference of losses that are the same but for rounding, some of it in single precision
CLOSE_IN_HALF = 1e-2


class Part(NamedTuple):
    """A loss y, by what it may divide (its samples, then the count of each mean inside it), and to what it is exact."""

    y: float
    means: list[float]
    close: float


class Trial(NamedTuple):
    """A loss of a batch and of its two parts."""

    whole: Part
    a: Part
    b: Part

    @property
    def is_sum(self) -> bool:
        """Is y = y₁ + y₂?"""
        return self._close(self.a.y + self.b.y)

    @property
    def tells(self) -> bool:
        """Is it one of them?"""
        return self.is_sum or any(self.is_mean(k) for k in range(len(self.whole.means)))

    def is_mean(self, k: int) -> bool:
        """Is y = (w₁ y₁ + w₂ y₂) / (w₁ + w₂), where w is the count ``k``?"""
        counted = [(part.means[k], part.y) for part in (self.a, self.b) if part.means[k]]
        return self._close(sum(w * y for w, y in counted) / sum(w for w, _ in counted)) if counted else False

    def _close(self, other: float) -> bool:
        return abs(other - self.whole.y) <= self.whole.close * max(abs(part.y) for part in self)


def tried(loss: Loss, output: Any, target: Any, samples: int) -> Trial | None:
    """The loss of this batch, or twice of its only sample, and of two uneven parts; None if it cannot be had of parts.

    Nor can it where the loss draws random numbers, or is not a number, or is 0 and so anything of its samples.
    """
    every = range(samples)
    cut = -(-samples // 3)
    whole, *parts = (every, every[:cut], every[cut:]) if samples > 1 else ((0, 0), every, every)
    try:
        with no_grad(), np.errstate(all="ignore"), init.drawing(np.random.default_rng(0)):
            trial = Trial(*(_part(loss, output, target, samples, rows) for rows in (whole, *parts)))
            if len({len(part.means) for part in trial}) > 1:
                return None
            again = trial.whole if trial.tells else _part(loss, output, target, samples, whole)
    except Exception:  # what a loss raises for parts that it does not know is its own affair
        return None
    return trial if math.isfinite(again.y) and again.y and again == trial.whole else None


def _part(loss: Loss, output: Any, target: Any, samples: int, rows: Sequence[int]) -> Part:
    x, d = (_taken(thing, samples, list(rows)) for thing in (output, target))
    with counting() as counts:
        y: Any = loss(x, d)
    means = [float(len(rows)), *[c.by for c in counts if c.by is not None]]
    return Part(float(y.item()), means, CLOSE_IN_HALF if is_half(y) else CLOSE)


def _taken(thing: Any, samples: int, rows: Any) -> Any:
    """These rows of all arrays in a nest, floating numbers in double precision."""
    if isinstance(thing, Mapping):
        return {key: _taken(part, samples, rows) for key, part in thing.items()}
    if isinstance(thing, list | tuple):
        parts = [_taken(part, samples, rows) for part in thing]
        return type(thing)(*parts) if hasattr(thing, "_fields") else type(thing)(parts)
    array: Any = thing.data if isinstance(thing, Tensor) else thing
    if len(array) != samples:
        raise ValueError("the first axis does not count the samples")
    part = array[rows]
    part = part.astype(np.float64) if part.dtype.kind == "f" else part
    return Tensor(part) if isinstance(thing, Tensor) else part
