"""The NumPy machine: a program as a list of NumPy calls, each with its arrays bound and its result written in place.

Convention: a machine belongs to one program and one thread at a time; its memory is the program's arena.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..typing import NDArray
from .blocks import NAMED, Blocks
from .instruction import NUMBERS, Guard, Instruction, View
from .levels import levelled
from .plan import planned
from .program import Program

__all__ = ["Failed", "NumPyMachine"]


WITH_OUT = {np.concatenate, np.take}  # functions that write to where they should, as ufuncs do


class Failed(Exception):
    """A guard found other numbers than while recording: this program does not hold for these inputs."""

    def __init__(self, guard: int, seen: Any) -> None:
        super().__init__(guard, seen)
        self.guard = guard
        self.seen = seen


class NumPyMachine:
    """Runs a program by NumPy's functions."""

    by_level = True  # do graphs of single numbers run level by level?

    def __init__(self, program: Program) -> None:
        self.program = program
        # Python's numbers do not warn
        self.quiet = all(view.weak for view in program.inputs) and all(b.kind != "outside" for b in program.buffers)
        steps: Sequence[Instruction | Guard] = program.steps
        results: Sequence[View] = program.results
        self.buffers, self.places, memory = program.buffers, program.places, program.memory
        if self.by_level:
            steps, self.buffers, results = levelled(steps, self.buffers, results, self.quiet)
            if steps is not program.steps:
                self.places, memory = planned(steps, self.buffers, results)
        arena = np.empty(memory + 64, np.uint8)
        start = -arena.__array_interface__["data"][0] % 64
        self.arena = arena[start : start + memory]
        self.inputs = {view.buffer: np.empty(program.buffers[view.buffer].size, np.uint8) for view in program.inputs}
        self.made: dict[int, NDArray[Any]] = {}  # by the ids of views, which the program keeps
        self.given = [self.array(view) for view in program.inputs]
        self.found = [self.array(view) for view in results]
        self.calls = self._bound(steps)
        self.made.clear()

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
            return np.ndarray(view.shape, view.dtype, self.arena, place + view.offset, view.strides)  # type: ignore[arg-type]
        return view.of(self.inputs[view.buffer] if buffer.kind == "input" else buffer.array)

    def arrays(self, x: Any) -> Any:
        """Arguments with arrays in place of views."""
        if x.__class__ in NUMBERS:
            return x
        if x.__class__ is View:
            return self.array(x)
        if isinstance(x, tuple | list):
            parts = [self.arrays(part) for part in x]
            return type(x)._make(parts) if hasattr(x, "_make") else type(x)(parts)
        if isinstance(x, dict):
            return {name: self.arrays(part) for name, part in x.items()}
        if isinstance(x, slice):
            return slice(*(self.arrays(part) for part in (x.start, x.stop, x.step)))
        return x

    def _bound(self, steps: Sequence[Instruction | Guard]) -> list[tuple[Callable[..., Any], tuple[Any, ...]]]:
        calls: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        guards = 0
        for step in steps:
            if isinstance(step, Guard):
                calls.append((check, (self.array(step.view), step.read, step.expected, guards)))
                guards += 1
            else:
                calls.append(self._call(step))
        return calls

    def _call(self, step: Instruction) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """One instruction as a function and all its arguments."""
        outputs = tuple([self.array(view) for view in step.outputs])
        if step.method == "" and not step.keywords and step.form != "in place" and isinstance(step.function, np.ufunc):
            given = [self.array(x) if x.__class__ is View else x for x in step.arguments]
            if step.function in NAMED:
                return with_keywords, (step.function, tuple(given), {"out": outputs[0]})
            return step.function, (*given, *outputs)
        arguments, keywords = self.arrays(step.arguments), self.arrays(step.keywords)
        if isinstance(step.function, Blocks):
            return step.function.bound(arguments), ()
        if step.form == "in place":
            return (step.call, arguments) if not keywords else (with_keywords, (step.call, arguments, keywords))
        if step.function is np.copyto:
            return np.copyto, (*outputs, *arguments)
        if step.function is np.full:
            return np.copyto, (outputs[0], arguments[1], "unsafe")
        if isinstance(step.function, np.ufunc):
            if step.method == "":
                if step.function in NAMED:
                    return with_keywords, (step.function, arguments, {**keywords, "out": outputs[0]})
                return with_keywords, (step.function, (*arguments, *outputs), keywords)
            return with_keywords, (step.call, arguments, {**keywords, "out": outputs[0]})
        if step.function in WITH_OUT:
            return with_keywords, (step.function, arguments, {**keywords, "out": outputs[0]})
        return copy_results, (step.call, arguments, keywords, outputs)

    def run(self, inputs: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
        """The results for these inputs, in the machine's memory; ``Failed`` where a guard fails."""
        for own, given in zip(self.given, inputs):  # noqa: B905  (strict= takes its time)
            own[...] = given
        if self.quiet:
            with np.errstate(all="ignore"):
                self._all()
        else:
            self._all()
        return self.found

    def _all(self) -> None:
        """Make all calls."""
        for call, arguments in self.calls:
            call(*arguments)


def check(array: NDArray[Any], read: Callable[[Any], Any], expected: Any, number: int) -> None:
    seen = read(array)
    if seen != expected:
        raise Failed(number, seen)


def with_keywords(call: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    call(*arguments, **keywords)


def copy_results(
    call: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any], outputs: tuple[NDArray[Any], ...]
) -> None:
    """Call a function that makes new arrays, and copy them to where the program has them."""
    y = call(*arguments, **keywords)
    left = iter(outputs)
    if isinstance(y, tuple | list):
        for part in flat(y):
            place(next(left), part, arguments)
    else:
        place(next(left), y, arguments)


def flat(y: Any) -> Any:
    for part in y:
        if isinstance(part, tuple | list):
            yield from flat(part)
        else:
            yield part


def place(out: NDArray[Any], y: Any, arguments: tuple[Any, ...]) -> None:
    if np.shape(y) != out.shape:
        raise Failed(-1, np.shape(y))
    out[...] = y
