"""NumPy's functions and ufuncs done by CuPy's of the same name, or by a few lines where there is none.

Convention: ``ufunc`` is given CuPy's own arrays; ``function`` unwraps what it is given. What neither CuPy nor this file
has raises TypeError and says how to compute it on the CPU.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import reductions
from .array import CALLS, Array, taken
from .places import apart, placed, several
from .reductions import NO_VALUE

__all__ = ["function", "ufunc"]

ndarray = np.ndarray
PLAIN = frozenset([int, float, bool, str, type(None), type, np.dtype])  # kinds of arguments that are no arrays


def cupy() -> Any:
    return sys.modules["cupy"]


# ---------------------------------------------------------------- ufuncs


def ufunc(given: Any, method: str, inputs: Sequence[Any], options: dict[str, Any]) -> Any:
    """A call of one of NumPy's ufuncs, or of a method of it."""
    name = given.__name__
    outs = options.pop("out", (None,) * given.nout)
    out = outs[0]
    if given.nout > 1:
        return call_of_several(name, inputs, outs, **options)
    if method == "reduce":
        found = reductions.reduce(name, inputs[0], out=out, **options)
    elif method == "accumulate":
        found = reductions.accumulate(name, inputs[0], out=out, **options)
    elif method == "at":
        at(name, *inputs)
        found = None
    elif method == "reduceat":
        options["dtype"] = reductions.kind_of(name, inputs[0], options.get("dtype"), out)
        found = reductions.written(name, out, of_name(name).reduceat(*inputs, **options))
    elif method != "__call__":
        found = getattr(of_name(name), method)(*inputs, **options, **({} if out is None else {"out": out}))
    else:
        found = call(name, inputs, out, **options)
    return found


def plain_call(given: Any) -> Any:
    """CuPy's ufunc for a call without options; None if it takes more than calling that."""
    name = given.__name__
    try:
        CALLS[given] = None if name in OWN or given.nout > 1 else of_name(name)
    except TypeError:  # CuPy has none
        CALLS[given] = None
    return CALLS[given]


def call(
    name: str, inputs: Sequence[Any], out: Any = None, where: Any = True, order: str = "K", dtype: Any = None,
    casting: str = "same_kind", subok: bool = True, **others: Any,
) -> Any:  # fmt: skip
    """A ufunc's elementwise call."""
    if name in OWN:
        found = OWN[name](*inputs, **others)
        found = found if dtype is None else found.astype(dtype, copy=False)
        if where is not True:
            raise TypeError(f"np.{name}(where=...) of an array on a GPU: compute it on t.to('cpu')")
        if out is not None:
            cupy().copyto(out, found, casting=casting)
        return found if out is None else out
    options = dict(others)
    if dtype is not None:
        options["dtype"] = dtype
    if where is not True:
        found = of_name(name)(*inputs, **options)
        out = cupy().zeros_like(found) if out is None else out
        cupy().copyto(out, found, casting=casting, where=cupy().asarray(where))
        return out
    if out is not None:
        return of_name(name)(*inputs, out=out, casting=casting, **options)
    found = of_name(name)(*inputs, **options)
    return cupy().ascontiguousarray(found) if order == "C" else found


def call_of_several(
    name: str, inputs: Sequence[Any], outs: Sequence[Any], where: Any = True, casting: str = "same_kind", **others: Any
) -> tuple[Any, ...]:
    """A call of a ufunc of several results, such as divmod: all are computed before the first is written."""
    found = call(name, inputs, **others)
    if where is not True:
        where = cupy().asarray(where)
        outs = [cupy().zeros_like(y) if out is None else out for y, out in zip(found, outs, strict=True)]
    for y, out in zip(found, outs, strict=True):
        if out is not None:
            cupy().copyto(out, y, casting=casting, **({} if where is True else {"where": where}))
    return tuple(y if out is None else out for y, out in zip(found, outs, strict=True))


def at(name: str, x: Any, indices: Any, values: Any = None) -> None:
    """x[indices] = ufunc(x[indices], values), each index in turn."""
    if isinstance(values, ndarray):
        values = cupy().asarray(values)
    if name == "add" and x.dtype.kind == "c":  # atomic additions are of real numbers
        cupy().add.at(x.real, indices, cupy().asarray(values).real)
        cupy().add.at(x.imag, indices, cupy().asarray(values).imag)
    else:
        of_name(name).at(x, indices, values)


@functools.cache
def of_name(name: str) -> Any:
    """CuPy's ufunc of this name."""
    found = getattr(cupy(), name, None)
    if found is None:
        found = getattr(importlib.import_module("cupyx.scipy.special"), name, None)
    if found is None:
        raise TypeError(f"{name} of an array on a GPU: CuPy has no such function; compute it on t.to('cpu')")
    return found


def vecdot(a: Any, b: Any, axis: int = -1, **others: Any) -> Any:
    return (a.conj() * b if a.dtype.kind == "c" else a * b).sum(axis=axis)


OWN: dict[str, Callable[..., Any]] = {
    "vecdot": vecdot,
    "matvec": lambda a, b: cupy().matmul(a, b[..., None])[..., 0],
    "vecmat": lambda a, b: cupy().matmul(a.conj()[..., None, :], b)[..., 0, :],
}


# ---------------------------------------------------------------- functions


