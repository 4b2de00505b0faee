"""Elementwise calls on long rows of numbers, done block by block: what is between them stays in the cache.

Convention: blocks begin at the same places however many threads there are, so that sums are always the same: those of
the blocks, added up in pairs as NumPy adds numbers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from ...threads import share, threads
from ...typing import NDArray
from .masking import mask_operands, masked

__all__ = ["ALIKE", "NAMED", "PLAIN", "Blocks", "Bound", "Call", "Worker"]

BLOCK = 1 << 15  # numbers: a few arrays of so many stay in the cache
PLAIN = (int, float)
PIECE = 1 << 16  # numbers that a thread takes at a time
TURNS = 4  # so often should each thread take some
WORTH = 1 << 18  # numbers times calls: less work is not worth waking other threads
NAMED = {np.maximum, np.minimum}  # with a third operand they warn that it should be named
ALIKE = NAMED  # NumPy has vector instructions for rows of them, but for a row and a number it does not


class Call(NamedTuple):
    """A function and the places of its operands and its result among rows, numbers, totals and local arrays.

    ``ufunc``  it may be ``np.where`` too
    ``total``  is the result one number of the whole row?
    """

    ufunc: Any
    total: bool
    places: tuple[int, ...]


class Blocks:
    """Elementwise calls on long rows of numbers, and sums of rows.

    ``counts``  how many arguments are rows, how many single numbers, tiles or columns, and how many totals
    ``size``    how many numbers a row has
    ``local``   of each array that has but a block: the number of its piece of scratch memory, and its dtype
    """

    def __init__(
        self,
        names: list[str],
        calls: list[Call],
        counts: tuple[int, int, int],
        size: int,
        local: list[tuple[int, np.dtype[Any]]],
    ) -> None:
        self.calls, self.counts, self.size, self.local = calls, counts, size, local
        self.__name__ = f"blocks of {', '.join(names)}"

    def bound(self, arguments: Sequence[Any]) -> Bound:
        """What does the calls on these arrays."""
        return Bound(self, arguments, BLOCK, Worker)


class Bound:
    """Blocks of arrays: called, it does the calls, by as many threads as are worth it.

    ``rows``     they may be others at each call; ``moves`` counts how often one was
    ``tiles``    arrays that repeat along the rows, and as often as a block is long
    ``columns``  by number: arrays of which each number repeats, in shape (n, 1)
    ``totals``   of each: the ufunc, its results for the blocks, and where the whole one goes
    ``length``   of a block
    ``left``     the places in the rows where pieces begin that no thread has taken yet
    """

    def __init__(
        self, blocks: Blocks, arguments: Sequence[Any], length: int, worker: Callable[[Bound], Worker]
    ) -> None:
        rows, numbers, _ = blocks.counts
        self.rows, self.numbers = list(arguments[:rows]), list(arguments[rows : rows + numbers])
        tiles = [(k, x) for k, x in enumerate(self.numbers) if np.ndim(x) == 1]
        self.columns = {k: x for k, x in enumerate(self.numbers) if np.ndim(x) == 2}
        times = [blocks.size // len(x) for x in self.columns.values()]
        longest = max([*times, *[len(x) for _, x in tiles]], default=1)
        self.blocks, self.length = blocks, max(length // longest, 1) * longest
        self.tiles = [(x, np.empty((self.length // len(x), len(x)), x.dtype)) for _, x in tiles]
        for (k, _), (_, repeated) in zip(tiles, self.tiles, strict=True):
            self.numbers[k] = repeated.reshape(-1)
        length = self.length
        ufuncs = [call.ufunc for call in blocks.calls if call.total]
        self.totals = [
            (ufunc, np.empty(-(-blocks.size // length), out.dtype), out)
            for ufunc, out in zip(ufuncs, arguments[rows + numbers :], strict=True)
        ]
        count = threads() if blocks.size * len(blocks.calls) >= WORTH else 1
        piece = min(PIECE, blocks.size // (count * TURNS)) // length * length
        self.piece = max(piece, length) if count > 1 else blocks.size
        self.left: deque[int] = deque()
        self.moves = 0
        self.workers = [worker(self) for _ in range(count)]

    def __call__(self) -> None:
        for tile, repeated in self.tiles:
            repeated[...] = tile
        if len(self.workers) == 1:
            self.workers[0].do(0, self.blocks.size)
        else:
            self.left.clear()
            self.left.extend(range(0, self.blocks.size, self.piece))
            share(self.workers)
        for ufunc, parts, out in self.totals:
            ufunc.reduce(parts, out=out)

    def move(self, row: int, array: NDArray[Any]) -> None:
        """Have a row be another array."""
        self.rows[row] = array
        self.moves += 1

    def taken(self) -> tuple[int, int]:
        """Where a piece begins and ends that no thread does yet; (0, 0) if there is none."""
        try:
            start = self.left.popleft()
        except IndexError:
            return 0, 0
        return start, min(start + self.piece, self.blocks.size)


class Worker:
    """What one thread needs to do the calls by NumPy: memory for local arrays."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        memory: dict[int, NDArray[Any]] = {}
        self.local = []
        for slot, dtype in bound.blocks.local:
            piece = memory.setdefault(slot, np.empty(bound.length * dtype.itemsize, np.uint8))
            self.local.append(piece.view(dtype))
        self.numbers = list(bound.numbers)
        self.columns: list[tuple[NDArray[Any], NDArray[Any]]] = []
        for k, x in bound.columns.items():
            self.numbers[k] = np.empty(bound.length, x.dtype)
            self.columns.append((x, self.numbers[k].reshape(-1, bound.blocks.size // len(x))))
        for call in bound.blocks.calls:
            if call.ufunc in ALIKE and not call.total:
                self._repeat(call.places)
        self.calls = [
            (reduced(call.ufunc) if call.total else placed(call.ufunc), itemgetter(*call.places))
            for call in bound.blocks.calls
        ]

    def _repeat(self, places: tuple[int, ...]) -> None:
        """Have numbers among the operands of a call as often as a block is long."""
        rows, _, _ = self.bound.blocks.counts
        first = sum(self.bound.blocks.counts)  # of the local ones
        out = places[-1]
        dtype = self.bound.rows[out].dtype if out < rows else self.local[out - first].dtype
        for place in places[:-1] if dtype.char in "fd" else ():
            if rows <= place < first and self.numbers[place - rows].__class__ in PLAIN:
                self.numbers[place - rows] = np.full(self.bound.length, self.numbers[place - rows], dtype)

    def __call__(self) -> None:
        """Do pieces as long as there are some."""
        while (piece := self.bound.taken()) != (0, 0):
            self.do(*piece)

    def do(self, start: int, stop: int) -> None:
        """Do a piece: all calls, block by block."""
        bound, local, numbers, length = self.bound, self.local, self.numbers, self.bound.length
        for at in range(start, stop, length):
            end = min(at + length, stop)
            if end - at < length:
                local = [x[: end - at] for x in local]
                numbers = [x[: end - at] if np.ndim(x) else x for x in numbers]
            for x, repeated in self.columns:
                times = repeated.shape[1]
                repeated[: (end - at) // times] = x[at // times : end // times]
            parts = [part[at // length, ...] for _, part, _ in bound.totals]
            arrays = [*[row[at:end] for row in bound.rows], *numbers, *parts, *local]
            for call, operands in self.calls:
                call(*operands(arrays))


def placed(ufunc: Any) -> Callable[..., Any]:
    """The ufunc with a place for its result as its last operand."""
    if ufunc is np.where:
        return choose
    return (lambda *x: ufunc(*x[:-1], out=x[-1])) if ufunc in NAMED else ufunc


def choose(mask: NDArray[Any], x: Any, y: Any, out: NDArray[Any]) -> None:
    """out = x where the mask is true, else y."""
    if operands := mask_operands((mask, x, y), out):
        masked(*operands)
    else:
        np.copyto(out, y)
        np.copyto(out, x, where=mask)


def reduced(ufunc: Any) -> Callable[..., Any]:
    """A function of a row and of the place for its total."""
    return lambda x, out: ufunc.reduce(x, out=out)
