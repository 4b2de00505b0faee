"""The order of a program with arrays of another library: what needs none of these comes first.

Convention: a program leaves nothing half done where a guard fails. What it writes to an array of another library that
was given is there at once, so no guard may follow; those on numbers of NumPy's and Python's, as on an optimizer's count
of steps, need not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from .callables import Draw
from .instruction import Buffer, Guard, Step
from .rows import Derived, Row

__all__ = ["decides_late", "parted"]


def parted(notes: Sequence[Step | Row], buffers: Sequence[Buffer]) -> tuple[list[Step | Row], list[Step | Row]]:
    """The notes that need no foreign array, and the others, which wait for these."""
    first: list[Step | Row] = []
    then: list[Step | Row] = []
    read: set[int] = set()  # by what waits
    written: set[int] = set()
    drawn = False  # does a draw wait? Then the next ones do
    for note in notes:
        if isinstance(note, tuple):
            function, n, *operands = note
            reads = [x for x in operands if x.__class__ is int]
            outputs = list(range(n, n + (len(function.results) if function.__class__ is Derived else 1)))
            fresh, draws = True, False
        else:
            reads = [view.buffer for view in note.reads]
            outputs = [view.buffer for view in note.outputs]
            fresh = isinstance(note, Guard) or note.form == "fresh"
            draws = not isinstance(note, Guard) and isinstance(note.function, Draw)
        waits = any(buffers[k].kind == "foreign" for k in (*reads, *outputs)) or not written.isdisjoint(reads)
        waits = waits or not (fresh or (read | written).isdisjoint(outputs)) or (draws and drawn)
        if not waits:
            first.append(note)
            continue
        read.update(reads)
        written.update(outputs)
        drawn = drawn or draws
        then.append(note)
    return first, then


def decides_late(notes: Sequence[Step | Row], reach: dict[int, set[int]], buffers: Sequence[Buffer]) -> bool:
    """Does a guard follow what is written to a given array? ``reach``: by foreign buffer, the given ones it may be."""
    if not reach:
        return False
    late = False
    for note in parted(notes, buffers)[1]:
        if isinstance(note, Guard):
            if late:
                return True
        elif not isinstance(note, tuple) and note.form != "fresh":
            late = late or any(reach.get(view.buffer) for view in note.outputs)
    return False
