"""Members of a run as one instruction: its operands, and the scratch memory of what is between them.

Convention: an array that nothing outside the run reads is local: it gets no memory but a block's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tape import Instruction, View
from .blocks import Blocks, Call
from .layouts import as_number, column, one_number, tile

__all__ = ["row_of", "together"]


def row_of(step: Instruction) -> View:
    """An array that is laid out as all of a candidate's."""
    return step.reads[0] if step.method else step.outputs[0]


def together(members: Sequence[Instruction], local: set[int]) -> Instruction:
    """Members of a run as one instruction. Only arrays that others use are its operands and results."""
    rows: dict[Any, View] = {}  # by buffer, offset and dtype: operands and results as one long row
    numbers: list[Any] = []
    columns: dict[View, int] = {}  # the number that each is
    totals: list[View] = []
    outputs: dict[int, View] = {}
    calls: list[tuple[Instruction, list[tuple[str, Any]]]] = []
    scratch: dict[int, np.dtype[Any]] = {}
    for step in members:
        places: list[tuple[str, Any]] = []
        for x in (*step.arguments, *step.outputs):
            if step.method and x is step.outputs[0]:
                places.append(("total", len(totals)))
                totals.append(as_number(x))
            elif x.__class__ is not View or one_number(x):
                places.append(("number", len(numbers)))
                numbers.append(as_number(x) if x.__class__ is View else x)
            elif n := tile(x, row_of(step)):
                places.append(("number", len(numbers)))
                numbers.append(View(x.buffer, x.offset, (n,), (x.dtype.itemsize,), x.dtype))
            elif (repeated := column(x, row_of(step))) is not None:
                if repeated not in columns:
                    columns[repeated] = len(numbers)
                    numbers.append(repeated)
                places.append(("number", columns[repeated]))
            elif x.buffer in local:
                places.append(("local", x.buffer))
                scratch[x.buffer] = x.dtype
            else:
                key = (x.buffer, x.offset, x.dtype)
                rows.setdefault(key, View(x.buffer, x.offset, (x.size,), (x.dtype.itemsize,), x.dtype))
                places.append(("row", key))
        calls.append((step, places))
        out = step.outputs[0]
        if out.buffer not in local:
            outputs.setdefault(out.buffer, out)
    parts = [("row", key) for key in rows]
    parts += [("number", k) for k in range(len(numbers))]
    parts += [("total", k) for k in range(len(totals))]
    parts += [("local", buffer) for buffer in scratch]
    order = {place: k for k, place in enumerate(parts)}
    function = Blocks(
        [step.name for step in members],
        [Call(step.function, bool(step.method), tuple([order[place] for place in places])) for step, places in calls],
        (len(rows), len(numbers), len(totals)), row_of(members[0]).size, slots(calls, scratch),
    )  # fmt: skip
    arguments = (*rows.values(), *numbers, *totals)
    reads = tuple([x for x in arguments if x.__class__ is View])
    form = "fresh" if all(step.form == "fresh" for step in members) else "into"
    return Instruction(function, "", arguments, {}, tuple(outputs.values()), form, reads, members[0].source)  # type: ignore[arg-type]


def slots(calls: Any, scratch: dict[int, np.dtype[Any]]) -> list[tuple[int, np.dtype[Any]]]:
    """For each local array: its piece of scratch memory. One that is no longer needed leaves it to the next."""
    last = {place[1]: k for k, (_, places) in enumerate(calls) for place in places if place[0] == "local"}
    free: dict[int, list[int]] = {}
    slot: dict[int, int] = {}
    count = 0
    for k, (step, places) in enumerate(calls):
        ending = dict.fromkeys([n for kind, n in places[:-1] if kind == "local" and last[n] == k])
        for n in ending if step.function is not np.where else ():
            free.setdefault(scratch[n].itemsize, []).append(slot[n])
        kind, n = places[-1]
        if kind == "local" and n not in slot:
            waiting = free.get(scratch[n].itemsize)
            if waiting:
                slot[n] = waiting.pop()
            else:
                slot[n], count = count, count + 1
        for n in ending if step.function is np.where else ():  # which writes its result before it has read all
            free.setdefault(scratch[n].itemsize, []).append(slot[n])
    return [(slot[n], dtype) for n, dtype in scratch.items()]
