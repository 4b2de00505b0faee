"""What is wrong at the last step of a record, by rules of thumb; nothing stops for it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from .record import Columns

VANISHING = 1e-4  # of the largest layer's gradient
EXPLODING = 100.0  # times the median of its own gradient so far
HISTORY = 8  # steps for such a median
LARGE_STEP = 0.1  # of the weights, in one step
DEAD, SATURATED = 0.1, 0.5  # shares of units, of numbers


def marks(layers: Mapping[str, Columns]) -> dict[str, list[str]]:
    """The marks of each layer that has some, in words; of the whole model, ``""``, those of its outputs.

    The gradient is vanishing below 10⁻⁴ of the largest layer's, exploding above 100 times its own median; a step is
    large if it changes the weights by more than a tenth; units are told from a share of 10 % dead or 50 % saturated.
    """
    gradients = [_last(columns, "gradient") for name, columns in layers.items() if name]
    largest = max((g for g in gradients if math.isfinite(g)), default=0.0)
    found = {}
    for name, columns in layers.items():
        told = [*(_of_weights(columns, largest) if name else ()), *_of_outputs(columns)]
        if told:
            found[name] = told
    return found


def _of_weights(columns: Columns, largest: float) -> list[str]:
    weight, gradient, update, ratio = (_last(columns, name) for name in ("weight", "gradient", "update", "ratio"))
    bad = [word for word, x in (("weights", weight), ("gradient", gradient), ("update", update)) if math.isinf(x)]
    told = [f"{' and '.join(bad)} not finite"] if bad else []
    if gradient < VANISHING * largest or gradient == 0:
        told.append("vanishing gradient" if gradient else "gradient is 0")
    earlier = columns["gradient"] if "gradient" in columns else np.zeros(0)
    earlier = earlier[np.isfinite(earlier)]
    if len(earlier) >= HISTORY and EXPLODING * np.median(earlier) < gradient < math.inf:
        told.append("exploding gradient")
    if LARGE_STEP < ratio < math.inf:
        told.append(f"changed by {ratio:.1%} in a step")
    return told


def _of_outputs(columns: Columns) -> list[str]:
    if not _last(columns, "calls") > 0:
        return []
    dead, saturated = _last(columns, "dead"), _last(columns, "saturated")
    told = [] if math.isfinite(_last(columns, "mean")) else ["outputs not finite"]
    if dead >= DEAD:
        told.append(f"{dead:.1%} dead units")
    if saturated >= SATURATED:
        told.append(f"{saturated:.1%} saturated")
    return told


def _last(columns: Columns, name: str) -> float:
    """The last number of a column; NaN if there is none."""
    return float(columns[name][-1]) if name in columns and len(columns[name]) else math.nan
