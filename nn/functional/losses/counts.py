"""Weighted means: a loss tells by what its mean divides, and means over batches become the mean over all samples.

Convention: where a mean or a sum is taken, ``noted`` passes it on and tells its count to whoever listens with
``counting``; at other times it does nothing. Ignored samples count 0, samples with a weight count their weight.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from autograd.declare import plain
from autograd.typing import A, ArrayLike

from .. import precision
from ..precision import F, cast, operand

__all__ = ["weighted_mean"]


class Count(NamedTuple):
    """By what a mean y divided; None if y is a sum."""

    by: float | None
    y: Any


class Listener(threading.local):
    counts: list[Count] | None = None


LISTENER = Listener()
LISTENERS: list[Any] = []  # of all threads: if there is none, no loss looks for its own


@contextmanager
def counting() -> Iterator[list[Count]]:
    """The counts of all means and sums that losses take inside the block."""
    before, LISTENER.counts = LISTENER.counts, []
    LISTENERS.append(LISTENER.counts)
    try:
        yield LISTENER.counts
    finally:
        LISTENERS.pop()
        LISTENER.counts = before


def noted(y: Any, count: Any) -> Any:
    """y, a mean over ``count`` samples or elements; None: a sum."""
    if LISTENERS and LISTENER.counts is not None:
        LISTENER.counts.append(Count(count if count is None else float(plain(count)), y))
    return y


def in_single(loss: F) -> F:
    """A loss computed in single precision where its input is in half; what it counts is then that of its result."""
    return precision.in_single(loss, _passed_on)


def _passed_on(y: Any, half: Any) -> None:
    if LISTENERS and LISTENER.counts is not None:
        LISTENER.counts[:] = [Count(c.by, half) if c.y is y else c for c in LISTENER.counts]


def average(total: Any, count: Any) -> Any:
    """A mean as a sum and the count that divides it; of nothing it is NaN, without NumPy's warning."""
    return noted(total / (count if plain(count) != 0 else math.nan), count)


def weighted_mean(losses: A, weight: ArrayLike) -> A:
    """Σ w l / Σ w over all losses l and their weights w: for losses of your own.

    ``losses``, ``weight``  l and w, of one shape; ValueError is raised for two

    A ``Trainer`` then knows what a batch counts: its means over batches are those of all samples. A loss of weight 0 is
    ignored, even if it is NaN; where all are, the mean is NaN, and a trainer passes over the batch.
    """
    each: Any = operand(losses)
    w = cast(operand(weight), each)
    if w.shape != each.shape:
        raise ValueError(f"weighted_mean: losses {each.shape} and weight {w.shape} must have one shape")
    total = w.sum()
    return average((np.where(plain(w) != 0, each, 0) * w).sum(), total)
