"""What a loop makes anew in each step and should make once: models, layers, optimizers.

Convention: told when it has been so in three steps that were looked at, one after another.
"""

from __future__ import annotations

import weakref
from typing import Any

from .finding import Finding, Tell
from .sight import Sight

IN_A_ROW = 3


class Anew:
    """Counts the steps in a row in which layers, or the optimizer, were new."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.layers = self.optimizers = 0
        self._known: list[Any] = []  # optimizers, weakly

    def look_at_layers(self, sight: Sight, known: set[int], held: set[int]) -> None:
        """After a step: did it use parameters that were made in it, and that nobody trains, by hand neither?"""
        kept = known | held
        lines = [line for p, x, line in sight.new if id(p) not in kept and p._array is x]
        self.layers = self.layers + 1 if lines else 0
        if self.layers == IN_A_ROW:
            self.tell(
                Finding(
                    "layers made anew", "error",
                    f"each of the last {IN_A_ROW} steps used parameters that were made in it, so that nothing they "
                    "learn is kept",
                    "make models and their layers once, before the loop: the layers of a module in __init__, not in "
                    "forward",
                    lines[0],
                )
            )  # fmt: skip

    def look_at_optimizer(self, optimizer: Any, trained: set[int], line: str) -> None:
        """After a step: is its optimizer new, does it keep averages, and have others ``trained`` its parameters?"""
        if any(known() is optimizer for known in self._known):
            self.optimizers = 0
            return
        params = [p for group in optimizer.param_groups for p in group["params"]]
        keeps = any(len(memory) > 1 for memory in getattr(optimizer, "state", {}).values())
        self._known.append(weakref.ref(optimizer))
        self.optimizers = self.optimizers + 1 if keeps and any(id(p) in trained for p in params) else 0
        if self.optimizers == IN_A_ROW:
            name = type(optimizer).__name__
            self.tell(
                Finding(
                    "optimizer made anew", "error",
                    f"each of the last {IN_A_ROW} steps was the first one of another {name}: what an optimizer keeps "
                    "from step to step, its averages and its count of steps, is lost each time",
                    f"make the {name} once, before the loop",
                    line,
                )
            )  # fmt: skip
