"""The numbers that stand for the arrays of a graph, each operation computed again on them.

Convention: an operation on arrays is opened in the first way that gives its result: element by element, if it is such a
map; by the small operations that it says it stands for; by NumPy's own function on object arrays; else it stays whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import ITEM
from ..graph import Graph, Operand, Quantity
from ..speaker import speaker
from .again import called, dependences, derived, jacobian
from .numbers import Book, Lost, Number, TooMany, elementwise, numbers_in, objects

__all__ = ["MOST", "Zoom", "element"]

MOST = 20_000  # more numbers than this are not even made
PRECISION = {"dtype", "casting"}  # arguments that mean nothing to objects
WIRING = {"where", "real", "copy", "astype"}  # the same numbers, some of them or in another dtype


class Zoom:
    """The numbers that stand for each array so far.

    ``book``    all numbers, in order
    ``things``  for each quantity an object array of its numbers; of an operation with several results a list of them
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.book = Book(MOST)
        self.things: list[Any] = []

    def open(self, q: Quantity) -> None:
        """Compute a quantity from the numbers of its operands."""
        self.book.array = q
        start = len(self.book.quantities)
        if q.scalar:
            made = self._value(q)
        elif not q.operation:
            made = self._leaf(q)
        else:
            try:
                made = self._computed(q)
            except Lost:
                raise ValueError(
                    f"{speaker()}(scalars=True): the graph did not keep all that '{q.operation}' was given, so it "
                    f"cannot be opened into single numbers. Pass the function instead, {speaker()}(f, *inputs, "
                    "scalars=True); or, if a backward pass freed the graph, keep it with backward(retain_graph=True)."
                ) from None
        self.things.append(made)
        if not q.results and not q.scalar:
            self._adopt(q, made, start)

    def _value(self, q: Quantity) -> Any:
        """A Value, as it is."""
        number = self.book.enter(np.nan if q.value is None else q.value, q.value is not None, q.operation)
        new = self.book.quantities[number.key]
        for field in ("options", "name", "named", "gradient", "kind"):
            setattr(new, field, getattr(q, field))
        new.operands = [
            Operand(None if o.source is None else self.things[o.source].item().key, o.literal, o.slope)
            for o in q.operands
        ]
        return objects(number)

    def _leaf(self, q: Quantity) -> Any:
        if int(np.prod(q.shape)) > MOST:
            raise TooMany
        known = q.value is not None
        array = np.asarray(q.value, float) if known else np.full(q.shape, np.nan)
        made = np.empty(q.shape, object)
        for at in np.ndindex(q.shape):
            made[at] = self.book.enter(float(array[at]), known)
        return made

    def _computed(self, q: Quantity) -> Any:
        call = q.call
        if call is None:
            raise Lost
        if call.operation is ITEM:
            made = self.things[q.operands[0].source or 0][call.arguments["index"]]
            if not self._agrees(q, made):
                raise Lost
            return made
        operation = call.operation
        lost = [o.source is None and o.literal is None for o in q.operands]
        known = [objects(o.literal) if o.source is None else self.things[o.source] for o in q.operands]
        ways = [known]
        if any(lost):  # an operand that was left out, a number or an array that was not kept
            everywhere = np.full(q.shape, None, object)
            without = [None if gone else x for gone, x in zip(lost, known, strict=True)]
            ways = [without, known, [everywhere if gone else x for gone, x in zip(lost, known, strict=True)]]
        if operation.name in WIRING and len(known) == 1:
            return known[0]
        single = operation.kind == "elementwise" and not operation.results and operation.name not in WIRING
        for operands in ways:
            for way in ["elementwise"] if single else [operation.unfold, operation]:
                made = None if way is None else self._opened(q, way, operands)
                if made is not None:
                    return made
        if single:
            raise Lost
        return self._whole(q, ways[0])

    def _opened(self, q: Quantity, way: Any, operands: list[Any]) -> Any:
        """The operation on object arrays; None if it cannot be computed so, or gives something else there."""
        assert q.call is not None
        operation = q.call.operation
        start = len(self.book.quantities)
        try:
            with np.errstate(all="ignore"):
                if way == "elementwise":
                    spread = [None if x is None else np.broadcast_to(x, q.shape) for x in operands]
                    y = elementwise(self.book, operation, spread, q.call.arguments)
                else:
                    arguments = {k: v for k, v in q.call.arguments.items() if k not in PRECISION}
                    y = called(operation, operands, arguments, way)
                made = [objects(x) for x in y] if operation.results else objects(y)
                if q.results or self._agrees(q, made):
                    return made
        except TooMany:
            raise
        except Exception:  # NumPy and operations of somebody's own raise many kinds on objects
            pass
        del self.book.quantities[start:]
        return None

    def _agrees(self, q: Quantity, made: Any) -> bool:
        """Are these the numbers of the array? Some of NumPy's functions do something else with objects.

        Numbers of an array that nobody kept are filled in where they were only passed on.
        """
        if made.shape != q.shape:
            return False
        if q.value is None:
            return all(v is not None for v in made.flat)
        array = np.asarray(q.value)
        for at, v in np.ndenumerate(made):
            if v is None:
                made[at] = float(array[at])
        if not all(v.known for v in made.flat if isinstance(v, Number)):
            return True
        digits = np.finfo(array.dtype).eps ** 0.5 if array.dtype.kind == "f" else 1e-9
        return bool(np.allclose(numbers_in(made), array.astype(float), digits, digits, equal_nan=True))

    def _whole(self, q: Quantity, operands: list[Any]) -> Any:
        """Each number of the result as one node, whose operands are all numbers that it depends on."""
        assert q.call is not None
        operation, arguments = q.call.operation, q.call.arguments
        numbers = [None if x is None else numbers_in(x) for x in operands]
        varying = [x is not None and any(isinstance(v, Number) for v in x.flat) for x in operands]
        elements = [v for x, varies in zip(operands, varying, strict=True) if varies for v in x.flat]
        size = int(np.prod(q.shape)) if not q.results else len(elements)
        if size * len(elements) > MOST:
            raise TooMany
        try:
            arrays, pull = derived(operation, numbers, varying, arguments)
        except Exception:  # whatever an operation of somebody's own does without an argument that it needs
            raise Lost from None
        if not q.results and (arrays[0].shape != q.shape or not _close(arrays[0], q.value)):
            raise Lost
        try:
            slopes = jacobian(arrays, pull, numbers, varying)
        except (ValueError, ArithmeticError) as error:
            raise ValueError(
                f"{speaker()}(scalars=True): '{operation.name}' has no derivative for each number of its result: "
                f"{error}"
            ) from error
        depends = dependences(operation, numbers, varying, arguments, slopes)
        made = []
        for k, array in enumerate(arrays):
            found = np.empty(array.shape, object)
            for row, at in enumerate(np.ndindex(array.shape)):
                name = f"{operation.name}[{k}]" if operation.results else operation.name
                name = element(name, at if array.size > 1 else ())
                used: dict[int, Any] = {}  # a number that was given twice has the sum of its slopes
                for j in np.flatnonzero(depends[k][row]):
                    v = elements[j]
                    if isinstance(v, Number):
                        used[v.key] = v, used.get(v.key, (v, 0.0))[1] + slopes[k][row][j]
                found[at] = self.book.computed(name, array[at], used.values()) if used else array[at].item()
            made.append(found)
        return made if operation.results else made[0]

    def _adopt(self, q: Quantity, made: Any, start: int) -> None:
        """Name an array's numbers after it; those that it made have its values and gradients."""
        root = q.key in self.graph.roots
        seen: set[int] = set()
        within = {operand.source for number in self.book.quantities[start:] for operand in number.operands}
        for at, v in np.ndenumerate(made):
            if root and not isinstance(v, Number):
                v = made[at] = self.book.enter(v, True)
                self.book.quantities[v.key].kind = "constant"
            if not isinstance(v, Number):
                continue
            number = self.book.quantities[v.key]
            if v.key >= start:
                if q.value is not None:
                    v.number, v.known = float(np.asarray(q.value)[at]), True
                    number.value = v.number
                if q.gradient is not None and v.key not in within:  # of one that appears twice: the sum
                    before = number.gradient if v.key in seen else 0.0
                    number.gradient = before + float(np.asarray(q.gradient)[at])
                if number.operation == q.operation:
                    number.options = list(q.options)
            seen.add(v.key)
            if root and number.kind == "inner":
                number.kind = "result"
            if q.name and not number.name:
                number.name, number.named = element(q.name, at), q.named


def _close(array: Any, value: Any) -> bool:
    """Are these the same numbers, but for rounding in low precision? True where the others are not known."""
    return value is None or bool(np.allclose(array, value, 1e-2, 1e-2, equal_nan=True))


def element(name: str, at: tuple[int, ...]) -> str:
    """The name of an element: ``W[0,1]``."""
    return f"{name}[{','.join(map(str, at))}]" if at else name
