"""Value: a number in the graph, with Python's operators and NumPy's names for its functions.

Convention: a Value is its own node. It keeps its inputs and, as floats taken when it was computed, its local
derivatives, so that the backward pass is multiply-and-add (``value_sweeps.py`` says how they lie in its
slots). For higher orders the operation's own rule is called again, on Values.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import enable_grad, recording
from ..declare import Late
from ..ops.activation import Activation
from . import functions, sweeps
from .sweeps import MANY, forward

__all__ = ["Map", "Value", "ancestors", "forward"]
ancestors = sweeps.ancestors
MAPS: dict[str, Map] = {}  # by name and form: what a pickle refers to
SYMBOLS = {  # as written in Python; pictures and messages use them
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "negative": "-", "power": "**", "remainder": "%",
    "floor_divide": "//", "absolute": "abs", "matmul": "@",
}  # fmt: skip


class Map:
    """What a Value was computed by: the operation's name, and which of its operands are Values.

    ``form`` is "one" (a function of one Value and constants), "both", "left" or "right" (of two operands,
    which of them are Values) or "many"; ``call`` computes it again from given operands.
    """

    __slots__ = ("call", "form", "name", "operation", "symbol")

    def __init__(self, name: str, form: str, operation: Any, call: Callable[..., Any]) -> None:
        self.name = name
        self.form = form
        self.operation = operation
        self.call = call
        self.symbol = SYMBOLS.get(name, name)
        MAPS[f"{name} {form}"] = self

    def __repr__(self) -> str:
        return f"<{self.name} {self.form}>"

    def __reduce__(self) -> Any:
        return _map, (f"{self.name} {self.form}",)

    def operands(self, v: Value) -> tuple[Any, ...]:
        """The operands in their order, Values and constants."""
        if self.form == "one":
            return (v.a, *(v.db or ()))
        if self.form == "both":
            return (v.a, v.b)
        return (v.a, v.db) if self.form == "left" else (v.db, v.a)

    def slopes(self, v: Value) -> list[Any]:
        """The local derivatives of v as Values: the operation's rules called with d = 1."""
        operands = self.operands(v)
        self.check(v, operands)
        named = dict(zip(self.operation.params, operands))  # noqa: B905  (dtype is not given)
        named.setdefault("y", v)
        found = []
        for i in {"one": (0,), "both": (0, 1), "left": (0,), "right": (1,)}[self.form]:
            rule, picks = self.operation.pulls[i]
            where = () if picks is None else (picks,) if isinstance(picks, int) else picks
            names = [self.operation.needs[k].name for k in where]
            d = rule(1.0, *[named[n] if n in named else self.operation.default(n) for n in names])
            found.append(d if isinstance(d, Value) else float(d))
        return found

    def check(self, v: Value, operands: Iterable[Any]) -> None:
        """Raise if an input was assigned another number since v was computed: its rules would not fit v any more."""
        if all(s.op is not None for s in sweeps.inputs_of(v)):
            return
        again = self.call(*[Value(x.number) if isinstance(x, Value) else x for x in operands])
        now, then = (again.number, *sweeps.slopes_of(again)), (v.number, *sweeps.slopes_of(v))
        if any(p != q and (p == p or q == q) for p, q in zip(now, then, strict=True)):
            raise assigned(v)


def assigned(v: Any) -> RuntimeError:
    """An input holds another number than v was computed from: rules called on it would not fit v any more."""
    return RuntimeError(
        f"backward(create_graph=True) through '{v.op.name}': the data of one of its inputs was assigned after it was "
        "computed, so its derivatives would not be those of this graph. Assign after the backward pass."
    )


