"""A learning rate to begin with: how the loss goes while the rate rises from tiny to too large.

Smith, "Cyclical learning rates for training neural networks", 2017. Convention: the rate is multiplied by the same
factor at each step, so that the curve is read on a logarithmic axis.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import plots
from .batches import split

if TYPE_CHECKING:
    from .trainer import Trainer

SMOOTH = 0.8  # of the running mean that says when the search ends
WORSE = 3.0  # so many times the best mean is too much
WINDOW = 0.2  # decades: the curve is the mean of the losses so far to the left and right


@dataclass
class LearningRates:
    """What ``find_lr`` saw: each rate, the loss at it, and the same smoothed; ``suggestion`` is where to begin.

    It is the rate at which the smoothed loss falls fastest; from there up to the minimum of the curve lies what is
    worth trying. NaN if the loss never fell.
    """

    rates: list[float]
    losses: list[float]
    smooth: list[float]
    suggestion: float

    def plot(self) -> Any:
        """Loss against learning rate as a ``matplotlib.figure.Figure``."""
        return plots.learning_rates(self)

    def __repr__(self) -> str:
        seen = f"{len(self.rates)} from {self.rates[0]:.3g} to {self.rates[-1]:.3g}"
        return f"LearningRates(suggestion={self.suggestion:.3g}, {seen})"


def find(trainer: Trainer, train: Iterable[Any], low: float, high: float, steps: int) -> LearningRates:
    """Move the trainer's model with rising rates; what it looks like afterwards is the caller's to mend."""
    if not 0 < low < high or steps < 10:
        raise ValueError(f"find_lr: needs 0 < low < high and at least 10 steps, got {low}, {high}, {steps}")
    start = [group["lr"] for group in trainer.optimizer.param_groups]
    rates: list[float] = []
    losses: list[float] = []
    mean, best = 0.0, math.inf
    for k, batch in zip(range(steps), _endless(train), strict=False):
        rate = low * (high / low) ** (k / (steps - 1))
        for group, own in zip(trainer.optimizer.param_groups, start, strict=True):
            group["lr"] = rate * (own / start[0] if start[0] else 1.0)  # their ratios stay
        inputs, target = split(batch)
        trainer.optimizer.zero_grad()
        loss = trainer.loss(trainer.model(*inputs), target)
        value = float(loss.item())
        mean = SMOOTH * mean + (1 - SMOOTH) * value
        now = mean / (1 - SMOOTH ** (k + 1))
        if not math.isfinite(value) or (k > 5 and now > WORSE * best):
            break
        best = min(best, now)
        rates.append(rate)
        losses.append(value)
        loss.backward()
        trainer.optimizer.step()
    if not rates:
        raise FloatingPointError(f"find_lr: the loss is {value} before any step was made")
    width = round(WINDOW * (steps - 1) / math.log10(high / low))
    smooth = [float(np.mean(losses[max(0, k - width) : k + width + 1])) for k in range(len(losses))]
    return LearningRates(rates, losses, smooth, suggest(rates, smooth))


def suggest(rates: list[float], smooth: list[float]) -> float:
    """Where the loss falls fastest over the logarithm of the rate, before its minimum."""
    least = int(np.argmin(smooth))
    if least < 2:
        return math.nan
    slope = np.gradient(np.array(smooth[: least + 1]), np.log(rates[: least + 1]))
    return rates[int(np.argmin(slope))]


def _endless(train: Iterable[Any]) -> Iterator[Any]:
    """Epoch after epoch."""
    while True:
        batch = None
        for batch in train:
            yield batch
        if batch is None:
            raise ValueError("find_lr: the loader gives no batch")
