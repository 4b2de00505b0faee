"""Python's numbers, traced: among arrays they take their dtype; with numbers they compute as Python does."""

from __future__ import annotations

import operator
from collections.abc import Callable
from threading import get_ident
from typing import Any

import numpy as np

from ...typing import NDArray
from ..tape import FLOAT, FLOATS, LONGEST, NOWHERE, Tape, View, as_float, bytes_of, float_at
from .arguments import noted
from .array import Traced
from .kinds import Late, new, of

__all__ = ["Number"]

ndarray = np.ndarray


class Number(Traced):
    """A Python number that is traced: among arrays it takes their dtype; with numbers it computes as Python does."""

    __slots__ = ("at", "value", "view")

    value: float | int
    at: int  # of a float that is the whole of a buffer: its number, else -1
    view: View

    @property
    def own(self) -> Any:
        return self.value

    @property
    def plain_class(self) -> type:
        return type(self.value)

    @classmethod
    def of(cls, x: Traced) -> Number:
        """The number in an array of one."""
        return cls.seen(x.tape, x.array.item(), _scalar(x.where))

    @classmethod
    def seen(cls, tape: Tape, value: float | int, view: View) -> Number:
        """A number, and where the program has it."""
        self = new(cls)
        own = value.__class__ is float and view.dtype == FLOAT and not view.offset and view.buffer not in tape.chosen
        self.value, self.tape, self.view, self.at = value, tape, view, view.buffer if own else -1
        return self

    @classmethod
    def whole(cls, tape: Tape, value: float, n: int) -> Number:
        """A float that is the whole of buffer n; of none, where nothing is noted any more."""
        self = new(cls)
        self.value, self.tape, self.at = value, tape, n
        if n < 0:
            self.at, self.view = -1, NOWHERE
        return self

    @property
    def where(self) -> View:  # type: ignore[override]
        return float_at(self.at) if self.at >= 0 else self.view

    @property
    def array(self) -> NDArray[Any]:  # type: ignore[override]
        return np.array(self.value)

    def __getattr__(self, name: str) -> Any:
        """What arrays have, it has as an array of one number; what Python's numbers alone have is of this very one."""
        if hasattr(self.value, name) and not hasattr(ndarray, name):
            self.tape.decide(self.array, self.where, bytes_of)
            return getattr(self.value, name)
        return getattr(of(self.tape, self.array, self.where._replace(weak=False)), name)

    def _binary(self, other: Any, ufunc: np.ufunc, compute: Callable[[Any, Any], Any], swap: bool = False) -> Any:
        kind = type(other)
        if kind is Number:
            x: Any = other.value
        elif kind is float or kind is int or kind is bool:
            x = other
        elif issubclass(kind, (Traced, ndarray, np.generic)):  # not what only says that it is one, as in a formula
            return ufunc(other, self) if swap else ufunc(self, other)
        elif kind is complex:
            return compute(other, float(self)) if swap else compute(float(self), other)
        else:
            return NotImplemented
        a, b = (x, self.value) if swap else (self.value, x)
        operands: tuple[Any, Any] = (other, self) if swap else (self, other)
        if ufunc in DIVIDING:
            self.tape_nonzero(operands[1])
        try:
            y = compute(a, b)
        except ArithmeticError as error:  # it depends on the numbers, and may be caught
            self.tape.fail(error)
            raise
        if y.__class__ is float and ufunc in ARITHMETIC and self.at >= 0:
            if kind is not Number:
                known = kind is float or -EXACT < x < EXACT
                x = float(x) if known else None
            else:
                x, known = other.at, other.at >= 0
            if known:
                return Number.whole(self.tape, y, self.tape.row(ufunc, (x, self.at) if swap else (self.at, x)))
        if isinstance(y, complex):
            self.tape.give_up("a power of a negative number is complex")
            return y
        if isinstance(y, int) and not isinstance(y, bool) and not -(2**63) <= y < 2**63:
            self.tape.give_up("a whole number is too large for the program")
            return y
        if ufunc is np.power:
            base: Any = operands[0]
            if isinstance(base, Number) and not (base._finite() and self.tape.decide(base.array, base.where, bool)):
                for x in (base, operands[1]):  # there NumPy takes roots otherwise than Python
                    if isinstance(x, Number):
                        self.tape.decide(x.array, x.where, bytes_of)
                return y
        given = noted(self.tape, operands)
        array = np.array(y)
        view = self.tape.fresh(array)._replace(weak=True)
        self.tape.note(ufunc, "", given, {"dtype": array.dtype} if ufunc not in COMPARING else {}, (view,), "fresh")
        if isinstance(y, bool):
            return bool(self.tape.decide(array, view, bool))
        made = Number.seen(self.tape, y, view)
        if ufunc is np.power:  # where Python raises, or gives complex numbers, NumPy gives infinities and NaN
            made._finite()
            if isinstance(a, int) and isinstance(b, int):  # a negative exponent makes a whole number a float
                for whole in operands:
                    if isinstance(whole, Number) and isinstance(whole.value, int):
                        operator.index(whole)
        return made

    def _finite(self) -> bool:
        """Is it a finite number? That is decided."""
        finite: Any = np.isfinite(of(self.tape, self.array, self.where._replace(weak=False)))
        return bool(self.tape.decide(finite.array, finite.where, bool))

    def tape_nonzero(self, divisor: Any) -> None:
        """Python raises for a division by 0, where NumPy goes on: the program holds for other divisors."""
        if isinstance(divisor, Number):
            self.tape.decide(divisor.array, divisor.where, bool)

    def _unary(self, ufunc: np.ufunc, y: Any) -> Any:
        array = np.array(y)
        view = self.tape.fresh(array)._replace(weak=True)
        self.tape.note(ufunc, "", (self.where,), {}, (view,), "fresh")
        return Number.seen(self.tape, y, view)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __neg__(self) -> Any:
        return self._unary(np.negative, -self.value)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self._unary(np.absolute, abs(self.value))

    def __float__(self) -> float:
        return float(self.tape.decide(self.array, self.where, as_float))

    def __round__(self, digits: int | None = None) -> Any:
        return round(float(self), digits)

    def __hash__(self) -> int:  # type: ignore[override]
        self.tape.decide(self.array, self.where, bytes_of)
        return hash(self.value)

    def __format__(self, spec: str) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return format(self.value, spec)

    def __str__(self) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return str(self.value)

    def __repr__(self) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return repr(self.value)

    def item(self) -> Number:
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        self.tape.decide(self.array, self.where, bytes_of)
        return self.value.__class__, (self.value,)

    def is_integer(self) -> bool:
        return float(self).is_integer()

    def conjugate(self) -> Any:
        return self

    @property
    def real(self) -> Any:
        return self

    @property
    def imag(self) -> Any:
        return type(self.value)(0)


