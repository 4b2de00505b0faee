"""The NumPy machine: a program's memory, and a list of calls on it.

Convention: a machine belongs to one program and one thread at a time; its memory is the program's arena.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...typing import NDArray
from ..blocks import Blocks, Bound
from ..program import Packed, Program, planned
from ..tape import Guard, Instruction, View, Window
from .calls import Calls
from .levels import levelled

__all__ = ["NumPyMachine"]

LARGE = 1 << 16  # bytes: fewer are copied at once
NONE = np.empty(0, np.uint8)
PATIENCE = 4  # so often other arrays may stand in a place, before they are copied
NUMBER = (0, (), (), np.dtype(float))  # of a view that is a float alone


class Standing:
    """The array outside that an input is; ``moves`` counts how often another one stood there."""

    __slots__ = ("array", "moves")

    def __init__(self) -> None:
        self.array: Callable[[], NDArray[Any] | None] = nothing
        self.moves = 0


def nothing() -> None:
    """A reference to no array."""


def fits(array: NDArray[Any], view: View, written: bool, others: Sequence[Any]) -> bool:
    """Is an array laid out as a program takes it, with memory of its own?"""
    if array.shape != view.shape or array.strides != view.strides or array.dtype != view.dtype:
        return False
    if array.base is not None or any(x is array for x in others):
        return False
    return not written or not any(isinstance(x, np.ndarray) and np.may_share_memory(array, x) for x in others)


def borrowed(array: NDArray[Any], view: View) -> NDArray[Any]:
    """The same memory, without a reference to the array: whether it is somebody's alone can still be told.

    It can be written to, also where the array is a gradient, which users only read.
    """
    window = Window(view, array)
    del window.memory
    window.__array_interface__["data"] = array.__array_interface__["data"][0] + view.offset, False
    return np.asarray(window)


class NumPyMachine(Calls):
    """Runs a program by NumPy's functions."""

    by_level = True  # do graphs of single numbers run level by level?
    silent = False  # does it compute without NumPy, which warns?
    begun: Sequence[Any] = ()  # is there anything if the run has written to what is not put back?

    def __init__(self, program: Program) -> None:
        self.program = program
        steps = program.steps
        if isinstance(steps, Packed):
            steps = list(steps)  # whose views stay as long as they are needed
        results: Sequence[View] = program.results
        self.buffers = program.buffers
        if self.by_level:
            steps, self.buffers, results = levelled(steps, self.buffers, results)
        plan = program.plan if steps is program.steps else planned(steps, self.buffers, results)
        self.places, memory = plan
        arena = np.empty(memory + 64, np.uint8)
        start = -arena.__array_interface__["data"][0] % 64
        self.arena = arena[start : start + memory]
        self.steps, self.results = steps, results
        self.inputs: dict[int, NDArray[Any]] = {}
        self.asked: tuple[Any, Any] = (None, ())
        self.stood: set[int] = set()  # the inputs that are read, and written, where they stand
        read = program.used
        self.read = [k for k, view in enumerate(program.inputs) if view.buffer in read]
        self.standing = {k: Standing() for k in program.standing if k in self.read}
        self.lent = self._lent()
        self.foreign = [k for k in self.read if self.is_foreign(program.inputs[k])]
        self.numbers = [
            k for k in self.read if program.inputs[k][1:5] == NUMBER and not self.is_foreign(program.inputs[k])
        ]
        self.line = np.empty(len(self.numbers))  # where these are, side by side
        for view in program.inputs:
            self.inputs[view.buffer] = np.empty(
                program.buffers[view.buffer].size if view.buffer in read else 0, np.uint8
            )
        for place, k in enumerate(self.numbers):
            self.inputs[program.inputs[k].buffer] = self.line[place : place + 1].view(np.uint8)
        self._bind()
        if steps is not program.steps:
            program.pack()
            if not self.standing:
                self.steps = []  # nothing will be bound anew

    def _bind(self) -> None:
        """Find the arrays of all instructions."""
        self.made: dict[int, NDArray[Any]] = {}  # by the ids of views, which the program keeps
        apart = self.stood.union(self.numbers, self.lent, self.foreign)
        self.given = [(k, self.array(self.program.inputs[k])) for k in self.read if k not in apart]
        self.borrowers: list[tuple[int, Bound, int, View]] = []  # the input, and which row of which blocks it is
        self.found = [NONE if self.is_foreign(view) else self.array(view) for view in self.results]
        self.calls = self._bound(self.steps)
        self.made.clear()

    def is_foreign(self, view: View) -> bool:
        """Is it an array of another library?"""
        return self.buffers[view.buffer].kind == "foreign"

    def stands(self, k: int) -> bool:
        """Is an input read, and written, where it stands?"""
        return k in self.stood

    def _meet(self, inputs: Sequence[NDArray[Any]]) -> None:
        """Find the instructions' arrays anew where other arrays stand now."""
        anew = False
        for k, standing in self.standing.items():
            array = inputs[k]
            if standing.moves > PATIENCE or standing.array() is array:
                continue
            view = self.program.inputs[k]
            others = [*inputs[:k], *inputs[k + 1 :], *[b.array for b in self.buffers if b.kind == "outside"]]
            standing.moves += 1
            if standing.moves <= PATIENCE and fits(array, view, self.program.standing[k], others):
                standing.array = weakref.ref(array)
                self.stood.add(k)
                self.inputs[view.buffer] = borrowed(array, view)
            else:
                standing.array = nothing
                self.stood.discard(k)
                self.inputs[view.buffer] = np.empty(self.buffers[view.buffer].size, np.uint8)
            anew = True
        if anew:
            self._bind()

    def array(self, view: View) -> NDArray[Any]:
        """The array that a view is in this machine's memory; made once for each view."""
        found = self.made.get(id(view))
        if found is None:
            found = self.made[id(view)] = self._array(view)
        return found

    def _array(self, view: View) -> NDArray[Any]:
        buffer = self.buffers[view.buffer]
        if buffer.kind == "fresh":
            place = self.places[view.buffer]
            return np.ndarray(view.shape, view.dtype, self.arena, place + view.offset, view.strides)
        memory = self.inputs[view.buffer] if buffer.kind == "input" else buffer.array
        assert memory is not None
        return view.of(memory)

    def blocks(self, step: Instruction, arguments: Any) -> Bound:
        """Blocks of these arrays; which of their rows are inputs that are lent is noted."""
        bound = self._in_blocks(step.function, arguments)  # type: ignore[arg-type]
        inputs = {self.program.inputs[k].buffer: k for k in self.lent}
        for row, view in enumerate(step.arguments[: len(bound.rows)]):
            if view.buffer in inputs:
                self.borrowers.append((inputs[view.buffer], bound, row, view))
        return bound

    def _in_blocks(self, blocks: Blocks, arguments: Any) -> Bound:
        return blocks.bound(arguments)

    def run(self, inputs: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
        """The results for these inputs, in the machine's memory; ``Failed`` where a guard fails."""
        if self.standing:
            self._meet(inputs)
        for k, own in self.given:
            own[...] = inputs[k]
        if self.numbers:
            self.line[...] = [inputs[k] for k in self.numbers]
        if not self.lent:
            self._all()
            return self.found
        try:
            self._lend(inputs)
            self._all()
        finally:
            for _, bound, row, _ in self.borrowers:
                bound.move(row, NONE)
        return self.found

    def _lent(self) -> set[int]:
        """The large inputs that nothing but blocks read: they are read where the caller has them."""
        inputs = {self.program.inputs[k].buffer: k for k in self.read if k not in self.standing}
        large = {n for n in inputs if self.buffers[n].size >= LARGE}
        large -= {view.buffer for view in self.results}
        for step in self.steps if large else ():
            large -= {view.buffer for view in step.outputs}
            if isinstance(step, Guard) or not isinstance(step.function, Blocks):
                large -= {view.buffer for view in step.reads}
            else:
                large -= {view.buffer for view in step.arguments[step.function.counts[0] :] if view.__class__ is View}
        return {inputs[n] for n in large}

    def _lend(self, inputs: Sequence[NDArray[Any]]) -> None:
        """Have blocks read the inputs where they are; those that are laid out otherwise are copied."""
        for k, bound, row, view in self.borrowers:
            array, own = inputs[k], self.program.inputs[k]
            if not (array.__class__ is np.ndarray and array.strides == own.strides and array.flags.aligned):
                array = self.array(own)
                array[...] = inputs[k]
            bound.move(row, view.of(array))

    def finite(self) -> bool:
        """Are there neither NaN nor infinity among the results?"""
        if self.asked[0] is not self.found:
            self.asked = self.found, self._asked()
        numbers = [
            np.concatenate([*[x.ravel("K") for x in arrays if x.size < LARGE], line.take(chosen)])
            for arrays, line, chosen in self.asked[1]
        ]
        numbers += [x for arrays, _, _ in self.asked[1] for x in arrays if x.size >= LARGE]
        return all([np.isfinite(x).all() for x in numbers])

    def _asked(self) -> list[tuple[list[NDArray[Any]], NDArray[Any], NDArray[Any]]]:
        """The results that may be NaN or infinite, by dtype: arrays, and which numbers of the arena are others."""
        found: dict[Any, tuple[list[NDArray[Any]], list[int]]] = {}
        for view, x in zip(self.results, self.found, strict=True):
            if x.dtype.kind in "fc":
                arrays, chosen = found.setdefault(x.dtype, ([], []))
                place = self.places.get(view.buffer, 1) + view.offset
                if not x.shape and self.buffers[view.buffer].kind == "fresh" and place % x.itemsize == 0:
                    chosen.append(place // x.itemsize)
                else:
                    arrays.append(x)
        return [
            (
                arrays,
                self.arena[: self.arena.size // dtype.itemsize * dtype.itemsize].view(dtype),
                np.array(chosen, int),
            )
            for dtype, (arrays, chosen) in found.items()
        ]

    def _all(self) -> None:
        """Make all calls."""
        for call, arguments in self.calls:
            call(*arguments)
