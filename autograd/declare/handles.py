"""What operations know about tensors: that some operands are handles on arrays, and what may be kept of them.

Convention: ``Late`` holds what ``tensor/`` and ``value/``, two floors up, fill in, so that nothing here imports them.
"""

from __future__ import annotations

import importlib
import sys
from array import array
from typing import Any, TypeVar

import numpy as np

from ..core import Node, is_sealed
from .errors import too_deep
from .given import INNER, explained

T = TypeVar("T")
# Not written as a union where they are asked for: Python would make it anew each time.
CONSTANTS = {int, float, bool, str, bytes, type(None)}
NUMBERS = frozenset("biufc")  # the kinds of dtypes that a tensor may have
NO_MEMORY = (np.ndarray, np.generic, int, float, str, bytes, slice, type(None))
NEVER_LABELLED = frozenset([np.ndarray, int, float, bool, complex, np.float64, np.float32, np.int64, list, type(None)])
BUFFERS = (array, bytearray, memoryview)


class Late:
    """What higher floors fill in: the classes of what is recorded."""

    Tensor: Any = None
    of: Any = None  # of(array, node): a handle, nothing checked
    note_views: Any = (
        None  # note_views(result, tensor, operation, (), arguments): which results are views of the tensor
    )
    Value: Any = ()  # the class of numbers in the graph
    Number: Any = ()  # the class of what takes a float's place in a Value, and computes as it does
    Float: Any = None  # the class of what stands for a number of Python's wherever it is one
    methods: Any = None  # a Value's methods, by the function of one number that they compute


def adopted(x: Any) -> Any:
    """An array of CuPy's own as one that takes all of NumPy's functions; anything else as it is."""
    cupy = sys.modules.get("cupy")
    if cupy is None or not isinstance(x, getattr(cupy, "ndarray", ())):
        return x
    return importlib.import_module(f"{__name__.partition('.')[0]}.gpu").entered(x)


def unchanging(kind: type[T]) -> type[T]:
    """The class, whose instances hold numbers and tuples of them: they are kept as they are."""
    CONSTANTS.add(kind)
    return kind


def as_array(y: Any) -> Any:
    """NumPy's scalars and Python's numbers as arrays without axes; arrays of any library as they are."""
    if y.__class__ is np.ndarray:
        return y
    return np.asarray(y) if issubclass(y.__class__, (np.generic, int, float, complex, Late.Value)) else adopted(y)


def constant_tensor(y: Any) -> Any:
    """The result of a ufunc without a derivative: numbers and truth values as a tensor that is not tracked.

    What is no array (pandas' Series, a tuple of results) is returned as it is.
    """
    y = as_array(y)
    return Late.of(y, None) if getattr(getattr(y, "dtype", None), "kind", "") in NUMBERS and _is_array(y) else y


def _is_array(y: Any) -> bool:
    return y.__class__ is np.ndarray or (hasattr(y, "__array_function__") and not isinstance(y, Late.Tensor))


def labelled(x: Any) -> bool:
    """Has it named axes, as xarray's arrays do? These take tensors for their numbers, and compute with them."""
    kind = x.__class__
    return kind not in NEVER_LABELLED and hasattr(kind, "dims") and hasattr(kind, "__array_ufunc__")


def leads(x: Any) -> bool:
    """Is an operator between it and a tensor its own? So it is of xarray's arrays and of sparse ones."""
    kind = x.__class__
    return kind not in NEVER_LABELLED and (labelled(x) or (hasattr(kind, "toarray") and hasattr(kind, "__rmatmul__")))


def native(x: Any) -> Any:
    """What a user gave, as an array: of a library that follows NumPy's protocols as it is, else as one of NumPy's."""
    if not isinstance(x, np.ndarray) and hasattr(x, "__array_function__"):
        return adopted(x)
    try:
        return np.asarray(x)
    except INNER as error:
        raise explained(error, "an array", [("the value", x)]) from None


def copied(x: Any, dtype: Any = None, name: str = "an array") -> Any:
    """The same as a copy; ``name`` is for errors."""
    if isinstance(x, np.ndarray) or not hasattr(x, "__array_function__"):
        try:
            return np.array(x, dtype=dtype)
        except INNER as error:
            raise explained(error, name, [("the value", x)]) from None
    x = adopted(x)
    return x.copy() if dtype is None else x.astype(dtype)


def frozen(value: Any) -> Any:
    """A value that nothing can change under the graph: lists, dicts and arrays are copied, but for sealed ones."""
    if value.__class__ in CONSTANTS:
        return value
    if isinstance(value, np.ndarray):
        return value if is_sealed(value) else value.copy()
    if isinstance(value, list):
        return [frozen(v) for v in value]
    if isinstance(value, tuple):
        if all([part.__class__ in CONSTANTS for part in value]):
            return value
        return type(value)._make(map(frozen, value)) if hasattr(value, "_make") else tuple(map(frozen, value))
    if value.__class__ is dict:
        return {key: frozen(part) for key, part in value.items()}
    if hasattr(value, "__array_function__"):
        return adopted(value).copy()
    return np.array(value) if is_memory(value) else value


def is_memory(thing: Any) -> bool:
    """Is it an array of a kind that NumPy only converts, such as an ``array.array``, which its owner may change?"""
    if isinstance(thing, NO_MEMORY):
        return False
    return isinstance(thing, BUFFERS) or hasattr(type(thing), "__array__")


def plain(value: Any) -> Any:
    """Arguments with every tensor replaced by its array, also inside lists, tuples and dicts."""
    if isinstance(value, Late.Tensor):
        return value._array
    try:
        if isinstance(value, list | tuple):
            return type(value)(plain(v) for v in value)
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
    except RecursionError:
        raise too_deep("an argument of a NumPy function") from None
    return value


def beside(x: Any, like: Any) -> Any:
    """An array in the library of another: what a file or a state holds, where a module or an optimizer has its own."""
    if x.__class__ is like.__class__:
        return x
    numpys = like.__class__ is np.ndarray or hasattr(like.__class__, "__array_call__")  # or stands for one
    return on_cpu(x) if numpys else np.asarray(x, like=like)


def on_cpu(x: Any) -> Any:
    """The numbers as an array of NumPy's, from a GPU too."""
    return adopted(x).get() if hasattr(x.__class__, "__cuda_array_interface__") else np.asarray(x)


def tracked(value: Any) -> bool:
    """Is there a tracked tensor in these arguments, or inside their lists, tuples and dicts?"""
    if isinstance(value, Late.Tensor):
        return value.node is not None
    if isinstance(value, dict):
        value = tuple(value.values())
    return isinstance(value, list | tuple) and any(map(tracked, value))


def held(value: Any, given: Any) -> Any:
    """An operand to keep: a tensor's array as it is, but a copy of one that the user could still change."""
    return value if isinstance(given, Late.Tensor) else frozen(value)


def tensor_again(value: Any, node: Node | None) -> Any:
    """A saved array as the tensor that it was."""
    return value if node is None else Late.of(as_array(value), node)


def tensors_again(values: Any, node: Node) -> Any:
    """Saved operands as the tensors that they were."""
    return [tensor_again(v, n) for v, n in zip(values, node.inputs, strict=True)]
