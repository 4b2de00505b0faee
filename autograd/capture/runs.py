"""Runs of elementwise instructions on large arrays, and sums of these: which are put together as one step.

Convention: all arrays of a run are laid out alike, without gaps, so that each is one long row of numbers. An array that
nothing outside the run reads gets no memory but a block's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .blocks import Blocks, Call
from .instruction import Buffer, Guard, Instruction, View

__all__ = ["blocked"]

LARGE = 1 << 15  # numbers: smaller arrays stay in the cache anyway
Step = Instruction | Guard


def blocked(steps: list[Step], buffers: Sequence[Buffer], results: Iterable[View]) -> list[Step]:
    """The same steps, with runs of elementwise ones on large arrays, and their sums, put together as single steps.

    Others between them that they do not depend on come after the run.
    """
    if all(b.size < LARGE for b in buffers):
        return steps
    uses = Counter(view.buffer for step in steps for view in (*step.reads, *step.outputs))
    uses.update([view.buffer for view in results])
    made: list[Step] = []
    run = Run(buffers)
    for step in steps:
        if isinstance(step, Guard):
            made += [*run.steps(uses), step]
            run = Run(buffers)
        elif not run.candidate(step):
            run.leaves(step)
        elif not run.takes(step):
            made += run.steps(uses)
            run = Run(buffers)
            if not run.takes(step):
                run.leaves(step)
    return made + run.steps(uses)


class Run:
    """Elementwise instructions on arrays of one layout, sums of these, and what can be done after them.

    ``written``  the buffers that the members write, and as which dtype
    ``single``   those of which a member reads one number: no member may write them
    ``after``    the steps that come after the run, which read buffers in ``read_after`` and write ``written_after``
    """

    def __init__(self, buffers: Sequence[Buffer]) -> None:
        self.buffers = buffers
        self.members: list[Instruction] = []
        self.after: list[Step] = []
        self.layout: Any = None
        self.written: dict[int, np.dtype[Any]] = {}
        self.single: set[int] = set()
        self.read_after: set[int] = set()
        self.written_after: set[int] = set()

    def candidate(self, step: Instruction) -> bool:
        """Is it elementwise on large arrays, or the sum of one?"""
        if not isinstance(step.function, np.ufunc) or step.function.signature or len(step.outputs) != 1:
            return False
        if step.form == "in place":
            return False
        if step.method:
            return is_total(step) and self._whole(step.outputs[0]) and self._whole(step.reads[0])
        return not step.keywords and step.outputs[0].size >= LARGE and self._whole(step.outputs[0])

    def takes(self, step: Instruction) -> bool:
        """Make a candidate a member, if it fits to the others and to what comes after them."""
        out = step.outputs[0]
        row = row_of(step)
        layout = laid_out(row)
        if (
            (self.members and layout != self.layout)
            or out.buffer in self.read_after
            or out.buffer in self.written_after
        ):
            return False
        single = set(self.single)
        for view in step.reads:
            if view.buffer in self.written_after:
                return False
            if one_number(view):
                single.add(view.buffer)
            elif laid_out(view) != layout or self._shifted(view, row):
                return False
        if out.buffer in single or self.written.get(out.buffer, out.dtype) != out.dtype:
            return False
        if step.method and out.buffer in self.written:
            return False
        if not single.isdisjoint(self.written):
            return False
        self.layout, self.single = layout, single
        self.written[out.buffer] = out.dtype
        self.members.append(step)
        return True

    def leaves(self, step: Instruction) -> None:
        """Have a step done after the run, also after members that are still to come."""
        self.after.append(step)
        self.read_after.update([view.buffer for view in step.reads])
        self.written_after.update([view.buffer for view in step.outputs])

    def _shifted(self, view: View, out: View) -> bool:
        """Does it show other numbers of a buffer that the run writes than those in the same places?"""
        dtype = out.dtype if view.buffer == out.buffer else self.written.get(view.buffer)
        return dtype is not None and not (self._whole(view) and view.dtype == dtype)

    def _whole(self, view: View) -> bool:
        """Is it all of its buffer?"""
        return view.offset == 0 and view.size * view.dtype.itemsize == self.buffers[view.buffer].size

    def steps(self, uses: Counter[int]) -> list[Step]:
        """The run as one step, and those after it."""
        if len(self.members) < 2:
            return [*self.members, *self.after]
        own = Counter(view.buffer for step in self.members for view in (*step.reads, *step.outputs))
        local = {n for n in self.written if own[n] == uses[n] and self.buffers[n].kind == "fresh"}
        return [together(self.members, local), *self.after]


TOTALS = (np.add, np.maximum, np.minimum)  # a part and a part are the whole, in any order
SAID = {"axis", "keepdims", "dtype", "where"}


def row_of(step: Instruction) -> View:
    """An array that is laid out as all of a candidate's."""
    return step.reads[0] if step.method else step.outputs[0]


