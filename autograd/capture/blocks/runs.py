"""Runs of elementwise instructions on large arrays, and sums of these: which are put together as one step.

Convention: all arrays of a run are laid out alike, without gaps, so that each is one long row of numbers. One that is
repeated along the first axes, as a bias is, is a tile: so many numbers of the row, again and again. One that is
repeated along the last axes is a column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ...threads import threads
from ..tape import Buffer, Draw, Guard, Instruction, Method, Step, View, may_end
from .blocks import PLAIN
from .layouts import column, laid_out, one_number, tile
from .together import row_of, together

__all__ = ["blocked"]

LARGE = 1 << 15  # numbers: smaller arrays stay in the cache anyway
ALONE = 1 << 18  # numbers of which one call is shared among threads


def blocked(steps: list[Step], buffers: Sequence[Buffer], results: Iterable[View]) -> list[Step]:
    """The same steps, with runs of elementwise ones on large arrays, and their sums, put together as single steps.

    Others between them, and guards, come before the run where they need nothing of it. Else they come after it; a guard
    ends it.
    """
    if all(b.size < LARGE for b in buffers):
        return steps
    uses = Counter(view.buffer for step in steps for view in (*step.reads, *step.outputs))
    uses.update([view.buffer for view in results])
    made: list[Step] = []
    run = Run(buffers)
    for step in steps:
        if isinstance(step, Guard):
            if not run.follows(step):
                made += run.steps(uses)
                run = Run(buffers)
            made.append(step)
            continue
        step = as_reduction(step)
        if not run.candidate(step):
            if run.follows(step):
                made.append(step)
            else:
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
    ``read``     the buffers that they read
    ``single``   those of which a member reads one number, a tile, or a column: no member may write them
    ``after``    the steps that come after the run, which read buffers in ``read_after`` and write ``written_after``
    ``certain``  none of these can end the program
    """

    def __init__(self, buffers: Sequence[Buffer]) -> None:
        self.buffers = buffers
        self.members: list[Instruction] = []
        self.after: list[Step] = []
        self.layout: Any = None
        self.written: dict[int, np.dtype[Any]] = {}
        self.read: set[int] = set()
        self.single: set[int] = set()
        self.read_after: set[int] = set()
        self.written_after: set[int] = set()
        self.certain = True

    def candidate(self, step: Instruction) -> bool:
        """Is it elementwise on large arrays, or the sum of one?"""
        if step.function is np.where:
            return is_choice(step) and self._whole(step.outputs[0])
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
        if not (self.certain or self.buffers[out.buffer].kind == "fresh"):
            return False  # nothing outside is written before it is certain that the program goes on
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
            if one_number(view) or tile(view, row) or column(view, row):
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
        self.read.update([view.buffer for view in step.reads])
        self.written[out.buffer] = out.dtype
        self.members.append(step)
        return True

    def follows(self, step: Step) -> bool:
        """Can the run, and what comes after it, as well be done after a step?"""
        if any(view.buffer in self.written or view.buffer in self.written_after for view in step.reads):
            return False
        if not isinstance(step, Instruction):
            return True
        if self.after and step.function.__class__ is Draw:  # draws keep their order
            return False
        return not any(
            not (self.certain or self.buffers[view.buffer].kind == "fresh")
            or view.buffer in self.written or view.buffer in self.read
            or view.buffer in self.written_after or view.buffer in self.read_after
            for view in step.outputs
        )  # fmt: skip

    def leaves(self, step: Instruction) -> None:
        """Have a step done after the run, also after members that are still to come."""
        self.after.append(step)
        self.certain = self.certain and not may_end(step)
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
        if len(self.members) < 2 and not (self.members and worth_alone(self.members[0])):
            return [*self.members, *self.after]
        own = Counter(view.buffer for step in self.members for view in (*step.reads, *step.outputs))
        local = {n for n in self.written if own[n] == uses[n] and self.buffers[n].kind == "fresh"}
        return [together(self.members, local), *self.after]


def worth_alone(step: Instruction) -> bool:
    """Is a run of one member worth it, as other threads do a part of it?"""
    return row_of(step).size >= ALONE and threads() > 1


TOTALS = (np.add, np.maximum, np.minimum)  # a part and a part are the whole, in any order
REDUCING = {"sum": np.add, "max": np.maximum, "amax": np.maximum, "min": np.minimum, "amin": np.minimum}
SAID = {"axis", "keepdims", "dtype", "where"}


def as_reduction(step: Instruction) -> Instruction:
    """``np.sum(x)`` as ``np.add.reduce(x, axis=None)``, where it is the total of a large array."""
    ufunc = REDUCING.get(step.name) if not step.method and len(step.arguments) == 1 else None
    if ufunc is None or not (step.function.__class__ is Method or step.function is getattr(np, step.name)):
        return step
    other = Instruction(
        ufunc, "reduce", step.arguments, {"axis": None, **step.keywords}, step.outputs, step.form, step.reads,
        step.source,
    )  # fmt: skip
    return other if is_total(other) else step


def is_total(step: Instruction) -> bool:
    """Is it one number of all numbers of a large array: their sum, or the largest or smallest?"""
    if step.method != "reduce" or step.function not in TOTALS or len(step.arguments) != 1 or len(step.reads) != 1:
        return False
    x, out = step.reads[0], step.outputs[0]
    said = step.keywords
    if not said.keys() <= SAID or said.get("where", True) is not True or said.get("dtype") not in (None, x.dtype):
        return False
    return out.size == 1 and x.size >= LARGE and x.dtype == out.dtype and x.dtype.char in "fd"


def is_choice(step: Instruction) -> bool:
    """Does it choose floats by a mask, to where none of its operands are?"""
    if step.method or step.keywords or step.form == "in place" or len(step.arguments) != 3:
        return False
    mask, out = step.arguments[0], step.outputs[0]
    if mask.__class__ is not View or mask.dtype != bool or one_number(mask):
        return False
    if out.size < LARGE or out.dtype.char not in "fd":
        return False
    for x in step.arguments[1:]:
        if x.dtype != out.dtype or x.weak if x.__class__ is View else x.__class__ not in PLAIN:
            return False
    return all(view.buffer != out.buffer for view in step.reads)
