"""The large parameters of a group, moved together: all processors share the work, in compiled code if numba is there.

Convention: what moves them is the formula of the rule (``formula.py``), which gives the rule's own numbers to the last
bit; on a GPU the formula is a kernel, and its numbers are NumPy's to rounding. A parameter that is no array of single
or double precision, and any whose rule has no formula, is left to the rule itself.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from typing import Any

import numpy as np

from autograd.declare import Late
from autograd.native import native_here
from autograd.threads import spread, threads

from .blocks import in_blocks
from .formula import Formula, formula

__all__ = ["Batch", "batch"]

ndarray = np.ndarray
SIZE = 100_000  # numbers in a group: from here on it is worth collecting them, for compiled code
BLOCKS_SIZE = 500_000  # the same for calls of NumPy that several threads share; one thread is not faster so
AFTER = 20_000_000  # numbers that the rule has moved before its formula is compiled, which takes as long
PIECE = 1 << 16  # numbers that one thread moves at a time
Move = Callable[[Any], object]
Native = Callable[[Any, Any, int, int], int]
MOVED: dict[Formula, int] = {}  # how many numbers each formula has moved before it was compiled
NATIVE: dict[Formula, Native | None] = {}
BLOCKS: dict[Formula, Callable[[list[Any], list[Any]], None]] = {}
HUGE, ZERO, ONE, INF = (np.array([x], np.float32) for x in (3e38, 0, 1, np.inf))


class Launch:
    """Parameters that one formula moves, with the same constants."""

    def __init__(self, formula: Formula, constants: list[float]) -> None:
        self.formula, self.constants = formula, constants
        self.rows: list[list[Any]] = []  # of arrays: x, g, and what is kept

    def go(self) -> None:
        if self.rows[0][0].__class__ is not ndarray:
            move = importlib.import_module("optim.gpu").move
            for x, g, *kept in self.rows:
                move(self.formula, self.constants, x, g, kept)
            return
        ends = list(accumulate(row[0].size for row in self.rows))
        native = compiled(self.formula, ends[-1])
        if native is not None:
            self.go_natively(native, ends)
        else:
            self.go_in_blocks(ends)

    def go_natively(self, move: Native, ends: list[int]) -> None:
        pairs = zip([0, *ends], ends, self.rows, strict=False)
        table = np.array([[begin, end, *map(id, row)] for begin, end, row in pairs], np.int64)
        constants = np.array(self.constants, np.float64)
        raised: set[int] = set()
        rows = self.rows

        def piece(start: int, end: int) -> None:
            assert rows  # while a thread is at work the arrays are there, even if the step is broken off
            raised.add(move(table, constants, start, end))

        spread(piece, ends[-1], PIECE)
        if raised != {0}:
            complain(raised)

    def go_in_blocks(self, ends: list[int]) -> None:
        move = BLOCKS.get(self.formula)
        if move is None:
            move = BLOCKS[self.formula] = in_blocks(self.formula)
        constants = [np.array(c, kind) for c, kind in zip(self.constants, self.formula.kinds, strict=True)]
        rows: list[list[Any]] = [[a if a is None else a.reshape(-1) for a in row] for row in self.rows]
        pieces = [(row, start) for row in rows for start in range(0, row[0].size, PIECE)]

        def some(first: int, last: int) -> None:
            for row, start in pieces[first:last]:
                whole = row[0].size <= PIECE
                move(row if whole else [a if a is None else a[start : start + PIECE] for a in row], constants)

        spread(some, len(pieces), 1)


class Batch:
    """The parameters of a group that are moved together, when all have been looked at."""

    def __init__(self, rule: Callable[..., Any], arguments: Mapping[str, Any], climbs: bool) -> None:
        self.rule, self.arguments, self.climbs = rule, arguments, climbs
        self.launches: dict[Any, Launch | None] = {}
        self.next: tuple[Launch, Any, list[Any]] | None = None

    def takes(self, t: int, g: Any, kept: list[Any], arguments: Mapping[str, Any], own: Move, x: Any) -> None:
        """Is the parameter with the numbers x one of them? Then ``add`` it once its array is final; else ``own(x)``."""
        if not self.fits(t, g, kept, arguments, x):
            own(x)

    def fits(self, t: int, g: Any, kept: list[Any], arguments: Mapping[str, Any], x: Any) -> bool:
        kind = x.__class__
        if g.__class__ is not kind or not (kind is ndarray or on_gpu(kind)):
            return False
        dtype, size = x.dtype, x.size
        letter = dtype.char
        if letter not in "fd" or g.dtype != dtype or g.shape != x.shape or not dtype.isnative:
            return False
        if kind is ndarray and not x.flags.carray:
            return False
        seen = set()
        for a in kept:
            if a is not None:
                if a.__class__ is not kind or a.dtype != dtype or a.size != size:
                    return False
                if kind is not ndarray and a.shape != x.shape:  # a kernel would broadcast it
                    return False
                if kind is ndarray and (a.base is not None or not a.flags.carray):
                    return False
                if id(a) in seen:  # memories must not overlap
                    return False
                seen.add(id(a))
        own = None
        if arguments is not self.arguments:
            own = tuple([(k, v) for k, v in arguments.items() if v is not self.arguments.get(k, self)])
        key: Any = t, letter, own, kind, *[a is None for a in kept]
        if type(t) is Late.Float and kind is not ndarray:
            key = len(self.launches)  # its count of steps is read at each run of a program: none is like another
        try:
            launch = self.launches[key]
        except KeyError:
            launch = self.launches[key] = self.begin(t, kept, arguments, letter, kind)
        except TypeError:  # an argument that cannot be compared
            return False
        if launch is None:
            return False
        if kind is ndarray and (not g.flags.c_contiguous or not g.flags.aligned):
            g = np.array(g, order="C")
        self.next = launch, g, kept
        return True

    def begin(self, t: int, kept: list[Any], arguments: Mapping[str, Any], letter: str, kind: type) -> Launch | None:
        found = formula(self.rule, t, kept, arguments, letter, self.climbs)
        if found is None or (kind is ndarray and any(type(c) is Late.Float for c in found[1])):
            return None
        return Launch(*found)

    def add(self, x: Any) -> None:
        """The array of the parameter that was taken last."""
        if self.next is not None:
            launch, g, kept = self.next
            self.next = None
            launch.rows.append([x, g, *kept])

    def go(self) -> None:
        for launch in self.launches.values():
            if launch is not None and launch.rows:
                launch.go()


def batch(
    rule: Callable[..., Any], moves: Iterable[tuple[Any, Any, Any]], arguments: Mapping[str, Any], climbs: bool
) -> Batch | None:
    """Collects the parameters of a group with their gradients; None if that would not pay."""
    size = 0
    for _, g, _ in moves:
        if g.__class__ is ndarray:
            size += g.size
        elif on_gpu(g.__class__):  # a kernel does it in one pass
            return Batch(rule, arguments, climbs)
    pays = size >= SIZE and (native_here() or (size >= BLOCKS_SIZE and threads() > 1))
    return Batch(rule, arguments, climbs) if pays else None


def on_gpu(kind: type) -> bool:
    """Are arrays of this class on a GPU?"""
    return hasattr(kind, "__cuda_array_interface__")


def compiled(formula: Formula, size: int) -> Native | None:
    """The compiled form of a formula, if it is there, or if it is time for it; ``size`` numbers are to be moved."""
    if formula in NATIVE:
        return NATIVE[formula]
    moved = MOVED[formula] = MOVED.get(formula, 0) + size
    if moved <= AFTER or not native_here():
        return None
    try:
        NATIVE[formula] = importlib.import_module("optim.native").compiled(formula)
    except ImportError:  # numba is broken, or does not fit this NumPy
        NATIVE[formula] = None
    return NATIVE[formula]


def complain(raised: set[int]) -> None:
    """Let NumPy say what happened to some number, as ``np.errstate`` has it."""
    by_zero, over, invalid = importlib.import_module("optim.native").flags()
    if any(found & by_zero for found in raised):
        np.divide(ONE, ZERO)
    if any(found & over for found in raised):
        np.multiply(HUGE, HUGE)
    if any(found & invalid for found in raised):
        np.subtract(INF, INF)
