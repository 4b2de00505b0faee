"""Copies, and how a program does without them.

Convention: x + -0.0, x - 0.0, 1 x and x / 1 are copies of x, also for x = -0.0; x + 0.0 is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign
from typing import Any

import numpy as np

from ..tape import COPIES, Buffer, Instruction, Step, View, with_moved

__all__ = ["copied", "may_copy", "same_layout", "stepping", "without_copies"]

NEUTRAL: dict[Any, tuple[float, float]] = {
    np.add: (0.0, -1.0), np.subtract: (0.0, 1.0), np.multiply: (1.0, 1.0), np.divide: (1.0, 1.0),
}  # fmt: skip


def may_copy(step: Instruction, constant: bool) -> bool:
    """Is ``copied`` worth asking: is there a number among the operands, a constant, or a function that copies?"""
    return (
        constant
        or len(step.reads) < len(step.arguments)
        or step.function.__class__ is not np.ufunc
        or step.function is np.positive
    )


def copied(step: Instruction, buffers: Sequence[Buffer]) -> View | None:
    """The view that an instruction copies, if that is all it does; x * 1 is a copy of x."""
    neutral = NEUTRAL.get(step.function) if step.method == "" else None
    if neutral is None:
        source = step.reads[0]
        if not step.arguments or source is not step.arguments[0] or len(step.reads) > 1 or (
            step.function is not np.positive if isinstance(step.function, np.ufunc) else step.name not in COPIES
        ):  # fmt: skip
            return None
    else:
        first, second = step.arguments
        if number(second, buffers) == neutral:
            source = first
        elif number(first, buffers) == neutral and step.function in (np.add, np.multiply):
            source = second
        else:
            return None
    copy = step.outputs[0]
    return source if source.__class__ is View and (source.dtype, source.shape) == (copy.dtype, copy.shape) else None


def number(x: Any, buffers: Sequence[Buffer]) -> tuple[float, float] | None:
    """A constant number and its sign; None for anything else."""
    if x.__class__ is View:
        if buffers[x.buffer].kind != "constant" or any(x.strides) or x.dtype.kind != "f":
            return None
        x = float(x.of(buffers[x.buffer].array).flat[0]) if x.size else None  # type: ignore[arg-type]
    return (x, copysign(1.0, x)) if x.__class__ is float else None


def same_layout(source: View, copy: View) -> bool:
    """Can views of the copy be views of the source? Else offsets within the copy would mean other numbers."""
    if source.strides == copy.strides or source.size <= 1:
        return True
    return stepping(source).strides == stepping(copy).strides


def stepping(view: View) -> View:
    """A view without steps that are never taken, along axes of one number."""
    if 1 not in view.shape:
        return view
    return view._replace(strides=tuple([s if n != 1 else 0 for n, s in zip(view.shape, view.strides, strict=True)]))


def without_copies(steps: list[Step], buffers: Sequence[Buffer]) -> list[Step]:
    """``c = copy(x)`` and then ``c <- f(c, y)`` is ``c = f(x, y)``, if nothing uses c or writes x between."""
    replaced = {step.outputs[0].buffer for step in steps if step.__class__ is Instruction and step.form == "into"}
    if not replaced:
        return steps
    kept: list[Step | None] = []
    waiting: dict[int, Instruction] = {}  # by buffer: what copied something into it, and nothing has used it since
    places: dict[int, int] = {}  # where those copies are among the steps kept
    copies: dict[int, list[int]] = {}  # by buffer: those to which it was copied
    for step in steps:
        if waiting:
            if isinstance(step, Instruction) and len(step.outputs) == 1 and step.outputs[0].buffer in waiting:
                number = step.outputs[0].buffer
                copy = waiting[number]
                if overwrites(step, copy):
                    kept[places[number]] = None
                    first = with_moved(step, {number: copy.reads[0]})
                    step = Instruction(first.function, "", first.arguments, first.keywords, copy.outputs, "fresh",
                                       first.reads, first.source)  # fmt: skip
            for view in (*step.reads, *step.outputs):
                waiting.pop(view.buffer, None)
            for view in step.outputs:
                for number in copies.pop(view.buffer, ()):
                    waiting.pop(number, None)
        if isinstance(step, Instruction) and len(step.outputs) == 1 and step.outputs[0].buffer in replaced:
            source = copied(step, buffers) if step.form == "fresh" and len(step.reads) == 1 else None
            out = step.outputs[0]
            if source is not None and source.strides == out.strides:
                waiting[out.buffer], places[out.buffer] = step, len(kept)
                copies.setdefault(source.buffer, []).append(out.buffer)
        kept.append(step)
    return [step for step in kept if step is not None]


def overwrites(step: Instruction, copy: Instruction) -> bool:
    """Does a ufunc replace all numbers of a copy?"""
    return (
        isinstance(step.function, np.ufunc)
        and not step.method
        and "where" not in step.keywords
        and step.form == "into"
        and step.outputs[0] == copy.outputs[0]
    )
