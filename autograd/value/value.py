"""Value: a number in the graph, with Python's operators and NumPy's names for its functions.

Convention: ``one`` and ``two`` make a method of a function of floats that also gives its derivatives (functions.py).
The method records both, so that the backward pass is multiply-and-add. ``+``, ``-`` and ``*`` of two Values are written
out: they are the fast path.
"""

from __future__ import annotations

import inspect
import math
import numbers
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, Union

import numpy as np

from ..absent import point_elsewhere, without
from ..core import enable_grad, grad_mode, leaving, noted, recording
from ..declare import CONSTANT, Late
from ..ops.activation import Activation, Methods
from . import functions, sweeps
from .elsewhere import INSTEAD
from .graph import MAPS, Map, Recorded, new
from .operands import MISTAKES, detached, incomparable, number_of, outside

__all__ = ["Value", "ValueLike", "add"]
ValueLike: TypeAlias = Union["Value", float]  # operands: integers and NumPy's scalars as well


# ---------------------------------------------------------------- functions of one and two, as methods


def _one(function: Callable[..., Any], name: str) -> Callable[..., Value]:
    """A method computing a function of this number (and constants)."""
    pair = functions.ONE[function]

    def call(x: Value, *constants: float) -> Value:
        if constants:
            constants = tuple([c if c.__class__ is int else _constant(name, c) for c in constants])
        switches = grad_mode.switches
        try:
            if switches and recording.compute is not None:
                y, d = recording.compute(function, pair, (x.number, *constants))
            else:
                y, d = pair(x.number, *constants)
        except MISTAKES as error:
            raise outside(error, name, x, *constants) from None
        if switches and not recording.on:
            if recording.left is not None:
                leaving(x, "no_grad()")
            return Value(y)
        v = new(Value)
        v.number = y
        v.op, v.a, v.b = op, x, None
        v.da, v.db = d, constants or None
        v.grad, v.waiting = 0.0, 0
        if switches:
            noted(v)
        return v

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"``{name}`` of this number; differentiable."
    operation = functions.operation_of(function)
    if isinstance(operation, Activation):
        call.__wrapped__, call.__doc__ = function, operation.__doc__  # type: ignore[attr-defined]
    op = Map(name, "one", operation, call)
    return call


def _constant(name: str, x: object) -> float:
    if isinstance(x, Value):
        raise TypeError(f"{name}: that parameter has no derivative, but is a Value. Pass v.data if it is a constant.")
    return number_of(x)


def one(function: Callable[..., Any]) -> Callable[[Value], Value]:
    """A method computing a function of this number alone."""
    call: Any = _one(function, function.__name__)
    call.__signature__ = ALONE
    return call


def _alone(self) -> Value: ...  # type: ignore[no-untyped-def, empty-body]


ALONE = inspect.signature(_alone)


def two(function: Callable[..., Any], name: str = "") -> Callable[[ValueLike, ValueLike], Value]:
    """A function of two operands, at least one of them a Value."""
    triple = functions.TWO[function]
    name = name or function.__name__

    def call(a: Any, b: Any) -> Any:
        left, right = isinstance(a, Value), isinstance(b, Value)
        if not (left and right) and hasattr(b if left else a, "__array_ufunc__"):
            other = b if left else a
            if not isinstance(other, np.generic | numbers.Real):  # arrays and tensors: it is theirs to answer
                return NotImplemented
        switches = grad_mode.switches
        try:
            x, z = a.number if left else number_of(a), b.number if right else number_of(b)
            if switches and recording.compute is not None:
                y, da, db = recording.compute(function, triple, (x, z))
            else:
                y, da, db = triple(x, z)
        except MISTAKES as error:
            raise outside(error, name, a, b) from None
        if switches and not recording.on:
            if recording.left is not None:
                for operand in (a, b):
                    if isinstance(operand, Value):
                        leaving(operand, "no_grad()")
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
        if switches:
            noted(v)
        return v

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"``{name}`` of two numbers; differentiable."
    call.__annotations__ = {"a": "ValueLike", "b": "ValueLike", "return": "Value"}
    operation = functions.operation_of(function)
    both, by_left, by_right = (Map(name, form, operation, call) for form in ("both", "left", "right"))
    return call


def swapped(function: Callable[[ValueLike, ValueLike], Value]) -> Callable[[ValueLike, ValueLike], Value]:
    """The same with its operands exchanged, for an operand on the left that is no Value."""
    return lambda right, left: function(left, right)


