"""What makes a program shorter, and leaves its results as they are: bit by bit.

Convention: a buffer that is written once, as a whole, is a value; only values are merged, folded or passed on. Buffers
that are written in place are left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tape import (
    FLOAT,
    Buffer,
    Draw,
    Guard,
    Instruction,
    Row,
    Step,
    View,
    as_instruction,
    elsewhere,
    mapped,
    moved,
    with_moved,
    written_once,
)
from .copies import copied, may_copy, same_layout, stepping, without_copies
from .identities import COMMUTING, SUMS, negated, negates, squared, subtracted

__all__ = ["shortened"]

OTHER, VALUE, CONSTANT = range(3)  # what a buffer is: one that is written in place, a value, and one that is known


def shortened(steps: Sequence[Any], buffers: list[Buffer], results: Sequence[View]) -> tuple[list[Step], list[View]]:
    """The same program with copies passed on, equal instructions merged, constants folded, and dead ones left out.

    Rows are merged before, and become instructions here.
    """
    state = [
        (CONSTANT if b.kind == "constant" else VALUE) if once else OTHER
        for b, once in zip(buffers, written_once(steps, buffers), strict=True)
    ]
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
        read = [view.buffer for view in step.reads]
        if not instead.keys().isdisjoint(read):
            step = elsewhere(step, instead)
            read = [view.buffer for view in step.reads]
        if step.__class__ is Guard or step.form != "fresh" or step.function.__class__ is Draw:
            kept.append(step)
            continue
        if step.function is np.power:
            step = squared(step)
        function, outputs = step.function, step.outputs
        states = [state[n] for n in read]
        if OTHER in states or OTHER in [state[view.buffer] for view in outputs]:
            kept.append(step)
            continue
        if not made.keys().isdisjoint(read):
            if function is np.negative:
                found = negated(step, made[read[0]])
                if isinstance(found, View):
                    instead[outputs[0].buffer] = found
                    continue
                step = found or step
            elif function in SUMS:
                step = subtracted(step, made, lambda other: known.get(keyed(other, whole), (None,))[0])
        source = copied(step, buffers) if read and may_copy(step, CONSTANT in states) else None
        if source and same_layout(source, outputs[0]):
            instead[outputs[0].buffer] = source
            continue
        if VALUE not in states and folded(step, buffers):
            state[outputs[0].buffer] = CONSTANT
            continue
        for view in outputs:
            whole[view.buffer] = view
        try:
            first = known.setdefault(keyed(step, whole), outputs)
        except TypeError:  # an argument of which it cannot be told when another equals it
            first = outputs
        if first is not outputs:
            instead.update(zip([view.buffer for view in outputs], first, strict=True))
            continue
        if negates(step, made):
            made[outputs[0].buffer] = step
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
    out = step.outputs[0]
    if step.keywords:
        return step.function, step.method, frozen(step.keywords), out.dtype, *arguments
    if step.function in COMMUTING and not step.method:
        return step.function, out.dtype, out.strides, frozenset(arguments)
    return step.function, step.method, out.dtype, *arguments


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
            if step[1] not in needed:
                continue
            step = as_instruction(step)
        elif step.__class__ is Instruction:
            outputs = step.outputs
            if (
                outputs[0].buffer not in needed
                if len(outputs) == 1
                else needed.isdisjoint([view.buffer for view in outputs])
            ) and step.function.__class__ is not Draw:
                continue
        kept.append(step)
        for view in step.reads:
            needed.add(view.buffer)
    kept.reverse()
    return kept
