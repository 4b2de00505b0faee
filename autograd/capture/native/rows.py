"""Rows of words for operations on places: axes merged, nested where more than one is left.

Convention: a place is where an array will be, known but for the address of its slot: the output, an operand, or a
number of one instruction. Slot -1 is an address as it stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from . import codes

__all__ = [
    "KINDS",
    "LARGEST",
    "NUMBER",
    "PYTHON",
    "SMALL",
    "TRUTH",
    "WHOLE",
    "Place",
    "Unknown",
    "Writer",
    "broadcast",
    "merged",
    "part",
]

PYTHON = frozenset([int, float, bool, complex])
NUMBER = 1000  # slots from here on are Python numbers among the arguments
LARGEST = 1 << 16  # bytes of an array: NumPy does larger ones as fast
COPIED, SINGLY = 2048, 512  # numbers copied, and computed one by one: NumPy does more of them faster
KINDS = {np.dtype(np.float64): "F8", np.dtype(np.float32): "F4", np.dtype(np.int64): "I8", np.dtype(np.bool_): "U1"}
SMALL = {np.dtype(x): k for k, x in enumerate((np.int32, np.int16, np.int8, np.uint32, np.uint16, np.uint8))}
COMPLEX: np.dtype[Any] = np.dtype(np.complex128)
FLOAT: np.dtype[Any] = np.dtype(np.float64)
IN_ROW = {(8, 8, 8): 0, (8, 8, 0): 1, (8, 0, 8): 2}  # steps, and which of three loops does them
IN_ROW_F4 = {(4, 4, 4): 0, (4, 4, 0): 1, (4, 0, 4): 2}
WHOLE: np.dtype[Any] = np.dtype(np.int64)
TRUTH: np.dtype[Any] = np.dtype(np.bool_)
Steps = tuple[int, ...]


class Unknown(Exception):
    """An instruction that the compiled loop cannot do, or not as well as NumPy."""


class Place(NamedTuple):
    """Where an array will be: as a view, but that ``slot`` says of which array of the instruction it is a part."""

    slot: int
    offset: int
    shape: tuple[int, ...]
    strides: Steps
    dtype: np.dtype[Any]

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def at(self, axis: int, k: int) -> Place:
        """The part with this index along an axis."""
        shape, strides = list(self.shape), list(self.strides)
        moved = self.offset + k * strides[axis]
        del shape[axis], strides[axis]
        return Place(self.slot, moved, tuple(shape), tuple(strides), self.dtype)


def part(x: Place, k: int) -> Place:
    """The real (0) or the imaginary (1) parts of complex numbers."""
    return Place(x.slot, x.offset + 8 * k, x.shape, x.strides, FLOAT)


def broadcast(place: Place, shape: tuple[int, ...]) -> Steps:
    """The steps of a place along the axes of a larger shape."""
    own, missing = place.shape, len(shape) - len(place.shape)
    if missing < 0:
        raise Unknown
    return (0,) * missing + tuple([0 if n == 1 else s for n, s in zip(own, place.strides, strict=True)])


def merged(shape: Sequence[int], steps: Sequence[Sequence[int]]) -> tuple[list[int], list[Steps]]:
    """The same walk over fewer axes, in the same order: by axis its length, and the step of each operand."""
    lengths: list[int] = []
    kept: list[Steps] = []
    for n, *own in zip(shape, *steps, strict=True):
        if n == 1:
            continue
        if lengths and all(before == step * n for before, step in zip(kept[-1], own, strict=True)):
            lengths[-1] *= n
            kept[-1] = tuple(own)
        else:
            lengths.append(n)
            kept.append(tuple(own))
    return lengths, kept


class Writer:
    """Collects the words of one instruction.

    ``holes``    (which word, which slot): the slot's address is to be added to the word
    ``scratch``  takes so many bytes, and gives an address for this instruction alone
    ``constant`` gives the address of a number of some type that is kept
    """

    def __init__(self, scratch: Callable[[int], int], constant: Callable[[Any, np.dtype[Any]], int]) -> None:
        self.words: list[int] = []
        self.numbers = np.dtype(np.float64)  # as what the numbers among the arguments are kept
        self.holes: list[tuple[int, int]] = []
        self.scratch = scratch
        self.constant = constant

    # ------------------------------------------------ words

    def add(self, *fields: int | Place) -> None:
        """Words as they stand, and the addresses of places."""
        for x in fields:
            if x.__class__ is Place:
                if x.slot >= 0:
                    self.holes.append((len(self.words), x.slot))
                self.words.append(x.offset)
            else:
                self.words.append(x)  # type: ignore[arg-type]

    def long(self, *fields: int | Place) -> None:
        """A long row."""
        self.add(*fields, *[0] * (codes.LONG - len(fields)))

    def call(
        self, inner: tuple[int, int], operands: Sequence[Place], sizes: Sequence[int], steps: Sequence[int]
    ) -> None:
        """A call of one of NumPy's inner loops."""
        count, words = len(operands), 6 + 2 * len(operands) + len(sizes) + len(steps)
        self.add(codes.CALL, *inner, count, len(sizes), words, *operands, *[0] * count, *sizes, *steps)

    def nest(self, lengths: Sequence[int], steps: Sequence[Steps]) -> None:
        """Repeat the long row that follows over these axes; by axis the steps of out, a, b and c."""
        if not lengths:
            return
        if len(lengths) > 3:
            raise Unknown
        lengths = [*[1] * (3 - len(lengths)), *lengths]
        own = [*[(0,) * 4] * (3 - len(steps)), *[(*s, *[0] * (4 - len(s))) for s in steps]]
        self.add(codes.NEST, *lengths, *[own[axis][k] for k in range(4) for axis in range(3)])

    # ------------------------------------------------ places

    def fresh(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Place:
        """Memory for this instruction alone."""
        strides, step = [], dtype.itemsize
        for n in reversed(shape):
            strides.append(step)
            step *= n
        if step > 8 * LARGEST:
            raise Unknown
        return Place(-1, self.scratch(max(step, 8)), shape, tuple(strides[::-1]), dtype)

    def number(self, value: Any, dtype: np.dtype[Any]) -> Place:
        return Place(-1, self.constant(value, dtype), (), (), dtype)

    def cast(self, x: Place, dtype: np.dtype[Any]) -> Place:
        """The same numbers as another type."""
        if x.dtype == dtype:
            return x
        y = self.fresh(x.shape, dtype)
        self.copy(y, x)
        return y

    # ------------------------------------------------ operations

    def copy(self, out: Place, x: Place) -> None:
        """out = x, cast and broadcast."""
        if x.dtype != out.dtype:
            if x.dtype in SMALL and out.dtype == WHOLE:
                return self.elementwise(codes.WIDEN, SMALL[x.dtype], out, x)
            if out.dtype in SMALL and x.dtype == WHOLE:
                return self.elementwise(codes.NARROW, SMALL[out.dtype], out, x)
            if x.dtype in SMALL or out.dtype in SMALL:
                return self.copy(out, self.cast(x, WHOLE))
            if out.dtype == TRUTH and x.dtype == COMPLEX:
                both = [self.fresh(x.shape, TRUTH) for _ in range(2)]
                for k, own in enumerate(both):
                    self.copy(own, part(x, k))
                return self.elementwise(codes.BINARY_U1, list(codes.WHOLE).index("bitwise_or"), out, *both)
            if out.dtype == COMPLEX and x.dtype in KINDS:
                self.copy(part(out, 0), x)
                return self.fill(part(out, 1), 0.0)
            if x.dtype not in KINDS or out.dtype not in KINDS:
                raise Unknown
            self.elementwise(getattr(codes, f"{KINDS[x.dtype]}_TO_{KINDS[out.dtype]}"), 0, out, x)
            return
        if out.dtype.kind not in "fiubc":
            raise Unknown
        size = out.dtype.itemsize
        if size == 16:  # two numbers of 8 bytes
            wide = Place(x.slot, x.offset, out.shape, broadcast(x, out.shape), x.dtype)
            out, x = [Place(p.slot, p.offset, (*p.shape, 2), (*p.strides, 8), FLOAT) for p in (out, wide)]
            size = 8
        if size == 2 and out.dtype in SMALL:
            return self.copy(out, self.cast(x, WHOLE))
        if size not in (1, 4, 8):
            raise Unknown
        self.elementwise({1: codes.COPY_1, 4: codes.COPY_4, 8: codes.COPY_8}[size], 0, out, x)

    def fill(self, out: Place, value: Any) -> None:
        """out = one number."""
        self.copy(out, self.number(value, out.dtype))

    def elementwise(self, code: int, operation: int, out: Place, *operands: Place) -> None:
        """A row, or a nest of rows, of an operation whose operands are broadcast to the output."""
        if 0 in out.shape:
            return
        steps = [out.strides, *[broadcast(x, out.shape) for x in operands]]
        in_vectors = code in (codes.BINARY_F8, codes.BINARY_F4) and operation < 4
        if not in_vectors and out.size > (COPIED if codes.COPY_1 <= code <= codes.COPY_8 else SINGLY):
            raise Unknown
        axes = sorted(range(len(out.shape)), key=lambda k: -abs(out.strides[k]))
        lengths, by_axis = merged([out.shape[k] for k in axes], [[s[k] for k in axes] for s in steps])
        if len(lengths) < 2:
            n = lengths[0] if lengths else 1
            own = by_axis[0] if lengths else (0,) * len(steps)
            if self._short(code, operation, n, own, out, *operands):
                return
        else:
            n, own = lengths[-1], by_axis[-1]
            self.nest(lengths[:-1], by_axis[:-1])
        row: list[int | Place] = [code, operation, n]
        for place, step in zip((out, *operands), own, strict=True):
            row += [place, step]
        self.long(*row)

    def _short(self, code: int, operation: int, n: int, steps: Steps, out: Place, *operands: Place) -> bool:
        """A short row, where there is one."""
        if n == 1:
            if code == codes.BINARY_F8:
                self.add(*((operation,) if operation < 4 else (codes.ONE_BINARY, operation)), out, *operands)
            elif code == codes.UNARY_F8:
                self.add(*((codes.NEGATIVE,) if operation == 0 else (codes.ONE_UNARY, operation)), out, *operands)
            elif code == codes.COMPARING_F8:
                self.add(codes.ONE_COMPARING, operation, out, *operands)
            elif code == codes.COPY_8:
                self.add(codes.COPY, out, *operands)
            else:
                return False
            return True
        if code == codes.BINARY_F8 and operation < 4 and steps in IN_ROW:
            self.add(codes.VECTORS + 3 * operation + IN_ROW[steps], n, out, *operands)
        elif code == codes.BINARY_F4 and operation < 4 and steps in IN_ROW_F4:
            self.add(codes.VECTORS_F4 + 3 * operation + IN_ROW_F4[steps], n, out, *operands)
        elif code == codes.COPY_8 and steps == (8, 8):
            self.add(codes.COPIES, n, out, *operands)
        elif code == codes.COPY_8 and steps == (8, 0):
            self.add(codes.FILL, n, out, *operands)
        else:
            return False
        return True