class Value(Recorded, Methods):
    """A real number whose computation is recorded, so that ``backward()`` finds the derivatives of its inputs.

    ``data``   the number; TypeError is raised for what is none
    ``label``  its name in graphs and error messages

    Its methods are named as NumPy's functions, and take their arguments.

        >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
        >>> y = a * b + a.tanh()
        >>> y.backward()
        >>> b.grad
        2.0
    """

    __slots__ = ()

    def backward(self, gradient: ValueLike = 1.0, *, retain_graph: bool = False, create_graph: bool = False) -> None:
        """Add ``gradient`` · d(this)/dx to ``x.grad`` of each leaf x, and set ``.grad`` of the Values between anew.

        ``retain_graph`` keeps the graph for another sweep; ``create_graph`` also records this one, so that the
        gradients are Values that can be differentiated again.
        """
        loop = recording.loop if grad_mode.switches else None
        if loop is not None:
            loop.backward(self)
        if create_graph:
            with enable_grad():
                sweeps.backward(self, gradient if isinstance(gradient, Value) else Value(gradient), True, True)
        else:
            sweeps.backward(self, number_of(getattr(gradient, "number", gradient)), retain_graph, False)
        if loop is not None:
            loop.swept(self)

    # ------------------------------------------------ functions, named as NumPy's

    exp, exp2, expm1 = one(np.exp), one(np.exp2), one(np.expm1)
    log, log2, log10, log1p = one(np.log), one(np.log2), one(np.log10), one(np.log1p)
    sqrt, cbrt, square, reciprocal = one(np.sqrt), one(np.cbrt), one(np.square), one(np.reciprocal)
    sin, cos, tan = one(np.sin), one(np.cos), one(np.tan)
    arcsin, arccos, arctan = one(np.arcsin), one(np.arccos), one(np.arctan)
    sinh, cosh, tanh = one(np.sinh), one(np.cosh), one(np.tanh)
    arcsinh, arccosh, arctanh = one(np.arcsinh), one(np.arccosh), one(np.arctanh)
    deg2rad, radians = one(np.deg2rad), one(np.radians)
    rad2deg, degrees = one(np.rad2deg), one(np.degrees)
    negative = __neg__ = one(np.negative)
    positive = __pos__ = one(np.positive)
    conjugate = conj = one(np.conjugate)
    absolute = abs = __abs__ = one(np.absolute)
    fabs, sign, rint = one(np.fabs), one(np.sign), one(np.rint)
    floor = __floor__ = one(np.floor)
    ceil = __ceil__ = one(np.ceil)
    trunc = __trunc__ = one(np.trunc)
    erf, erfc, gamma = one(math.erf), one(math.erfc), one(math.gamma)
    lgamma = gammaln = one(math.lgamma)

    add, subtract, multiply = two(np.add), two(np.subtract), two(np.multiply)
    divide = true_divide = __truediv__ = two(np.divide)
    floor_divide = __floordiv__ = two(np.floor_divide)
    remainder = mod = __mod__ = two(np.remainder)
    power = pow = float_power = __pow__ = two(np.power)
    fmod, ieee_remainder = two(np.fmod), two(math.remainder, "ieee_remainder")
    arctan2, hypot, copysign = two(np.arctan2), two(np.hypot), two(np.copysign)
    maximum, minimum, logaddexp = two(np.maximum), two(np.minimum), two(np.logaddexp)
    fmax, fmin = two(np.fmax), two(np.fmin)

    if TYPE_CHECKING:  # set below, like the activations

        def ldexp(self, exponent: int) -> Value: ...
        def polygamma(self, n: int = 0) -> Value: ...

    def clip(self, low: ValueLike | None = None, high: ValueLike | None = None, *, out: None = None) -> Value:
        """The number between the bounds, either of which may be None; on a bound its derivative is 1."""
        if out is not None:
            raise ValueError("clip(out=...) would overwrite a number in the graph: assign the result")
        if isinstance(low, np.ndarray) or isinstance(high, np.ndarray):
            return np.frompyfunc(self.clip, 2, 1)(low, high)
        y = +self if low is None else raised(self, low)
        return y if high is None else lowered(y, high)

    def rbf(self, center: ValueLike, width: ValueLike = 1.0) -> Value:
        """exp(-(x - c)² / w²): how near this is to a template, c = ``center``, of size w = ``width``."""
        u = (self - center) / width
        return (-u * u).exp()

    def __round__(self, digits: int | None = None) -> Value:
        return self.rint() if not digits else (self * 10.0**digits).rint() / 10.0**digits

    # ------------------------------------------------ arithmetic

    def __add__(self, other: ValueLike) -> Value:
        if other.__class__ is Value:
            if grad_mode.switches and not recording.on:
                return Value(self.number + other.number) if recording.left is None else add(self, other)
            v = new(Value)
            v.number = self.number + other.number
            v.op, v.a, v.b = ADD, self, other
            v.da, v.db = 1.0, 1.0
            v.grad, v.waiting = 0.0, 0
            if grad_mode.switches:
                noted(v)
            return v
        return add(self, other)

    def __sub__(self, other: ValueLike) -> Value:
        if other.__class__ is Value:
            if grad_mode.switches and not recording.on:
                return Value(self.number - other.number) if recording.left is None else subtract(self, other)
            v = new(Value)
            v.number = self.number - other.number
            v.op, v.a, v.b = SUBTRACT, self, other
            v.da, v.db = 1.0, -1.0
            v.grad, v.waiting = 0.0, 0
            if grad_mode.switches:
                noted(v)
            return v
        return subtract(self, other)

    def __mul__(self, other: ValueLike) -> Value:
        if other.__class__ is Value:
            x, z = self.number, other.number
            if grad_mode.switches and not recording.on:
                return Value(x * z) if recording.left is None else multiply(self, other)
            v = new(Value)
            v.number = x * z
            v.op, v.a, v.b = MULTIPLY, self, other
            v.da, v.db = z, x
            v.grad, v.waiting = 0.0, 0
            if grad_mode.switches:
                noted(v)
            return v
        return multiply(self, other)

    __radd__, __rsub__, __rmul__ = swapped(add), swapped(subtract), swapped(multiply)
    __rtruediv__, __rfloordiv__ = swapped(divide), swapped(floor_divide)
    __rmod__, __rpow__ = swapped(remainder), swapped(power)

    def __divmod__(self, other: ValueLike) -> tuple[Value, Value]:
        return self // other, self % other

    # ------------------------------------------------ comparisons, of the numbers only

    def __eq__(self, other: object) -> bool:
        return self.number == (other.number if isinstance(other, Value) else other)

    def __ne__(self, other: object) -> bool:
        return self.number != (other.number if isinstance(other, Value) else other)

    def __lt__(self, other: ValueLike) -> bool:
        try:
            return self.number < (other.number if isinstance(other, Value) else other)
        except TypeError:
            raise incomparable("<", other) from None

    def __le__(self, other: ValueLike) -> bool:
        try:
            return self.number <= (other.number if isinstance(other, Value) else other)
        except TypeError:
            raise incomparable("<=", other) from None

    def __gt__(self, other: ValueLike) -> bool:
        try:
            return self.number > (other.number if isinstance(other, Value) else other)
        except TypeError:
            raise incomparable(">", other) from None

    def __ge__(self, other: ValueLike) -> bool:
        try:
            return self.number >= (other.number if isinstance(other, Value) else other)
        except TypeError:
            raise incomparable(">=", other) from None

    __hash__ = object.__hash__  # by identity: equal numbers are still different keys

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
            raise detached(
                what, "v.data is the number; instead of math.exp(v) write v.exp(), np.exp(v) or autograd.math.exp(v)"
            )
        leaving(self, what)
        return self.number

    # ------------------------------------------------ NumPy's protocol

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """``np.maximum(v, 0)`` is v.maximum(0); with an array, element by element. Comparisons look at the number."""
        if not all([isinstance(x, Value | np.ndarray | np.generic | numbers.Number | list | tuple) for x in inputs]):
            return NotImplemented
        if ufunc in CONSTANT:
            return getattr(ufunc, method)(*[x.number if isinstance(x, Value) else x for x in inputs], **options)
        call = UFUNCS.get(ufunc)
        if call is None or method != "__call__" or options:
            call = getattr(ufunc, method)
        elif any([isinstance(x, np.ndarray | list | tuple) for x in inputs]):
            call = np.frompyfunc(call, len(inputs), 1)
        else:
            return call(*inputs)
        return call(*[np.array(x, object) if isinstance(x, Value) else x for x in inputs], **options)

    def __format__(self, spec: str) -> str:
        return format(self.number, spec) if spec else repr(self)

    def __dir__(self) -> list[str]:
        return without(self, super().__dir__())


for function in functions.ONE:
    name = function.__name__.lstrip("_")
    if name not in vars(Value):
        setattr(Value, name, _one(function, name))

raised, lowered = two(functions.raised), two(functions.lowered)
Late.Value = Value
point_elsewhere(Value, INSTEAD, slotless=True)
UFUNCS: dict[np.ufunc, Callable[..., Any]] = {np.float_power: Value.float_power}
for function in (*functions.ONE, *functions.TWO):
    if isinstance(function, np.ufunc):
        UFUNCS[function] = getattr(Value, function.__name__)
Late.methods = {function: getattr(Value, function.__name__.lstrip("_")) for function in functions.ONE}

add, subtract, multiply = Value.add, Value.subtract, Value.multiply
ADD, SUBTRACT, MULTIPLY = MAPS["add both"], MAPS["subtract both"], MAPS["multiply both"]
