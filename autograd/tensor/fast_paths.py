"""The fast paths: operators, methods and network kernels that go straight to a node.

Convention: what a generic call works out each time (names, needs, broadcasting, casts) is worked out here once, when
the function is made; anything but the common case is left to the operation itself. A recorded step is written as
text and compiled, as ``collections.namedtuple`` does it, because at the size of a few numbers every Python step costs
as much as the arithmetic (closures took up to 1.07 times as long). ``inspect.getsource`` and tracebacks show the text.
"""

from __future__ import annotations

import functools
import inspect
import linecache
import sys
from collections.abc import Callable
from types import CodeType
from typing import Any, TypeVar
from weakref import ref

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
from ..declare import INNER, OPERATIONS, Operation, as_array, explained, in_numpys_words, leads
from . import views
from .unmade import Unmade

ndarray = np.ndarray
HALF = np.dtype(np.float16)  # matrices of which are multiplied in single precision
new = object.__new__
Tensor: Any = None  # the class, filled in by tensor.py
S = TypeVar("S")
F = TypeVar("F", bound=Callable[..., Any])

UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}  # for NumPy's ufuncs called on tensors
REFLECTIONS: dict[np.ufunc, Callable[..., Any]] = {}  # called with (t, a) for a tensor at the right of an array
FUNCTIONS: dict[Any, Callable[..., Any]] = {}  # and for its other functions

# A result and its node. Node's own __init__ is written out: calling it is a fortieth of a whole step, forward and back.
RESULT = """
        out = new(Tensor)
        out._array = y
        out._family = None"""
NODE = """
        out.node = node = new(Node)
        node.op = operation
        node.inputs = ({inputs},)
        node._saved = {saved}
        node.shape = {shape}
        node.fits = {fits}
        node.made = clock.now
        node.waiting = 0
        if grad_mode.switches and recording.note is not None:
            recording.note(node, y, ({given},), {{}})
        return out
    return tensor_{name}
"""
UNFOLDS = """
        if grad_mode.switches and recording.unfold is not None:
            return operation(x)"""
PLAIN = "if y.__class__ is not ndarray:\n            y = as_array(y)"

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

KERNEL = f"""
def make(operation, {{name}}):
    def tensor_{{name}}({{signature}}, *more, **options):
        if more or options or (
            grad_mode.switches and (not recording.on or recording.forward or recording.unfold is not None)
        ):
            return operation({{parameters}}, *more, **options)
        {{operands}}
        if ({{untracked}}) or {{first}}.__class__ is not ndarray:
            return operation({{parameters}})
        dtype = {{first}}.dtype
        if not ({{one_dtype}}):
            return operation({{parameters}})
        try:
            y = {{name}}({{arrays}})
        except (ValueError, TypeError, IndexError, MemoryError):
            return operation({{parameters}})  # which explains
        if y.dtype is not dtype:
            return operation({{parameters}}){RESULT}{NODE}"""

OPERAND = """
        if isinstance({p}, Tensor):
            {p}_array = {p}._array
            {p}_node = {p}.node
        elif {p} is None or ({p}.__class__ is ndarray and {p}.base.__class__ is tuple and is_sealed({p})):
            {p}_array = {p}
            {p}_node = None
        else:
            return operation({parameters})"""

LARGE, SINGLE = 256, np.dtype(np.float32)  # elements and precision of arrays for which a faster rule is taken
FIELDS = ("co_names", "co_varnames", "co_freevars", "co_cellvars")
SYMBOLS = {np.add: "x + z", np.subtract: "x - z", np.multiply: "x * z", np.divide: "x / z"}


def compiled(text: str, operation: Operation, **parts: str) -> Callable[..., Any]:
    """Compile the text of a function for an operation. ``linecache`` has its lines under a file name of their own."""
    fits = "()\n        node.notes = None" if operation.selects else "node.notes = None"
    text = text.format(name="NAME", fits=fits, **parts).strip() + "\n"
    file = f"<autograd.tensor.fast_paths: {operation.name}>"
    lines = text.replace("NAME", operation.name).splitlines(keepends=True)
    linecache.cache[file] = len(text), None, lines, file
    place: dict[str, Any] = {}
    exec(_named(_code(text), operation.name, file), globals(), place)
    call: Callable[..., Any] = place["make"](operation, operation.forward)
    call.__name__ = call.__qualname__ = operation.name
    return call


