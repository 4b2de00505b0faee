"""Traced numbers of NumPy's: what an array's element or sum is."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ...typing import NDArray
from ..tape import bytes_of
from .array import Traced
from .kinds import Late, of, traced

__all__ = ["Scalar"]


class Scalar(Traced):
    """A traced number of NumPy's, what an array's element or sum is: it never changes. ``x += 1`` makes another."""

    __slots__ = ("value",)

    value: Any

    @property
    def own(self) -> Any:
        return self.value

    @property
    def array(self) -> NDArray[Any]:  # type: ignore[override]
        return np.asarray(self.value)

    @property
    def plain_class(self) -> type:
        return type(self.value)

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(f"{type(self.value).__name__!r} object does not support item assignment")

    def __hash__(self) -> int:  # type: ignore[override]
        self.tape.decide(self.array, self.where, bytes_of)
        return hash(self.value)

    def __round__(self, digits: int | None = None) -> Any:
        return int(np.rint(self)) if digits is None else np.round(self, digits)

    @property
    def T(self) -> Any:
        return self

    @property
    def real(self) -> Any:
        return self._part("real")

    @property
    def imag(self) -> Any:
        return self._part("imag")

    def _part(self, name: str) -> Any:
        array = self.array
        part = getattr(array, name)
        return of(self.tape, part[()], traced(self.tape, part, [(array, self.where)]).where)

    def copy(self, order: Any = "C") -> Any:
        return self

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self


def _times(general: Any) -> Any:
    """A product; of a whole number and a list or text it is the list or text so many times, as NumPy has it."""

    def times(self: Scalar, other: Any) -> Any:
        if isinstance(other, list | tuple | str | bytes) and self.array.dtype.kind in "iu":
            return other * operator.index(self)
        return general(self, other)

    return times


for _name in ("__mul__", "__rmul__"):
    setattr(Scalar, _name, _times(getattr(Traced, _name)))


def _another(self: Any, other: Any) -> Any:
    """Python then computes ``x = x + y`` for ``x += y``."""
    return NotImplemented


IN_PLACE = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "xor", "or")
for _name in IN_PLACE:
    setattr(Scalar, f"__i{_name}__", _another)

Late.Scalar = Scalar
