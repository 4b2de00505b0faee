"""Blocks of large arrays by NumPy's own inner loops, called by compiled code without Python and without its lock.

Convention: a call is ``WIDTH`` words: the function, its data, how many operands and results it has; for up to ``MOST``
of these the steps in bytes, where their numbers begin, and how much further on those of the next block are.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...typing import NDArray
from ..blocks import ALIKE, PLAIN, Blocks, Bound, Worker
from .inner import call, loop
from .kernel import SEAL, kept
from .memory import F4, F8, I8, U1, compiled, load, store

__all__ = ["bound"]

BLOCK = 1 << 11  # numbers: a few arrays of so many stay in the first cache
MOST = 4
WIDTH = 3 + 3 * MOST
NEUTRAL: dict[Any, float] = {np.add: -0.0, np.maximum: -np.inf, np.minimum: np.inf}


@compiled
def choose(words: int, steps: int, like: Any) -> None:
    """out = x where the mask is true, else y: either may be one number."""
    n, mask, x = load(words, 0, I8), load(words, 1, I8), load(words, 2, I8)
    y, out = load(words, 3, I8), load(words, 4, I8)
    if load(steps, 2, I8):
        if load(steps, 1, I8):
            for k in range(n):
                store(out, k, load(x, k, like) if load(mask, k, U1) else load(y, k, like), like)
        else:
            number = load(x, 0, like)
            for k in range(n):
                store(out, k, number if load(mask, k, U1) else load(y, k, like), like)
    elif load(steps, 1, I8):
        number = load(y, 0, like)
        for k in range(n):
            store(out, k, load(x, k, like) if load(mask, k, U1) else number, like)
    else:
        first, second = load(x, 0, like), load(y, 0, like)
        for k in range(n):
            store(out, k, first if load(mask, k, U1) else second, like)


@compiled
def repeat(words: int, steps: int, like: Any) -> None:
    """Each number of a column so many times."""
    step, times = load(steps, 0, I8), load(steps, 2, I8)
    x, out = load(words, 1, I8), load(words, 2, I8)
    for k in range(load(words, 0, I8) // times):
        number = load(x + k * step, 0, like)
        for n in range(times):
            store(out, k * times + n, number, like)


def sealed(seal: int) -> Any:
    """The loop over blocks, as Python."""

    def blocks(words: int, count: int, first: int, last: int, length: int, size: int, given: int) -> int:
        """Do ``count`` calls on the blocks from first to last of rows of ``size`` numbers; -1 for another text's words.

        The words begin with room for the size of a block, and for the addresses of its operands.
        """
        if given != seal:
            return -1
        operands = words + 8
        for block in range(first, last):
            store(words, 0, min(length, size - block * length), I8)
            at = operands + 8 * MOST
            for _ in range(count):
                for k in range(load(at, 2, I8)):
                    store(operands, k, load(at, 3 + MOST + k, I8) + load(at, 3 + 2 * MOST + k, I8) * block, I8)
                function, data = load(at, 0, I8), load(at, 1, I8)
                if function:
                    call(function, operands, words, at + 24, data)
                elif data == 8:
                    choose(words, at + 24, F8)
                elif data == 4:
                    choose(words, at + 24, F4)
                elif data == -8:
                    repeat(words, at + 24, F8)
                elif data == -4:
                    repeat(words, at + 24, F4)
                else:
                    repeat(words, at + 24, U1)
                at += 8 * WIDTH
        return 0

    return blocks


done = kept(sealed(SEAL), "i8(i8, i8, i8, i8, i8, i8, i8)")


# ---------------------------------------------------------------- the blocks of a program


Form = tuple[int, int, tuple[Any, ...]]  # a function, its data, and the dtypes of its operands and results


def bound(blocks: Blocks, arguments: list[Any]) -> Bound | None:
    """What does the calls of blocks on these arrays; None where NumPy must."""
    rows, numbers, _ = blocks.counts
    arrays = [x if isinstance(x, np.ndarray) else None for x in arguments]
    if any(x is not None and not x.flags.aligned for x in arrays):
        return None
    if any(x is not None and x.ndim == 2 and x.itemsize not in (8, 4, 1) for x in arrays):
        return None
    dtypes: list[Any] = [type(x) if a is None else a.dtype for x, a in zip(arguments, arrays, strict=True)]
    dtypes += [dtype for _, dtype in blocks.local]
    forms: list[Form] = []
    for each in blocks.calls:
        form = formed(each, dtypes, range(rows, rows + numbers))
        if form is None:
            return None
        forms.append(form)
    return NativeBound(blocks, arguments, BLOCK, functools.partial(NativeWorker, forms=forms))


def formed(call: Any, dtypes: list[Any], numbers: range) -> Form | None:
    """The loop of a call, and of each operand and result the dtype that it must have."""
    ufunc, given = call.ufunc, [dtypes[k] for k in call.places]
    if ufunc is np.where:
        return 0, given[-1].itemsize, (given[0], *given[-1:] * 3)
    if call.total:
        wanted = (given[0],) * 3
    else:
        try:
            wanted = ufunc.resolve_dtypes((*given[:-1], None))
        except TypeError:
            return None
        if any(
            own != dtype and not (place in numbers and isinstance(own, type))
            for place, own, dtype in zip(call.places, given, wanted, strict=True)
        ):
            return None
    found = loop(ufunc, "".join(dtype.char for dtype in wanted))
    return None if found is None or len(wanted) > MOST else (*found, wanted)


class NativeBound(Bound):
    """Blocks done by compiled code."""

    def __call__(self) -> None:
        for ufunc, parts, _ in self.totals:
            parts.fill(NEUTRAL[ufunc])
        super().__call__()


class NativeWorker(Worker):
    """What one thread needs: memory for local arrays, and words that say where all is."""

    def __init__(self, bound: Bound, forms: list[Form]) -> None:
        self.bound = bound
        blocks, length = bound.blocks, bound.length
        rows, numbers, totals = blocks.counts
        slots: dict[int, NDArray[Any]] = {}
        for slot, dtype in blocks.local:
            slots.setdefault(slot, aligned(length * dtype.itemsize))
        self.kept: list[Any] = [slots, bound.numbers]
        begins = [0] * rows + [0] * numbers + [address(part) for _, part, _ in bound.totals]
        begins += [address(slots[slot]) for slot, _ in blocks.local]
        words: list[int] = [0] * (1 + MOST)
        self.holes: list[tuple[int, int]] = []  # words that are the addresses of rows
        self.count = len(blocks.calls) + len(bound.columns)
        repeated: dict[int, NDArray[Any]] = {}  # by number that is a column: it, in a block
        for k, x in bound.columns.items():
            size, times = x.itemsize, blocks.size // len(x)
            out = repeated[k] = aligned(length * size)
            words += [0, -size, 2, x.strides[0], size, times, 0, address(x), address(out), 0, 0]
            words += [length // times * x.strides[0], 0, 0, 0]
        self.kept.append(repeated)
        for (ufunc, total, places), (function, data, dtypes) in zip(blocks.calls, forms, strict=True):
            if total:
                places = (places[1], places[0], places[1])
            steps, starts, moves = [], [], []
            for n, (place, dtype) in enumerate(zip(places, dtypes, strict=True)):
                start, step, move = begins[place], dtype.itemsize, 0
                if place < rows:
                    self.holes.append((len(words) + 3 + MOST + n, place))
                    move = length * step
                elif place < rows + numbers:
                    number = bound.numbers[place - rows]
                    often = ufunc in ALIKE and number.__class__ in PLAIN
                    start = self._number(repeated.get(place - rows, number), dtype, length if often else 1)
                    step = step if often or np.ndim(number) else 0
                elif place < rows + numbers + totals:
                    step, move = 0, step
                steps.append(step)
                starts.append(start)
                moves.append(move)
            room = [0] * (MOST - len(places))
            words += [function, data, len(places), *steps, *room, *starts, *room, *moves, *room]
        self.words = np.array(words, np.int64)
        self.begin: int = self.words.ctypes.data
        self._find()

    def _number(self, x: Any, dtype: np.dtype[Any], times: int) -> int:
        """The address of a number, so many times."""
        if not isinstance(x, np.ndarray):
            x = np.full(times, x, dtype)
            self.kept.append(x)
        return address(x)

    def _find(self) -> None:
        """Note where the rows are."""
        self.moves = self.bound.moves
        at = [address(row) for row in self.bound.rows]
        for hole, row in self.holes:
            self.words[hole] = at[row]

    def do(self, start: int, stop: int) -> None:
        bound, length = self.bound, self.bound.length
        if self.moves != bound.moves:
            self._find()
        first, last = start // length, -(-stop // length)
        done(self.begin, self.count, first, last, length, bound.blocks.size, SEAL)


def aligned(size: int) -> NDArray[Any]:
    """Memory that begins with a line of the cache."""
    memory = np.empty(size + 64, np.uint8)
    return memory[-address(memory) % 64 :]


def address(x: NDArray[Any]) -> int:
    return int(x.__array_interface__["data"][0])
