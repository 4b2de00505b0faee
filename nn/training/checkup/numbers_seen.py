"""What is seen of a step's Values as they are recorded: which leaves are used, and graphs that grow.

Convention: a Value that was not recorded in this step, and is no leaf, is of an earlier one. The Values of a step are
kept until it ends, so that their ids stay theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .finding import harmless

Depths = Mapping[int, tuple[Any, int]]


class NumbersSeen:
    """The Values of one step.

    ``used``   the ids of the leaves that an operation took
    ``depths`` Values that were computed from those of earlier steps, and of how many steps in a row, by their ids
    ``grows``  called with a Value whose graph has grown over ``limit`` steps
    """

    works = True

    def __init__(self, before: Depths, limit: int, grows: Callable[[Any], None]) -> None:
        self.before, self.limit, self.grows = before, limit, grows
        self.own: dict[int, Any] = {}
        self.used: set[int] = set()
        self.depths: dict[int, tuple[Any, int]] = {}

    @harmless
    def note(self, v: Any) -> None:
        """A Value was recorded."""
        old = depth = 0
        for source in v.inputs:
            key = id(source)
            if source.op is None:
                self.used.add(key)
            elif key not in self.own:
                old = max(old, 1 + self.before.get(key, (None, 0))[1])
            elif key in self.depths:
                depth = max(depth, self.depths[key][1])
        self.own[id(v)] = v
        if old or depth:
            self.depths[id(v)] = v, max(old, depth)
            if old >= self.limit:
                self.grows(v)
