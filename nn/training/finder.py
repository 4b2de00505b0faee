"""A learning rate to start with: how the loss changes while the rate rises from tiny to too large.

Smith, "Cyclical learning rates for training neural networks", 2017. Convention: the rate grows by a constant factor.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import plots
from ..module import Module
from ..plots.style import Figure
from .batches import Meter, split
from .protocols import Loss, Optimizer

DECAY = 0.8  # of the running mean that decides when the search ends
WORSE = 3.0  # the search ends when the running mean exceeds its best value by this factor
WINDOW = 0.2  # in decades of the rate: the smoothed curve averages the losses this far to the left and right


@dataclass
class LearningRates:
    """The result of ``find_lr``; ``plot()`` draws it.

    ``rates``       the learning rates that were tried, in ascending order
    ``losses``      the loss at each, and ``smooth`` the same smoothed
    ``suggestion``  the rate to start with, where the smoothed loss falls fastest; rates from it to the curve's minimum
                    are worth trying. NaN: it never fell
    """

    rates: list[float]
    losses: list[float]
    smooth: list[float]
    suggestion: float

    def plot(self) -> Figure:
        """The loss against the learning rate."""
        return plots.learning_rates(self.rates, self.losses, self.smooth, self.suggestion)

    def __repr__(self) -> str:
        seen = f"{len(self.rates)} from {self.rates[0]:.3g} to {self.rates[-1]:.3g}"
        return f"LearningRates(suggestion={self.suggestion:.3g}, {seen})"


def find(
    model: Module, loss: Loss, optimizer: Optimizer, batches: Iterable[Any], low: float, high: float, steps: int
) -> LearningRates:
    """Train with rising rates. The caller restores the model and the optimizer afterwards."""
    if not 0 < low < high or steps < 10:
        raise ValueError(f"find_lr: needs 0 < low < high and at least 10 steps, got {low}, {high}, {steps}")
    start = [group["lr"] for group in optimizer.param_groups]
    rates: list[float] = []
    losses: list[float] = []
    mean, best = 0.0, math.inf
    value, meter = math.nan, Meter({})
    for k, batch in zip(range(steps), _endless(batches), strict=False):
        rate = low * (high / low) ** (k / (steps - 1))
        for group, own in zip(optimizer.param_groups, start, strict=True):
            group["lr"] = rate * (own / start[0] if start[0] else 1.0)  # their ratios stay
        inputs, target = split(batch)
        optimizer.zero_grad()
        error, weight = meter.call(loss, model(*inputs), inputs, target)
        if not weight:  # all targets are ignored
            continue
        value = float(error.item())
        mean = DECAY * mean + (1 - DECAY) * value
        unbiased = mean / (1 - DECAY ** (len(rates) + 1))
        if not math.isfinite(value) or (k > 5 and unbiased > WORSE * best):
            break
        best = min(best, unbiased)
        rates.append(rate)
        losses.append(value)
        error.backward()
        optimizer.step()
    if not rates:
        raise FloatingPointError(f"find_lr: the loss is {value} before the first step")
    width = round(WINDOW * (steps - 1) / math.log10(high / low))
    smooth = [float(np.mean(losses[max(0, k - width) : k + width + 1])) for k in range(len(losses))]
    return LearningRates(rates, losses, smooth, suggest(rates, smooth))


def suggest(rates: list[float], smooth: list[float]) -> float:
    """The rate at which the loss falls fastest over the logarithm of the rate, before its minimum."""
    lowest = int(np.argmin(smooth))
    if lowest < 2:
        return math.nan
    slope = np.gradient(np.array(smooth[: lowest + 1]), np.log(rates[: lowest + 1]))
    return rates[int(np.argmin(slope))]


def _endless(batches: Iterable[Any]) -> Iterator[Any]:
    """Epoch after epoch."""
    while True:
        batch = None
        for batch in batches:
            yield batch
        if batch is None:
            raise ValueError("find_lr: the loader gives no batch")
