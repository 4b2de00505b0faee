"""Runs of elementwise instructions on large arrays, done block by block: what is between them stays in the cache.

Convention: all arrays of a run are laid out alike, without gaps, so that each is one long row of numbers. An array that
nothing outside the run reads gets no memory but a block's. Blocks are spread over the threads that OMP_NUM_THREADS
allows; with one, all is done in the caller's.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from ..typing import NDArray
from .instruction import Buffer, Guard, Instruction, View

__all__ = ["NAMED", "Blocks", "blocked"]

LARGE = 1 << 15  # numbers: smaller arrays stay in the cache anyway
BLOCK = 1 << 15  # numbers
WORTH = 1 << 18  # numbers times calls: less work is not worth waking other threads
Step = Instruction | Guard


# ---------------------------------------------------------------- which instructions are run together


def blocked(steps: list[Step], buffers: Sequence[Buffer], results: Iterable[View]) -> list[Step]:
    """The same steps, with runs of elementwise ones on large arrays put together as single steps.

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
    """Elementwise instructions on arrays of one layout, and the steps between them that can be done after them.

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
        """Is it elementwise, on large arrays?"""
        if not isinstance(step.function, np.ufunc) or step.function.signature or len(step.outputs) != 1:
            return False
        out = step.outputs[0]
        return not (step.method or step.keywords) and step.form != "in place" and out.size >= LARGE and self._whole(out)

    def takes(self, step: Instruction) -> bool:
        """Make a candidate a member, if it fits to the others and to what comes after them."""
        out = step.outputs[0]
        layout = laid_out(out)
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
            elif laid_out(view) != layout or self._shifted(view, out):
                return False
        if out.buffer in single or self.written.get(out.buffer, out.dtype) != out.dtype:
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
    outputs: dict[int, View] = {}
    calls: list[tuple[Any, list[tuple[str, Any]]]] = []
    scratch: dict[int, np.dtype[Any]] = {}
    for step in members:
        places: list[tuple[str, Any]] = []
        for x in (*step.arguments, *step.outputs):
            if x.__class__ is not View or one_number(x):
                places.append(("number", len(numbers)))
                numbers.append(x if x.__class__ is not View else View(x.buffer, x.offset, (), (), x.dtype, x.weak))
            elif x.buffer in local:
                places.append(("local", x.buffer))
                scratch[x.buffer] = x.dtype
            else:
                key = (x.buffer, x.offset, x.dtype)
                rows.setdefault(key, View(x.buffer, x.offset, (x.size,), (x.dtype.itemsize,), x.dtype))
                places.append(("row", key))
        calls.append((step.function, places))
        out = step.outputs[0]
        if out.buffer not in local:
            outputs.setdefault(out.buffer, out)
    order = {("row", key): k for k, key in enumerate(rows)}
    order |= {("number", k): len(rows) + k for k in range(len(numbers))}
    first = len(order)
    order |= {("local", number): first + k for k, number in enumerate(scratch)}
    function = Blocks(
        [step.name for step in members],
        [Call(placed(ufunc), itemgetter(*[order[place] for place in places])) for ufunc, places in calls],
        len(rows), members[0].outputs[0].size, slots(calls, scratch),
    )  # fmt: skip
    arguments = (*rows.values(), *numbers)
    reads = tuple([x for x in arguments if x.__class__ is View])
    form = "fresh" if all(step.form == "fresh" for step in members) else "into"
    return Instruction(function, "", arguments, {}, tuple(outputs.values()), form, reads, members[0].source)  # type: ignore[arg-type]


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


# ---------------------------------------------------------------- running them


NAMED = {np.maximum, np.minimum}  # with a third operand they warn that it should be named


def placed(ufunc: Any) -> Callable[..., Any]:
    """The ufunc with a place for its result as its last operand."""
    return (lambda *x: ufunc(*x[:-1], out=x[-1])) if ufunc in NAMED else ufunc


class Call(NamedTuple):
    """A ufunc, and what takes its operands and its result from the arrays of a block."""

    ufunc: Callable[..., Any]
    operands: Callable[[Any], tuple[Any, ...]]


class Blocks:
    """Elementwise calls on long rows of numbers.

    ``rows``   how many arguments are rows; those after them are single numbers
    ``size``   how many numbers a row has
    ``local``  of each array that has but a block: the number of its piece of scratch memory, and its dtype
    """

    def __init__(
        self, names: list[str], calls: list[Call], rows: int, size: int, local: list[tuple[int, np.dtype[Any]]]
    ) -> None:
        self.calls, self.rows, self.size, self.local = calls, rows, size, local
        self.__name__ = f"blocks of {', '.join(names)}"

    def bound(self, arguments: Sequence[Any]) -> Callable[[], None]:
        """What does the calls on these arrays, by as many threads as are worth it."""
        count = threads() if self.size * len(self.calls) >= WORTH else 1
        edges = [self.size * k // count for k in range(count + 1)]
        parts = [Part(self, arguments, a, b) for a, b in itertools.pairwise(edges)]
        if count == 1:
            return parts[0]

        def spread() -> None:
            started = [pool().submit(copy_context().run, part) for part in parts[1:]]
            try:
                parts[0]()
            finally:
                for task in started:
                    task.result()

        return spread


class Part:
    """One thread's part of the rows."""

    def __init__(self, blocks: Blocks, arguments: Sequence[Any], start: int, end: int) -> None:
        self.calls = blocks.calls
        self.rows, self.numbers = list(arguments[: blocks.rows]), list(arguments[blocks.rows :])
        self.start, self.end = start, end
        self.length = min(BLOCK, end - start)
        memory: dict[int, NDArray[Any]] = {}
        self.local = []
        for slot, dtype in blocks.local:
            piece = memory.setdefault(slot, np.empty(self.length * dtype.itemsize, np.uint8))
            self.local.append(piece.view(dtype))

    def __call__(self) -> None:
        local, calls, numbers = self.local, self.calls, self.numbers
        for at in range(self.start, self.end, self.length):
            end = min(at + self.length, self.end)
            if end - at < self.length:
                local = [x[: end - at] for x in local]
            arrays = [*[row[at:end] for row in self.rows], *numbers, *local]
            for ufunc, operands in calls:
                ufunc(*operands(arrays))


@functools.cache
def threads() -> int:
    """How many threads compute: OMP_NUM_THREADS, or as many as there are processors for us."""
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.cache
def pool() -> ThreadPoolExecutor:
    """The other threads, started when they are first needed."""
    return ThreadPoolExecutor(max(1, threads() - 1), thread_name_prefix="chalkgrad")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=pool.cache_clear)  # a forked process has no threads but one