ARITHMETIC = {np.add, np.subtract, np.multiply, np.divide}
EXACT = 2**53  # whole numbers below are floats
DIVIDING = {np.divide, np.floor_divide, np.remainder}
COMPARING = {np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal}
OPERATORS: dict[str, tuple[np.ufunc, Callable[[Any, Any], Any]]] = {
    "add": (np.add, operator.add), "sub": (np.subtract, operator.sub), "mul": (np.multiply, operator.mul),
    "truediv": (np.divide, operator.truediv), "floordiv": (np.floor_divide, operator.floordiv),
    "mod": (np.remainder, operator.mod), "pow": (np.power, operator.pow), "lt": (np.less, operator.lt),
    "le": (np.less_equal, operator.le), "gt": (np.greater, operator.gt), "ge": (np.greater_equal, operator.ge),
    "eq": (np.equal, operator.eq), "ne": (np.not_equal, operator.ne),
}  # fmt: skip


def _operator(ufunc: np.ufunc, compute: Callable[[Any, Any], Any], swap: bool) -> Any:
    if ufunc not in ARITHMETIC or ufunc in DIVIDING:
        return lambda self, other: self._binary(other, ufunc, compute, swap)

    def operate(self: Number, other: Any) -> Any:
        """Of floats, the same as ``_binary`` and ``Tape.row`` do: a loop over Values is nothing else."""
        a, tape, kind = self.at, self.tape, type(other)
        if kind is float:
            x = b = other
        elif kind is Number and (b := other.at) >= 0:
            x = other.value
        else:
            return self._binary(other, ufunc, compute, swap)
        if a < 0 or tape.closed or tape.line is not None or get_ident() != tape.thread:
            return self._binary(other, ufunc, compute, swap)
        made = new(Number)
        made.tape = tape
        made.at = n = len(tape.buffers)
        tape.buffers.append(FLOATS)
        if swap:
            made.value = compute(x, self.value)
            tape.notes.append((ufunc, n, b, a))
        else:
            made.value = compute(self.value, x)
            tape.notes.append((ufunc, n, a, b))
        if n > LONGEST:
            tape.too_long()
        return made

    return operate


for _name, (_ufunc, _compute) in OPERATORS.items():
    setattr(Number, f"__{_name}__", _operator(_ufunc, _compute, False))
    if _ufunc not in COMPARING:
        setattr(Number, f"__r{_name}__", _operator(_ufunc, _compute, True))
        setattr(Number, f"__i{_name}__", _operator(_ufunc, _compute, False))  # a number is replaced, not changed


def _scalar(view: View) -> View:
    """The view of the only number of an array."""
    return View(view.buffer, view.offset, (), (), view.dtype, True)


Late.Number = Number
