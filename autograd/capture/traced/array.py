"""The tracing array: ordinary numbers inside, NumPy's protocols outside, and each call noted on a tape.

Convention: engine, rules, layers and optimizers take it for an array of another library that follows NumPy's protocols,
and need not know it. What looks at its numbers from Python (``if``, ``float``, printing, a conversion to an ordinary
array) is noted as a guard.
"""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ...core import of_library
from ..tape import COPY, FAILING, Method, View, bytes_of
from .calls import call
from .indexing import getitem, setitem
from .kinds import PLAIN, Bare, Late, noted_result, of, traced
from .ufuncs import KNOWN, call_ufunc, called

__all__ = ["Traced"]

ndarray, frame = np.ndarray, sys._getframe
OPERATED: dict[float, np.ufunc] = {0.5: np.sqrt, -1: np.reciprocal}  # x^½ and x^-1, as NumPy's operator has them


def _part(name: str) -> Any:
    """The real or the imaginary part, as an attribute that can be set."""

    def get(self: Traced) -> Any:
        array = self.array
        return traced(self.tape, getattr(array, name), [(array, self.where)])

    def put(self: Traced, value: Any) -> None:
        get(self)[...] = value

    return property(get, put)


class Traced(Bare, NDArrayOperatorsMixin):
    """An array whose computation is noted: ``array`` has the numbers, ``where`` is the program's view of them."""

    __slots__ = ("array",)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """To the user's program it is what it stands for: ``isinstance(x, np.ndarray)`` holds."""
        return type(self) if of_library(frame(1).f_code.co_filename) else self.plain_class

    @property
    def plain_class(self) -> type:
        return ndarray

    __hash__ = None  # type: ignore[assignment]

    # ------------------------------------------------ NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        if not keywords and method == "__call__" and (made := called(self.tape, ufunc, inputs)) is not None:
            return made
        try:
            return call_ufunc(self.tape, ufunc, method, inputs, keywords)
        except FAILING as error:
            self.tape.fail(error)
            raise

    def __array_function__(self, function: Any, types: Any, arguments: Any, keywords: Any) -> Any:
        for kind in types:
            if not issubclass(kind, (Traced, *KNOWN)):
                return NotImplemented
            if issubclass(kind, ndarray) and kind is not ndarray:
                self.tape.give_up(f"np.{function.__name__} is given a {kind.__name__}")
        return call(self.tape, function, function, arguments, keywords)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """An ordinary array of the numbers, which from now on are guarded."""
        seen = self.tape.decide(self.array, self.where, bytes_of)
        if type(self) is not Traced or copy or (dtype is not None and dtype != self.array.dtype):
            return np.array(self.array, dtype=dtype)
        self.tape.lent.append((self.array, seen))
        return self.array

    def __array_call__(self, function: Any, *arguments: Any, **keywords: Any) -> Any:
        """A function that takes NumPy's arrays alone, of this array's numbers; ``autograd.linalg`` asks for it."""
        return call(self.tape, function, function, arguments, keywords)

    __library_call__ = __array_call__  # a function that takes them to another library's

    # ------------------------------------------------ what arrays have

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    @shape.setter
    def shape(self, shape: Any) -> None:
        self.tape.give_up("it changes the shape of an array in place")
        self.array.shape = shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.array.dtype

    @property
    def ndim(self) -> int:
        return self.array.ndim

    @property
    def size(self) -> int:
        return self.array.size

    @property
    def flags(self) -> Any:
        flags = self.array.flags
        return SimpleNamespace(
            c_contiguous=flags.c_contiguous, f_contiguous=flags.f_contiguous, fnc=flags.fnc, contiguous=flags.contiguous
        )

    @property
    def T(self) -> Any:
        array, where = self.array, self.where
        if array.strides != where.strides:
            return traced(self.tape, array.T, [(array, where)])
        turned = View(where.buffer, where.offset, where.shape[::-1], where.strides[::-1], where.dtype)
        return of(self.tape, array.T, turned)

    def copy(self, order: Any = "C") -> Any:
        array, where = self.array, self.where
        if order == "C":
            return noted_result(self.tape, COPY, (where,), (where,), array.copy())
        return call(self.tape, COPY, "copy", (self,), {"order": order})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "base":
            raise AttributeError(f"a traced array has no {name!r}")
        array = self.array
        found = getattr(array, name)
        if name == "flat" and array.flags.c_contiguous:
            return self.reshape(-1)
        if name in ("flat", "data", "ctypes"):
            self.tape.give_up(f"it reads the attribute {name!r} of an array")
        if not callable(found):
            return traced(self.tape, found, [(array, self.where)]) if isinstance(found, ndarray) else found
        if name in ("item", "tolist"):
            return lambda *at: self._out(name, at)
        return lambda *arguments, **keywords: call(self.tape, Method(name), name, (self, *arguments), keywords)

    real = _part("real")
    imag = _part("imag")

    def __getitem__(self, key: Any) -> Any:
        try:
            return getitem(self, key)
        except FAILING as error:
            self.tape.fail(error)
            raise

    def __setitem__(self, key: Any, value: Any) -> None:
        try:
            setitem(self, key, value)
        except FAILING as error:
            self.tape.fail(error)
            raise

    # ------------------------------------------------ what Python sees of the numbers: guards

    def _out(self, name: str, at: tuple[Any, ...]) -> Any:
        if name == "item" and self.array.dtype.kind in "fiu" and self.array.size == 1:
            return Late.Number.of(self)
        self.tape.decide(self.array, self.where, bytes_of)
        return getattr(self.array, name)(*at)

    def __trunc__(self) -> int:
        return int(self)

    def __repr__(self) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return repr(self.array[()])

    def __str__(self) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return str(self.array[()])


def _direct(ufunc: np.ufunc, swap: bool, general: Any) -> Any:
    """An operator that need not ask NumPy whom the other operand belongs to, where that is plain."""

    def operate(self: Traced, other: Any) -> Any:
        kind = type(other)
        where = self.where
        if ufunc is np.power and not swap and kind in (int, float) and other in OPERATED and floats(self.own):
            return OPERATED[other](self)
        if kind is Traced or kind is Late.Scalar:
            x, arguments = other.own, (other.where, where) if swap else (where, other.where)
            reads: tuple[View, ...] = arguments
        elif kind in PLAIN:
            x, arguments, reads = other, (other, where) if swap else (where, other), (where,)
        else:
            return general(self, other)
        y = ufunc(x, self.own) if swap else ufunc(self.own, x)
        return noted_result(self.tape, ufunc, arguments, reads, y)

    return operate


def floats(x: Any) -> bool:
    """Is it an array of which NumPy's operator ``**`` takes roots and reciprocals?"""
    return x.__class__ is ndarray and x.dtype.kind == "f"


for _ufunc, _names in {
    np.add: ("__add__", "__radd__"), np.subtract: ("__sub__", "__rsub__"), np.multiply: ("__mul__", "__rmul__"),
    np.divide: ("__truediv__", "__rtruediv__"), np.power: ("__pow__", "__rpow__"),
    np.matmul: ("__matmul__", "__rmatmul__"),
}.items():  # fmt: skip
    for _swap, _name in enumerate(_names):
        setattr(Traced, _name, _direct(_ufunc, bool(_swap), getattr(NDArrayOperatorsMixin, _name)))


Late.Traced = Traced
