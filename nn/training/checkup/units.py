"""Units that give no gradient: rectifiers that are 0 for every sample, sigmoids and tanh at their flat ends.

Convention: a unit is a feature of the last axis, or a channel where pictures have four axes or more. Bounds: ReLU's
death is from Lu et al., "Dying ReLU and initialization", 2019; saturation as in ``nn.watch``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.core import Node, users_line

from ..watching.outputs import SOFTSIGN, TANH
from .finding import Finding

DEAD = 0.5  # the share of units from which it is told
SATURATED = 0.9  # of numbers
SAMPLES, FEW = 16, 4  # fewer samples, or units, tell nothing


class Seen(NamedTuple):
    """A layer of units: its place among those of this step, its operation, the share of bad units, its line."""

    place: int
    name: str
    share: float
    units: int
    line: str
    node: Node


class Units:
    """The layers of units of a step, in order."""

    def __init__(self) -> None:
        self.count = 0
        self.dead: list[Seen] = []
        self.saturated: list[Seen] = []
        self._waiting: list[Seen] = []  # saturated; it counts once weights come after it, for an output may be so

    def see(self, node: Node, name: str, y: Any, given: Sequence[Any]) -> None:
        """An elementwise operation was recorded."""
        if name == "relu" or (name == "maximum" and any(isinstance(x, int | float) and x == 0 for x in given)):
            self._rectified(node, name, y)
        elif name == "sigmoid":
            self._flat(node, name, np.abs(2 * y - 1) > TANH)
        elif name == "tanh":
            self._flat(node, name, np.abs(y) > TANH)
        elif name == "softsign":
            self._flat(node, name, np.abs(y) > SOFTSIGN)

    def _rectified(self, node: Node, name: str, y: Any) -> None:
        self.count += 1
        if y.ndim < 2:
            return
        axis = 1 if y.ndim > 3 else y.ndim - 1
        units = y.shape[axis]
        if units < FEW or y.size < SAMPLES * units:
            return
        alive = y.any(axis=tuple(k for k in range(y.ndim) if k != axis))
        dead = units - int(np.count_nonzero(alive))
        if dead >= DEAD * units:
            self.dead.append(Seen(self.count, name, dead / units, units, users_line(), node))

    def _flat(self, node: Node, name: str, flat: Any) -> None:
        self.count += 1
        if flat.ndim < 2 or flat.shape[0] < SAMPLES:
            return
        share = int(np.count_nonzero(flat)) / flat.size
        if share >= SATURATED:
            self._waiting.append(Seen(self.count, name, share, flat.shape[-1], users_line(), node))

    def weighed(self, node: Node) -> None:
        """Weights come after what was seen so far."""
        if self._waiting:
            self.saturated += self._waiting
            self._waiting = []


def unit_finding(what: str, seen: Seen) -> Finding:
    """The finding of a layer of bad units."""
    if what == "dead units":
        return Finding(
            "dead units", "warning",
            f"{seen.share:.0%} of the {seen.units} units of '{seen.name}' number {seen.place} are 0 for every sample "
            "of the batch, and get no gradient",
            "lower the learning rate or the bias, normalise the inputs, use nn.init.kaiming values or nn.LeakyReLU",
            seen.line,
        )  # fmt: skip
    return Finding(
        "saturated units", "warning",
        f"{seen.share:.0%} of the outputs of '{seen.name}' number {seen.place} are at its flat ends, where hardly any "
        "gradient passes",
        "normalise the inputs, and start with smaller weights (nn.init.xavier_uniform)",
        seen.line,
    )  # fmt: skip
