"""The fast paths: operators and methods that go straight to a node, such as ``a + b`` and ``t.exp()``.

Convention: what a generic call works out each time (names, needs, broadcasting, casts) is worked out here once, when
the function is made; anything but the common case is left to the operation itself. These are written as text
(``compiled_steps.py``); sums and views, which take arguments, stand in ``linear.py``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from ..core import (  # noqa: F401  (named in the texts below)
    LEAST,
    MANY,
    Node,
    clock,
    grad_mode,
    is_sealed,
    leaving,
    matrix_product,
    recording,
)
from ..declare import (  # noqa: F401  (as_array is named in the texts)
    INNER,
    OPERATIONS,
    Operation,
    as_array,
    explained,
    in_numpys_words,
    leads,
)
from .compiled_steps import NODE, RESULT, Unmade, compiled, saved

ndarray = np.ndarray
new = object.__new__
Tensor: Any = None  # the class, filled in by tensor.py
S = TypeVar("S")
F = TypeVar("F", bound=Callable[..., Any])

UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}  # for NumPy's ufuncs called on tensors
REFLECTIONS: dict[np.ufunc, Callable[..., Any]] = {}  # called with (t, a) for a tensor at the right of an array

PLAIN = "if y.__class__ is not ndarray:\n            y = as_array(y)"


def simple(operation: Operation, variables: dict[str, str]) -> bool:
    """Do the rules of an elementwise operation need nothing but these variables?"""
    return operation.kind == "elementwise" and all(need.name in variables for need in operation.needs)


def unmade(function: Any, make: Callable[[], Callable[..., Any]]) -> Any:
    """A method that is compiled when it, or its ufunc of a tensor, is first called."""
    method = Unmade(make)
    if isinstance(function, np.ufunc):
        UFUNCS[function] = method
    return method


# ---------------------------------------------------------------- element by element

LARGE, SINGLE = 256, np.dtype(np.float32)  # elements and precision of arrays for which a faster rule is taken
UNFOLDS = """
        if grad_mode.switches and recording.unfold is not None:
            return operation(x)"""
UNARY = f"""
def make(operation, {{name}}):
    def tensor_{{name}}(x):{{unfolds}}
        a = x._array
        if a.size > MANY and a.__class__ is ndarray:
            return operation(x)
        try:
            y = {{name}}(a)
        except MemoryError:
            return operation(x)  # which explains
        {PLAIN}{RESULT}
        m = x.node
        if m is None or (grad_mode.switches and not recording.on):
            if m is not None:
                leaving(x, "no_grad()")
            out.node = None
            return out{NODE}"""


def unary(function: Any) -> Callable[[S], S]:
    """An elementwise function of one tensor."""
    return unmade(function, lambda: compiled_unary(function))


def compiled_unary(function: Any) -> Callable[[S], S]:
    operation: Operation = OPERATIONS[function]  # type: ignore[assignment]
    variables = {operation.inputs[0]: "a", "y": "y"}
    if not simple(operation, variables):
        return generic(operation)
    text = saved(operation, variables, ["m"])
    if operation.large is not None:
        other = saved(operation.large, variables, ["m"])
        text = f"{text} if a.size <= LARGE or a.dtype is not SINGLE else with_large_rule(node, {other})"
    unfolds = "" if operation.unfold is None else UNFOLDS
    call = compiled(UNARY, globals(), operation, unfolds=unfolds, inputs="m", given="x", saved=text, shape="m.shape")
    call.__doc__ = f"``{operation.name}``, element by element; differentiable."
    call.__annotations__ = {"x": "Tensor", "return": "Tensor"}
    if isinstance(function, np.ufunc):
        UFUNCS[function] = call
    return call


def with_large_rule(node: Node, saved: Any) -> Any:
    """Let the node of a large array have the operation with the faster rule, and save what that needs."""
    node.op = node.op.large
    return saved


# ---------------------------------------------------------------- of two operands

SYMBOLS = {np.add: "x + z", np.subtract: "x - z", np.multiply: "x * z", np.divide: "x / z"}
BINARY = f"""
def make(operation, {{name}}):
    def tensor_{{name}}(a, b):
        x = a._array
        if x.size > MANY and x.__class__ is ndarray:
            return NotImplemented if leads(b) else operation(a, b)
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
        elif m is not None and b.__class__ is x.__class__ is ndarray and b.dtype is x.dtype:
            shape = m.shape
            if b.shape != shape[len(shape) - b.ndim :]:  # else the result has the tensor's shape
                return operation(a, b)
            z = {{held}}
            n = None
        else:
            return NotImplemented if leads(b) else operation(a, b)
        if (m is None and n is None) or (grad_mode.switches and not recording.on):
            return operation(a, b)
        try:
            y = {{y}}
        except MemoryError:
            return operation(a, b)
        {PLAIN}{RESULT}{NODE}"""

REFLECTED = f"""
def make(operation, {{name}}):
    def tensor_{{name}}(b, a):
        z = b._array
        n = b.node
        if n is None or (grad_mode.switches and not recording.on):
            return operation(a, b)
        shape = n.shape
        m = None
        if a.__class__ is float or a.__class__ is int:
            x = a
        elif a.__class__ is z.__class__ is ndarray and a.dtype is z.dtype and a.shape == shape[len(shape) - a.ndim :]:
            x = {{held}}
        else:
            return operation(a, b)
        try:
            y = {{y}}
        except MemoryError:
            return operation(a, b)
        {PLAIN}{RESULT}{NODE}"""


def binary(function: Any) -> Callable[[S, Any], S]:
    """An elementwise function of two tensors of one shape and dtype, or of a tensor and a number."""
    return unmade(function, lambda: compiled_binary(function))


def compiled_binary(function: Any) -> Callable[[S, Any], S]:
    operation: Operation = OPERATIONS[function]  # type: ignore[assignment]
    variables = {"a": "x", "b": "z", "y": "y"}
    if not simple(operation, variables):
        return generic(operation)
    y = SYMBOLS.get(function, "NAME(x, z)")
    text = saved(operation, variables, ["m", "n"])
    held = held_array(operation, "b", 0)
    call = compiled(
        BINARY, globals(), operation, inputs="m, n", given="a, b", saved=text, shape="shape", y=y, held=held
    )
    call.__doc__ = f"``{operation.name}``, element by element; differentiable."
    UFUNCS[function] = call
    return call


def reflected(function: Any) -> Callable[[S, Any], S]:
    """The same of a tensor at the right of a number or an array."""
    method = REFLECTIONS[function] = unmade(None, lambda: compiled_reflected(function))
    return method


def compiled_reflected(function: Any) -> Callable[[S, Any], S]:
    operation: Operation = OPERATIONS[function]  # type: ignore[assignment]
    variables = {"a": "x", "b": "z", "y": "y"}
    y = SYMBOLS.get(function, "NAME(x, z)")
    text = saved(operation, variables, ["m", "n"])
    held = held_array(operation, "a", 1)
    call = compiled(
        REFLECTED, globals(), operation, inputs="None, n", given="a, b", saved=text, shape="shape", y=y, held=held
    )
    REFLECTIONS[function] = call
    return call


def held_array(operation: Operation, name: str, other: int) -> str:
    """The text of an array beside a tensor, which is input number ``other``: a copy if the tensor's rule needs it."""
    needed = any(need.name == name and other in need.pulls for need in operation.needs)
    return f"{name} if is_sealed({name}) else {name}.copy()" if needed else name


