"""Functions that lay numbers out anew, as copies."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from .products import product
from .rows import TRUTH, Place, Unknown, Writer

__all__ = ["masked", "reshape", "roll", "taken", "tensordot", "tril", "triu"]


def in_order(place: Place, shape: tuple[int, ...]) -> Place:
    """The same numbers, which follow each other, in another shape."""
    step, strides = place.dtype.itemsize, []
    for n in reversed(shape):
        strides.append(step)
        step *= n
    return Place(place.slot, place.offset, shape, tuple(strides[::-1]), place.dtype)


def contiguous(place: Place) -> bool:
    wanted = in_order(place, place.shape).strides
    return all(n == 1 or s == t for n, s, t in zip(place.shape, place.strides, wanted, strict=True))


def reshape(writer: Writer, outputs: Sequence[Place], x: Place, *shape: Any, order: Any = "C", **forms: Any) -> None:
    """A copy, row by row."""
    out = outputs[0]
    order = shape[0] if shape and isinstance(shape[0], str) else order  # as x.ravel("F") says it
    if order not in ("C", None) or not contiguous(out) or forms.keys() - {"copy", "shape"}:
        raise Unknown
    writer.copy(in_order(out, x.shape), x)


def roll(writer: Writer, outputs: Sequence[Place], x: Place, shift: Any, axis: Any = None) -> None:
    out = outputs[0]
    if axis is None and contiguous(x) and contiguous(out):
        x, out, axis = in_order(x, (x.size,)), in_order(out, (x.size,)), 0
    if not isinstance(shift, int | np.integer) or not isinstance(axis, int) or 0 in x.shape:
        raise Unknown
    shift = int(shift)
    n = x.shape[axis]
    shift %= n
    for start, to, count in ((0, shift, n - shift), (n - shift, 0, shift)):
        if count:
            writer.copy(part(out, axis, to, count), part(x, axis, start, count))


def part(x: Place, axis: int, start: int, count: int) -> Place:
    """So many indices of an axis, from one on."""
    shape = list(x.shape)
    shape[axis] = count
    return Place(x.slot, x.offset + start * x.strides[axis], tuple(shape), x.strides, x.dtype)


def triangle(lower: bool) -> Any:
    def write(writer: Writer, outputs: Sequence[Place], x: Place, k: Any = 0) -> None:
        out = outputs[0]
        if not isinstance(k, int) or len(x.shape) < 2 or x.shape[-2] > 16:
            raise Unknown
        writer.fill(out, 0)
        columns = x.shape[-1]
        for i in range(x.shape[-2]):
            edge = min(max(i + k + lower, 0), columns)
            start, count = (0, edge) if lower else (edge, columns - edge)
            if count:
                row, source = out.at(len(out.shape) - 2, i), x.at(len(x.shape) - 2, i)
                writer.copy(part(row, -1, start, count), part(source, -1, start, count))

    return write


tril, triu = triangle(True), triangle(False)


def tensordot(writer: Writer, outputs: Sequence[Place], a: Any, b: Any, axes: Any = 2) -> None:
    if not isinstance(a, Place) or not isinstance(b, Place):
        raise Unknown
    m, n = len(a.shape), len(b.shape)
    first: list[int]
    second: list[int]
    if isinstance(axes, int):
        first, second = list(range(m - axes, m)), list(range(axes))
    else:
        first, second = [[operator.index(k) for k in (own if isinstance(own, tuple | list) else [own])] for own in axes]
    letters = "abcdefghijklmnopqrstuvwxyz"
    left, right = list(letters[:m]), list(letters[m : m + n])
    for p, q in zip(first, second, strict=True):
        right[q] = left[p]
    lost = [left[p] for p in first]
    result = [k for k in (*left, *right) if k not in lost]
    product(writer, outputs[0], a, b, ("".join(result), "".join(left), "".join(right)))


def taken(x: Place, index: Any, axis: Any) -> tuple[Any, ...]:
    """The key with which ``take`` reads."""
    if axis is None and len(x.shape) != 1:
        raise Unknown
    return (*[slice(None)] * ((axis or 0) % len(x.shape)), index)


def masked(x: Place, key: Any) -> Place | None:
    """The mask of a key that is one, with axes of length 1 for those that it does not have."""
    if key.__class__ is tuple and len(key) == 1:
        key = key[0]
    if not isinstance(key, Place) or key.dtype != TRUTH or key.shape != x.shape[: len(key.shape)]:
        return None
    more = len(x.shape) - len(key.shape)
    return Place(key.slot, key.offset, (*key.shape, *[1] * more), (*key.strides, *[0] * more), np.dtype(np.bool_))
