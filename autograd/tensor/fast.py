"""The fast path: operators and methods of tensors that go straight to a node.

Convention: what a generic call works out each time (names, needs, broadcasting, casts) is worked out here
once, when the method is made; whatever is not the common case (other dtypes, shapes that broadcast,
other operands) is left to the operation itself. Straight-line code, because at the size of a few
numbers every Python step costs as much as the arithmetic.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import core
from ..core import Node, recording
from ..declare import OPERATIONS, Operation, as_array

ndarray = np.ndarray
new = object.__new__
Tensor: Any = None  # the class, filled in by tensor.py

UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}  # for NumPy's ufuncs called on tensors
FUNCTIONS: dict[Any, Callable[..., Any]] = {}  # and for its other functions

# A recorded step as text: what is known of the operation is filled in when the method is made, as
# collections.namedtuple does it, so that a call runs straight through and looks nothing up. Node's own
# __init__ is written out in it, too: calling it is a fortieth of the whole step, forward and backward.
UNARY = """
def make(operation, compute):
    def {name}(x):
        a = x._array
        y = compute(a)
        if y.__class__ is not ndarray:
            y = as_array(y)
        out = new(Tensor)
        out._array = y
        m = x.node
        if m is None or (core.switched and not recording.on):
            out.node = None
            return out
        out.node = node = new(Node)
        node.op = operation
        node.inputs = (m,)
        node.saved = {saved}
        node.shape = m.shape
        node.fits = node.notes = node.grad = None
        node.waiting = 0
        if core.switched and recording.on is not True:
            recording.note(node, y)
        return out
    return {name}
"""

BINARY = """
def make(operation, compute):
    def {name}(a, b):
        x = a._array
        m = a.node
        if b.__class__ is Tensor:
            z = b._array
            n = b.node
            shape = x.shape if m is None else m.shape  # a node's shape is a tuple made already
            if shape != (z.shape if n is None else n.shape) or x.dtype is not z.dtype:
                return operation(a, b)
        elif b.__class__ is float or b.__class__ is int:
            z = b
            n = None
            shape = x.shape if m is None else m.shape
        else:
            return operation(a, b)
        if (m is None and n is None) or (core.switched and not recording.on):
            return operation(a, b)
        y = {y}
        if y.__class__ is not ndarray:
            y = as_array(y)
        out = new(Tensor)
        out._array = y
        out.node = node = new(Node)
        node.op = operation
        node.inputs = (m, n)
        node.saved = {saved}
        node.shape = shape
        node.fits = node.notes = node.grad = None
        node.waiting = 0
        if core.switched and recording.on is not True:
            recording.note(node, y)
        return out
    return {name}
"""

PRODUCT = """
def make(operation, compute):
    def {name}(a, b):
        x = a._array
        m = a.node
        if b.__class__ is Tensor:
            z = b._array
            n = b.node
        elif b.__class__ is ndarray and not b.flags.writeable and b.base is None:
            z = b
            n = None
        else:
            return operation(a, b)
        if (core.switched and (recording.on is not True or recording.forward)) or (m is None and n is None):
            return operation(a, b)
        x_shape, z_shape = x.shape, z.shape
        if len(x_shape) != 2 or len(z_shape) != 2 or x_shape[1] != z_shape[0] or x.dtype is not z.dtype:
            return operation(a, b)
        out = new(Tensor)
        out._array = x @ z
        out.node = Node(operation, (m, n), {saved}, (x_shape[0], z_shape[1]))
        return out
    return {name}
