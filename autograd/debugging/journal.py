"""What the program did with tracked numbers: where they left the graph, and what its sweeps reached.

Convention: one entry for each line and way of leaving, however often it ran; it keeps no graph alive, only leaves.
"""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Iterable
from types import FrameType
from typing import Any

import numpy as np

from ..core.lines import ROOT, of_library
from ..tensor import Tensor
from ..value import Value
from .naming import Names, stack
from .numbers import number
from .steps import Step, label, leaves, name, source, step_of, text_of

ENGINE = (*(os.path.join(ROOT, "autograd", room, "") for room in ("core", "declare", "ops", "value", "tensor")),
          "<autograd.")  # fmt: skip
DEEP = 8  # calls around a line that are kept


class Leaving:
    """Numbers left the graph at a line of the program.

    ``how``      "t.data", "t.detach()", "no_grad()", ...
    ``what``     whose numbers: ``'relu' (3, 4)``
    ``leaves``   what it was computed from
    ``lines``    the line, and those of the calls around it
    ``functions``  the code in which these lines stand
    ``count``    how often
    """

    __slots__ = ("count", "functions", "how", "leaves", "lines", "recorded", "what")

    def __init__(self, thing: Any, how: str, frames: list[FrameType]) -> None:
        step: Any = step_of(thing)
        self.how = how
        self.what = f"{name(step)!r}" if step.op is not None else "a leaf"
        self.what += f" {label(step)!r}" if label(step) else ""
        self.what += f" = {number(thing.number)}" if isinstance(thing, Value) else f" {thing.shape}"
        self.recorded = source(step)
        self.leaves: list[Step] = leaves(step)
        self.lines = [f"{f.f_code.co_filename}:{f.f_lineno}" for f in frames]
        self.functions = [f.f_code for f in frames]
        self.count = 0

    def text(self, names: Names) -> str:
        """The line and what left there."""
        of = f", computed from {names.list(self.leaves)}" if self.leaves and not self.what.startswith("a leaf") else ""
        times = f", {self.count} times" if self.count > 1 else ""
        return f"{text_of(self.lines[0])}\n      {self.how} of {self.what}{of}{times}"


class Journal:
    """What was done so far."""

    def __init__(self) -> None:
        self.left: dict[tuple[str, str], Leaving] = {}
        self.arrays: dict[int, tuple[Any, Leaving]] = {}  # whose numbers left last, by their address in memory
        self.sweeps: dict[str, list[Step]] = {}  # the leaves that a sweep reached, by the line that called it

    def leaving(self, thing: Any, how: str) -> None:
        """Note that numbers of a tensor or Value leave, unless the library itself looks at them."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename.startswith(ENGINE):
            frame = frame.f_back
        if frame is None or of_library(frame.f_code.co_filename):
            return
        key = f"{frame.f_code.co_filename}:{frame.f_lineno}", how
        event = self.left.pop(key, None)  # the last one stands last
        if event is None:
            event = Leaving(thing, how, list(_first(stack(frame))))
        self.left[key] = event
        event.count += 1
        if isinstance(thing, Tensor):
            self._know(thing._array, event)

    def _know(self, array: Any, event: Leaving) -> None:
        try:
            key = _address(array)
            self.arrays[key] = weakref.ref(array, lambda _: self.arrays.pop(key, None)), event
        except (AttributeError, TypeError):  # an array of another library
            return

    def swept(self, line: str, found: list[Step]) -> None:
        """A sweep has ended with gradients for these leaves."""
        self.sweeps.pop(line, None)
        self.sweeps[line] = found

    def of_array(self, array: Any) -> Leaving | None:
        """How the numbers in an array left the graph, if it is known."""
        if not isinstance(array, np.ndarray):
            return None
        reference, event = self.arrays.get(_address(array), (lambda: None, None))
        return event if reference() is not None else None

    def handed_out(self, array: Any) -> list[str]:
        """The lines where an array's numbers were taken."""
        event = self.of_array(array)
        return [] if event is None else [f"{event.how} at {text_of(event.lines[0])}"]

    def from_leaf(self, leaf: Step) -> list[Leaving]:
        """Where numbers that were computed from a leaf left the graph, the last ones first."""
        return [event for event in reversed(self.left.values()) if any(leaf is other for other in event.leaves)]


def _address(array: Any) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _first(frames: Iterable[FrameType]) -> Iterable[FrameType]:
    for count, frame in enumerate(frames):
        if count == DEEP:
            return
        yield frame
