"""Reductions by CuPy with all that NumPy's take: ``initial=``, ``where=``, and those of ufuncs.

Convention: arrays are CuPy's own.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["FUNCTIONS", "accumulate", "reduce"]

NO_VALUE: Any = np._NoValue
WAYS: dict[str, str] = {
    "add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logical_or": "any", "logical_and": "all",
    "fmax": "nanmax", "fmin": "nanmin",
}  # fmt: skip
METHODS = ("maximum", "minimum", "logical_or", "logical_and")  # whose ways arrays have too
NEUTRAL: dict[str, Any] = {"add": 0, "multiply": 1, "logical_or": False, "logical_and": True}


def cupy() -> Any:
    return sys.modules["cupy"]


def reduce(
    name: str, x: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: Any = False,
    initial: Any = NO_VALUE, where: Any = True,
) -> Any:  # fmt: skip
    """``np.add.reduce`` and its kin; ``name`` is the ufunc's."""
    if where is True and initial is NO_VALUE and out is None:  # the common form, in few steps
        if name == "add":
            return x.sum(axis=axis, dtype=dtype, keepdims=bool(keepdims))
        if name in METHODS and dtype is None:
            return getattr(x, WAYS[name])(axis=axis, keepdims=bool(keepdims))
    if name not in WAYS:
        raise TypeError(f"np.{name}.reduce of an array on a GPU: CuPy has no such function; compute it on t.to('cpu')")
    if initial is None:
        initial = NO_VALUE
    starts = initial is not NO_VALUE
    if name not in ("logical_or", "logical_and"):
        dtype = kind_of(name, x, dtype, out)
    if where is not True:
        where = cupy().asarray(where)
        fill = initial if starts else NEUTRAL.get(name)
        if name in ("maximum", "minimum", "fmax", "fmin") and not starts:
            raise ValueError(f"np.{name}.reduce(where=...) needs initial=, the result where nothing is")
        x = cupy().where(where, x, x.dtype.type(fill))
        starts = starts and name not in ("add", "multiply")
        if initial is not NO_VALUE and name in ("add", "multiply"):
            x = x if fill == NEUTRAL[name] else cupy().where(where, x, x.dtype.type(NEUTRAL[name]))
            starts = True
    if name in ("maximum", "minimum") and dtype is not None:
        x = x.astype(dtype, copy=False)
    if starts and not x.size:
        shape = kept_shape(x.shape, axis, bool(keepdims))
        y = cupy().full(shape, initial, dtype or x.dtype)
    else:
        options = {"dtype": dtype} if name in ("add", "multiply") else {}
        y = getattr(cupy(), WAYS[name])(x, axis=axis, keepdims=bool(keepdims), **options)
        if starts:
            y = getattr(cupy(), name)(y, y.dtype.type(initial))
    return written(name, out, y)


def kind_of(name: str, x: Any, dtype: Any, out: Any) -> Any:
    """The dtype to compute in: that of ``out``, if none is asked for, as NumPy does.

    NumPy casts to that without a word, as from 0.9 to 0. Here a cast to another kind is refused.
    """
    if dtype is not None or out is None:
        return dtype
    if not np.can_cast(x.dtype, out.dtype, "same_kind"):
        raise TypeError(f"np.{name}: cannot cast from {x.dtype} to the {out.dtype} of out= by the rule 'same_kind'")
    return out.dtype


def written(name: str, out: Any, y: Any) -> Any:
    """``out`` with the result y; y itself, if there is none."""
    if out is None:
        return y
    if out.shape != y.shape:
        raise ValueError(f"np.{name}: out= has shape {out.shape}, and the result {y.shape}")
    cupy().copyto(out, y, casting="same_kind")
    return out


