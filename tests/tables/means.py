"""Losses of several batches, and what their union is: means with ignored, weighted or several targets, and sums.

Convention: a row has a loss, the target of each sample or a function that makes it from the class and the inputs, and
the size of a batch. Fifteen samples; the last batch is smaller. ``refused`` rows have no mean over all samples. The
losses of ``NEITHER`` are neither sums nor means over samples, or cannot be tried on parts of a batch.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

import nn
from nn import functional as F

N, CLASSES = 15, 3
RNG = np.random.default_rng(1)
X = RNG.normal(size=(N, 4))
KINDS = RNG.integers(0, CLASSES, N)
IGNORED = np.where(RNG.uniform(size=N) < 0.6, KINDS, -100)
FIRST_IGNORED = np.where(np.arange(N) < 8, -100, KINDS)  # all of the first two batches of four
WEIGHT = np.array([1.0, 10.0, 0.1])
REAL = RNG.normal(size=(N, CLASSES))


class Mean(NamedTuple):
    loss: Callable[[Any, Any], Any]
    target: Any
    refused: bool = False


class Named(NamedTuple):
    """Two targets with names."""

    a: Any
    b: Any


def own(output: Any, target: Any) -> Any:
    """A loss of a user that ignores by weight 0."""
    return F.weighted_mean(F.cross_entropy(output, np.abs(target) % CLASSES, reduction="none"), target >= 0)


class Wrapped(nn.Module):
    """A loss around another, with something added that is the same for all batches."""

    def __init__(self) -> None:
        self.inner = nn.CrossEntropyLoss(weight=WEIGHT)

    def forward(self, output: Any, target: Any) -> Any:
        return 2 * self.inner(output, target) + 0.1 * F.mse_loss(np.full(7, 0.5), np.zeros(7))


def two(output: Any, targets: Any) -> Any:
    return F.mse_loss(output, targets[0]) + F.l1_loss(output, targets[1])


def named(output: Any, targets: Any) -> Any:
    return F.mse_loss(output, targets["a"]) + F.l1_loss(output, targets["b"])


def fixed(output: Any, target: Any) -> Any:
    """Twice a sum, for batches of three or four samples only."""
    if len(target) not in (3, 4):
        raise ValueError("three or four samples")
    return 2 * F.mse_loss(output, target, reduction="sum")


MEANS: dict[str, Mean] = {
    "mean": Mean(nn.CrossEntropyLoss(), KINDS),
    "mean of elements": Mean(nn.MSELoss(), REAL),
    "ignored": Mean(nn.CrossEntropyLoss(), IGNORED),
    "ignored by a function": Mean(F.cross_entropy, IGNORED),
    "ignored by a lambda": Mean(lambda output, target: 3 * F.nll_loss(output, target), IGNORED),
    "ignored by another number": Mean(partial(F.cross_entropy, ignore_index=1), KINDS),
    "all ignored at first": Mean(nn.CrossEntropyLoss(), FIRST_IGNORED),
    "weighted": Mean(nn.CrossEntropyLoss(weight=WEIGHT), KINDS),
    "weighted and ignored": Mean(nn.NLLLoss(weight=WEIGHT), IGNORED),
    "weighted and smoothed": Mean(nn.CrossEntropyLoss(weight=WEIGHT, label_smoothing=0.1), IGNORED),
    "wrapped": Mean(Wrapped(), KINDS),
    "own": Mean(own, IGNORED),
    "sum": Mean(nn.MSELoss(reduction="sum"), REAL),
    "sum of ignored": Mean(nn.CrossEntropyLoss(reduction="sum"), IGNORED),
    "mean by hand": Mean(lambda output, target: F.mse_loss(output, target, reduction="sum") / len(output), REAL),
    "plain NumPy": Mean(lambda output, target: ((output - target) ** 2).mean(), REAL),
    "batchmean": Mean(nn.KLDivLoss(reduction="batchmean"), np.abs(REAL)),
    "pair": Mean(two, (REAL, -REAL)),
    "dict": Mean(named, {"a": REAL, "b": -REAL}),
    "masked": Mean(lambda output, target: F.mse_loss(output[target > 0], target[target > 0]), REAL),
    "a mean of its own and one of nn": Mean(
        lambda output, target: ((output - target) ** 2).mean() + F.mse_loss(np.ones(7), np.zeros(7)), REAL
    ),
    "twice a sum": Mean(lambda output, target: 2 * F.cross_entropy(output, target, reduction="sum"), IGNORED),
    "sums": Mean(
        lambda output, target: F.cross_entropy(output, target, reduction="sum")
        + F.mse_loss(output, np.zeros(output.shape), reduction="sum"), IGNORED,
    ),
    "a sum of nn and one of its own": Mean(
        lambda output, target: F.l1_loss(output, target, reduction="sum") + ((output - target) ** 2).sum(), REAL
    ),
    "sum by plain NumPy": Mean(lambda output, target: ((output - target) ** 2).sum(), REAL),
    "sum by plain NumPy, named": Mean(lambda output, targets: ((output - targets.b) ** 2).sum(), Named(REAL, -REAL)),
    "a weighted mean and one of its own": Mean(
        lambda output, target: F.cross_entropy(output, target, weight=WEIGHT) + ((output - 1) ** 2).mean(),
        KINDS, refused=True,
    ),
    "two counts": Mean(
        lambda output, target: F.cross_entropy(output, target) + F.mse_loss(output, np.zeros(output.shape)),
        IGNORED, refused=True,
    ),
    "two masks": Mean(
        lambda output, target: F.cross_entropy(output, target) + F.cross_entropy(output, target, ignore_index=1),
        IGNORED % CLASSES, refused=True,
    ),
}  # fmt: skip


IN_HALF = Mean(lambda output, target: (((output - target) ** 2).astype(np.float16)).mean(), REAL)
NEITHER: dict[str, Mean] = {
    "a root of a mean": Mean(lambda output, target: F.mse_loss(output, target) ** 0.5, REAL),
    "a root by plain NumPy": Mean(lambda output, target: ((output - target) ** 2).mean() ** 0.5, REAL),
    "a sum and a mean": Mean(
        lambda output, target: F.mse_loss(output, target, reduction="sum") + ((output - 1) ** 2).mean(), REAL
    ),
    "a sum that is not told of parts": Mean(fixed, REAL),
}


def cut(target: Any, start: int, end: int) -> Any:
    """The targets of some samples."""
    if isinstance(target, tuple):
        parts = [cut(part, start, end) for part in target]
        return type(target)(*parts) if isinstance(target, Named) else tuple(parts)
    if isinstance(target, dict):
        return {key: cut(part, start, end) for key, part in target.items()}
    return target[start:end]


def batches(target: Any, size: int) -> list[Any]:
    """The samples in batches."""
    return [(X[k : k + size], cut(target, k, k + size)) for k in range(0, N, size)]