def is_total(step: Instruction) -> bool:
    """Is it one number of all numbers of a large array: their sum, or the largest or smallest?"""
    if step.method != "reduce" or step.function not in TOTALS or len(step.arguments) != 1 or len(step.reads) != 1:
        return False
    x, out = step.reads[0], step.outputs[0]
    said = step.keywords
    if not said.keys() <= SAID or said.get("where", True) is not True or said.get("dtype") not in (None, x.dtype):
        return False
    return out.size == 1 and x.size >= LARGE and x.dtype == out.dtype and x.dtype.char in "fd"


def laid_out(view: View) -> Any:
    """How an array is laid out, whatever its dtype: equal for arrays of which the numbers stand in the same order."""
    size = view.dtype.itemsize
    return view.shape, tuple([s // size if n > 1 else 0 for n, s in zip(view.shape, view.strides, strict=True)])


def one_number(view: View) -> bool:
    """Is it one number, maybe shown as many?"""
    return all(s == 0 or n == 1 for n, s in zip(view.shape, view.strides, strict=True))


def together(members: Sequence[Instruction], local: set[int]) -> Instruction:
    """Members of a run as one instruction. Only arrays that others use are its operands and results."""
    rows: dict[Any, View] = {}  # by buffer, offset and dtype: operands and results as one long row
    numbers: list[Any] = []
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
        [Call(step.function, bool(step.method), tuple([order[place] for place in places])) for step, places in calls],  # type: ignore[arg-type]
        (len(rows), len(numbers), len(totals)), row_of(members[0]).size, slots(calls, scratch),
    )  # fmt: skip
    arguments = (*rows.values(), *numbers, *totals)
    reads = tuple([x for x in arguments if x.__class__ is View])
    form = "fresh" if all(step.form == "fresh" for step in members) else "into"
    return Instruction(function, "", arguments, {}, tuple(outputs.values()), form, reads, members[0].source)  # type: ignore[arg-type]


def as_number(view: View) -> View:
    """The one number that a view shows."""
    return View(view.buffer, view.offset, (), (), view.dtype, view.weak)


def slots(calls: Any, scratch: dict[int, np.dtype[Any]]) -> list[tuple[int, np.dtype[Any]]]:
    """For each local array: its piece of scratch memory. One that is no longer needed leaves it to the next."""
    last = {place[1]: k for k, (_, places) in enumerate(calls) for place in places if place[0] == "local"}
    free: dict[int, list[int]] = {}
    slot: dict[int, int] = {}
    count = 0
    for k, (_, places) in enumerate(calls):
        ending = [n for kind, n in places[:-1] if kind == "local" and last[n] == k]
        for n in dict.fromkeys(ending):
            free.setdefault(scratch[n].itemsize, []).append(slot[n])
        kind, n = places[-1]
        if kind == "local" and n not in slot:
            waiting = free.get(scratch[n].itemsize)
            if waiting:
                slot[n] = waiting.pop()
            else:
                slot[n], count = count, count + 1
    return [(slot[n], dtype) for n, dtype in scratch.items()]
