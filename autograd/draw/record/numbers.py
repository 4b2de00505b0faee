"""Numbers that stand in NumPy's object arrays and note what is computed with them: sums, products, functions.

Convention: NumPy computes on object arrays with the operators and methods of their elements, so ``np.matmul`` of two of
them calls ``*`` and ``+`` of the numbers here, each of which is entered in a ``Book``. They have no order and no truth:
a function that must compare its elements raises TypeError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ...declare import OPERATIONS, Operation
from ..graph import Operand, Quantity
from .again import derived
from .written import number

__all__ = ["Book", "Lost", "Number", "TooMany", "elementwise", "numbers_in", "objects"]

ONES = {np.add: 0, np.subtract: 0, np.multiply: 1, np.divide: 1}  # the number on the right that changes nothing
ARITHMETIC: dict[Any, Any] = {  # result and local derivatives
    np.add: lambda a, b: (a + b, 1.0, 1.0),
    np.subtract: lambda a, b: (a - b, 1.0, -1.0),
    np.multiply: lambda a, b: (a * b, b, a),
    np.divide: lambda a, b: (a / b, 1 / b, -a / b / b),
}
LINEAR = {"add", "subtract", "multiply", "divide", "negative", "positive"}  # in all but one of their operands


class TooMany(Exception):
    """More numbers than anybody could want to see."""


class Lost(Exception):
    """The graph did not keep what is needed to compute an operation again."""


class Book:
    """The quantities that were computed, in order; ``array`` is the quantity on whose account it is now done."""

    def __init__(self, most: int) -> None:
        self.quantities: list[Quantity] = []
        self.most = most
        self.array = Quantity(0, "inner")

    def enter(self, x: float, known: bool, operation: str = "", operands: Sequence[Operand] = ()) -> Number:
        """A new number."""
        key = len(self.quantities)
        if key >= self.most:
            raise TooMany
        q = self.array
        value = float(x) if known else None
        kind = q.kind if not operation else "inner"
        self.quantities.append(Quantity(
            key, kind, operation, list(operands), value=value, dtype=q.dtype, scalar=True, scope=q.scope, line=q.line,
        ))  # fmt: skip
        return Number(self, key, float(x), known)

    def computed(self, operation: str, y: float, operands: Iterable[tuple[Any, float]]) -> Number:
        """A number that was computed from others, each with its slope; None among them is one that nobody knows."""
        found, known = [], True
        for x, slope in operands:
            if isinstance(x, Number):
                known = known and x.known
                found.append(Operand(x.key, slope=float(slope)))
            else:
                known = known and x is not None
                found.append(Operand(literal=number(x)))
        slopes = [operand.slope for operand in found if operand.slope is not None]
        if not known and (operation not in LINEAR or np.isnan(slopes).any()):
            raise Lost
        return self.enter(y, known, operation, found)


class Number:
    """A number in a Book; NaN if it is not known."""

    __slots__ = ("book", "key", "known", "number")

    def __init__(self, book: Book, key: int, number: float, known: bool) -> None:
        self.book, self.key, self.number, self.known = book, key, number, known

    def __getattr__(self, name: str) -> Any:
        """NumPy's functions of object arrays look for a method of their own name."""
        operation = OPERATIONS.get(getattr(np, name, None)) if not name.startswith("_") else None
        if not isinstance(operation, Operation) or operation.kind != "elementwise":
            raise AttributeError(name)
        return lambda *others: elementwise(self.book, operation, [self, *others], {}).item()

    def conjugate(self) -> Number:
        return self

    def __pos__(self) -> Number:
        return self

    def __neg__(self) -> Any:
        return self.negative()

    def __abs__(self) -> Any:
        return self.absolute()

    def __add__(self, other: Any) -> Any:
        return _arithmetic(np.add, self, other)

    def __radd__(self, other: Any) -> Any:
        return _arithmetic(np.add, other, self)

    def __sub__(self, other: Any) -> Any:
        return _arithmetic(np.subtract, self, other)

    def __rsub__(self, other: Any) -> Any:
        return _arithmetic(np.subtract, other, self)

    def __mul__(self, other: Any) -> Any:
        return _arithmetic(np.multiply, self, other)

    def __rmul__(self, other: Any) -> Any:
        return _arithmetic(np.multiply, other, self)

    def __truediv__(self, other: Any) -> Any:
        return _arithmetic(np.divide, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _arithmetic(np.divide, other, self)

    def __pow__(self, other: Any) -> Any:
        return self.power(other)

    def __rpow__(self, other: Any) -> Any:
        return elementwise(self.book, OPERATIONS[np.power], [other, self], {}).item()

    def __eq__(self, other: object) -> bool:
        raise TypeError("numbers of a picture are not compared")

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise TypeError("a number of a picture is neither true nor false")

    def __repr__(self) -> str:
        return f"<Number {self.key}: {self.number:.4g}>"


def _arithmetic(function: Any, a: Any, b: Any) -> Any:
    """a + b and the like. NumPy's own zeros and ones (of sums without terms, of padding) leave no trace."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return NotImplemented
    book = a.book if isinstance(a, Number) else b.book
    if not isinstance(b, Number):
        if b == ONES[function]:
            return a
        if function is np.multiply and b == 0:
            return b
    elif not isinstance(a, Number):
        if function in (np.add, np.multiply) and a == ONES[function]:
            return b
        if function in (np.multiply, np.divide) and a == 0:
            return a
    x, z = np.float64(getattr(a, "number", a)), np.float64(getattr(b, "number", b))
    y, *slopes = ARITHMETIC[function](x, z)
    return book.computed(function.__name__, y, zip([a, b], slopes, strict=True))


def elementwise(book: Book, operation: Any, operands: Sequence[Any], arguments: Mapping[str, Any]) -> Any:
    """The operation on each element, as an object array, with the local derivatives that its own rules give.

    An operand that is None was left out; one that nobody knows is an array of None.
    """
    shape = np.broadcast_shapes(*[np.shape(x) for x in operands if x is not None])
    things = [None if x is None else np.broadcast_to(objects(x), shape) for x in operands]
    numbers = [None if x is None else numbers_in(x) for x in things]
    varying = [x is not None and any(isinstance(v, Number) for v in x.flat) for x in things]
    y, pull = derived(operation, numbers, varying, arguments)
    slopes = pull(0, np.ones(shape))
    found = np.empty(shape, object)
    for at in np.ndindex(shape):
        mine = [(x[at], 0.0 if d is None else d[at]) for x, d in zip(things, slopes, strict=True) if x is not None]
        if any(isinstance(v, Number) for v, _ in mine):
            found[at] = book.computed(operation.name, y[0][at], mine)
        else:
            found[at] = None if any(v is None for v, _ in mine) else y[0][at].item()
    return found


def objects(x: Any) -> Any:
    """Anything as an object array."""
    if isinstance(x, np.ndarray):
        return x.astype(object)
    found = np.empty((), object)
    found[()] = x
    return found


def numbers_in(things: Any) -> Any:
    """The numbers in an object array, as floats; NaN for those that nobody knows."""
    flat = [v.number if isinstance(v, Number) else np.nan if v is None else v for v in things.flat]
    return np.array(flat, np.result_type(float, *[v for v in flat if isinstance(v, complex)])).reshape(things.shape)