def function(like: Array, given: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A call of one of NumPy's functions."""
    own = REPLACED.get(given)
    if own is None:
        if given in ENTRANCES:
            options = {k: taken(v) for k, v in options.items() if k not in ("device", "like")}
            with like.own.device:
                return here(given)(*map(taken, args), **options)
        own = here(given)
        if own is None:
            name = f"{given.__module__}.{given.__name__}".replace("numpy.", "np.")
            raise TypeError(f"{name} of an array on a GPU: CuPy has no such function; compute it on t.to('cpu')")
    if several(cupy()):
        placed(f"np.{given.__name__}", (args, options))
    operands = [x.own if x.__class__ is Array else x if x.__class__ in PLAIN else owned(given, like, x) for x in args]
    if options:
        options = {k: v if v.__class__ in PLAIN else owned(given, like, v) for k, v in options.items()}
    return own(*operands, **options)


@functools.cache
def here(given: Any) -> Any:
    """CuPy's function of the same name and place."""
    found: Any = cupy()
    for part in (*given.__module__.split(".")[1:], given.__name__):
        found = getattr(found, part, None)
    return None if found is given else found


def owned(given: Any, like: Array, value: Any) -> Any:
    """Arguments for CuPy's function; whole numbers of NumPy's, which are indices, go to the GPU."""
    kind = value.__class__
    if kind is Array:
        return value.own
    if kind is tuple or kind is list:
        return kind([owned(given, like, v) for v in value])
    if kind is dict:
        return {k: owned(given, like, v) for k, v in value.items()}
    if kind is ndarray:
        if not value.ndim:
            return value[()]
        if value.dtype.kind not in "iub":
            apart(f"np.{given.__name__}", like, value)
        return cupy().asarray(value)
    return value


def _split(way: Callable[..., Any]) -> Callable[..., Any]:
    def split(a: Any, sections: Any, axis: int = 0) -> Any:
        return way(a, sections if isinstance(sections, int) else [int(k) for k in sections], axis)

    return split


def argsort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    return cupy().argsort(a, axis)


def sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    return cupy().sort(a, axis)


def argpartition(a: Any, kth: Any, axis: Any = -1, kind: Any = None, order: Any = None) -> Any:
    return cupy().argpartition(a, kth, axis)


def partition(a: Any, kth: Any, axis: Any = -1, kind: Any = None, order: Any = None) -> Any:
    return cupy().partition(a, kth, axis)


def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = NO_VALUE) -> Any:
    cut = rcond if rtol is NO_VALUE else rtol
    if cut is None:
        cut = max(a.shape[-2:]) * float(np.finfo(a.dtype).eps)
    return cupy().linalg.pinv(a, cut)


def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    sizes = cupy().abs(x if x.dtype.kind in "fc" else x.astype(float))  # powers of whole numbers would overflow
    if ord == np.inf:
        return reductions.reduce("maximum", sizes, axis, None, None, keepdims)
    if ord == -np.inf:
        return reductions.reduce("minimum", sizes, axis, None, None, keepdims)
    if ord == 0:
        return reductions.reduce("add", (sizes != 0).astype(sizes.dtype), axis, None, None, keepdims)
    return reductions.reduce("add", sizes**ord, axis, None, None, keepdims) ** (1 / ord)


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return cupy().linalg.norm(x, ord, (-2, -1), keepdims)


def unstack(x: Any, /, *, axis: int = 0) -> Any:
    return tuple(cupy().moveaxis(x, axis, 0))


def result_type(*given: Any) -> Any:
    return np.result_type(*[x if isinstance(x, type) else getattr(x, "dtype", x) for x in given])


ENTRANCES = {np.asarray, np.array, np.ascontiguousarray, np.arange, np.eye, np.identity, np.zeros, np.ones, np.full}
REPLACED: dict[Any, Callable[..., Any]] = {
    **reductions.FUNCTIONS,
    np.argsort: argsort, np.sort: sort, np.argpartition: argpartition, np.partition: partition,
    np.linalg.pinv: pinv, np.result_type: result_type,
    np.linalg.diagonal: lambda x, /, *, offset=0: cupy().diagonal(x, offset, -2, -1),
    np.linalg.trace: lambda x, /, *, offset=0, dtype=None: cupy().trace(x, offset, -2, -1, dtype),
    np.linalg.vector_norm: vector_norm, np.linalg.matrix_norm: matrix_norm,
    np.linalg.matrix_transpose: lambda x, /: x.swapaxes(-1, -2),
    np.matrix_transpose: lambda x, /: x.swapaxes(-1, -2),
    np.split: _split(lambda a, s, axis: cupy().split(a, s, axis)),
    np.array_split: _split(lambda a, s, axis: cupy().array_split(a, s, axis)),
    np.shape: lambda a: a.shape, np.ndim: lambda a: a.ndim,
    np.size: lambda a, axis=None: a.size if axis is None else a.shape[axis],
    np.array2string: lambda a, *args, **options: np.array2string(a.get(), *args, **options),
    np.array_repr: lambda a, *args, **options: np.array_repr(a.get(), *args, **options),
    np.array_str: lambda a, *args, **options: np.array_str(a.get(), *args, **options),
    np.iscomplexobj: lambda x: x.dtype.kind == "c", np.isrealobj: lambda x: x.dtype.kind != "c",
    np.copy: lambda a, order="K", subok=False: a.copy(order=order),
}  # fmt: skip
if hasattr(np, "unstack"):  # NumPy 2.1
    REPLACED[np.unstack] = unstack
