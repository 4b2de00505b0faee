"""Python's numbers, traced: among arrays they take their dtype; with numbers they compute as Python does."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ...typing import NDArray
from ..instruction import View
from ..seen import as_float
from ..tape import Tape, bytes_of
from .arguments import noted
from .array import Traced
from .kinds import Late, new, of

__all__ = ["Number"]

ndarray = np.ndarray


class Number(Traced):
    """A Python number that is traced: among arrays it takes their dtype; with numbers it computes as Python does."""

    __slots__ = ("value",)

    value: float | int

    @property
    def own(self) -> Any:
        return self.value

    @property
    def plain_class(self) -> type:
        return type(self.value)

    @classmethod
    def of(cls, x: Traced) -> Number:
        """The number in an array of one."""
        return cls.at(x.tape, x.array.item(), _scalar(x.where))

    @classmethod
    def at(cls, tape: Tape, value: float | int, view: View) -> Number:
        self = new(cls)
        self.value, self.tape, self.where = value, tape, view
        return self

    @property
    def array(self) -> NDArray[Any]:  # type: ignore[override]
        return np.array(self.value)

    def __getattr__(self, name: str) -> Any:
        """What arrays have, it has as an array of one number."""
        return getattr(of(self.tape, self.array, self.where._replace(weak=False)), name)

    def _binary(self, other: Any, ufunc: np.ufunc, compute: Callable[[Any, Any], Any], swap: bool = False) -> Any:
        kind = type(other)
        if kind is Number:
            x: Any = other.value
        elif kind is float or kind is int or kind is bool:
            x = other
        elif isinstance(other, Traced | ndarray | np.generic):
            return ufunc(other, self) if swap else ufunc(self, other)
        elif kind is complex:
            return compute(other, float(self)) if swap else compute(float(self), other)
        else:
            return NotImplemented
        a, b = (x, self.value) if swap else (self.value, x)
        operands: tuple[Any, Any] = (other, self) if swap else (self, other)
        if ufunc in DIVIDING:
            self.tape_nonzero(operands[1])
        if ufunc is np.power:
            self.tape.raising = True
        y = compute(a, b)
        if y.__class__ is float and ufunc in ARITHMETIC and (a.__class__ is float or b.__class__ is float):
            if kind is Number:
                arguments = (other.where, self.where) if swap else (self.where, other.where)
                return Number.at(self.tape, y, self.tape.number(ufunc, arguments, arguments))
            if kind is float or -EXACT < x < EXACT:
                arguments = (x, self.where) if swap else (self.where, x)
                return Number.at(self.tape, y, self.tape.number(ufunc, arguments, (self.where,)))
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
        made = Number.at(self.tape, y, view)
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
        return Number.at(self.tape, y, view)

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
        return f"<a traced {self.value!r}>"

    def item(self) -> Number:
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        self.tape.decide(self.array, self.where, bytes_of)
        return self.value.__class__, (self.value,)

    def is_integer(self) -> bool:
        return float(self).is_integer()

    def conjugate(self) -> Any:
        return self


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
    return lambda self, other: self._binary(other, ufunc, compute, swap)


for _name, (_ufunc, _compute) in OPERATORS.items():
    setattr(Number, f"__{_name}__", _operator(_ufunc, _compute, False))
    if _ufunc not in COMPARING:
        setattr(Number, f"__r{_name}__", _operator(_ufunc, _compute, True))
        setattr(Number, f"__i{_name}__", _operator(_ufunc, _compute, False))  # a number is replaced, not changed


def _scalar(view: View) -> View:
    """The view of the only number of an array."""
    return View(view.buffer, view.offset, (), (), view.dtype, True)


Late.Number = Number