def operator(function: Any) -> tuple[Callable[[S, Any], S], Callable[[S, Any], S]]:
    """An operator and its reflection: ``a + b`` and ``b + a``."""
    operation: Any = OPERATIONS[function]
    if getattr(operation, "kind", "") == "elementwise" and simple(operation, {"a": "x", "b": "z", "y": "y"}):
        return binary(function), reflected(function)

    def straight(a: Any, b: Any) -> Any:
        return NotImplemented if leads(b) else operation(a, b)

    def turned(a: Any, b: Any) -> Any:
        return operation(b, a)

    return straight, turned


# ---------------------------------------------------------------- products of matrices

HALF = np.dtype(np.float16)  # matrices of which are multiplied in single precision
PRODUCT = f"""
def make(operation, {{name}}):
    def tensor_{{name}}(a, b):
        x = a._array
        m = a.node
        if b.__class__ is Tensor:
            z = b._array
            n = b.node
        elif b.__class__ is ndarray and b.base.__class__ is tuple and is_sealed(b):
            z = b
            n = None
        else:
            return NotImplemented if leads(b) else operation(a, b)
        if (m is None and n is None) or (grad_mode.switches and (not recording.on or recording.forward)):
            return operation(a, b)
        x_shape, z_shape, dtype = x.shape, z.shape, x.dtype
        if len(x_shape) != 2 or len(z_shape) != 2 or x_shape[1] != z_shape[0] or dtype is not z.dtype or dtype is HALF:
            return operation(a, b)
        try:
            y = x @ z if x.size <= LEAST else matrix_product(x, z)
        except MemoryError:
            return operation(a, b){RESULT}{NODE}"""


def product(operation: Operation, ufunc: np.ufunc) -> Callable[[S, Any], S]:
    """A matrix product of two tensors, or of a tensor and an array, that are matrices of one dtype."""
    return unmade(ufunc, lambda: compiled_product(operation, ufunc))


def compiled_product(operation: Operation, ufunc: np.ufunc) -> Callable[[S, Any], S]:
    variables = {"a": "x", "b": "z", "a_shape": "x_shape", "b_shape": "z_shape", "arguments": "None"}
    text = saved(operation, variables, ["m", "n"])
    call = compiled(
        PRODUCT, globals(), operation, inputs="m, n", given="a, b", saved=text, shape="(x_shape[0], z_shape[1])"
    )
    call.__doc__ = "``a @ b``: the product of matrices, or of stacks of them; differentiable."
    UFUNCS[ufunc] = call
    return call


# ---------------------------------------------------------------- without a fast path


def generic(operation: Any) -> Callable[..., Any]:
    """A method for an operation that has no fast path."""

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        return operation(x, *args, **kwargs)

    def composed(x: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return operation(x, *args, **(in_numpys_words(operation.__name__, kwargs) if kwargs else kwargs))
        except INNER as error:
            named = [*((f"argument {k}", v) for k, v in enumerate(args)), *kwargs.items()]
            raise explained(error, operation.__name__, named) from None

    if not isinstance(operation, Operation):  # which knows the words itself
        call = composed
    call.__name__ = operation.__name__
    call.__doc__ = f"``{call.__name__}`` with NumPy's arguments; differentiable."
    return call


def as_written(call: Callable[..., Any]) -> Callable[[F], F]:
    """Let ``call`` take the place of the function below, and show its signature and docstring."""

    def stand(written: F) -> F:
        made: F = functools.update_wrapper(call, written)  # type: ignore[assignment]
        return made

    return stand