def accumulate(name: str, x: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
    """``np.add.accumulate`` and its kin; of maxima in log₂ n steps, as CuPy has none."""
    if name in ("add", "multiply"):
        way = getattr(cupy(), "cumsum" if name == "add" else "cumprod")
        return written(name, out, way(x, axis=axis, dtype=kind_of(name, x, dtype, out)))
    if name not in ("maximum", "minimum"):
        raise TypeError(f"np.{name}.accumulate of an array on a GPU: CuPy has none; compute it on t.to('cpu')")
    dtype = kind_of(name, x, dtype, out)
    y = cupy().moveaxis(x, axis, 0).astype(x.dtype if dtype is None else dtype)
    step = 1
    while step < len(y):
        y[step:] = getattr(cupy(), name)(y[step:], y[:-step].copy())
        step *= 2
    return written(name, out, cupy().moveaxis(y, 0, axis))


def kept_shape(shape: tuple[int, ...], axis: Any, keepdims: bool) -> tuple[int, ...]:
    """The shape of a reduction's result."""
    axes = (
        range(len(shape)) if axis is None else [k % len(shape) for k in (axis if isinstance(axis, tuple) else (axis,))]
    )
    return tuple(1 if i in axes else n for i, n in enumerate(shape) if keepdims or i not in axes)


def by_ufunc(name: str) -> Callable[..., Any]:
    """``np.sum`` and its kin, by the ufunc that they reduce with."""

    def total(
        a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, initial: Any = NO_VALUE,
        where: Any = True,
    ) -> Any:  # fmt: skip
        return reduce(name, a, axis, dtype, out, keepdims is True, initial, where)

    def extreme(
        a: Any, axis: Any = None, out: Any = None, keepdims: Any = False, initial: Any = NO_VALUE, where: Any = True
    ) -> Any:
        return reduce(name, a, axis, None, out, keepdims is True, initial, where)

    return total if name in ("add", "multiply") else extreme


def truth(name: str) -> Callable[..., Any]:
    """``np.any`` and ``np.all``."""

    def call(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False, *, where: Any = True) -> Any:
        return reduce(name, a, axis, None, out, keepdims is True, NO_VALUE, where)

    return call


def mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, *, where: Any = True
) -> Any:
    """``np.mean``; half precision is summed in single, as NumPy does."""
    if a.dtype.kind in "fc":
        dtype = kind_of("mean", a, dtype, out)
    if where is True:
        return written("mean", out, a.mean(axis=axis, dtype=dtype, keepdims=keepdims is True))
    count = cupy().broadcast_to(where, a.shape).sum(axis=axis, keepdims=keepdims is True)
    total = reduce("add", a, axis, dtype, None, keepdims is True, NO_VALUE, where)
    return written("mean", out, total / count.astype(total.real.dtype if total.dtype.kind in "fc" else float))


def var(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: Any = False, *,
    where: Any = True, mean: Any = NO_VALUE, correction: Any = NO_VALUE,
) -> Any:  # fmt: skip
    """``np.var``."""
    ddof = ddof if correction is NO_VALUE else correction
    if where is True and mean is NO_VALUE:
        return written("var", out, a.var(axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims is True))
    middle = globals()["mean"](a, axis, dtype, None, True, where=where) if mean is NO_VALUE else mean
    squares = cupy().abs(a - middle) ** 2
    axes = kept_shape(a.shape, axis, False)
    n = math.prod(a.shape) // max(math.prod(axes), 1)
    if where is not True:
        n = cupy().broadcast_to(where, a.shape).sum(axis=axis, keepdims=keepdims is True).astype(squares.dtype)
    total = reduce("add", squares, axis, None, None, keepdims is True, NO_VALUE, where)
    return written("var", out, total / (n - ddof))


def std(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, *args: Any, **options: Any) -> Any:
    """``np.std``."""
    return written("std", out, cupy().sqrt(var(a, axis, dtype, None, *args, **options)))


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.sum: by_ufunc("add"), np.prod: by_ufunc("multiply"), np.max: by_ufunc("maximum"), np.amax: by_ufunc("maximum"),
    np.min: by_ufunc("minimum"), np.amin: by_ufunc("minimum"), np.any: truth("logical_or"),
    np.all: truth("logical_and"), np.nanmax: by_ufunc("fmax"), np.nanmin: by_ufunc("fmin"), np.mean: mean, np.var: var,
    np.std: std,
}  # fmt: skip
