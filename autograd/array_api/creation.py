"""New arrays: of numbers, of one number throughout, of equal steps; grids, and parts of matrices.

Convention: they are not tracked, unless they are made of tensors that are. ``dtype`` is the default one for the numbers
if it is None; ``device`` is "cpu" or None. ValueError is raised for another device, and for shapes that do not fit;
TypeError for a dtype that is none of numbers or truth values.
"""

from __future__ import annotations

import sys
from typing import Any, Literal

import numpy as np

from ..core import recording
from ..declare import tracked
from ..tensor import Tensor, of, refuse_steps
from ..typing import DTypeLike, Shape
from .dtypes import astype
from .given import NUMBERS, Given, array, dtype_of, each, on_cpu, operand, tensors

__all__ = [
    "arange", "asarray", "empty", "empty_like", "eye", "from_dlpack", "full", "full_like", "linspace", "meshgrid",
    "ones", "ones_like", "tril", "triu", "zeros", "zeros_like",
]  # fmt: skip

Type = DTypeLike | None


def asarray(obj: Any, /, *, dtype: Type = None, device: Any = None, copy: Any = None) -> Any:
    """The array of these numbers.

    ``obj``     a tensor, which stays in its graph; an array; a number; nested lists of numbers and tensors
    ``dtype``   its dtype
    ``device``  "cpu", or None
    ``copy``    True copies always; None where it must, as of arrays that could still be written to; False raises
                ValueError where it must
    """
    on_cpu(device)
    to = dtype_of(dtype)
    if isinstance(obj, list | tuple) and _has_tensors(obj):
        obj = np.stack([_item(part) for part in obj])
        copy = None if copy is True else copy
    elif not isinstance(obj, Tensor):
        if copy is False:
            raise ValueError("asarray(copy=False): only a tensor becomes a tensor without being copied")
        if not isinstance(obj, np.ndarray | list | tuple | NUMBERS) and not hasattr(obj, "__array__"):
            obj = from_dlpack(obj) if hasattr(obj, "__dlpack__") else np.asarray(obj)
        return Tensor(obj, dtype=to)
    elif obj.node is not None and recording.on:
        refuse_steps(sys._getframe(1), "asarray(t)")
    if to is not None and obj.dtype != to:
        if copy is False:
            raise ValueError(f"asarray(copy=False): {obj.dtype} cannot become {to} without being copied")
        return astype(obj, to)
    return obj.copy() if copy else obj


def _has_tensors(x: Any) -> bool:
    return isinstance(x, Tensor) or (isinstance(x, list | tuple) and any(map(_has_tensors, x)))


def _item(x: Any) -> Any:
    return asarray(x)


def arange(
    start: float, /, stop: float | None = None, step: float = 1, *, dtype: Type = None, device: Any = None
) -> Any:
    """``start``, ``start`` + ``step``, ...: an array of one axis.

    ``start``   the first number; the end where ``stop`` is left out, and then the first is 0
    ``stop``    the end, which is not in it
    ``step``    between one and the next, not 0
    ``dtype``   its dtype
    ``device``  "cpu", or None
    """
    on_cpu(device)
    for name, x in (("start", start), ("stop", stop), ("step", step)):
        if recording.on and tracked(x):
            raise TypeError(
                f"arange: {name} is tracked, but how many numbers there are has no derivative: write .item()"
            )
    begin, end = (0, start) if stop is None else (start, stop)
    begin, end, step = [x.item() if isinstance(x, Tensor) else x for x in (begin, end, step)]
    return tensors(np.arange(begin, end, step, dtype=dtype_of(dtype)))


def linspace(
    start: Any, stop: Any, /, num: int, *, dtype: Type = None, device: Any = None, endpoint: Any = True
) -> Any:
    """Numbers at equal distances; differentiable in both ends.

    ``start``, ``stop``  the ends: numbers, or arrays without axes
    ``num``              how many numbers
    ``dtype``            their dtype
    ``device``           "cpu", or None
    ``endpoint``         whether ``stop`` is the last of them
    """
    on_cpu(device)
    return tensors(np.linspace(start, stop, num, endpoint=endpoint, dtype=dtype_of(dtype)))


def empty(shape: int | Shape, *, dtype: Type = None, device: Any = None) -> Any:
    """An array whose numbers mean nothing yet: of this ``shape`` and ``dtype``, on the ``device`` "cpu"."""
    on_cpu(device)
    return tensors(np.empty(shape, dtype=dtype_of(dtype)))


def zeros(shape: int | Shape, *, dtype: Type = None, device: Any = None) -> Any:
    """0 throughout: of this ``shape`` and ``dtype``, on the ``device`` "cpu"."""
    on_cpu(device)
    return tensors(np.zeros(shape, dtype=dtype_of(dtype)))


