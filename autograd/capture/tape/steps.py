"""What passes ask of steps, and steps that read elsewhere.

Convention: ``instead`` says by buffer which view the whole of it is now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .instruction import NUMBERS, Buffer, Guard, Instruction, Step, View, mapped, read_by

__all__ = ["COPIES", "elsewhere", "is_elementwise", "may_end", "moved", "with_moved", "written_once"]

COPIES = {"copy", "astype", "ascontiguousarray", "asarray", "array", "positive"}
CERTAIN = {np.copyto, np.full, np.where}  # functions that do not fail; nor do ufuncs, which do not warn here


def written_once(steps: Sequence[Any], buffers: list[Buffer]) -> list[bool]:
    """By buffer: is it a value?"""
    left = [1 if b.kind == "fresh" else 0 for b in buffers]
    for step in steps:
        if step.__class__ is tuple:
            left[step[1]] -= 1
            continue
        for view in step.outputs:
            left[view.buffer] -= 1
    return [n >= 0 for n in left]


def may_end(step: Step) -> bool:
    """Can the program end here, by a guard that fails or an error?"""
    return isinstance(step, Guard) or not (
        isinstance(step.function, np.ufunc) or step.function in CERTAIN or step.name in COPIES
    )


def is_elementwise(step: Instruction) -> bool:
    return isinstance(step.function, np.ufunc) and step.function.signature is None and not step.method


def elsewhere(step: Step, instead: dict[int, View]) -> Step:
    """A step that reads what has moved where it is now."""
    if instead.keys().isdisjoint([view.buffer for view in step.reads]):
        return step
    if step.__class__ is Guard:
        return Guard(moved(step.view, instead), step.read, step.expected, step.source)
    return with_moved(step, instead)  # type: ignore[arg-type]


def with_moved(step: Instruction, instead: dict[int, View]) -> Instruction:
    """An instruction that reads other views."""
    if step.function.__class__ is np.ufunc and not step.keywords:  # its arguments are views and numbers
        arguments = tuple([moved(x, instead) if x.__class__ is View else x for x in step.arguments])
        reads = tuple([x for x in arguments if x.__class__ is View])
        return Instruction(
            step.function, step.method, arguments, step.keywords, step.outputs, step.form, reads, step.source
        )
    arguments = replaced(step.arguments, instead)
    keywords = replaced(step.keywords, instead) if step.keywords else step.keywords
    reads = read_by(arguments, keywords)
    return Instruction(step.function, step.method, arguments, keywords, step.outputs, step.form, reads, step.source)


def moved(view: View, instead: dict[int, View]) -> View:
    """The view that has the same numbers in a buffer that another stands for."""
    other = instead.get(view.buffer)
    if other is None:
        return view
    if view.offset == 0 and (view.shape, view.strides, view.dtype, view.weak) == other[2:]:
        return other
    return View(other.buffer, other.offset + view.offset, view.shape, view.strides, view.dtype, view.weak)


def replaced(x: Any, instead: dict[int, View]) -> Any:
    """Arguments with views moved."""
    if x.__class__ is View:
        return moved(x, instead)
    if x.__class__ in NUMBERS:
        return x
    return mapped(lambda part: replaced(part, instead), x)
