"""What makes a program shorter, and leaves its results as they are: bit by bit.

Convention: a buffer that is written once, as a whole, is a value; only values are merged, folded or passed on. Buffers
that are written in place are left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign
from typing import Any

import numpy as np

from ..tape.instruction import NUMBERS, Buffer, Guard, Instruction, View, mapped, read_by
from ..tape.rows import FLOAT, Row, as_instruction
from ..traced.drawing import Draw
from .negations import COMMUTING, SUMS, negated, negates, subtracted
from .powers import squared

__all__ = ["shortened"]

Step = Instruction | Guard
# x + -0.0 and x - 0.0 are x, also for x = -0.0; x + 0.0 is not.
NEUTRAL: dict[Any, tuple[float, float]] = {
    np.add: (0.0, -1.0), np.subtract: (0.0, 1.0), np.multiply: (1.0, 1.0), np.divide: (1.0, 1.0),
}  # fmt: skip
COPIES = {"copy", "astype", "ascontiguousarray", "asarray", "array", "positive"}


def shortened(steps: Sequence[Any], buffers: list[Buffer], results: Sequence[View]) -> tuple[list[Step], list[View]]:
    """The same program with copies passed on, equal instructions merged, constants folded, and dead ones left out.

    Rows are merged before, and become instructions here.
    """
    values = written_once(steps, buffers)
    known: dict[Any, tuple[View, ...]] = {}
    instead: dict[int, View] = {}  # by buffer: the whole of it is this view
    whole: list[View | None] = [None] * len(buffers)  # the view as which a value was made
    made: dict[int, Instruction] = {}  # by buffer: what made it, where a negation asks
    kept: list[Step | Row] = []
    for step in steps:
        if step.__class__ is tuple:
            if not instead.keys().isdisjoint(step):
                step = row_elsewhere(step, instead)
            kept.append(step)
            continue
        if step.__class__ is Guard:
            kept.append(Guard(moved(step.view, instead), step.read, step.expected, step.source))
            continue
        assert isinstance(step, Instruction)
        if not instead.keys().isdisjoint([view.buffer for view in step.reads]):
            step = with_moved(step, instead)
        if step.function is np.power:
            step = squared(step)
        if step.form != "fresh" or step.function.__class__ is Draw:
            kept.append(step)
            continue
        constant = True
        for view in step.reads:
            if not values[view.buffer]:
                break
            constant = constant and buffers[view.buffer].kind == "constant"
        else:
            if all([values[view.buffer] for view in step.outputs]):
                if step.function is np.negative and (inner := made.get(step.reads[0].buffer)):
                    found = negated(step, inner)
                    if isinstance(found, View):
                        instead[step.outputs[0].buffer] = found
                        continue
                    step = found or step
                elif made and step.function in SUMS:
                    step = subtracted(step, made, lambda other: known.get(keyed(other, whole), (None,))[0])
                if step.reads and (source := copied(step, buffers)) and same_layout(source, step.outputs[0]):
                    instead[step.outputs[0].buffer] = source
                    continue
                if constant and folded(step, buffers):
                    continue
                for view in step.outputs:
                    whole[view.buffer] = view
                try:
                    first = known.setdefault(keyed(step, whole), step.outputs)
                except TypeError:  # an argument of which it cannot be told when another equals it
                    first = step.outputs
                if first is not step.outputs:
                    instead.update(zip([view.buffer for view in step.outputs], first, strict=True))
                    continue
                if negates(step):
                    made[step.outputs[0].buffer] = step
        kept.append(step)
    results = [moved(view, instead) for view in results]
    return without_copies(alive(kept, results), buffers), results


def row_elsewhere(row: Row, instead: dict[int, View]) -> Row | Instruction:
    """A row that reads floats where they are now; as an instruction, where one of them is only a part of a buffer."""
    function, n, *operands = row
    views = [instead.get(x) if x.__class__ is int else None for x in operands]
    if all([view is None or (view.dtype == FLOAT and not view.offset) for view in views]):
        return (function, n, *[x if view is None else view.buffer for x, view in zip(operands, views, strict=True)])
    return with_moved(as_instruction(row), instead)


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


def folded(step: Instruction, buffers: list[Buffer]) -> bool:
    """Compute an instruction of constants now, if it can be: its result is then a constant of the program."""
    if len(step.outputs) != 1:
        return False
    out = step.outputs[0]
    arguments, keywords = constants(step.arguments, buffers), constants(step.keywords, buffers)
    if out.size * out.dtype.itemsize > 1 << 20:
        return False
    with np.errstate(all="ignore"):
        y = np.asarray(step.call(*arguments, **keywords))
    if y.shape != out.shape or y.dtype != out.dtype:
        return False
    whole = np.empty(buffers[out.buffer].size, np.uint8)
    out.of(whole)[...] = y
    buffers[out.buffer] = Buffer(whole.nbytes, "constant", whole)
    return True


def constants(x: Any, buffers: list[Buffer]) -> Any:
    """Arguments with arrays in place of views of constants."""
    if x.__class__ is View:
        return x.of(buffers[x.buffer].array)  # type: ignore[arg-type]
    return mapped(lambda part: constants(part, buffers), x)


def keyed(step: Instruction, whole: list[View | None]) -> Any:
    """What two equal instructions have in common. Whole values stand for themselves by number, which is fast."""
    arguments = [
        (x.buffer if whole[x.buffer] is x else stepping(x)) if x.__class__ is View else frozen(x)
        for x in step.arguments
    ]
    keywords = frozen(step.keywords) if step.keywords else None
    out = step.outputs[0]
    if step.function in COMMUTING and not step.method:
        return step.function, keywords, out.dtype, out.strides, frozenset(arguments)
    return step.function, step.method, keywords, out.dtype, *arguments


def stepping(view: View) -> View:
    """A view without steps that are never taken, along axes of one number."""
    if 1 not in view.shape:
        return view
    return view._replace(strides=tuple([s if n != 1 else 0 for n, s in zip(view.shape, view.strides, strict=True)]))


def frozen(x: Any) -> Any:
    """Something hashable that is equal for equal arguments: 1, 1.0 and True differ."""
    if x.__class__ is View:
        return x
    if isinstance(x, tuple | list):
        return (type(x), *map(frozen, x))
    if isinstance(x, dict):
        return tuple((name, frozen(part)) for name, part in x.items())
    if isinstance(x, slice):
        return ("slice", frozen(x.start), frozen(x.stop), frozen(x.step))
    if isinstance(x, np.generic):
        return (type(x), x.tobytes())
    if isinstance(x, float):
        return (type(x), x.hex())
    if isinstance(x, complex):
        return (type(x), x.real.hex(), x.imag.hex())
    return (type(x), x)


def alive(steps: Sequence[Any], results: Sequence[View]) -> list[Step]:
    """The steps that a result or a guard depends on."""
    needed = {view.buffer for view in results}
    kept: list[Step] = []
    for step in reversed(steps):
        if step.__class__ is tuple:
            if step[1] in needed:
                kept.append(instruction := as_instruction(step))
                needed.update([view.buffer for view in instruction.reads])
            continue
        outputs = step.outputs
        if (
            isinstance(step, Guard)
            or step.function.__class__ is Draw
            or (outputs[0].buffer in needed if len(outputs) == 1 else any([view.buffer in needed for view in outputs]))
        ):
            kept.append(step)
            for view in step.reads:
                needed.add(view.buffer)
    kept.reverse()
    return kept


def without_copies(steps: list[Step], buffers: Sequence[Buffer]) -> list[Step]:
    """``c = copy(x)`` and then ``c <- f(c, y)`` is ``c = f(x, y)``, if nothing uses c or writes x between."""
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
        if isinstance(step, Instruction) and step.form == "fresh" and len(step.reads) == 1 and len(step.outputs) == 1:
            source, out = copied(step, buffers), step.outputs[0]
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
