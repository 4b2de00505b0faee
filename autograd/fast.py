"""The fast path: operators and methods of tensors that go straight to a node.

Convention: what a generic call works out each time (names, needs, broadcasting, casts) is worked out here
once, when the method is made; whatever is not the common case (other dtypes, shapes that broadcast,
other operands) is left to the operation itself. Straight-line code, because at the size of a few
numbers every Python step costs as much as the arithmetic.
"""

from __future__ import annotations

import operator as python_operator
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from .core import Node, recording
from .operation import OPERATIONS, Operation, as_array

ndarray = np.ndarray
new = object.__new__
Tensor: Any = None  # the class, filled in by tensor.py

UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}  # for NumPy's functions called on tensors

# Python's operators reach ndarray's arithmetic a little sooner than the ufuncs do.
OPERATORS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: python_operator.add,
    np.subtract: python_operator.sub,
    np.multiply: python_operator.mul,
    np.divide: python_operator.truediv,
}


def unary(function: Any) -> Callable[[Any], Any]:
    """An elementwise function of one tensor."""
    if function not in OPERATIONS:
        return lambda *a, **k: OPERATIONS[function](*a, **k)  # TEMPORARY
    operation: Operation = OPERATIONS[function]  # type: ignore[assignment]
    compute = operation.forward
    names = [need.name for need in operation.needs]
    if not set(names) <= {"x", "y"} or names == ["y", "x"] or operation.kind != "elementwise":
        return generic(operation)
    nothing, both, input_only = not names, len(names) == 2, names == ["x"]

    def call(x: Any) -> Any:
        a = x.array
        y = compute(a)
        if y.__class__ is not ndarray:
            y = as_array(y)
        out = new(Tensor)
        out.array = y
        source = x.node
        on = recording.on
        if source is None or not on:
            out.node = None
            return out
        out.node = node = Node(
            operation, (source,), None if nothing else (a,) if input_only else (a, y) if both else (y,), source.shape
        )
        if on is not True:
            recording.note(node, y)  # type: ignore[misc]
        return out

    call.__name__ = operation.name
    call.__doc__ = f"``{operation.name}`` of each element; differentiable."
    if isinstance(function, np.ufunc):
        UFUNCS[function] = call
    return call


def binary(function: Any) -> Callable[[Any, Any], Any]:
    """An elementwise function of two tensors of one shape and dtype, or of a tensor and a number."""
    if function not in OPERATIONS:
        return lambda *a, **k: OPERATIONS[function](*a, **k)  # TEMPORARY
    operation: Operation = OPERATIONS[function]  # type: ignore[assignment]
    compute = OPERATORS.get(function, operation.forward)
    names = [need.name for need in operation.needs]
    nothing = not names
    if not set(names) <= {"a", "b", "y"} or operation.kind != "elementwise":
        return generic(operation)
    # For each way of being tracked (1: a, 2: b, 3: both), which of (a, b, y, None) each need is.
    order = ("a", "b", "y")
    patterns = [
        tuple(order.index(need.name) if any(mask >> i & 1 for i in need.pulls) else 3 for need in operation.needs)
        for mask in range(4)
    ]
    product = names == ["b", "a"] and patterns == [(3, 3), (1, 3), (3, 0), (1, 0)]

    def call(a: Any, b: Any) -> Any:
        m = a.node
        on = recording.on
        x = a.array
        if b.__class__ is Tensor:
            z = b.array
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
        if (m is None and n is None) or not on:
            return operation(a, b)
        y = compute(x, z)
        if y.__class__ is not ndarray:
            y = as_array(y)
        out = new(Tensor)
        out.array = y
        if product:
            saved: Any = (None if m is None else z, None if n is None else x)
        elif nothing:
            saved = None
        else:
            values = (x, z, y, None)
            saved = tuple([values[k] for k in patterns[(m is not None) + 2 * (n is not None)]])
        out.node = node = Node(operation, (m, n), saved, shape)
        if on is not True:
            recording.note(node, y)  # type: ignore[misc]
        return out

    call.__name__ = operation.name
    call.__doc__ = f"``{operation.name}`` of two, element by element; differentiable."
    UFUNCS[function] = call
    return call


