"""Instructions as calls: each function with its arrays bound, its result written in place.

Convention: a call is a function and its arguments. What NumPy gives in a new array is copied to its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...typing import NDArray
from ..blocks import ALIKE, NAMED, PLAIN, TRIANGLES, Blocks, Bound, mask_operands, masked, triangle
from ..program import WRITING
from ..tape import COPIES, COPY, NUMBERS, Guard, Instruction, View, leaves, mapped
from .composed import COMPOSED, composed

__all__ = ["Call", "Calls", "Failed", "check"]

Call = tuple[Callable[..., Any], tuple[Any, ...]]
FEW, MANY = 1 << 9, 1 << 16  # numbers
DIRECT = {np.copyto, np.full, COPY}  # which write to what is given, in its dtype
WITH_OUT = {np.concatenate, np.take}  # functions that write to where they should, as ufuncs do


class Failed(Exception):
    """A guard found other numbers than while recording: this program does not hold for these inputs.

    ``after``  have all guards been checked that were noted before it?
    """

    def __init__(self, guard: int, seen: Any, after: bool = True) -> None:
        super().__init__(guard, seen)
        self.guard = guard
        self.seen = seen
        self.after = after and guard >= 0


class Calls:
    """Makes calls of instructions, on the arrays that ``array`` gives of their views."""

    def array(self, view: View) -> NDArray[Any]:
        """The array that a view is."""
        raise NotImplementedError

    def arrays(self, x: Any) -> Any:
        """Arguments with arrays in place of views."""
        if x.__class__ in NUMBERS:
            return x
        if x.__class__ is View:
            return self.array(x)
        return mapped(self.arrays, x)

    def weakly(self, x: Any) -> Any:
        """Arguments with Python's numbers, at each call, in place of weak views."""
        if x.__class__ is View:
            return Weak(self.array(x)) if x.weak else self.array(x)
        return mapped(self.weakly, x)

    def _bound(self, steps: Sequence[Instruction | Guard]) -> list[Call]:
        calls: list[Call] = []
        guards = 0
        for step in steps:
            if isinstance(step, Guard):
                calls.append((check, (self.array(step.view), step.read, step.expected, guards)))
                guards += 1
            else:
                calls.append(self._call(step))
        return calls

    def _call(self, step: Instruction) -> Call:
        """One instruction as a function and all its arguments."""
        outputs = tuple([self.array(view) for view in step.outputs])
        if step.method == "" and not step.keywords and step.form != "in place" and isinstance(step.function, np.ufunc):
            given = [self.array(x) if x.__class__ is View else x for x in step.arguments]
            if step.function in COMPOSED and (call := composed(step.function, given, outputs[0])):
                return call
            if step.function in ALIKE and outputs[0].dtype.char in "fd" and FEW < outputs[0].size < MANY:
                given = [np.full_like(outputs[0], x) if x.__class__ in PLAIN else x for x in given]
            if step.function in NAMED:
                return with_keywords, (step.function, tuple(given), {"out": outputs[0]})
            return step.function, (*given, *outputs)
        arguments, keywords = self.arrays(step.arguments), self.arrays(step.keywords)
        if step.function in WRITING:
            return WRITING[step.function], (*outputs, *arguments)
        if isinstance(step.function, Blocks):
            return self.blocks(step, arguments), ()
        weak = [view for view in step.reads if view.weak]
        if weak and (step.method or not isinstance(step.function, np.ufunc)) and step.function not in DIRECT:
            return copy_weak, (step, self.weakly(step.arguments), self.weakly(step.keywords), outputs)
        if step.form == "in place":
            return (step.call, arguments) if not keywords else (with_keywords, (step.call, arguments, keywords))
        if step.function is np.copyto:
            return np.copyto, (*outputs, *arguments, *keywords.values())
        if step.function is np.full:
            return np.copyto, (outputs[0], arguments[1], "unsafe")
        if isinstance(step.function, np.ufunc):
            if step.method == "":
                if step.function in NAMED:
                    return with_keywords, (step.function, arguments, {**keywords, "out": outputs[0]})
                return with_keywords, (step.function, (*arguments, *outputs), keywords)
            return with_keywords, (step.call, arguments, {**keywords, "out": outputs[0]})
        if step.function in WITH_OUT and not keywords.keys() & {"dtype", "out"}:
            return with_keywords, (step.function, arguments, {**keywords, "out": outputs[0]})
        if step.name in COPIES and len(step.reads) == 1 and step.reads[0] is step.arguments[0]:
            source, copy = arguments[0], outputs[0]
            if source.shape == copy.shape:
                return np.copyto, (copy, source, "unsafe")
        if step.function is np.where and len(arguments) == 3 and (operands := mask_operands(arguments, outputs[0])):
            return masked, operands
        if step.function in TRIANGLES and not keywords and (
            operands := triangle(step.function, arguments[0], (*arguments, 0)[1], outputs[0])
        ):  # fmt: skip
            return np.bitwise_and, operands
        return copy_results, (step.call, arguments, keywords, outputs)

    def blocks(self, step: Instruction, arguments: Any) -> Bound:
        """What does an instruction that is ``Blocks``, on these arrays."""
        raise NotImplementedError


class Weak:
    """A place where a Python number is."""

    def __init__(self, array: NDArray[Any]) -> None:
        self.array = array


def numbers(x: Any) -> Any:
    """Arguments with Python's numbers."""
    if x.__class__ is Weak:
        return x.array.item()
    return mapped(numbers, x)


def copy_weak(step: Instruction, arguments: Any, keywords: Any, outputs: tuple[NDArray[Any], ...]) -> None:
    """A call with Python's numbers, which take the dtypes of the arrays that they meet."""
    if step.form == "in place":
        step.call(*numbers(arguments), **numbers(keywords))
    elif step.form == "into":
        step.call(*numbers(arguments), **numbers(keywords), out=outputs[0])
    else:
        copy_results(step.call, numbers(arguments), numbers(keywords), outputs)


def check(array: NDArray[Any], read: Callable[[Any], Any], expected: Any, number: int, after: bool = True) -> None:
    seen = read(array)
    if seen != expected:
        raise Failed(number, seen, after)


def with_keywords(call: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    call(*arguments, **keywords)


def copy_results(
    call: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any], outputs: tuple[NDArray[Any], ...]
) -> None:
    """Call a function that makes new arrays, and copy them to where the program has them."""
    y = call(*arguments, **keywords)
    left = iter(outputs)
    for part in leaves(y):
        place(next(left), part, arguments)


def place(out: NDArray[Any], y: Any, arguments: tuple[Any, ...]) -> None:
    if np.shape(y) != out.shape or np.asarray(y).dtype != out.dtype:
        raise Failed(-1, np.shape(y))
    out[...] = y
