"""The order of a program with arrays of another library: what needs none of these comes first.

Convention: so guards on numbers of NumPy's and Python's, as on an optimizer's count of steps, have held before the
library is called at all. Its own calls keep their order.
"""

from __future__ import annotations

from collections.abc import Sequence

from .callables import Draw
from .instruction import Buffer, Guard, Step
from .rows import Derived, Row

__all__ = ["numbered", "parted"]


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


def numbered(notes: Sequence[Step | Row], steps: Sequence[Step]) -> list[tuple[int, bool]]:
    """For each guard among the steps: which of the notes' guards it is, and have those before it been checked by then?

    ``steps`` are the notes in another order.
    """
    numbers = {id(guard): k for k, guard in enumerate([note for note in notes if isinstance(note, Guard)])}
    found: list[tuple[int, bool]] = []
    waiting = set(numbers.values())
    for step in steps:
        if isinstance(step, Guard):
            number = numbers[id(step)]
            found.append((number, number == min(waiting)))
            waiting.discard(number)
    return found