@functools.cache
def _code(text: str) -> CodeType:
    """Operations whose text differs only in the name share one compilation: it takes most of the time to import."""
    return compile(text, "NAME", "exec")


def _named(code: CodeType, name: str, file: str) -> CodeType:
    """The same code with the name of an operation in it."""
    names: Any = {field: tuple(n.replace("NAME", name) for n in getattr(code, field)) for field in FIELDS}
    consts = tuple(_named(c, name, file) if isinstance(c, CodeType) else c for c in code.co_consts)
    return code.replace(co_name=code.co_name.replace("NAME", name), co_filename=file, co_consts=consts, **names)


def saved(operation: Operation, variables: dict[str, str], nodes: list[str]) -> str:
    """The text of ``node._saved``: each need by its variable, or None where no tracked input's rule names it."""
    found = []
    for need in operation.needs:
        unused = [f"{nodes[i]} is None" for i in sorted(need.pulls) if len(nodes) > 1]
        found.append(f"None if {' and '.join(unused)} else {variables[need.name]}" if unused else variables[need.name])
    return f"({', '.join(found)},)" if found else "None"


def simple(operation: Operation, variables: dict[str, str]) -> bool:
    """Do the rules of an elementwise operation need nothing but these variables?"""
    return operation.kind == "elementwise" and all(need.name in variables for need in operation.needs)


def unmade(function: Any, make: Callable[[], Callable[..., Any]]) -> Any:
    """A method that is compiled when it, or its ufunc of a tensor, is first called."""
    method = Unmade(make)
    if isinstance(function, np.ufunc):
        UFUNCS[function] = method
    return method


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
    call = compiled(UNARY, operation, unfolds=unfolds, inputs="m", given="x", saved=text, shape="m.shape")
    call.__doc__ = f"``{operation.name}``, element by element; differentiable."
    call.__annotations__ = {"x": "Tensor", "return": "Tensor"}
    if isinstance(function, np.ufunc):
        UFUNCS[function] = call
    return call


def with_large_rule(node: Node, saved: Any) -> Any:
    """Let the node of a large array have the operation with the faster rule, and save what that needs."""
    node.op = node.op.large
    return saved


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
    call = compiled(BINARY, operation, inputs="m, n", given="a, b", saved=text, shape="shape", y=y, held=held)
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
    call = compiled(REFLECTED, operation, inputs="None, n", given="a, b", saved=text, shape="shape", y=y, held=held)
    REFLECTIONS[function] = call
    return call


def held_array(operation: Operation, name: str, other: int) -> str:
    """The text of an array beside a tensor, which is input number ``other``: a copy if the tensor's rule needs it."""
    needed = any(need.name == name and other in need.pulls for need in operation.needs)
    return f"{name} if is_sealed({name}) else {name}.copy()" if needed else name


def product(operation: Operation, ufunc: np.ufunc) -> Callable[[S, Any], S]:
    """A matrix product of two tensors, or of a tensor and an array, that are matrices of one dtype."""
    return unmade(ufunc, lambda: compiled_product(operation, ufunc))


def compiled_product(operation: Operation, ufunc: np.ufunc) -> Callable[[S, Any], S]:
    variables = {"a": "x", "b": "z", "a_shape": "x_shape", "b_shape": "z_shape", "arguments": "None"}
    text = saved(operation, variables, ["m", "n"])
    call = compiled(PRODUCT, operation, inputs="m, n", given="a, b", saved=text, shape="(x_shape[0], z_shape[1])")
    call.__doc__ = "``a @ b``: the product of matrices, or of stacks of them; differentiable."
    UFUNCS[ufunc] = call
    return call


