"""What is read and written by arrays of indices, as rows: first the places in bytes, then the numbers.

Convention: an index of an array is a base, steps along the axes of the result, and places to add; places lie along
some of those axes, steps along the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from . import codes
from .rows import COMPLEX, KINDS, SMALL, WHOLE, Place, Unknown, Writer, broadcast, merged

__all__ = ["add_at", "getitem", "put_along_axis", "setitem", "take_along_axis"]


class Found(NamedTuple):
    """Where numbers are: ``base`` moved by its strides along ``shape``, and by places with strides of their own."""

    base: Place
    places: Place


def constant(writer: Writer, k: Any) -> Any:
    """An index that is a sequence of whole numbers as an array that is kept."""
    if k.__class__ is not tuple and k.__class__ is not list:
        return k
    array = np.array(k)
    if array.dtype != WHOLE or array.size == 0:
        raise Unknown
    y = writer.fresh(array.shape, WHOLE)
    for number, n in enumerate(array.ravel().tolist()):
        writer.copy(Place(y.slot, y.offset + 8 * number, (), (), WHOLE), writer.number(n, WHOLE))
    return y


def located(writer: Writer, x: Place, key: Any) -> Found:
    """Where x[key] is."""
    key = tuple([constant(writer, k) for k in (key if key.__class__ is tuple else (key,))])
    indices = [k for k in key if isinstance(k, Place)]
    if not indices or not all(isinstance(k, Place | int | slice | type(None) | type(Ellipsis)) for k in key):
        raise Unknown
    if any(k.dtype != WHOLE and k.dtype not in SMALL for k in indices) or any(isinstance(k, bool) for k in key):
        raise Unknown
    key = tuple([writer.cast(k, WHOLE) if isinstance(k, Place) else k for k in key])
    used = sum([k is not None and k is not Ellipsis for k in key])
    rest = (slice(None),) * (len(x.shape) - used)
    if Ellipsis not in key:
        key = (*key, Ellipsis)
    at = [k is Ellipsis for k in key].index(True)
    key = (*key[:at], *rest, *key[at + 1 :])
    shape = np.broadcast_shapes(*[k.shape for k in indices])
    places = writer.fresh(shape, WHOLE)
    axis, offset, more, before = 0, x.offset, 0, 0
    basic: list[tuple[int, int]] = []
    advanced: list[int] = []  # which entries of the key are
    for number, k in enumerate(key):
        if k is None:
            basic.append((1, 0))
            continue
        n, step = x.shape[axis], x.strides[axis]
        axis += 1
        if isinstance(k, slice):
            if any(isinstance(part, Place) for part in (k.start, k.stop, k.step)):
                raise Unknown
            start, stop, by = k.indices(n)
            offset += start * step
            basic.append((len(range(start, stop, by)), by * step))
            continue
        if not advanced:
            before = len(basic)
        advanced.append(number)
        index = k if isinstance(k, Place) else writer.number(k, WHOLE)
        place(writer, places, index, step, n, more)
        more = 1
    if advanced != list(range(advanced[0], advanced[-1] + 1)):
        before = 0
    lengths = [n for n, _ in basic]
    steps = [s for _, s in basic]
    whole = (*lengths[:before], *shape, *lengths[before:])
    base = (*steps[:before], *[0] * len(shape), *steps[before:])
    own = (*[0] * before, *places.strides, *[0] * (len(lengths) - before))
    return Found(Place(x.slot, offset, whole, base, x.dtype), Place(places.slot, places.offset, whole, own, WHOLE))


def place(writer: Writer, places: Place, index: Place, step: int, length: int, more: int) -> None:
    """places (+)= index * step, with negative indices counted from the end."""
    lengths, steps = merged(places.shape, [places.strides, broadcast(index, places.shape)])
    n, (so, si) = (lengths[-1], steps[-1]) if lengths else (1, (0, 0))
    writer.nest(lengths[:-1], steps[:-1])
    writer.long(codes.PLACES, more, n, places, so, index, si, step, 0, length)


def along(writer: Writer, x: Place, index: Any, axis: Any) -> Found:
    """Where the numbers are that ``take_along_axis`` takes."""
    if not isinstance(index, Place) or index.dtype != WHOLE or axis is None or len(index.shape) != len(x.shape):
        raise Unknown
    axis %= len(x.shape)
    places = writer.fresh(index.shape, WHOLE)
    place(writer, places, index, x.strides[axis], x.shape[axis], 0)
    others = [1 if k == axis else n for k, n in enumerate(x.shape)]
    shape = np.broadcast_shapes(index.shape, tuple(others))
    strides = tuple([0 if n == 1 else s for n, s in zip(others, x.strides, strict=True)])
    own = Place(places.slot, places.offset, shape, broadcast(places, shape), WHOLE)
    return Found(Place(x.slot, x.offset, shape, strides, x.dtype), own)


def moved(writer: Writer, code: int, operation: int, found: Found, other: Place) -> None:
    """A row of GATHER (``other`` is the output) or SCATTER (``other`` is the value)."""
    shape = found.base.shape
    if 0 in shape:
        return
    values = broadcast(other, shape)
    if other.dtype == COMPLEX:  # both parts, from the same places
        shape, values = (*shape, 2), (*values, 8)
        base, places = found
        found = Found(base._replace(strides=(*base.strides, 8)), places._replace(strides=(*places.strides, 0)))
    gathering = code == codes.GATHER
    first, last = (values, found.base.strides) if gathering else (found.base.strides, values)
    lengths, steps = merged(shape, [first, found.places.strides, last])
    n, (s, p, t) = (lengths[-1], steps[-1]) if lengths else (1, (0, 0, 0))
    writer.nest(lengths[:-1], steps[:-1])
    target, source = (other, found.base) if gathering else (found.base, other)
    writer.long(code, operation, n, target, s, found.places, p, source, t)


def size(x: Place) -> int:
    if x.dtype == COMPLEX:
        return 8
    if x.dtype.kind not in "fiub" or x.dtype.itemsize not in (1, 4, 8):
        raise Unknown
    return x.dtype.itemsize


def getitem(writer: Writer, outputs: Sequence[Place], x: Place, key: Any) -> None:
    moved(writer, codes.GATHER, size(x), located(writer, x, key), outputs[0])


def take_along_axis(writer: Writer, outputs: Sequence[Place], x: Place, index: Any, axis: Any = -1) -> None:
    moved(writer, codes.GATHER, size(x), along(writer, x, index, axis), outputs[0])


def value(writer: Writer, x: Place, v: Any) -> Place:
    return writer.cast(v, x.dtype) if isinstance(v, Place) else writer.number(v, x.dtype)


def setitem(writer: Writer, outputs: Sequence[Place], x: Place, key: Any, v: Any) -> None:
    moved(writer, codes.SCATTER, size(x), located(writer, x, key), value(writer, x, v))


def put_along_axis(writer: Writer, outputs: Sequence[Place], x: Place, index: Any, v: Any, axis: Any) -> None:
    moved(writer, codes.SCATTER, size(x), along(writer, x, index, axis), value(writer, x, v))


def add_at(writer: Writer, x: Place, key: Any, v: Any) -> None:
    kind = "F8" if x.dtype == COMPLEX else KINDS.get(x.dtype)
    if kind not in ("F8", "F4"):
        raise Unknown
    moved(writer, getattr(codes, f"SCATTER_ADD_{kind}"), 0, located(writer, x, key), value(writer, x, v))
