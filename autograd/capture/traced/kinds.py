"""What all traced numbers are: the numbers, the tape that notes what becomes of them, and the program's view of them.

Convention: ``Late`` holds the classes, which are defined above the functions that make their objects.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import NDArray
from ..instruction import View
from ..tape import Tape

__all__ = ["PLAIN", "Bare", "Late", "new", "of", "traced"]

new = object.__new__
PLAIN = {int, float, complex, bool, str, bytes, type(None), type(Ellipsis), np.float64, np.float32, np.int64, np.bool_}


class Bare:
    """Something traced, as yet without operations."""

    __slots__ = ("array", "tape", "where")

    array: NDArray[Any]
    tape: Tape
    where: View

    @property
    def own(self) -> Any:
        """The ordinary array or number."""
        return self.array


class Late:
    """The kinds: arrays, numbers of NumPy's, numbers of Python's."""

    Traced: Any
    Scalar: Any
    Number: Any


def of(tape: Tape, array: NDArray[Any], view: View, kind: type | None = None) -> Any:
    """A traced array, or another kind of what is traced."""
    x: Any = new(kind or Late.Traced)
    x.array, x.tape, x.where = array, tape, view
    return x


def traced(tape: Tape, array: NDArray[Any], operands: list[tuple[NDArray[Any], View]]) -> Any:
    """An array that NumPy made a view of one of the operands, or else one with memory of its own."""
    view = tape.within(array, operands)
    if view is None and array.base is not None:
        tape.give_up("it takes a view of an argument whose elements share memory")
    return of(tape, array, tape.view(array) if view is None else view)