def ones(shape: int | Shape, *, dtype: Type = None, device: Any = None) -> Any:
    """1 throughout: of this ``shape`` and ``dtype``, on the ``device`` "cpu"."""
    on_cpu(device)
    return tensors(np.ones(shape, dtype=dtype_of(dtype)))


def full(shape: int | Shape, fill_value: Any, *, dtype: Type = None, device: Any = None) -> Any:
    """One number throughout; differentiable in it.

    ``shape``       the array's shape
    ``fill_value``  a number, or an array without axes
    ``dtype``       its dtype; that of the number by default
    ``device``      "cpu", or None
    """
    on_cpu(device)
    to = dtype_of(dtype)
    if isinstance(fill_value, Tensor):
        y = np.broadcast_to(fill_value, shape)
        return y.copy() if to is None or to == y.dtype else astype(y, to)
    return tensors(np.full(shape, fill_value, dtype=to))


def empty_like(x: Given, /, *, dtype: Type = None, device: Any = None) -> Any:
    """An array of the shape of x, its numbers arbitrary; ``dtype`` is that of x by default, ``device`` "cpu"."""
    on_cpu(device)
    return tensors(np.empty_like(array(x), dtype=dtype_of(dtype)))


def zeros_like(x: Given, /, *, dtype: Type = None, device: Any = None) -> Any:
    """0 throughout, with the shape of x; ``dtype`` is that of x by default, ``device`` is "cpu"."""
    on_cpu(device)
    return tensors(np.zeros_like(array(x), dtype=dtype_of(dtype)))


def ones_like(x: Given, /, *, dtype: Type = None, device: Any = None) -> Any:
    """1 throughout, with the shape of x; ``dtype`` is that of x by default, ``device`` is "cpu"."""
    on_cpu(device)
    return tensors(np.ones_like(array(x), dtype=dtype_of(dtype)))


def full_like(x: Given, /, fill_value: Any, *, dtype: Type = None, device: Any = None) -> Any:
    """One number throughout, with the shape of x; differentiable in the number.

    ``x``           an array of any shape
    ``fill_value``  a number, or an array without axes
    ``dtype``       its dtype; that of x by default
    ``device``      "cpu", or None
    """
    on_cpu(device)
    return tensors(np.full_like(array(x), fill_value, dtype=dtype_of(dtype)))


def eye(n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: Type = None, device: Any = None) -> Any:
    """1 on a diagonal and 0 elsewhere: a matrix (n_rows, n_cols).

    ``n_rows``  how many rows
    ``n_cols``  how many columns; as many as rows by default
    ``k``       which diagonal, counted upwards from the main one
    ``dtype``   its dtype
    ``device``  "cpu", or None
    """
    on_cpu(device)
    kind: Any = dtype_of(dtype) or np.float64
    return tensors(np.eye(n_rows, n_cols, k=k, dtype=kind))


def meshgrid(*arrays: Given, indexing: Literal["xy", "ij"] = "xy") -> Any:
    """For each of several arrays of one axis, its numbers along one axis of a grid.

    ``arrays``   arrays of one axis
    ``indexing``  "ij" for one axis after another, "xy" for the first two exchanged
    """
    return list(tensors(tuple(np.meshgrid(*each(arrays), indexing=indexing)))) if arrays else []


def tril(x: Given, /, *, k: int = 0) -> Any:
    """The lower triangles of matrices: x (..., m, n) with 0 above the ``k``-th diagonal."""
    return np.tril(_matrices(x), k)


def triu(x: Given, /, *, k: int = 0) -> Any:
    """The upper triangles of matrices: x (..., m, n) with 0 below the ``k``-th diagonal."""
    return np.triu(_matrices(x), k)


def _matrices(x: Any) -> Any:
    x = array(x)
    if x.ndim < 2:
        raise ValueError(f"matrices are wanted, of shape (..., m, n); got shape {x.shape}")
    return x


def from_dlpack(x: Any, /, *, device: Any = None, copy: Any = None) -> Any:
    """The array that another library hands over by DLPack; it is copied, so that nobody writes to it later.

    ``x``       an array with ``__dlpack__``, of any shape; a tracked tensor raises TypeError, as it would detach
    ``device``  "cpu", or None
    ``copy``    False raises BufferError for all but tensors
    """
    on_cpu(device)
    if isinstance(x, Tensor):
        if x.node is not None:
            x.__dlpack__()  # which refuses
        return x.detach() if copy is False else of(np.array(operand(x)._array), None)
    if copy is False:
        raise BufferError("from_dlpack(copy=False): a tensor has its own copy of what others could write to")
    return Tensor.from_dlpack(x)
