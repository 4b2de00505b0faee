"""Tensor: an array in the graph, with Python's operators, ndarray's methods and NumPy's protocols.

Convention: a Tensor is a handle ``(array, node)``, not a node. The array never changes while a graph may
need it: results are new handles, and ``t[i] = v`` and ``t += v`` rebind the handle they are written on.
Operators and methods are the fast path and go straight to a node; everything else comes in through
``__array_ufunc__`` and ``__array_function__``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import core, ops  # noqa: F401  (importing ops declares the operations)
from .core import Node, recording
from .errors import unsupported
from .operation import CONSTANT, OPERATIONS, Late, Operation, as_array, plain

ndarray = np.ndarray
new = object.__new__


class Tensor:
    __slots__ = ("array", "node", "__weakref__")

    array: Any
    node: Node | None

    def __init__(self, data: Any, requires_grad: bool = False, *, dtype: Any = None, label: str = "") -> None:
        array = np.array(data, dtype=dtype)
        self.array = array
        self.node = Node(None, (), None, array.shape) if requires_grad else None

    @property
    def grad(self) -> Any:
        return None if self.node is None else self.node.grad

    def backward(self, gradient: Any = None, *, retain_graph: bool = False, create_graph: bool = False) -> None:
        if gradient is None:
            gradient = np.ones_like(self.array)
        assert self.node is not None
        for leaf, g in core.backward(self.node, gradient, retain_graph=retain_graph, create_graph=create_graph).items():
            leaf.grad = g if leaf.grad is None else leaf.grad + g

    # ------------------------------------------------ NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            key: Any = (ufunc, method)  # np.add.reduce and its kin
        else:
            key = ufunc
            if not kwargs and inputs[0].__class__ is Tensor and ufunc in FAST:
                return FAST[ufunc](*inputs)
        if key in OPERATIONS:
            return OPERATIONS[key](*inputs, **kwargs)
        if ufunc in CONSTANT:
            return getattr(ufunc, method)(*plain(inputs), **plain(kwargs))
        raise unsupported(key)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function in OPERATIONS:
            return OPERATIONS[function](*args, **kwargs)
        if function in CONSTANT:
            return function(*plain(args), **plain(kwargs))
        raise unsupported(function)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> Any:
        return self.array.dtype

    @property
    def ndim(self) -> int:
        return self.array.ndim  # type: ignore[no-any-return]

    def __getitem__(self, key: Any) -> Any:
        return OPERATIONS["getitem"](self, key)


def of(array: Any, node: Node | None) -> Tensor:
    """A handle on an array that nobody else can change, nothing checked."""
    tensor = new(Tensor)
    tensor.array = array
    tensor.node = node
    return tensor


Late.Tensor = Tensor
Late.of = of


def unary(operation: Operation) -> Callable[[Tensor], Tensor]:
    """The fast path of an elementwise function of one tensor."""
    function = operation.forward
    names = [need.name for need in operation.needs]
    keeps_x = "x" in names
    keeps_both = keeps_x and "y" in names
    keeps_none = not names

    def call(x: Tensor) -> Tensor:
        a = x.array
        y = function(a)
        if y.__class__ is not ndarray:
            y = as_array(y)
        source = x.node
        out = new(Tensor)
        out.array = y
        if source is None or not recording.on:
            out.node = None
            return out
        saved = None if keeps_none else ((a, y) if keeps_both else (a,) if keeps_x else (y,))
        out.node = Node(operation, (source,), saved, source.shape)
        return out

    return call


def binary(operation: Operation) -> Callable[[Tensor, Any], Tensor]:
    """The fast path of an elementwise function of two: tensors of one shape and dtype, or a number."""
    function = operation.forward
    names = [need.name for need in operation.needs]

    def call(a: Tensor, b: Any) -> Any:
        x = a.array
        m = a.node
        if b.__class__ is Tensor:
            z = b.array
            n = b.node
            if (m is not None or n is not None) and recording.on:
                shape = x.shape
                if shape == z.shape and x.dtype is z.dtype:
                    y = function(x, z)
                    if y.__class__ is ndarray:
                        out = new(Tensor)
                        out.array = y
                        out.node = Node(operation, (m, n), take(x, z, y, m, n), shape)
                        return out
        return operation(a, b)

    if names == ["b", "a"]:
        def take(x: Any, z: Any, y: Any, m: Any, n: Any) -> Any:
            return (None if m is None else z, None if n is None else x)
    else:
        def take(x: Any, z: Any, y: Any, m: Any, n: Any) -> Any:
            return None
    return call


# ufuncs called on tensors: straight to the fast path where there is one
FAST: dict[Any, Callable[..., Any]] = {}
for _ufunc, _operation in OPERATIONS.items():
    if isinstance(_ufunc, np.ufunc) and isinstance(_operation, Operation) and _operation.kind == "elementwise":
        FAST[_ufunc] = unary(_operation) if len(_operation.inputs) == 1 else binary(_operation)

Tensor.__neg__ = FAST[np.negative]  # type: ignore
for _name, _ufunc in dict(add=np.add, sub=np.subtract, mul=np.multiply, truediv=np.divide, pow=np.power).items():
    setattr(Tensor, f"__{_name}__", FAST[_ufunc])
    setattr(Tensor, f"__r{_name}__", lambda b, a, f=_ufunc: OPERATIONS[f](a, b))
