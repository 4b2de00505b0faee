"""Instructions as words: each form of an instruction is written once, and then only given its addresses.

Convention: two instructions have one form where function, dtypes, shapes, steps and all other arguments agree; the
numbers among a ufunc's arguments may differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ...typing import NDArray
from ..tape import Guard, Instruction, View, bytes_of
from . import codes
from .rows import LARGEST, NUMBER, PYTHON, Unknown, Writer
from .writing import write

__all__ = ["Encoder"]


class Template(NamedTuple):
    """The words of a form: holes say which word takes the address of which slot, numbers what numbers are kept as."""

    words: list[int]
    holes: list[tuple[int, int]]
    numbers: np.dtype[Any]


class Pool:
    """Numbers that never move, each kept once."""

    CHUNK = 512

    def __init__(self) -> None:
        self.chunks: list[NDArray[Any]] = []
        self.known: dict[Any, int] = {}
        self.used = self.CHUNK

    def __call__(self, value: Any, dtype: np.dtype[Any]) -> int:
        key = (value if value else repr(value), dtype)  # 0 and -0 are equal
        found = self.known.get(key)
        if found is None:
            if self.used == self.CHUNK:
                self.chunks.append(np.zeros(2 * self.CHUNK, np.uint64))
                self.used = 0
            place = self.chunks[-1][2 * self.used :]
            place.view(dtype)[0] = value
            found = self.known[key] = place.ctypes.data
            self.used += 1
        return found


class Encoder:
    """Writes the instructions of one machine.

    ``base``     by buffer: the address where it begins
    ``scratch``  memory for what one instruction needs in passing; all of them share it
    """

    def __init__(self, base: Sequence[int]) -> None:
        self.base = base
        self.askew = {number for number, begin in enumerate(base) if begin % 8}  # buffers outside, maybe not aligned
        self.constant = Pool()
        self.templates: dict[Any, Template | None] = {}
        self.scratch = np.zeros(8 * LARGEST, np.uint64)
        self.start: int = self.scratch.ctypes.data
        self.taken = 0
        self.kept: list[NDArray[Any]] = []

    def write(self, step: Instruction | Guard, words: list[int]) -> bool:
        """Add the words of a step; False where Python must do it."""
        row = self.guard(step) if step.__class__ is Guard else self.instruction(step)  # type: ignore[arg-type]
        if row is None:
            return False
        words += row
        return True

    def guard(self, guard: Guard) -> list[int] | None:
        """A decision as words; None where Python must look."""
        view, read, expected = guard.view, guard.read, guard.expected
        address = self.base[view.buffer] + view.offset
        kind = view.dtype.char
        if read is bytes_of:
            step = view.dtype.itemsize
            for n, own in zip(reversed(view.shape), reversed(view.strides), strict=True):
                if n != 1 and own != step:
                    return None
                step *= n
            if step > LARGEST or view.dtype.kind not in "fiubc" or expected[:2] != (view.shape, view.dtype.str):
                return None
            own_bytes = np.frombuffer(expected[2], np.uint8)
            self.kept.append(own_bytes)
            return [codes.GUARD_BYTES, step, address, own_bytes.ctypes.data] if step else []
        if view.size != 1:
            return None
        if read is bool and kind in "d?":
            return [codes.GUARD_TRUTH if kind == "d" else codes.GUARD_TRUTH_BYTE, address, int(expected)]
        if isinstance(expected, float) and kind == "d" and expected == expected:
            return [codes.GUARD_BITS, address, np.float64(expected).view(np.int64).item()]
        if isinstance(expected, int) and view.dtype == np.int64 and read is not bool:
            return [codes.GUARD_BITS, address, int(expected)]
        return None

    def instruction(self, step: Instruction) -> list[int] | None:
        """An instruction as words; None where NumPy must do it."""
        function, outputs, reads, base = step.function, step.outputs, step.reads, self.base
        if self.askew and any((base[v.buffer] + v.offset) % v.dtype.alignment for v in (*outputs, *reads)):
            return None
        numbers: list[Any] = []
        key: Any
        try:
            if step.method == "" and function.__class__ is np.ufunc:
                parts: list[Any] = [function, step.form]
                for view in outputs:
                    parts.append(view[2:])
                for x in step.arguments:
                    if x.__class__ is View:
                        parts.append(x[2:])
                    else:
                        parts.append(x.__class__)
                        numbers.append(x)
                if step.keywords:
                    parts.append(formed(step.keywords))
                if numbers and function is np.power:
                    parts += numbers
                key = tuple(parts)
            else:
                forms = formed(step.arguments), formed(step.keywords) if step.keywords else None
                key = (function, step.method, step.form, *[v[2:] for v in outputs], *forms)
            if step.form != "fresh":
                first = outputs[0]
                key = (key, tuple([v.offset - first.offset if v.buffer == first.buffer else None for v in reads]))
            template = self.templates[key]
        except KeyError:
            template = self.templates[key] = self._template(step)
        except TypeError:  # something that cannot be hashed
            return None
        if template is None:
            return None
        words = template.words.copy()
        n = len(outputs)
        try:
            for place, slot in template.holes:
                if slot < n:
                    view = outputs[slot]
                    words[place] += base[view.buffer] + view.offset
                elif slot < NUMBER:
                    view = reads[slot - n]
                    words[place] += base[view.buffer] + view.offset
                else:
                    words[place] += self.constant(numbers[slot - NUMBER], template.numbers)
        except OverflowError:  # an int that is too large
            return None
        return words

    def _scratch(self, size: int) -> int:
        start = self.taken
        self.taken += -(-size // 64) * 64
        if self.taken > self.scratch.nbytes:
            raise Unknown
        return self.start + start

    def _template(self, step: Instruction) -> Template | None:
        self.taken = 0
        writer = Writer(self._scratch, self.constant)
        try:
            write(writer, step)
        except Exception:  # Unknown, and what comes of arguments that nobody thought of: they are NumPy's to judge
            return None
        return Template(writer.words, writer.holes, writer.numbers)


def formed(x: Any) -> Any:
    """Arguments without what tells two instructions of one form apart."""
    kind = x.__class__
    if kind is View:
        return x[2:]
    if kind in PYTHON:
        return (kind, repr(x))
    if isinstance(x, tuple | list):
        return (kind, *map(formed, x))
    if isinstance(x, dict):
        return tuple([(name, formed(part)) for name, part in x.items()])
    if isinstance(x, slice):
        return ("slice", formed(x.start), formed(x.stop), formed(x.step))
    return (kind, x)
