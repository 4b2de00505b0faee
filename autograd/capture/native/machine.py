"""The native machine: stretches of a program that one compiled loop does, and NumPy calls between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...typing import NDArray
from ..blocks import Blocks, Bound
from ..floating import ignoring, raising
from ..machines import NumPyMachine, check
from ..tape import Guard, Instruction
from .encode import Encoder
from .kernel import SEAL, kernel
from .loops import bound

__all__ = ["NativeMachine"]

Call = tuple[Callable[..., Any], tuple[Any, ...]]


class NativeMachine(NumPyMachine):
    """Runs a program by the compiled loop where it can.

    ``native``  how many steps are in the loop's stretches
    ``words``   the stretches, one after the other
    ``starts``  by step: the number of its first word; -1 for NumPy's
    ``rows``    the numbers of the steps that the loop does, and of their first words
    ``guards``  the numbers of the steps that are guards
    """

    by_level = False

    def _bound(self, steps: Sequence[Instruction | Guard]) -> list[Call]:
        encoder = Encoder(self._begins())
        words: list[int] = []
        starts: list[int] = []
        calls: list[Any] = []
        self.guards = []
        first = 0
        for number, step in enumerate(steps):
            if step.__class__ is Guard:
                self.guards.append(number)
            at = len(words)
            if encoder.write(step, words):
                starts.append(at)
            else:
                starts.append(-1)
                if at > first:
                    calls.append((first, at))
                    first = at
                calls.append(number)
        if len(words) > first:
            calls.append((first, len(words)))
        self.encoder, self.starts = encoder, starts
        numbers = [number for number, start in enumerate(starts) if start >= 0]
        self.rows = numbers, [starts[number] for number in numbers]
        self.native = len(numbers)
        self.silent = all(call.__class__ is tuple for call in calls)
        self.words = np.array(words, np.int64)
        begin = self.words.ctypes.data
        return [
            self._python(call) if call.__class__ is int else (stretch, (begin + 8 * call[0], begin + 8 * call[1]))
            for call in calls
        ]

    def left(self) -> Counter[str]:
        """How many steps of each name are done by Python."""
        kept = zip(self.steps, self.starts, strict=True)
        return Counter("guard" if isinstance(step, Guard) else step.name for step, start in kept if start < 0)

    def run(self, inputs: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
        """The results for these inputs; under ``np.errstate(...="raise")`` by NumPy's functions, which raise."""
        if raising():
            return NumPyMachine(self.program).run(inputs)
        return super().run(inputs)

    def _all(self) -> None:
        for call, arguments in self.calls:
            if call is stretch:
                at, end = arguments
                while at < end and (stop := kernel(at, end, SEAL)) != end:
                    at = min(self._by_python(stop), end)
            else:
                call(*arguments)

    def _in_blocks(self, blocks: Blocks, arguments: Any) -> Bound:
        return bound(blocks, arguments) or super()._in_blocks(blocks, arguments)

    def _by_python(self, stop: int) -> int:
        """Do what the loop stopped at; the address where it goes on."""
        begin = self.words.ctypes.data
        word = (stop - begin) // 8
        numbers, starts = self.rows
        place = bisect_right(starts, word) - 1  # within the rows of one step, maybe
        call, arguments = self._python(numbers[place])
        ignoring(lambda given: call(*given), arguments)
        return begin + 8 * (starts[place + 1] if place + 1 < len(starts) else len(self.words))

    def _begins(self) -> list[int]:
        """By buffer: the address where it begins."""
        start, places = address(self.arena), self.places
        begins = []
        for number, buffer in enumerate(self.buffers):
            if buffer.kind == "fresh":
                begins.append(start + places.get(number, 0))
            else:
                memory = self.inputs.get(number) if buffer.kind == "input" else buffer.array
                begins.append(0 if memory is None else address(memory))
        return begins

    def _python(self, number: int) -> Call:
        """A step as a call."""
        step = self.steps[number]
        if isinstance(step, Guard):
            return check, (self.array(step.view), step.read, step.expected, bisect_left(self.guards, number))
        return self._call(step)


def stretch(at: int, end: int) -> None:
    """Stands in the list of calls for words from one address to another."""


def address(memory: NDArray[Any]) -> int:
    return memory.__array_interface__["data"][0]
