"""Arrays outside that a program reads and writes where they stand: parameters, gradients, what optimizers keep.

Convention: nothing outside is written before all guards have held, so the guards come first, and what they need. Where
that cannot be, the program computes in copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence

from ..tape import (
    COPIES,
    Buffer,
    Draw,
    Guard,
    Instruction,
    Step,
    View,
    is_elementwise,
    may_end,
    moved,
    with_moved,
    written_once,
)

__all__ = ["settled"]


def settled(
    steps: list[Step],
    results: list[View],
    inputs: Sequence[View],
    buffers: list[Buffer],
    outside: Sequence[int],
    left: Mapping[int, int],
) -> tuple[list[Step], list[View], dict[int, bool]]:
    """The same program, but arrays outside are read, and written, where they are. By input: is it written?

    ``outside``  the inputs that stand in a place outside
    ``left``     by result: the input in whose place it is left
    """
    elsewhere = {results[r].buffer for r, k in left.items() if results[r].buffer != inputs[k].buffer}
    standing = {
        inputs[k].buffer: k
        for k in outside
        if inputs[k].shape  # not a number
        and is_whole(inputs[k], buffers)
        and inputs[k].buffer not in elsewhere  # where it would be read when its own place has changed already
    }
    if not standing:
        return steps, results, {}
    changed = {view.buffer for step in steps for view in step.outputs}
    copied: set[int] = {inputs[k].buffer for r, k in left.items() if results[r] != inputs[k]} & changed
    while True:
        draft, found = Draft(steps, standing.keys() | {results[r].buffer for r in left}), results
        written = (changed & standing.keys()) - copied
        for result, k in left.items():
            place, new = inputs[k], found[result]
            if place.buffer in standing.keys() - changed - copied and takes_over(draft, found, result, place, buffers):
                found = renamed(draft, found, new, place)
                written.add(place.buffer)
        done = [step for step in draft.steps if step is not None]
        ordered, obstacle = guards_first(done, written, buffers)
        if obstacle < 0:
            return ordered, found, {k: b in written for b, k in standing.items() if b in written or b not in changed}
        begun: set[int] = set()
        for step in done[: obstacle + 1]:
            begun.update([view.buffer for view in step.outputs])
        copied |= written & begun


def is_whole(view: View, buffers: Sequence[Buffer]) -> bool:
    """Are the numbers of a view all that is in its buffer?"""
    return view.offset == 0 and view.size * view.dtype.itemsize == buffers[view.buffer].size


class Draft:
    """Steps that are being changed, None for those that are left out; and by buffer: which of them use it."""

    def __init__(self, steps: Sequence[Step], buffers: Container[int]) -> None:
        self.steps: list[Step | None] = list(steps)
        self.uses: dict[int, set[int]] = defaultdict(set)
        for k, step in enumerate(steps):
            for view in (*step.reads, *step.outputs):
                if view.buffer in buffers:
                    self.uses[view.buffer].add(k)

    def using(self, *buffers: int) -> list[tuple[int, Step]]:
        """The steps that use some buffers, in their order, with their numbers."""
        numbers = sorted(set().union(*[self.uses[n] for n in buffers]))
        return [(k, step) for k in numbers if (step := self.steps[k]) is not None]


def takes_over(draft: Draft, results: Sequence[View], result: int, place: View, buffers: Sequence[Buffer]) -> bool:
    """Can a result be computed where the old numbers are, as nobody reads these once there are new ones?"""
    new = results[result]
    size = buffers[place.buffer].size
    if new[1:5] != place[1:5] or buffers[new.buffer].kind != "fresh" or buffers[new.buffer].size != size:
        return False
    if any(view.buffer == place.buffer for view in results):
        return False
    begun = False
    for _, step in draft.using(place.buffer, new.buffer):
        reads = [view for view in step.reads if view.buffer == place.buffer]
        if begun:
            if reads:
                return False
        elif any(view.buffer == new.buffer for view in step.outputs):
            begun = True
            if not isinstance(step, Instruction) or step.form != "fresh" or step.outputs != (new,):
                return False
            if any(view != place for view in reads) or (reads and not (is_copy(step) or is_elementwise(step))):
                return False
    return begun


def is_copy(step: Instruction) -> bool:
    """Does an instruction nothing but copy its operand?"""
    same = len(step.reads) == 1 and step.reads[0][1:5] == step.outputs[0][1:5]
    return same and step.reads[0] is step.arguments[0] and step.name in COPIES


def renamed(draft: Draft, results: Sequence[View], new: View, place: View) -> list[View]:
    """Use a place's buffer in place of a new one; the results then."""
    instead = {new.buffer: place}
    for k, step in draft.using(new.buffer):
        if isinstance(step, Guard):
            draft.steps[k] = Guard(moved(step.view, instead), step.read, step.expected, step.source)
            continue
        begins = step.form == "fresh" and step.outputs[0].buffer == new.buffer
        if begins and is_copy(step) and step.reads[0] == place:
            draft.steps[k] = None
            continue
        other = with_moved(step, instead)
        other.outputs = tuple([moved(view, instead) for view in step.outputs])
        other.form = "into" if begins else step.form
        draft.steps[k] = other
    draft.uses[place.buffer] |= draft.uses.pop(new.buffer)
    return [moved(view, instead) for view in results]


def guards_first(steps: list[Step], written: set[int], buffers: list[Buffer]) -> tuple[list[Step], int]:
    """The steps in an order in which the program cannot end after a buffer is written to, and -1.

    Where there is none: the steps as they are, and a step before which no buffer may be written to.
    """
    first = next((k for k, step in enumerate(steps) if any(v.buffer in written for v in step.outputs)), len(steps))
    values = written_once(steps, buffers)
    last: dict[int, int] = {}  # by buffer that is no value: where it is written to last
    for k in range(first, len(steps)):
        last.update([(view.buffer, k) for view in steps[k].outputs if not values[view.buffer]])
    needed: set[int] = set()
    early: list[Step] = []
    late: list[Step] = []
    for k in range(len(steps) - 1, first - 1, -1):
        step = steps[k]
        if may_end(step) or not needed.isdisjoint([view.buffer for view in step.outputs]):
            if isinstance(step, Instruction) and (step.form != "fresh" or step.function.__class__ is Draw):
                return steps, k
            for view in step.reads:
                if view.buffer in last:
                    return steps, max(k, last[view.buffer])
                needed.add(view.buffer)
            early.append(step)
        else:
            late.append(step)
    return steps[:first] + early[::-1] + late[::-1], -1
