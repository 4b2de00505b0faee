"""The graph of Values: each is its own node, and a Map says which operation computed it.

Convention: a Value ``v`` has its inputs and, as floats taken when it was computed, its local derivatives in flat
slots, in one of three forms:

    v.b is None    one input:    ∂v/∂(v.a) = v.da; v.db keeps the operation's constants
    v.b is MANY    groups:       ∂v/∂(v.a[k][i]) = v.da[k][i] · v.db
    otherwise      two inputs:   ∂v/∂(v.a) = v.da, ∂v/∂(v.b) = v.db
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

from ..core import grad_mode, leaving, recording
from ..declare import Late, Operation
from .operands import detached, number_of

__all__ = ["MANY", "MAPS", "SYMBOLS", "Label", "Map", "Recorded", "ancestors", "compare", "new"]

new = object.__new__
MANY: Any = type("Many", (), {"__repr__": lambda self: "MANY"})()
MAPS: dict[str, Map] = {}  # by name and form, as pickles refer to them
SYMBOLS = {  # as written in Python, for pictures
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "negative": "-", "power": "**", "remainder": "%",
    "floor_divide": "//", "absolute": "abs", "matmul": "@",
}  # fmt: skip


class Label(str):
    """A label that knows where its Value was computed.

    ``scope``   the named part of the program (``draw.scope``)
    ``source``  the line of the user's program (``autograd.debug``)
    ``swept``   the line of the sweep that freed its graph
    """

    scope: Any = None
    source = ""
    swept = ""

    @classmethod
    def of(cls, v: Recorded) -> Label:
        """The label of a Value, to be written to."""
        label = getattr(v, "_label", "")
        if not isinstance(label, Label):
            v._label = label = cls(label)
        return label


class Recorded:
    """A number in the graph, as yet without arithmetic."""

    __slots__ = ("_label", "a", "b", "da", "db", "grad", "number", "op", "waiting")

    _label: str
    number: float
    op: Any  # the Map that computed it; None for a leaf
    a: Any  # inputs and local derivatives, as above
    b: Any
    da: Any
    db: Any
    grad: Any  # dL/d(this) after L.backward(): a float, a Value with create_graph=True; None counts as 0
    waiting: int  # consumers that a sweep still waits for: see sweeps.py

    def __init__(self, data: Self | float, *, label: str = "") -> None:
        if data.__class__ is float:
            self.number = data
        else:
            if isinstance(data, Recorded):
                if recording.on:
                    raise detached("Value(v)", "v.detach() is its number alone, + v stays in the graph")
                leaving(data, "Value(v)")
                data = data.number
            self.number = number_of(data)
        self.grad = 0.0
        self.op = None
        self.waiting = 0
        if label:
            self._label = label

    @property
    def data(self) -> float:
        """The number. Assigning one moves a leaf: ``p.data = p.data - lr * p.grad``."""
        if grad_mode.switches:
            leaving(self, "v.data")
        return self.number

    @data.setter
    def data(self, value: Self | float) -> None:
        if self.op is not None:
            raise RuntimeError(
                f"the data of a computed Value ('{self.op.name}') cannot be assigned: the graph was recorded with its "
                "old number. Assign to a leaf, or make a new Value."
            )
        self.number = value if value.__class__ is float else number_of(getattr(value, "number", value))

    @property
    def label(self) -> str:
        """A name for pictures and error messages."""
        return str(getattr(self, "_label", ""))

    @label.setter
    def label(self, text: str) -> None:
        known = vars(self._label) if isinstance(getattr(self, "_label", ""), Label) else None
        self._label = text
        if known:
            vars(Label.of(self)).update(known)

    @property
    def is_leaf(self) -> bool:
        """Was this Value made by the user, not computed from others?"""
        return self.op is None

    @property
    def inputs(self) -> tuple[Self, ...]:
        """The Values that this one was computed from, in order; one that was used twice appears twice."""
        if self.op is None:
            return ()
        if self.b is None:
            return (self.a,)
        if self.b is MANY:
            return tuple([source for group in self.a for source in group])
        return (self.a, self.b)

    @property
    def slopes(self) -> tuple[float, ...]:
        """The local derivatives ∂(this)/∂(input), one for each of ``inputs``."""
        if self.op is None:
            return ()
        if self.b is None:
            return (self.da,)
        if self.b is MANY:
            return tuple([d * self.db for group in self.da for d in group])
        return (self.da, self.db)

    def item(self) -> float:
        """The number."""
        if grad_mode.switches:
            leaving(self, "v.item()")
        return self.number

    def detach(self) -> Self:
        """The same number, outside the graph."""
        if grad_mode.switches:
            leaving(self, "v.detach()")
        return Late.Value(self.number)

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.number!r}, grad={getattr(self.grad, 'number', self.grad)!r}{label})"

    def __reduce__(self) -> Any:
        """The graph as a flat list, so that a deep one is pickled and copied without recursion."""
        if self.op is None:
            return _leaf, (Late.Value, self.number, getattr(self.grad, "number", self.grad), self.label)
        order = ancestors(self)
        leaves, computed = [v for v in order if v.op is None], [v for v in order if v.op is not None]
        place = {id(v): k for k, v in enumerate(leaves + computed)}
        return _graph, (Late.Value, leaves, [_row(v, place) for v in computed])


Recorded.__init__.__qualname__ = "Value.__init__"  # as an error for its arguments should say
V = TypeVar("V", bound=Recorded)


def ancestors(*roots: V) -> list[V]:
    """The roots and the Values they were computed from, each after its inputs."""
    order: list[V] = []
    seen: set[int] = set()  # by identity, which is faster than by hash
    for root in roots:
        if id(root) in seen:
            continue
        seen.add(id(root))
        stack = [(root, iter(root.inputs))]
        while stack:
            v, rest = stack[-1]
            for source in rest:
                if id(source) not in seen:
                    seen.add(id(source))
                    stack.append((source, iter(source.inputs)))
                    break
            else:
                order.append(v)
                stack.pop()
    return order


# ---------------------------------------------------------------- what computed it


class Map:
    """What computed a Value: the operation's name, and which of its operands are Values.

    ``form`` is "one" (a function of one Value and constants), "both", "left" or "right" (which of two operands are
    Values) or "many"; ``call`` computes the operation again from given operands. For higher orders ``slopes``
    calls the operation's own rule on Values.
    """

    __slots__ = ("call", "form", "name", "operation", "symbol")

    def __init__(self, name: str, form: str, operation: Operation | None = None, call: Any = None) -> None:
        self.name = name
        self.form = form
        self.operation: Any = operation
        self.call: Callable[..., Any] = call
        self.symbol = SYMBOLS.get(name, name)
        MAPS[f"{name} {form}"] = self

    def __repr__(self) -> str:
        return f"<{self.name} {self.form}>"

    def __reduce__(self) -> Any:
        return _map, (f"{self.name} {self.form}",)

    def operands(self, v: V) -> tuple[V | float, ...]:
        """The operands in their order, Values and constants."""
        if self.form == "one":
            return (v.a, *(v.db or ()))
        if self.form == "both":
            return (v.a, v.b)
        return (v.a, v.db) if self.form == "left" else (v.db, v.a)

    def slopes(self, v: V) -> list[V | float]:
        """The local derivatives of v as Values: the operation's rules called with d = 1."""
        operands = self.operands(v)
        self.check(v, operands)
        named = dict(zip(self.operation.params, operands))  # noqa: B905  (dtype is not given)
        named.setdefault("y", v)
        derivatives: list[Any] = []
        places = {"one": (0,), "both": (0, 1), "left": (0,), "right": (1,)}[self.form]
        for i, slope in zip(places, v.slopes, strict=True):
            rule, where = self.operation.rules[i]
            names = [self.operation.needs[k].name for k in where]
            try:
                d = rule(1.0, *[named[n] if n in named else self.operation.default(n) for n in names])
            except ZeroDivisionError:  # an infinite slope, which NumPy's arithmetic has; its own derivative is NaN
                d = slope * (named[self.operation.inputs[i]] * 0 + 1)
            derivatives.append(d if isinstance(d, Recorded | float) else float(d))
        return derivatives

    def check(self, v: Recorded, operands: Iterable[Recorded | float]) -> None:
        """Raise if an input was assigned another number since v was computed: its rules no longer fit v."""
        if all(source.op is not None for source in v.inputs):
            return
        again = self.call(*[x.detach() if isinstance(x, Recorded) else x for x in operands])
        compare(v, (again.number, *again.slopes), (v.number, *v.slopes))