def product(operation: Operation, ufunc: np.ufunc, compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A product of two tensors, or of a tensor and an array, that are matrices of one dtype."""
    order = ("a", "b", "a_shape", "b_shape")
    patterns = [
        tuple(
            order.index(need.name) if need.name in order and any(mask >> i & 1 for i in need.pulls) else 4
            for need in operation.needs
        )
        for mask in range(4)
    ]

    def call(a: Any, b: Any) -> Any:
        m = a.node
        x = a.array
        if b.__class__ is Tensor:
            z = b.array
            n = b.node
        elif b.__class__ is ndarray and not b.flags.writeable:
            z = b
            n = None
        else:
            return operation(a, b)
        if recording.on is not True or recording.forward or (m is None and n is None):
            return operation(a, b)
        x_shape, z_shape = x.shape, z.shape
        if len(x_shape) != 2 or len(z_shape) != 2 or x_shape[1] != z_shape[0] or x.dtype is not z.dtype:
            return operation(a, b)
        y = compute(x, z)
        values = (x, z, x_shape, z_shape, None)
        saved = tuple([values[k] for k in patterns[(m is not None) + 2 * (n is not None)]])
        out = new(Tensor)
        out.array = y
        out.node = Node(operation, (m, n), saved, (x_shape[0], z_shape[1]))
        return out

    call.__name__ = operation.name
    UFUNCS[ufunc] = call
    return call


PLAIN_ARGUMENTS = {int, slice, type(None), type(Ellipsis), bool}


def linear(function: Any) -> Callable[..., Any]:
    """A linear function of one tensor, called with numbers, slices and tuples of them: t.sum(0), t[1:3]."""
    operation: Operation = OPERATIONS[function]  # type: ignore[assignment]
    if not isinstance(operation, Operation) or operation.kind != "linear" or operation.many:
        return generic(operation)
    compute = operation.forward
    x_shape = operation.inputs[0] + "_shape"
    place = {name: i - 1 for i, name in enumerate(operation.params)}
    # each need: the input's shape, else which argument it is and what it is if left out
    sources = [
        (need.name == x_shape, place.get(need.name, len(place)), operation._default(need.name))
        for need in operation.needs
    ]
    if any(need.name not in (x_shape, "arguments", *operation.params[1:]) for need in operation.needs):
        return generic(operation)

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        source = x.node
        if kwargs or source is None or recording.on is not True or recording.forward:
            return operation(x, *args, **kwargs)
        for value in args:
            kind = value.__class__
            if kind not in PLAIN_ARGUMENTS and not (kind is tuple and PLAIN_ARGUMENTS.issuperset(map(type, value))):
                return operation(x, *args)
        a = x.array
        try:
            y = compute(a, *args)
        except (ValueError, TypeError, IndexError):
            return operation(x, *args)  # which explains
        if y.__class__ is not ndarray:
            y = as_array(y)
        if y.dtype is not a.dtype:
            return operation(x, *args)
        shape, count = source.shape, len(args)
        saved = tuple([shape if is_shape else args[k] if k < count else other for is_shape, k, other in sources])
        out = new(Tensor)
        out.array = y
        out.node = Node(operation, (source,), saved, y.shape)
        return out

    call.__name__ = operation.name
    call.__doc__ = f"``{operation.name}`` with NumPy's arguments; differentiable."
    return call


def generic(operation: Any) -> Callable[..., Any]:
    """A method for an operation that has no fast path."""

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        return operation(x, *args, **kwargs)

    call.__name__ = operation.__name__
    return call


def operator(function: Any) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """An operator and its reflection: ``a + b`` and ``b + a``."""
    if function not in OPERATIONS:
        return (lambda a, b: OPERATIONS[function](a, b)), (lambda a, b: OPERATIONS[function](b, a))  # TEMPORARY
    operation: Any = OPERATIONS[function]
    call = binary(function) if getattr(operation, "kind", "") == "elementwise" else generic(operation)

    def reflected(a: Any, b: Any) -> Any:
        return operation(b, a)

    return call, reflected


def alone(tensor: Any) -> bool:
    """Is this handle the only holder of its array, so that nobody sees it change in place?"""
    return references(tensor) == ALONE and tensor.array.base is None


def references(holder: Any) -> int:
    return sys.getrefcount(holder.array)


class Holder:
    """Holds one array and nothing else does."""

    __slots__ = ("array",)

    def __init__(self, array: Any) -> None:
        self.array = array


ALONE = references(Holder(np.array([0.0])))  # measured, because it varies between Pythons