class Value:
    """A real number whose computation is recorded, so that ``backward()`` finds the derivatives of its inputs.

    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> y = a * b + a.tanh()
    >>> y.backward()
    >>> b.grad
    2.0
    """

    __slots__ = ("_label", "a", "b", "da", "db", "grad", "number", "op", "waiting")

    number: float
    a: Any  # the inputs and the local derivatives, in one of three forms: see value_sweeps.py
    b: Any
    da: Any
    db: Any
    grad: Any  # dL/d(this) after L.backward(): a float, a Value with create_graph=True; None counts as 0

    def __init__(self, data: Any, *, label: str = "") -> None:
        if isinstance(data, Value):
            if recording.on:
                raise _detached("Value(v)", "v.detach() is its number alone, + v stays in the graph")
            data = data.number
        self.number = data if data.__class__ is float else number_of(data)
        self.grad = 0.0
        self.op: Any = None
        self.waiting = 0
        if label:
            self._label = label

    # ------------------------------------------------ what it is

    @property
    def data(self) -> float:
        """The number. Assigning one moves a leaf: ``p.data = p.data - lr * p.grad``."""
        return self.number

    @data.setter
    def data(self, value: Any) -> None:
        if self.op is not None:
            raise RuntimeError(
                f"the data of a computed Value ('{self.op.name}') cannot be assigned: the graph was recorded with its "
                "old number. Assign to a leaf, or make a new Value."
            )
        self.number = value if value.__class__ is float else number_of(getattr(value, "number", value))

    @property
    def label(self) -> str:
        """A name for pictures and error messages."""
        try:
            return self._label
        except AttributeError:
            return ""

    @label.setter
    def label(self, text: str) -> None:
        self._label = text

    @property
    def is_leaf(self) -> bool:
        """Was this Value made by the user, not computed from others?"""
        return self.op is None

    @property
    def inputs(self) -> tuple[Value, ...]:
        """The Values that this one was computed from."""
        return sweeps.inputs_of(self)

    @property
    def slopes(self) -> tuple[float, ...]:
        """The local derivatives ∂(this)/∂(input), one for each of ``inputs``."""
        return sweeps.slopes_of(self)

    def item(self) -> float:
        """The number."""
        return self.number

    def detach(self) -> Value:
        """The same number, outside the graph."""
        return Value(self.number)

    def backward(self, gradient: Any = 1.0, *, retain_graph: bool = False, create_graph: bool = False) -> None:
        """Add gradient · d(this)/dx to ``x.grad`` of each leaf x; what lies between gets its ``.grad`` afresh.

        ``retain_graph`` keeps the graph for another sweep; ``create_graph`` also records this one, so that the
        gradients are Values that can be differentiated again.
        """
        if create_graph:
            with enable_grad():
                sweeps.backward(self, gradient if isinstance(gradient, Value) else Value(gradient), True, True)
        else:
            sweeps.backward(self, number_of(getattr(gradient, "number", gradient)), retain_graph, False)

    # ------------------------------------------------ arithmetic

    def __add__(self, other: Any) -> Any:
        if other.__class__ is Value:
            if not recording.on:
                return Value(self.number + other.number)
            v = new(Value)
            v.number = self.number + other.number
            v.op, v.a, v.b = ADD, self, other
            v.da, v.db = 1.0, 1.0
            v.grad, v.waiting = 0.0, 0
            return v
        return add(self, other)

    def __sub__(self, other: Any) -> Any:
        if other.__class__ is Value:
            if not recording.on:
                return Value(self.number - other.number)
            v = new(Value)
            v.number = self.number - other.number
            v.op, v.a, v.b = SUBTRACT, self, other
            v.da, v.db = 1.0, -1.0
            v.grad, v.waiting = 0.0, 0
            return v
        return subtract(self, other)

    def __mul__(self, other: Any) -> Any:
        if other.__class__ is Value:
            x, z = self.number, other.number
            if not recording.on:
                return Value(x * z)
            v = new(Value)
            v.number = x * z
            v.op, v.a, v.b = MULTIPLY, self, other
            v.da, v.db = z, x
            v.grad, v.waiting = 0.0, 0
            return v
        return multiply(self, other)

    def __radd__(self, other: Any) -> Any:
        return add(other, self)

    def __rsub__(self, other: Any) -> Any:
        return subtract(other, self)

    def __rmul__(self, other: Any) -> Any:
        return multiply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return divide(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return divide(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return floor_divide(other, self)

    def __mod__(self, other: Any) -> Any:
        return remainder(self, other)

    def __rmod__(self, other: Any) -> Any:
        return remainder(other, self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __pow__(self, other: Any) -> Any:
        return power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return power(other, self)

    def __pos__(self) -> Value:
        return self

    # Comparisons look at the numbers only.

    def __eq__(self, other: object) -> Any:
        return self.number == (other.number if isinstance(other, Value) else other)

    def __ne__(self, other: object) -> Any:
        return self.number != (other.number if isinstance(other, Value) else other)

    def __lt__(self, other: Any) -> Any:
        return self.number < (other.number if isinstance(other, Value) else other)

    def __le__(self, other: Any) -> Any:
        return self.number <= (other.number if isinstance(other, Value) else other)

    def __gt__(self, other: Any) -> Any:
        return self.number > (other.number if isinstance(other, Value) else other)

    def __ge__(self, other: Any) -> Any:
        return self.number >= (other.number if isinstance(other, Value) else other)

    __hash__ = object.__hash__  # by identity: Values are keys by which they are, not by their numbers

    def __bool__(self) -> bool:
        return bool(self.number)

    # ------------------------------------------------ out of the graph, and never silently

    def __float__(self) -> float:
        return self._out("float(v)")

    def __int__(self) -> int:
        return int(self._out("int(v)"))

    def __complex__(self) -> complex:
        return complex(self._out("complex(v)"))

    def _out(self, what: str) -> float:
        if recording.on:
            raise _detached(
                what, "v.data is the number; instead of math.exp(v) write v.exp(), np.exp(v) or autograd.math.exp(v)"
            )
        return self.number

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.number!r}, grad={getattr(self.grad, 'number', self.grad)!r}{label})"

    def __format__(self, spec: str) -> str:
        return format(self.number, spec) if spec else repr(self)

    def __reduce__(self) -> Any:
        """The graph as a flat list, so that a deep one is pickled and copied without recursion."""
        if self.op is None:
            return _leaf, (self.number, getattr(self.grad, "number", self.grad), self.label)
        order = ancestors(self)
        leaves = [v for v in order if v.op is None]
        place = {id(v): k for k, v in enumerate(leaves + [v for v in order if v.op is not None])}
        rows = [_row(v, place) for v in order if v.op is not None]
        return _graph, (leaves, rows)

    # ------------------------------------------------ functions: those of the table are added below

    def clip(self, low: Any = None, high: Any = None) -> Any:
        """The number between the bounds; either may be None."""
        y = self if low is None else self.maximum(low)
        return y if high is None else y.minimum(high)

    def rbf(self, center: Any, width: Any = 1.0) -> Any:
        """exp(-(x - center)² / width²): how near this is to a template."""
        u = (self - center) / width
        return (-u * u).exp()

    def __round__(self, digits: int | None = None) -> Any:
        return self.rint() if not digits else (self * 10.0**digits).rint() / 10.0**digits

    def conjugate(self) -> Value:
        """Itself, being real."""
        return self

    if TYPE_CHECKING:  # the table's methods; a real __getattr__ would slow every slot down

        def __getattr__(self, name: str) -> Any: ...


new = object.__new__


# ---------------------------------------------------------------- operands and errors


def number_of(x: Any) -> float:
    """An operand that is no Value as a float: integers and truth values become floats."""
    if isinstance(x, numbers.Real | np.bool_):
        return float(x)
    kind = type(x).__name__
    if hasattr(x, "__array_ufunc__"):
        advice = "Put Values into an array, np.array([v, w]), to compute with arrays; x.item() is a single number."
    elif isinstance(x, str):
        advice = f"Write float({x!r}) if it is a number."
    elif isinstance(x, complex):
        advice = "Complex numbers are differentiated with Tensor."
    elif x is None:
        advice = "Does a function that should give a number return nothing?"
    else:
        advice = "Take its numbers one by one, or write float(x) if it is one."
    raise TypeError(f"a Value computes with real numbers and other Values, not {kind} {x!r:.60}. {advice}")


def _detached(what: str, advice: str) -> TypeError:
    return TypeError(f"{what} would take a Value out of its graph, and its gradient would silently be lost: {advice}")


def _outside(error: Exception, name: str, *operands: Any) -> Exception:
    """The same error with the operation's name and its operands."""
    told = []
    for x in operands:
        label = x.label if isinstance(x, Value) else ""
        told.append((f"{label} = " if label else "") + repr(getattr(x, "number", x)))
    reason = {"math domain error": "it is not defined there", "math range error": "the result is too large"}
    text = reason.get(str(error), str(error)) or "it is not defined there"
    return type(error)(f"{name}({', '.join(told)}): {text}")


MISTAKES = (ValueError, ZeroDivisionError, OverflowError)


# ---------------------------------------------------------------- functions of one and two


def _one(function: Any, name: str) -> Callable[..., Any]:
    """A method computing a function of this number (and constants)."""
    pair = functions.ONE[function]

    def call(x: Any, *constants: Any) -> Any:
        if constants:
            constants = tuple([c if c.__class__ is int else _constant(name, c) for c in constants])
        try:
            y, d = pair(x.number, *constants)
        except MISTAKES as error:
            raise _outside(error, name, x, *constants) from None
        if not recording.on:
            return Value(y)
        v = new(Value)
        v.number = y
        v.op, v.a, v.b = op, x, None
        v.da, v.db = d, constants or None
        v.grad, v.waiting = 0.0, 0
        return v

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"``{name}`` of this number; differentiable."
    operation = functions.operation_of(function)
    if isinstance(operation, Activation):
        call.__wrapped__, call.__doc__ = function, operation.__doc__  # type: ignore[attr-defined]
    op = Map(name, "one", operation, call)
    return call


def _constant(name: str, x: Any) -> float:
    if isinstance(x, Value):
        raise TypeError(f"{name}: that parameter has no derivative, but is a Value. Pass v.data if it is a constant.")
    return number_of(x)


def _two(function: Any, name: str) -> Callable[[Any, Any], Any]:
    """A function of two operands, at least one of them a Value."""
    triple = functions.TWO[function]

    def call(a: Any, b: Any) -> Any:
        left, right = isinstance(a, Value), isinstance(b, Value)
        if not (left and right) and hasattr(b if left else a, "__array_ufunc__"):
            other = b if left else a
            if not isinstance(other, np.generic):  # arrays and tensors: it is theirs to answer
                return NotImplemented
        try:
            x, z = a.number if left else number_of(a), b.number if right else number_of(b)
            y, da, db = triple(x, z)
        except MISTAKES as error:
            raise _outside(error, name, a, b) from None
        if not recording.on:
            return Value(y)
        v = new(Value)
        v.number, v.grad, v.waiting = y, 0.0, 0
        if left and right:
            v.op, v.a, v.b = both, a, b
            v.da, v.db = da, db
        elif left:
            v.op, v.a, v.b = by_left, a, None
            v.da, v.db = da, z
        else:
            v.op, v.a, v.b = by_right, b, None
            v.da, v.db = db, x
        return v

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"``{name}`` of two numbers; differentiable."
    operation = functions.operation_of(function)
    both, by_left, by_right = (Map(name, form, operation, call) for form in ("both", "left", "right"))
    return call


def _named(function: Any) -> str:
    return str(function.__name__).lstrip("_")


ALIASES = {
    "absolute": ["abs", "__abs__"], "negative": ["__neg__"], "deg2rad": ["radians"], "rad2deg": ["degrees"],
    "floor": ["__floor__"], "ceil": ["__ceil__"], "trunc": ["__trunc__"], "lgamma": ["gammaln"],
    "divide": ["true_divide"], "power": ["pow", "float_power"], "remainder": ["mod"],
}  # fmt: skip
TABLE: dict[str, Callable[..., Any]] = {}
for function in functions.ONE:
    TABLE[_named(function)] = _one(function, _named(function))
for function in functions.TWO:
    key = "ieee_remainder" if function is math.remainder else _named(function)
    TABLE[key] = _two(function, key)
for key, method in list(TABLE.items()):
    for alias in [key, *ALIASES.get(key, [])]:
        setattr(Value, alias, method)
        TABLE[alias] = method

Late.Value, Late.methods = Value, {function: TABLE[_named(function)] for function in functions.ONE}

add, subtract, multiply, divide = (TABLE[name] for name in ("add", "subtract", "multiply", "divide"))
floor_divide, remainder, power = TABLE["floor_divide"], TABLE["remainder"], TABLE["power"]
ADD, SUBTRACT, MULTIPLY = MAPS["add both"], MAPS["subtract both"], MAPS["multiply both"]


# ---------------------------------------------------------------- pickles and copies


def _row(v: Value, place: dict[int, int]) -> tuple[Any, ...]:
    """A computed Value with its inputs as places in the list."""
    if v.b is MANY:
        a: Any = tuple([tuple([place[id(s)] for s in group]) for group in v.a])
    else:
        a = place[id(v.a)]
    b = -1 if v.b is None else -2 if v.b is MANY else place[id(v.b)]
    return v.number, getattr(v.grad, "number", v.grad), v.op, a, b, v.da, v.db, v.waiting, v.label


def _graph(leaves: list[Value], rows: list[tuple[Any, ...]]) -> Value:
    """The last of the computed Values, its graph below it."""
    made = list(leaves)
    for number, grad, op, a, b, da, db, waiting, label in rows:
        v = new(Value)
        v.number, v.grad, v.op, v.da, v.db, v.waiting = number, grad, op, da, db, waiting
        v.a = tuple([tuple([made[k] for k in group]) for group in a]) if b == -2 else made[a]
        v.b = None if b == -1 else MANY if b == -2 else made[b]
        if label:
            v.label = label
        made.append(v)
    return made[-1]


def _leaf(number: float, grad: Any, label: str) -> Value:
    v = Value(number, label=label)
    v.grad = grad
    return v


def _map(key: str) -> Map:
    return MAPS[key]
