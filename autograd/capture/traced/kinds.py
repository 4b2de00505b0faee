"""What all traced numbers are: the numbers, the tape that notes what becomes of them, and the program's view of them.

Convention: ``Late`` holds the classes, which are defined above the functions that make their objects.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...typing import NDArray
from ..tape import Tape, View, as_complex, as_float, bytes_of

__all__ = ["PLAIN", "Bare", "Late", "new", "noted_result", "of", "traced"]

new, ndarray = object.__new__, np.ndarray
PLAIN = {int, float, complex, bool, str, bytes, type(None), type(Ellipsis), np.float64, np.float32, np.int64, np.bool_}


class Bare:
    """Something traced, with what the operations of its kind make possible."""

    __slots__ = ("tape", "where")

    array: NDArray[Any]
    tape: Tape
    where: View
    copy: Any
    __getitem__: Any

    @property
    def own(self) -> Any:
        """The ordinary array or number."""
        return self.array

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return bool((self == value).any())

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copy()

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickled as the ordinary array, whose numbers are guarded: another process knows no tape."""
        self.tape.decide(self.array, self.where, bytes_of)
        plain: Any = self.own
        return plain.__reduce_ex__(protocol)

    # What Python sees of the numbers is guarded.

    def __bool__(self) -> bool:
        return bool(self.tape.decide(self.array, self.where, bool))

    def __int__(self) -> int:
        return int(self.tape.decide(self.array, self.where, int))

    def __index__(self) -> int:
        return int(self.tape.decide(self.array, self.where, operator.index))

    def __float__(self) -> float:
        return float(self.tape.decide(self.array, self.where, as_float))

    def __complex__(self) -> complex:
        return complex(*self.tape.decide(self.array, self.where, as_complex))

    def __format__(self, spec: str) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return format(self.array, spec)


class Late:
    """The kinds: arrays of NumPy's, numbers of NumPy's, numbers of Python's."""

    Traced: Any
    Scalar: Any
    Number: Any


def of(tape: Tape, y: Any, view: View) -> Any:
    """What NumPy gave, traced: an array, or a number of NumPy's."""
    x: Any
    if y.__class__ is ndarray:
        x = new(Late.Traced)
        x.array = y
    else:
        x = new(Late.Scalar)
        x.value = y
    x.tape, x.where = tape, view
    return x


def noted_result(tape: Tape, ufunc: Any, arguments: tuple[Any, ...], reads: tuple[View, ...], y: Any) -> Any:
    """What a call without keywords gave, and that is noted."""
    view = tape.computed(ufunc, arguments, reads, y)
    return of(tape, y if y.strides == view.strides else tape.settled(y, view), view)


def traced(tape: Tape, array: NDArray[Any], operands: list[tuple[NDArray[Any], View]]) -> Any:
    """An array that NumPy made a view of one of the operands, or else one with memory of its own."""
    view = tape.within(array, operands)
    if view is None and array.base is not None:
        tape.give_up("it takes a view of an argument whose elements share memory")
    return of(tape, array, tape.view(array) if view is None else view)