"""

SYMBOLS = {np.add: "x + z", np.subtract: "x - z", np.multiply: "x * z", np.divide: "x / z"}


def written(text: str, operation: Operation, names: dict[str, str], **parts: str) -> Callable[..., Any]:
    """The function that a text says, for an operation; ``names`` are the needs by their variables in it."""
    kept = []
    for need in operation.needs:
        tracked = [f"{variable} is None" for i, variable in enumerate("mn") if i in need.pulls]
        plain = text is UNARY or not tracked  # nothing to decide
        kept.append(names[need.name] if plain else f"None if {' and '.join(tracked)} else {names[need.name]}")
    saved = f"({', '.join(kept)},)" if kept else "None"
    place: dict[str, Any] = {}
    code = compile(text.format(name=operation.name, saved=saved, **parts), __file__, "exec")
    exec(code, globals(), place)
    call: Callable[..., Any] = place["make"](operation, operation.forward)
    call.__qualname__ = operation.name
    call.__doc__ = f"``{operation.name}``, element by element; differentiable."
    return call


def unary(function: Any) -> Callable[[Any], Any]:
    """An elementwise function of one tensor."""
    operation: Operation = OPERATIONS[function]  # type: ignore[assignment]
    (name,) = operation.inputs[:1]
    names = {name: "a", "y": "y"}
    if operation.kind != "elementwise" or any(need.name not in names for need in operation.needs):
        return generic(operation)
    call = written(UNARY, operation, names)
    if isinstance(function, np.ufunc):
        UFUNCS[function] = call
    return call


def binary(function: Any) -> Callable[[Any, Any], Any]:
    """An elementwise function of two tensors of one shape and dtype, or of a tensor and a number."""
    operation: Operation = OPERATIONS[function]  # type: ignore[assignment]
    names = {"a": "x", "b": "z", "y": "y"}
    if operation.kind != "elementwise" or any(need.name not in names for need in operation.needs):
        return generic(operation)
    call = UFUNCS[function] = written(BINARY, operation, names, y=SYMBOLS.get(function, "compute(x, z)"))
    return call


def product(operation: Operation, ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    """A matrix product of two tensors, or of a tensor and an array, that are matrices of one dtype."""
    names = {"a": "x", "b": "z", "a_shape": "x_shape", "b_shape": "z_shape", "arguments": "None"}
    call = UFUNCS[ufunc] = written(PRODUCT, operation, names)
    return call


PLAIN_ARGUMENTS = {int, slice, type(None), type(Ellipsis), bool}


def linear(function: Any) -> Callable[..., Any]:
    """A linear function of one tensor, called with numbers, slices and tuples of them: t.sum(0), t[1:3]."""
    operation: Operation = OPERATIONS[function]  # type: ignore[assignment]
    compute = operation.forward
    x_shape = operation.inputs[0] + "_shape"
    place = {name: i - 1 for i, name in enumerate(operation.params)}
    # after the input's shape, each need: its name, which argument it is and what it is if left out
    sources = [(need.name, place.get(need.name, len(place)), operation.default(need.name)) for need in operation.needs]
    first, *sources = sources
    left_out = tuple(other for _, _, other in sources)
    if (
        operation.kind != "linear"
        or first[0] != x_shape
        or not {name for name, _, _ in sources} <= {"arguments", *operation.params[1:]}
    ):
        return generic(operation)

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        source = x.node
        if source is None or (core.switched and (recording.on is not True or recording.forward)):
            return operation(x, *args, **kwargs)
        a = x._array
        shape = source.shape
        if not args and not kwargs:
            y = compute(a)
            saved = (shape, *left_out)
        else:
            for value in (*args, *kwargs.values()):
                kind = value.__class__
                if kind not in PLAIN_ARGUMENTS and not (kind is tuple and PLAIN_ARGUMENTS.issuperset(map(type, value))):
                    return operation(x, *args, **kwargs)
            try:
                y = compute(a, *args, **kwargs)
            except (ValueError, TypeError, IndexError):
                return operation(x, *args, **kwargs)  # which explains
            count = len(args)
            saved = (shape, *[args[k] if k < count else kwargs.get(name, other) for name, k, other in sources])
        if y.__class__ is not ndarray:
            y = as_array(y)
        if y.dtype is not a.dtype:
            return operation(x, *args, **kwargs)
        out = new(Tensor)
        out._array = y
        out.node = Node(operation, (source,), saved, y.shape)
        return out

    call.__name__ = operation.name
    call.__doc__ = f"``{operation.name}`` with NumPy's arguments; differentiable."
    if callable(function):
        FUNCTIONS[function] = call
    return call


def generic(operation: Any) -> Callable[..., Any]:
    """A method for an operation that has no fast path."""

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        return operation(x, *args, **kwargs)

    call.__name__ = operation.__name__
    call.__doc__ = f"``{call.__name__}`` with NumPy's arguments; differentiable."
    return call


def operator(function: Any) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """An operator and its reflection: ``a + b`` and ``b + a``."""
    operation: Any = OPERATIONS[function]
    call = binary(function) if getattr(operation, "kind", "") == "elementwise" else generic(operation)

    def reflected(a: Any, b: Any) -> Any:
        return operation(b, a)

    return call, reflected


def alone(tensor: Any) -> bool:
    """Is this handle the only holder of its array, so that nobody sees it change in place?"""
    return references(tensor) == ALONE > 0 and tensor._array.base is None


def references(holder: Any) -> int:
    return sys.getrefcount(holder._array) if hasattr(sys, "getrefcount") else -1


class Holder:
    """Holds one array and nothing else does."""

    __slots__ = ("_array",)

    def __init__(self, array: Any) -> None:
        self._array = array


ALONE = references(Holder(np.array([0.0])))  # measured, because it varies between Pythons
