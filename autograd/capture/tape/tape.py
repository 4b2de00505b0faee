"""The tape: notes each NumPy call with a traced array as an instruction, while it is computed.

Convention: the numbers are real while recording. What Python asks of them (``if x > 0``, ``float(x)``) is answered, and
noted as a guard.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from threading import get_ident
from typing import Any

import numpy as np

from ...core import users_line
from ...typing import NDArray
from .instruction import FOREIGN, FRESH, Buffer, Form, Guard, Instruction, View, read_by
from .memory import frozen, lowest, may_share, owner, side_by_side
from .rows import FLOATS, Derived, Row, expanded, float_at
from .seen import bytes_of

__all__ = ["FAILING", "LONGEST", "NOWHERE", "Tape"]

LONGEST = 4_000_000  # instructions
NOTHING: dict[str, Any] = {}
make = tuple.__new__  # a View, without the detour by its own constructor
FAILING = (ArithmeticError, LookupError, ValueError)  # what numbers, not types, make NumPy raise
KINDS = "biufcMmSU"  # of dtypes whose elements are their bytes
NONE: frozenset[int] = frozenset()
NOWHERE = View(-1, 0, (), (), np.dtype(float))


class Tape:
    """The instructions and guards so far, and the buffers that they use.

    ``notes``    instructions and guards, in their order, some of them as rows (see ``rows``)
    ``written``  the buffers whose numbers were replaced in place
    ``raising``  are there functions of Python's numbers, which raise errors where NumPy's give NaN or infinity?
    ``thread``   the one that records; what others do with traced arrays that they meet is not noted
    ``closed``   nothing is noted any more: the recording is over, or was ``given_up`` for a ``reason``
    """

    def __init__(self) -> None:
        self.notes: list[Instruction | Guard | Row] = []
        self.buffers: list[Buffer] = []
        self.known: dict[int, View] = {}  # arrays of the user's that are traced, by their ids
        self.met: dict[int, tuple[NDArray[Any], View, bytes]] = {}  # others that were met, and what they held then
        self.lent: list[
            tuple[NDArray[Any], Any]
        ] = []  # arrays that were given away as ordinary ones, and their numbers
        self.kept: list[tuple[Any, Any]] = []  # foreign arrays that nobody traced, and their numbers
        self.written: set[int] = set()
        self.packed: set[int] = set()  # inputs whose elements shared memory, and have their own in the program
        self.chosen: dict[int, int] = {}  # copies that eager code takes for views: of which buffers
        self.stale: set[int] = set()  # of those, the ones whose originals have changed
        self.reach: dict[int, set[int]] = {}  # by foreign buffer: the given ones whose memory it may share
        self.closed = self.given_up = False
        self.thread = get_ident()
        self.raising = False
        self.reason = ""
        self.line: Callable[[], str] | None = None  # of the user's program, under debug()
        self.derived: dict[Any, Derived | None] = {}  # what functions of floats are made of

    def steps(self) -> list[Instruction | Guard]:
        """The instructions and guards, in their order."""
        return expanded(self.notes, self.buffers)

    # ------------------------------------------------ arrays

    def enter(self, array: NDArray[Any]) -> View:
        """A view of an input: a buffer that is given at each call, laid out as this array."""
        return self._laid_out(array, "input")

    def outside(self, array: NDArray[Any]) -> View:
        """A view of an array of the user's that is traced: the program reads it where it is."""
        found = self.known.get(id(array))
        if found is None:
            if self.closed or get_ident() != self.thread:
                return NOWHERE
            n = len(self.buffers)
            self.buffers.append(Buffer(array.nbytes, "outside", array))  # which keeps its id its own
            found = self.known[id(array)] = View(n, 0, array.shape, array.strides, array.dtype)
        return found

    def foreign(self, array: Any, among: Sequence[tuple[Any, View]] | None = None) -> View:
        """A view of an array of another library: one that was given, or a result that may be a view of some ``among``
        others.
        """
        if self.closed or get_ident() != self.thread:
            return NOWHERE
        n = len(self.buffers)
        self.buffers.append(FOREIGN)
        self.reach[n] = {n} if among is None else set()
        for other, view in among or ():
            if self.reach[view.buffer] and may_share(array, other):
                self.reach[n] |= self.reach[view.buffer]
        return View(n, 0, tuple(array.shape), (), array.dtype)

    def keep(self, array: Any) -> None:
        """Keep a foreign array that nobody traced in the program, which reads it; the function may not write to it."""
        if self.closed or get_ident() != self.thread or any(array is other for other, _ in self.kept):
            return
        try:
            self.kept.append((array, bytes_of(array)))
        except (AttributeError, TypeError):
            self.give_up(f"it computes with a {type(array).__name__} that is none of its arguments: pass it as one")

    def view(self, array: NDArray[Any]) -> View:
        """Where the numbers of an array are that nobody traced.

        The function may have made it, and write to it between two uses: then they are what they were at this one. See
        ``settle``.
        """
        if array.dtype.kind not in KINDS:
            self.give_up(f"it computes with an array of {array.dtype}")
        if self.closed or get_ident() != self.thread:
            return NOWHERE
        found = self.met.get(id(array))
        now = array.tobytes("A") if array.flags.writeable or found is None else found[2]
        if found is None or found[2] != now:
            if found is not None:
                self._freeze(*found)
            n = len(self.buffers)
            self.buffers.append(Buffer(array.nbytes, "outside", array))
            found = self.met[id(array)] = array, View(n, 0, array.shape, array.strides, array.dtype), now
        return found[1]

    def settle(self) -> None:
        """The recording is over. Arrays that somebody else holds are read where they are, others are constants."""
        if any(bytes_of(array) != seen for array, seen in self.kept):
            self.give_up("it writes to an array of another library between two uses: make it by np.zeros_like(x)")
        self.kept = []
        if any(bytes_of(array) != seen for array, seen in self.lent):
            self.give_up("it writes to an array after np.asarray(x), or a function that calls that, was given it")
        self.lent = []
        for found in self.met.values():
            root = owner(found[0])
            if found[0].tobytes("A") != found[2] or sys.getrefcount(root) <= (4 if root is found[0] else 3):
                self._freeze(*found)
        self.met = {}
        self.closed = True

    def _freeze(self, array: NDArray[Any], view: View, numbers: bytes) -> None:
        """Keep the numbers of an array for the program alone."""
        self.buffers[view.buffer] = Buffer(array.nbytes, "constant", frozen(array, view, numbers))

    def _laid_out(self, array: NDArray[Any], kind: Any) -> View:
        """A buffer that holds exactly the numbers of an array, in its order of axes; of an input, as it stands."""
        if self.closed or get_ident() != self.thread:
            return NOWHERE
        n = len(self.buffers)
        shape, dtype = array.shape, array.dtype
        if dtype.kind not in KINDS:
            self.give_up(f"there is an array of {dtype}")
            return NOWHERE
        if not shape:
            self.buffers.append(FRESH[dtype.itemsize] if kind == "fresh" else Buffer(dtype.itemsize, kind))
            return make(View, (n, 0, (), (), dtype, False))
        strides, first, size = array.strides, 0, array.nbytes
        if not (flags := array.flags).c_contiguous and size and not flags.f_contiguous:
            packed, apart, overlapping = side_by_side(array)
            if kind == "input" and overlapping:
                self.packed.add(n)
            if kind == "input" and not overlapping:
                first, size = -lowest(array), apart
            else:
                strides = packed
        self.buffers.append(FRESH[size] if kind == "fresh" else Buffer(size, kind))
        return make(View, (n, first, shape, strides, dtype, False))

    def made(self, y: Any) -> tuple[Any, View]:
        """A result with memory of its own, laid out as the program has it; and its view."""
        view = self._laid_out(y, "fresh")
        return self.settled(y, view), view

    def settled(self, y: NDArray[Any], view: View) -> NDArray[Any]:
        """A result as its view lays it out: views of it will be views of the buffer."""
        if y.strides == view.strides or view.buffer < 0:
            return y
        array = np.ndarray(y.shape, y.dtype, strides=view.strides)
        array[...] = y
        return array

    def within(self, y: NDArray[Any], operands: list[tuple[NDArray[Any], View]]) -> View | None:
        """The view that y is of an operand's memory; None if it has memory of its own."""
        if self.closed:
            return NOWHERE
        root = owner(y)
        for array, view in operands:
            if array is y:
                return view._replace(weak=False)
        for array, view in operands:
            if owner(array) is root and view.buffer not in self.packed:
                if self.buffers[view.buffer].kind != "fresh" and y.size and not np.shares_memory(y, array):
                    continue  # two inputs may be views of one array
                moved = y.__array_interface__["data"][0] - array.__array_interface__["data"][0]
                return View(view.buffer, view.offset + moved, y.shape, y.strides, y.dtype)
        return None

    def gathered(self, y: NDArray[Any], view: View, numbers: list[Any]) -> View | None:
        """Where the program has a part of an array that these numbers choose: None, for a copy of what they choose.

        To eager code it is a view; so the copy must not be read where one of the two has been written to. If it is
        laid out otherwise than a copy would be, the numbers are decided.
        """
        if self.closed:
            return view
        if not y.flags.c_contiguous:
            for x in numbers:
                self.decide(x.array, x.where, bytes_of)
            return view
        self.chosen[len(self.buffers)] = view.buffer
        return None

    def _wrote(self, outputs: tuple[View, ...]) -> None:
        """Numbers in these buffers were replaced: copies that eager code takes for views of them are no longer so."""
        for view in outputs:
            self.written.add(view.buffer)
            self.written |= self.reach.get(view.buffer, NONE)
            if view.buffer in self.chosen:
                self.give_up("it writes to a part of an array that numbers of the program choose")
            self.stale.update([part for part, whole in self.chosen.items() if whole == view.buffer])

    # ------------------------------------------------ steps

    def note(
        self,
        function: Any,
        method: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        outputs: tuple[View, ...],
        form: Form,
    ) -> None:
        """Add an instruction."""
        if self.closed or get_ident() != self.thread:
            return
        reads = read_by(arguments, keywords)
        self.notes.append(
            Instruction(
                function,
                method,
                arguments,
                keywords,
                outputs,
                form,
                reads,
                "" if self.line is None else self.line(),
            )
        )
        if self.stale and not self.stale.isdisjoint([view.buffer for view in reads]):
            self.give_up("it reads a part of an array that numbers of the program chose, and that changed meanwhile")
        if form != "fresh":
            self._wrote(outputs)
        if len(self.notes) > LONGEST:
            self.too_long()

    def computed(self, function: Any, arguments: tuple[Any, ...], reads: tuple[View, ...], y: Any) -> View:
        """Add the call that made y, without keywords; where the program has it."""
        if self.closed or get_ident() != self.thread:
            return NOWHERE
        buffers, shape = self.buffers, y.shape
        n = len(buffers)
        if shape and not y.flags.c_contiguous:
            view = self._laid_out(y, "fresh")
        else:
            buffers.append(FRESH[y.nbytes])
            view = make(View, (n, 0, shape, y.strides, y.dtype, False))
        line = "" if self.line is None else self.line()
        self.notes.append(Instruction(function, "", arguments, NOTHING, (view,), "fresh", reads, line))
        if self.stale and not self.stale.isdisjoint([view.buffer for view in reads]):
            self.give_up("it reads a part of an array that numbers of the program chose, and that changed meanwhile")
        if n > LONGEST:
            self.too_long()
        return view

    def row(self, function: Any, operands: tuple[Any, ...], results: int = 1) -> int:
        """Add a function of floats, as a row; the buffer of its first result."""
        if self.closed or get_ident() != self.thread:
            return -1
        n = len(self.buffers)
        if self.line is not None and results == 1:
            operands = tuple([x if x.__class__ is float else float_at(x) for x in operands])
            return self.computed(function, operands, read_by(operands, NOTHING), np.float64(0)).buffer
        for _ in range(results):
            self.buffers.append(FLOATS)
        self.notes.append((function, n, *operands))
        if n > LONGEST:
            self.too_long()
        return n

    def too_long(self) -> None:
        """So many instructions are no program."""
        self.give_up(
            f"the function made more than {LONGEST:,} NumPy calls, too long a program. Capture the body of its "
            "loop instead, or compute with arrays in place of single numbers"
        )

    def give_up(self, reason: str) -> None:
        """Note nothing from here on: the call goes on as an eager one."""
        if not self.given_up and get_ident() == self.thread:
            self.closed, self.given_up, self.reason = True, True, reason
            self.notes, self.buffers, self.known, self.met = [], [], {}, {}

    def fail(self, error: Exception) -> None:
        """An error was raised, perhaps because of the numbers: the function may catch it, and go on another way."""
        self.give_up(f"it raised {type(error).__name__}")

    def fresh(self, y: NDArray[Any]) -> View:
        """The view of a result with memory of its own."""
        return self._laid_out(y, "fresh")

    def decide(self, array: NDArray[Any], view: View, read: Callable[[NDArray[Any]], Any]) -> Any:
        """What ``read`` makes of the numbers now; the program will hold only where it makes the same of them."""
        try:
            seen = read(array)
        except FAILING as error:
            self.fail(error)
            raise
        if self.closed or get_ident() != self.thread:
            return seen
        self.notes.append(Guard(view, read, seen, sys.intern(users_line())))  # there are few lines
        return seen