def compare(v: Recorded, now: Iterable[float], then: Iterable[float]) -> None:
    """Raise if numbers computed again are not those of the recording (NaN equals NaN)."""
    if any(p != q and (p == p or q == q) for p, q in zip(now, then, strict=True)):
        raise RuntimeError(
            f"backward(create_graph=True) through '{v.op.name}': the data of one of its inputs was assigned after it "
            "was computed, so its derivatives would not be those of this graph. Assign after the backward pass."
        )


# ---------------------------------------------------------------- pickles and copies


def _row(v: Recorded, place: dict[int, int]) -> tuple[Any, ...]:
    """A computed Value with its inputs as places in the list."""
    many = v.b is MANY
    a = tuple([tuple([place[id(source)] for source in group]) for group in v.a]) if many else place[id(v.a)]
    b = None if many or v.b is None else place[id(v.b)]
    return v.number, getattr(v.grad, "number", v.grad), v.op, a, b, v.da, v.db, v.waiting, v.label


def _graph(kind: type[V], leaves: list[V], rows: list[tuple[Any, ...]]) -> V:
    """The last of the computed Values, its graph below it."""
    made = list(leaves)
    for number, grad, op, a, b, da, db, waiting, label in rows:
        v = new(kind)
        v.number, v.grad, v.op, v.da, v.db, v.waiting = number, grad, op, da, db, waiting
        many = isinstance(a, tuple)
        v.a = tuple([tuple([made[k] for k in group]) for group in a]) if many else made[a]
        v.b = MANY if many else None if b is None else made[b]
        if label:
            v.label = label
        made.append(v)
    return made[-1]


def _leaf(kind: type[V], number: float, grad: Any, label: str) -> V:
    v = kind(number, label=label)
    v.grad = grad
    return v


def _map(key: str) -> Map:
    return MAPS[key]
