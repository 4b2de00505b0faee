"""The program: what a tape has noted, made shorter, with a place in memory for each of its buffers.

Convention: ``inputs`` and ``results`` are views in the order of the caller. Machines run ``steps``.
"""

from __future__ import annotations

import functools
import importlib
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import Any

from ..blocks import blocked
from ..tape import FOREIGN, Buffer, Guard, Instruction, Tape, View, expanded, numbered, parted, unfolded
from .factored import factored
from .listing import listed
from .merged import merged
from .packed import Packed
from .passes import shortened
from .plan import planned
from .renewed import ends, renewed
from .spelled import spelled_out
from .standing import settled

__all__ = ["Program", "count"]


class Program:
    """Instructions over numbered views of planned buffers; printed, it is a listing.

    ``inputs``   views of the buffers that are given at each call
    ``results``  views of what the function returned, and of what it left somewhere
    ``steps``    instructions and guards, in their order
    ``standing`` by input: it may be read where it stands outside; is it written there too?
    ``foreign``  are there arrays of another library? Then no two of its calls change places, and none is left out
    ``renewed``  which of them copy such an array, and put the copy in its place
    ``reach``    by buffer of such an array: the given ones whose memory it may share
    ``undone``   may the program end after it has written to such an array that it was given? That is undone then
    ``numbers``  by guard: which one it is of all that were noted, and have those before it been checked by then?
    ``noted``    how many instructions were recorded, before the program was made shorter

    ``outside`` are the inputs that stand in a place outside, ``left`` says by result in whose place it is left.
    """

    def __init__(
        self,
        tape: Tape,
        inputs: Sequence[View],
        results: Sequence[View],
        outside: Sequence[int] = (),
        left: Mapping[int, int] | None = None,
    ) -> None:
        self.inputs = tuple(inputs)
        self.buffers: list[Buffer] = tape.buffers
        self.noted = len(tape.notes)
        self.foreign = FOREIGN in self.buffers
        self.undone = False
        if self.foreign:  # its calls stay as they were noted
            first, then = parted(tape.notes, self.buffers)
            self.steps: Sequence[Instruction | Guard] = expanded([*first, *then], self.buffers)
            self.results = tuple(results)
            self.standing: dict[int, bool] = {}
            self.reach = tape.reach
            self.numbers = numbered(tape.notes, self.steps)
            end = len(self.steps) if tape.raising else ends(self.steps, self.buffers)
            self.renewed = renewed(self.steps, self.inputs, self.results, left or {}, end)
            self.undone = any(self.reach.get(view.buffer) for step in self.steps[:end] for view in changed(step))
            return
        notes, results = merged(spelled_out(tape.notes, tape.buffers), results, tape.written)
        steps, results = shortened(unfolded(notes, tape.buffers), tape.buffers, results)
        steps = factored(steps, tape.buffers)
        steps, results, self.standing = settled(steps, results, self.inputs, tape.buffers, outside, left or {})
        self.steps = blocked(steps, tape.buffers, results)
        self.results = tuple(results)

    def pack(self) -> None:
        """Keep the steps where they cost the garbage collector nothing: a machine has made others of them."""
        if not isinstance(self.steps, Packed):
            self.steps = Packed(self.steps)

    @functools.cached_property
    def plan(self) -> tuple[dict[int, int], int]:
        """By buffer: the byte of the arena where it begins, only of the program's own. And the bytes of the arena."""
        return planned(self.steps, self.buffers, self.results)

    @functools.cached_property
    def used(self) -> Set[int]:
        """The inputs that steps read or write, or that are results, by their buffers."""
        used = {view.buffer for view in self.results}
        used.update([view.buffer for step in self.steps for view in step.reads])
        used.update([view.buffer for step in self.steps for view in changed(step)])
        return used & {view.buffer for view in self.inputs}

    @property
    def places(self) -> dict[int, int]:
        return self.plan[0]

    @property
    def memory(self) -> int:
        return self.plan[1]

    def described(self) -> Any:
        """The program as a graph, for ``draw(program)``."""
        describe = importlib.import_module(".describe", __package__)  # drawing takes half a second to import
        return describe.described(repr(self), self.steps, self.buffers, self.inputs, self.results)

    @property
    def guards(self) -> list[Guard]:
        """The decisions for which this program holds, in the order in which they were noted."""
        found = [step for step in self.steps if step.__class__ is Guard]
        if self.foreign:
            found = [guard for _, guard in sorted(zip(self.numbers, found, strict=True), key=lambda pair: pair[0])]
        return found

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        guards = len(self.guards)
        return (
            f"<Program of {count(len(self) - guards, 'instruction')} ({self.noted:,} noted), {count(guards, 'guard')}, "
            f"{self.memory:,} bytes>"
        )

    def __str__(self) -> str:
        return "\n".join([repr(self), *map(listed, self.steps)])

    def counts(self) -> Counter[str]:
        """How many instructions of each name there are."""
        return Counter(step.name for step in self.steps if isinstance(step, Instruction))


def changed(step: Instruction | Guard) -> tuple[View, ...]:
    """What a step writes to that was there before."""
    return step.outputs if isinstance(step, Instruction) and step.form != "fresh" else ()


def count(n: int, thing: str) -> str:
    """So many of these."""
    return f"{n:,} {thing}{'s' * (n != 1)}"
