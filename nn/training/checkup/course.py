"""How parameters fare from step to step: their gradients, and how far they move.

Convention: a step is measured on a sample of each parameter's numbers, at most 4096. Bounds: Karpathy, "A recipe for
training neural networks", 2019: an update is about a thousandth of its weight. Vanishing and exploding gradients as in
``nn.watch``; Bengio, Simard, Frasconi, "Learning long-term dependencies with gradient descent is difficult", 1994.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, Value

USUAL = 1e-3  # ‖Δw‖ / ‖w‖
LARGE, SMALL = 1.0, 1e-7  # orders of magnitude from it
VISIBLE = 0.1  # ‖Δw‖ / ‖w‖: below it, a large gradient does no harm, for it is clipped or its scale does not matter
VANISHING = 1e-5  # of the largest gradient of a weight
EXPLODING = 1e3  # times ‖w‖, and as much times the smallest gradient of a weight; or
YOUNG = 1e-3  # the root mean square of a weight's numbers that started at 0
ENORMOUS = 1e6  # times ‖w‖
FEW_NUMBERS = 1.0  # ‖w‖ of Values: one that starts at 0 moves by many times its own size
NUMBERS = 4096


class Row:
    """A parameter over the steps that were looked at.

    ``looks``   how many; in how many of them it had no gradient (``missing``), one that was 0 throughout (``zero``), or
                one that was not and yet it stayed as it was (``still``)
    ``alike``   looks in a row in which all units (rows) of a matrix of weights had the same numbers
    ``weighs``  is it a weight, of two axes or more? Biases start at 0, so that ratios tell nothing
    """

    def __init__(self, name: str, p: Any) -> None:
        self.name, self.p = name, p
        self.looks = self.missing = self.zero = self.still = 0
        self.weighs = np.ndim(numbers(p)) > 1 or isinstance(p, Value)
        self.large = self.small = self.vanishing = self.exploding = self.alike = 0  # looks in a row
        self.ratio = self.gradient = self.weight = math.nan
        self.before: Any = None

    @property
    def size(self) -> int:
        return int(np.size(numbers(self.p)))


def numbers(p: Any) -> Any:
    """The numbers of a tensor or a Value, without leaving the graph."""
    return p._array if isinstance(p, Tensor) else p.number


def gradient(p: Any) -> Any:
    """The numbers of its gradient, or None."""
    g = p.grad if not isinstance(p, Tensor) or p.node is not None else None
    return getattr(g, "_array", getattr(g, "number", g))


def sample(x: Any) -> Any:
    """A copy of at most 4096 of its numbers."""
    if not isinstance(x, np.ndarray):
        return np.array([x], float)
    row = x.reshape(-1)
    row = row[:: 1 + len(row) // NUMBERS].copy()
    return row if row.dtype.char in "fdFD" else row.astype(float)


def units_alike(x: Any) -> bool:
    """Have all units of a weight (units, inputs, ...) the same numbers? Most differ in their first two."""
    return np.ndim(x) > 1 and len(x) > 1 and x[0].size > 1 and np.array_equal(x[0], x[1]) and bool((x == x[0]).all())


def norm(x: Any) -> float:
    square = float(np.vdot(x, x).real)
    if not math.isfinite(square):  # of single or half precision
        x = x.astype(np.result_type(x, float))
        square = float(np.vdot(x, x).real)
    return math.sqrt(square)


class Course:
    """The rows of all parameters, by their ids."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.waiting = False  # gradients are there, and the step has not come
        self.by_hand = False  # has somebody set gradients that no sweep has left there?

    def before(self, named: Iterable[tuple[str, Any]]) -> None:
        """After a backward pass, before the step."""
        with np.errstate(all="ignore"):
            for name, p in named:
                row = self.rows.get(id(p))
                if row is None or row.p is not p:
                    row = self.rows[id(p)] = Row(name, p)
                g = gradient(p)
                row.before = None if g is None else sample(numbers(p))
                row.weight = math.nan if g is None else norm(row.before)
                row.gradient = math.nan if g is None else norm(sample(g))
                if g is not None and not row.gradient and np.any(g):
                    row.gradient = 1e-300  # elsewhere than in the sample
        self.waiting = True

    def given_by_hand(self) -> None:
        """Just before a step: are there gradients that were not there after the sweep?"""
        if not self.by_hand:
            self.by_hand = any(row.before is None and gradient(row.p) is not None for row in self.rows.values())

    def moved(self) -> bool:
        """Has a parameter moved since?"""
        for row in self.rows.values():
            if row.before is not None and not np.array_equal(row.before, sample(numbers(row.p)), equal_nan=True):
                return True
        return False

    def after(self, params: Iterable[Any]) -> list[Row]:
        """After the step of these parameters; returns their rows."""
        rows = [row for p in params if (row := self.rows.get(id(p))) is not None and row.p is p]
        self.waiting = False
        with np.errstate(all="ignore"):
            updates = [norm(sample(numbers(row.p)) - row.before) if row.before is not None else 0.0 for row in rows]
            values = [k for k, row in enumerate(rows) if isinstance(row.p, Value) and row.before is not None]
            size = math.hypot(*[rows[k].weight for k in values])
            ratio = _ratio(math.hypot(*[updates[k] for k in values]), max(size, FEW_NUMBERS))
            for row, update in zip(rows, updates, strict=True):
                own = ratio if isinstance(row.p, Value) else _ratio(update, row.weight)  # single numbers go together
                self._step(row, update, own)
            self._compare([row for row in rows if row.weighs and row.gradient > 0])
        return rows

    def _step(self, row: Row, update: float, ratio: float) -> None:
        row.looks += 1
        if row.before is None:
            row.missing += 1
            return
        row.ratio = ratio
        if not row.gradient:
            row.zero += 1
        elif not update:
            row.still += 1
        row.alike = row.alike + 1 if row.weighs and units_alike(numbers(row.p)) else 0
        row.large = row.large + 1 if row.weighs and row.ratio > LARGE else 0
        row.small = row.small + 1 if row.gradient > 0 and row.ratio < SMALL else 0

    def _compare(self, weights: Sequence[Row]) -> None:
        """Gradients of weights with each other: those of one network, in one step."""
        if any(isinstance(row.p, Value) for row in weights):
            return  # single numbers, whose gradients may well be small
        small = any(row.weight < YOUNG * math.sqrt(row.size) for row in weights)  # it starts at 0: this will pass
        largest = 0.0 if small else max((row.gradient for row in weights), default=0.0)
        least = min((row.gradient for row in weights), default=0.0)
        for row in weights:
            row.vanishing = row.vanishing + 1 if row.gradient < VANISHING * largest else 0
            row.exploding = row.exploding + 1 if explodes(row, least) and not row.ratio <= VISIBLE else 0


def _ratio(update: float, weight: float) -> float:
    return update / weight if weight else math.nan


def explodes(row: Row, least: float) -> bool:
    """Is the gradient of this weight out of proportion? ``least`` is the smallest of a weight."""
    share = row.gradient / max(row.weight, 1.0)
    return share > ENORMOUS or (share > EXPLODING and row.gradient > EXPLODING * least)
