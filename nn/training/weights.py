"""What a batch's loss counts in the mean over several batches, so that this is the mean over all their samples.

Convention: a loss of ``nn`` tells by what its means divide: ignored samples count 0, samples of weighted classes their
weights. A sum counts as a sum. Any other loss is tried on parts of a batch (``trial.py``) before it is weighed: what
is the sum of its parts is added up, what is their mean is weighed by what this divides by. One that cannot be tried is
taken for a mean by the count that it tells, and if it tells nothing, over the samples of its batch.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd import Tensor

from ..functional.losses.counts import Count
from .trial import Trial

CLOSE = 1e-6  # relative difference of counts that are the same but for rounding


class Known:
    """What trials found of a loss in one mode: from epoch to epoch it stays so."""

    def __init__(self, loss: Any) -> None:
        self.loss = loss
        self.means = 0  # the number of counts that it told; another one makes it another loss
        self.by: list[int] | None = None  # by which of them it may be a mean; None: not known yet
        self.sums = False


class Weights:
    """The weights of an epoch's batches, relative to the first one. ``sums`` is known after the second batch."""

    def __init__(self, strict: bool = False, known: Known | None = None, at_once: bool = False) -> None:
        self.at_once = at_once  # is the first batch one of several parts, so that it must be known what it counts?
        self.unit = 1.0  # by what the first batch divides: times its weight, by what a batch does
        self.strict = strict  # are gradients added up, so that what has no weight is refused or told?
        self.known = known or Known(None)
        self.sums = False  # are the losses sums, to be added up?
        self.first: list[float] = []  # the counts of the first batch: its samples, then those of each mean
        self.by: list[int] | None = None  # by which of them it may be a mean; None: not asked yet
        self.mixed = False  # is it by none of them, so that batches are weighed by their samples?
        self.told = False  # that the counts differ

    def weight(self, y: Any, counts: list[Count], samples: int, tried: Callable[[], Trial | None]) -> float:
        """The weight of a batch of so many samples whose loss is y; 0 if that is a mean over nothing.

        ``tried`` tries the loss on parts of this batch.
        """
        own = len(counts) == 1 and counts[0].y is y
        if own:
            self.sums = counts[0].by is None
        if self.sums:
            return 1.0
        means = [float(samples), *[c.by for c in counts if c.by is not None]]
        if 0.0 in means[1:] and isinstance(y, Tensor) and np.isnan(y.data).any():
            return 0.0
        if not self.first:
            self.first = means
            return self._first(own, means, tried, has_sums=len(means) <= len(counts))
        if self.mixed or len(means) != len(self.first) or 0.0 in self.first:
            return self._mixed(means)
        one = 1 if own else self.by[0] if self.by is not None and len(self.by) == 1 else None
        if one is not None:
            return means[one] / self.first[one]
        ratios = [count / first for count, first in zip(means, self.first, strict=True)]
        if self.by is None and self.known.means == len(means):
            self.by, self.sums = self.known.by, self.known.sums
        if self.by is None or not (self.sums or _one([ratios[k] for k in self.by])):
            self._narrow(tried(), len(means), has_sums=len(means) <= len(counts))
        if self.sums:
            return 1.0
        may = [ratios[k] for k in self.by or ()]
        moving = [ratios[k] for k in self.by or () if k and abs(ratios[k] - 1) > CLOSE]
        return (moving or may)[-1] if may and _one(moving) else self._mixed(means)

    def _first(self, own: bool, means: list[float], tried: Callable[[], Trial | None], has_sums: bool) -> float:
        """The weight of the first batch, which the others are compared with."""
        if self.at_once and not own:
            if self.known.means == len(means):
                self.by, self.sums = self.known.by, self.known.sums
            if self.by is None and not self.sums:
                self._narrow(tried(), len(means), has_sums)
        self.unit = means[1] if own else means[self.by[-1]] if self.by else means[0]
        return 1.0

    def _narrow(self, trial: Trial | None, means: int, has_sums: bool) -> None:
        """Find out by which counts the loss may be a mean, or that it is a sum."""
        if trial is not None:
            self.sums = self.by is None and trial.is_sum
            self.by = [k for k in (range(means) if self.by is None else self.by) if trial.is_mean(k)]
            self.known.means, self.known.by, self.known.sums = means, self.by, self.sums
        elif self.by is None:
            self.by = [] if has_sums else list(range(1, means)) or [0]

    def _mixed(self, means: list[float]) -> float:
        """By samples, as no weight makes it the mean over all."""
        ratios = [count / first for count, first in zip(means, self.first, strict=False) if first]
        if not (len(means) == len(self.first) == len(ratios) and _one(ratios)):
            self._tell_different(means)
        elif not self.mixed:
            self._tell_neither()
        self.mixed = True
        return means[0] / (self.first[0] or 1.0)

    def _tell_neither(self) -> None:
        if self.strict or self.at_once:
            setting, alone = ("accumulate", "accumulate=1") if self.strict else ("distributed", "one process")
            warnings.warn(
                f"{setting}: the loss of a batch is neither the sum nor the mean of those of its parts, so that steps "
                "are not those of the union of their batches; batches are weighed by their samples. Write the loss as "
                f"a sum or a mean over samples (nn.functional.weighted_mean), or train with {alone}",
                stacklevel=2,
            )

    def _tell_different(self, means: list[float]) -> None:
        if self.told:
            return
        self.told = True
        here, first = (
            f"{' and '.join(f'{count:g}' for count in counts)} for {samples:g} samples"
            for samples, *counts in (means, self.first)
        )
        text = (
            f"the loss adds up means over different counts, {here} in this batch and {first} in the first: no "
            "weight of a batch makes these the means over all samples"
        )
        if self.strict:
            advice = "Train with accumulate=1, or divide by the same count in each part"
            raise ValueError(f"accumulate: {text}. {advice}")
        warnings.warn(f"{text}. Batches are weighed by their samples.", stacklevel=2)


def _one(ratios: list[float]) -> bool:
    """Are these one number but for rounding?"""
    return max(ratios, default=1.0) <= (1 + CLOSE) * min(ratios, default=1.0)


def samples(inputs: Any, target: Any) -> int:
    """How many samples a batch has: the first axis of its target, or in a batch of several targets of its input."""
    for thing in (target if isinstance(target, np.ndarray | Tensor) else None, inputs, target):
        first = _first_array(thing)
        if first is not None and first.ndim:
            return len(first)
    return len(target) if hasattr(target, "__len__") else 1


def _first_array(thing: Any) -> Any:
    """The first array in a nest of tuples, lists and dicts."""
    if isinstance(thing, np.ndarray | Tensor):
        return thing
    if isinstance(thing, Mapping):
        thing = list(thing.values())
    found = map(_first_array, thing) if isinstance(thing, list | tuple) else ()
    return next((array for array in found if array is not None), None)
