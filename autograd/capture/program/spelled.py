"""Functions of floats with their derivatives, spelled out as rows: what they are made of is made shorter once for each.

Convention: results stay as they are bit by bit. What is no row is left to be made instructions of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tape import FLOAT, FLOATS, Buffer, Derived, Row, Step, View
from .passes import shortened

__all__ = ["spelled_out"]

EXACT = 2**53  # whole numbers below are floats
Spelling = tuple[int, list[tuple[Any, int, list[Any]]]]


def spelled_out(notes: Sequence[Step | Row], buffers: list[Buffer]) -> list[Step | Row]:
    """The notes with rows of one result in place of those with several."""
    known: dict[Derived, tuple[Derived, Spelling | None]] = {}
    made: list[Step | Row] = []
    for note in notes:
        if note.__class__ is not tuple or note[0].__class__ is not Derived:
            made.append(note)
            continue
        own, first, *operands = note
        if own not in known:
            short = shorter(own)
            known[own] = short, spelling(short)
        short, rows = known[own]
        if rows is None:
            made.append((short, first, *operands))
            continue
        numbers = [x for x in operands if x.__class__ is int]
        numbers += range(first, first + len(own.results))
        numbers += range(len(buffers), len(buffers) + rows[0])
        buffers += [FLOATS] * rows[0]
        for function, out, given in rows[1]:
            made.append((function, numbers[out], *[numbers[x] if x.__class__ is int else x for x in given]))
    return made


def shorter(own: Derived) -> Derived:
    """The same function of fewer instructions."""
    buffers = list(own.buffers)
    steps, found = shortened(own.steps, buffers, [x for x in own.results if isinstance(x, View)])
    left = iter(found)
    return Derived(steps, buffers, [next(left) if isinstance(x, View) else x for x in own.results])  # type: ignore[arg-type]


def spelling(own: Derived) -> Spelling | None:
    """A function as rows, and how many numbers it needs between operands and results; None where it is no rows.

    In these a whole number says which of the operands, the results, and the numbers between is meant.
    """
    inputs = sum([buffer.kind == "input" for buffer in own.buffers])
    numbers = {n: n for n in range(inputs)}  # by buffer
    end = inputs + len(own.results)
    copies: list[tuple[int, View]] = []
    for k, result in enumerate(own.results, inputs):
        if not isinstance(result, View):
            continue
        if own.buffers[result.buffer].kind != "fresh" or result.buffer in numbers:
            copies.append((k, result))
        else:
            numbers[result.buffer] = k
    rows: list[tuple[Any, int, list[Any]]] = []
    for step in own.steps:
        out = step.outputs[0]
        if not isinstance(step.function, np.ufunc) or step.method or step.keywords or len(step.outputs) > 1:
            return None
        if out.buffer not in numbers:
            numbers[out.buffer], end = end, end + 1
        rows.append((step.function, numbers[out.buffer], [operand(x, own.buffers, numbers) for x in step.arguments]))
        if operand(out, own.buffers, numbers) is None:
            return None
    rows += [(np.positive, k, [operand(x, own.buffers, numbers)]) for k, x in copies]
    if any([None in given for *_, given in rows]):
        return None
    return end - inputs - len(own.results), rows


def operand(x: Any, buffers: Sequence[Buffer], numbers: dict[int, int]) -> int | float | None:
    """The number of a view, a constant as a float; None for what is no float."""
    if x.__class__ is not View:
        exact = x.__class__ is float or (x.__class__ is int and abs(x) < EXACT)
        return float(x) if exact else None
    if x.shape or x.offset or x.dtype != FLOAT:
        return None
    array = buffers[x.buffer].array
    return numbers.get(x.buffer) if array is None else float(x.of(array))
