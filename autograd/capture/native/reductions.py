"""Functions that reduce or run along an axis, as rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import codes
from .complex import pairs
from .reducing import along, reduce
from .rows import COMPLEX, SMALL, TRUTH, WHOLE, Place, Unknown, Writer
from .ufuncs import elementwise

__all__ = ["accumulation", "average", "extreme", "reduction"]


NARROW = {TRUTH, *SMALL}


def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    if axis is None or rank == 0:
        return tuple(range(rank))
    return tuple([k % rank for k in (axis if isinstance(axis, tuple) else (axis,))])


def reduction(name: str) -> Callable[..., None]:
    """``name.reduce``, as functions, methods and ufuncs spell it."""

    def write(
        writer: Writer, outputs: Sequence[Place], x: Place, axis: Any = None, dtype: Any = None, out: Any = None,
        keepdims: Any = False, initial: Any = None, where: Any = True,
    ) -> None:  # fmt: skip
        if where is not True and where is not np._NoValue:
            raise Unknown
        first = None if initial is None or initial is np._NoValue else float(initial)
        if first == 0 and math.copysign(1, first) < 0 and name == "add":
            raise Unknown  # of which alone a sum can be -0
        target, axes = outputs[0], axes_of(axis, len(x.shape))
        kind = np.dtype(dtype) if dtype is not None and dtype is not np._NoValue else target.dtype
        own = name
        if kind == TRUTH:  # as 0 and 1
            own = {"logical_or": "maximum", "logical_and": "minimum", **{k: k for k in ("maximum", "minimum")}}.get(
                name, ""
            )
            x, kind = writer.cast(x, TRUTH), WHOLE
        if kind in SMALL:
            x, kind = writer.cast(x, WHOLE), WHOLE
        x = writer.cast(x, kind)
        if kind == COMPLEX and name == "add" and first is None and target.dtype == kind:
            return reduce(writer, name, pairs(target), pairs(x), axes, keepdims is True)
        result = target if target.dtype == kind else writer.fresh(target.shape, kind)
        reduce(writer, own, result, x, axes, keepdims is True)
        if first is not None:
            elementwise(writer, own, kind, result, [result, writer.number(first, kind)])
        if result is not target:
            writer.copy(target, result)

    return write


def average(
    writer: Writer, outputs: Sequence[Place], x: Place, axis: Any = None, dtype: Any = None, out: Any = None,
    keepdims: Any = False, *, where: Any = True,
) -> None:  # fmt: skip
    """The mean: the sum, divided by how many there are."""
    target = outputs[0]
    reduction("add")(writer, outputs, x, axis, target.dtype, None, keepdims, where=where)
    count = math.prod([x.shape[k] for k in axes_of(axis, len(x.shape))])
    elementwise(writer, "divide", target.dtype, target, [target, writer.number(count, target.dtype)])


def accumulation(name: str) -> Callable[..., None]:
    def write(
        writer: Writer, outputs: Sequence[Place], x: Place, axis: Any = None, dtype: Any = None, out: Any = None
    ) -> None:
        target = outputs[0]
        if dtype is not None or name not in codes.TOGETHER:
            raise Unknown
        if axis is None:
            axis = 0
            x = flat(x)
        along(
            writer,
            "ACCUMULATE",
            codes.TOGETHER.index(name),
            target,
            target.strides,
            writer.cast(x, target.dtype),
            axis % len(x.shape),
        )

    return write


def flat(x: Place) -> Place:
    """The numbers one after the other, where they lie so."""
    step = x.dtype.itemsize
    for n, own in zip(reversed(x.shape), reversed(x.strides), strict=True):
        if n != 1 and own != step:
            raise Unknown
        step *= n
    return Place(x.slot, x.offset, (x.size,), (x.dtype.itemsize,), x.dtype)


def extreme(smallest: int) -> Callable[..., None]:
    """argmax and argmin."""

    def write(
        writer: Writer, outputs: Sequence[Place], x: Place, axis: Any = None, out: Any = None, *, keepdims: Any = False
    ) -> None:
        target = outputs[0]
        if target.dtype != WHOLE:
            raise Unknown
        if axis is None:
            x, axis = flat(x), 0
            strides: list[int] = [0]
        else:
            axis %= len(x.shape)
            strides = list(target.strides)
            if keepdims is True:
                strides[axis] = 0
            else:
                strides.insert(axis, 0)
        along(writer, "ARGUMENT", smallest, target, strides, writer.cast(x, WHOLE) if x.dtype in NARROW else x, axis)

    return write