def straight(operation: Operation) -> Callable[..., Any]:
    """A kernel that skips the generic call if its operands are tensors of one dtype or arrays that nothing can change.

    The operation must have one rule for each input, and its inputs must be its first parameters; optional ones default
    to None. Its rules must return gradients of the inputs' shapes and dtype, since nothing is undone after them. They
    may need the inputs, the inputs' shapes and ``y``, and nothing else.
    """
    inputs = operation.inputs
    if not operation.leading or operation.joint is not None or operation.results:
        raise TypeError(f"straight: {operation.name} has not one result, one rule for each input, and its inputs first")
    variables = {"y": "y"} | {p: f"{p}_array" for p in inputs} | {f"{p}_shape": f"{p}_array.shape" for p in inputs}
    for need in operation.needs:
        if need.name not in variables:
            raise TypeError(
                f"straight: a rule of {operation.name} needs '{need.name}', which is neither an input nor y"
            )
        if not need.pulls:  # forward mode goes to the operation
            variables[need.name] = "None"
    parameters = ", ".join(inputs)
    nodes = [f"{p}_node" for p in inputs]
    first, *others = arrays = [f"{p}_array" for p in inputs]
    call = compiled(
        KERNEL,
        operation,
        signature=", ".join(f"{p}=None" if p in operation.defaults else p for p in inputs),
        parameters=parameters,
        operands="".join(OPERAND.format(p=p, parameters=parameters) for p in inputs).strip(),
        untracked=" and ".join(f"{node} is None" for node in nodes),
        first=first,
        one_dtype=" and ".join(f"({a} is None or {a}.dtype is dtype)" for a in others) or "True",
        arrays=", ".join(arrays),
        inputs=", ".join(nodes),
        given=parameters,
        saved=saved(operation, variables, nodes),
        shape="y.shape",
    )
    call.__doc__, call.__module__ = operation.__doc__, operation.function.__module__  # where it is pickled from
    call.__signature__ = inspect.signature(operation.function)  # type: ignore[attr-defined]
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
    fits = () if operation.selects is True else None
    if (
        operation.kind != "linear"
        or first[0] != x_shape
        or not {name for name, _, _ in sources} <= {"arguments", *operation.params[1:]}
    ):
        return generic(operation)

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        source = x.node
        if source is None or (
            grad_mode.switches and (not recording.on or recording.forward or recording.note is not None)
        ):
            return operation(x, *args, **kwargs)
        a = x._array
        shape = source.shape
        if not args and not kwargs:
            try:
                y = compute(a)
            except MemoryError:
                return operation(x)
            saved = (shape, *left_out)
        else:
            for value in (*args, *kwargs.values()):
                kind = value.__class__
                if kind not in PLAIN_ARGUMENTS and not (kind is tuple and PLAIN_ARGUMENTS.issuperset(map(type, value))):
                    return operation(x, *args, **kwargs)
            try:
                y = compute(a, *args, **kwargs)
            except (ValueError, TypeError, IndexError, MemoryError):
                return operation(x, *args, **kwargs)  # which explains
            count = len(args)
            saved = (shape, *[args[k] if k < count else kwargs.get(name, other) for name, k, other in sources])
        if y.__class__ is not ndarray:
            y = as_array(y)
        if y.dtype is not a.dtype:
            return operation(x, *args, **kwargs)
        out = new(Tensor)
        out._array = y
        out._family = None
        out.node = Node(operation, (source,), saved, y.shape, source.op and fits)
        if y.__class__ is not ndarray:
            views.note_result(out, x, operation, args, kwargs)
            return out
        base = y.base
        if base is not None and (base is a or base is a.base):  # a view: what views.note does
            family = x._family
            if family.__class__ is not list:
                family = views.family_of(x)
            out._family = (x, operation, args, kwargs, family)
            family.append(ref(out))
            if not len(family) & 1023:
                views.forget_gone(family)
        return out

    call.__name__ = operation.name
    if callable(function):
        FUNCTIONS[function] = call
    return call


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


def as_written(call: Callable[..., Any]) -> Callable[[F], F]:
    """Let ``call`` take the place of the function below, and show its signature and docstring."""

    def stand(written: F) -> F:
        made: F = functools.update_wrapper(call, written)  # type: ignore[assignment]
        return made

    return stand


def alone(tensor: Any) -> bool:
    """Is this tensor the only owner of its array, so that it can be changed in place unseen?"""
    return references(tensor) == ALONE > 0 and tensor._array.base is None


def references(holder: Any) -> int:
    return sys.getrefcount(holder._array) if hasattr(sys, "getrefcount") else -1


class Holder:
    """Holds one array and nothing else does."""

    __slots__ = ("_array",)

    def __init__(self, array: Any) -> None:
        self._array = array


ALONE = references(Holder(np.array([0.0])))  # measured, because it varies between Pythons
