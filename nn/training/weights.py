"""What a batch's loss counts in the mean over several batches, so that this is the mean over all their samples.

Convention: a loss of ``nn`` tells by what its means divide: ignored samples count 0, samples of weighted classes their
weights. A sum counts as a sum. A loss that tells nothing is taken for the mean over the samples of its batch.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd import Tensor

from ..functional.losses.counts import Count

CLOSE = 1e-6  # relative difference of counts that are the same but for rounding


class Weights:
    """The weights of an epoch's batches, relative to the first one. ``sums`` is known after the first batch."""

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict  # refuse what has no weight, instead of a warning?
        self.sums = False  # are the losses sums, to be added up?
        self.first: list[float] = []  # the counts of the first batch: its samples, then those of each mean
        self.moving: tuple[int, ...] = ()  # the means whose count changes from batch to batch
        self.mixed = False

    def weight(self, y: Any, counts: list[Count], samples: int) -> float:
        """The weight of a batch of so many samples whose loss is y; 0 if that is a mean over nothing."""
        own = len(counts) == 1 and counts[0].y is y
        self.sums = own and counts[0].by is None
        if self.sums:
            return 1.0
        means = [float(samples), *[c.by for c in counts if c.by is not None]]
        if 0.0 in means[1:] and isinstance(y, Tensor) and np.isnan(y.data).any():
            return 0.0
        self.first = self.first or means
        if len(means) != len(self.first) or 0.0 in self.first:
            return self._mixed(means)
        by_samples, *ratios = [count / first for count, first in zip(means, self.first, strict=True)]
        moving = tuple(k for k, ratio in enumerate(ratios) if abs(ratio - 1) > CLOSE)
        if not ratios:
            return by_samples
        if not moving:  # yet other parts of the loss may be means over samples
            return 1.0 if own or self.moving or abs(by_samples - 1) <= CLOSE else self._mixed(means)
        self.moving = self.moving or moving
        one = max(ratios[k] for k in moving) <= (1 + CLOSE) * min(ratios[k] for k in moving)
        return ratios[moving[0]] if one and moving == self.moving else self._mixed(means)

    def _mixed(self, means: list[float]) -> float:
        """By samples, as no weight makes it the mean over all."""
        if not self.mixed:
            self.mixed = True
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
        return means[0] / (self.first[0] or 1.0)


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
