"""What the compiled loop makes of NumPy's functions: for each, how its instruction is written as rows.

Convention: a writer of rows, the outputs' places, and the arguments with places for arrays. ``Unknown`` where it stays
NumPy's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..tape import getitem as recorded_getitem
from ..tape import setitem as recorded_setitem
from . import codes
from .complex import pairs
from .indexing import add_at, getitem, put_along_axis, setitem, take_along_axis
from .matrices import cholesky, determinant, inverse, sign_and_logarithm, solve
from .products import dot, einsum
from .reductions import accumulation, average, extreme, reduction
from .rows import COMPLEX, KINDS, SMALL, TRUTH, WHOLE, Place, Unknown, Writer
from .shaping import masked, reshape, roll, taken, tensordot, tril, triu
from .ufuncs import UFUNCS, elementwise, write_ufunc

__all__ = ["FUNCTIONS", "write_ufunc_method"]


def write_ufunc_method(
    writer: Writer, ufunc: np.ufunc, method: str, outputs: Sequence[Place], given: Sequence[Any], keywords: Any
) -> None:
    if method == "reduce":
        names = ("axis", "dtype", "out", "keepdims", "initial", "where")
        options = {"axis": 0, **dict(zip(names, given[1:], strict=False)), **keywords}
        reduction(UFUNCS.get(ufunc, ""))(writer, outputs, given[0], **options)
    elif method == "accumulate":
        options = {"axis": 0, **dict(zip(("axis", "dtype"), given[1:], strict=False)), **keywords}
        accumulation(UFUNCS.get(ufunc, ""))(writer, outputs, given[0], **options)
    elif method == "outer" and len(given) == 2 and all(isinstance(x, Place) for x in given):
        a, b = given
        a = Place(a.slot, a.offset, (*a.shape, *[1] * len(b.shape)), (*a.strides, *[0] * len(b.shape)), a.dtype)
        write_ufunc(writer, ufunc, outputs, (a, b), keywords)
    elif method == "at" and ufunc is np.add:
        add_at(writer, *given)
    else:
        raise Unknown


def copy(writer: Writer, outputs: Sequence[Place], x: Any, *form: Any, **forms: Any) -> None:
    """copy, astype, asarray, ...: the output's form is known already."""
    known(forms, "dtype", "order", "casting", "subok", "copy", "ndmin", "device", "shape")
    put(writer, outputs[0], x)


def conjugate(writer: Writer, outputs: Sequence[Place], x: Any) -> None:
    write_ufunc(writer, np.conjugate, outputs, (x,), {})


def count(writer: Writer, outputs: Sequence[Place], x: Place, axis: Any = None, *, keepdims: Any = False) -> None:
    """How many are not 0."""
    reduction("add")(writer, outputs, writer.cast(x, TRUTH), axis, WHOLE, None, keepdims)


def known(forms: dict[str, Any], *names: str) -> None:
    """No other keywords than these, which say what the output's form says too."""
    if forms.keys() - {*names}:
        raise Unknown


def copyto(writer: Writer, outputs: Sequence[Place], *given: Any, casting: Any = "", where: Any = True) -> None:
    """The last argument is what is copied; before it stands the output, where the call is as Python has it."""
    out, x = outputs[0], given[-1]
    if where is True:
        put(writer, out, x)
    else:
        choose(writer, [out], where, x, out)


def put(writer: Writer, out: Place, x: Any) -> None:
    if isinstance(x, Place) and isinstance(x.dtype, np.dtype):
        writer.copy(out, x)
    elif isinstance(x, bool | int | float | np.generic):
        writer.fill(out, x)
    else:
        raise Unknown


def full(writer: Writer, outputs: Sequence[Place], form: Any, value: Any, *more: Any, **forms: Any) -> None:
    known(forms, "dtype", "order", "subok", "shape", "device")
    put(writer, outputs[0], value)


def stack(writer: Writer, outputs: Sequence[Place], arrays: Any, axis: int = 0, out: Any = None, **forms: Any) -> None:
    known(forms, "dtype", "casting")
    target = outputs[0]
    for k, x in enumerate(arrays):
        put(writer, target.at(axis % len(target.shape), k), x)


def concatenate(
    writer: Writer, outputs: Sequence[Place], arrays: Any, axis: Any = 0, out: Any = None, **forms: Any
) -> None:
    known(forms, "dtype", "casting")
    target, at = outputs[0], 0
    if axis is None:
        raise Unknown
    axis %= len(target.shape)
    for x in arrays:
        if not isinstance(x, Place):
            raise Unknown
        moved = target.offset + at * target.strides[axis]
        writer.copy(Place(target.slot, moved, x.shape, target.strides, target.dtype), x)
        at += x.shape[axis]


def choose(writer: Writer, outputs: Sequence[Place], mask: Any, x: Any, y: Any) -> None:
    out = outputs[0]
    if isinstance(mask, bool | np.bool_):
        return put(writer, out, x if mask else y)
    if not isinstance(mask, Place) or (out.dtype not in KINDS and out.dtype not in SMALL and out.dtype != COMPLEX):
        raise Unknown
    own = [writer.cast(v, out.dtype) if isinstance(v, Place) else writer.number(v, out.dtype) for v in (x, y)]
    mask = writer.cast(mask, TRUTH)
    if out.dtype == COMPLEX:
        mask = Place(mask.slot, mask.offset, (*mask.shape, 1), (*mask.strides, 0), TRUTH)
        return writer.elementwise(codes.WHERE_8, 0, pairs(out), mask, *map(pairs, own))
    if out.dtype.itemsize == 2:
        raise Unknown
    code = {1: codes.WHERE_1, 4: codes.WHERE_4, 8: codes.WHERE_8}[out.dtype.itemsize]
    writer.elementwise(code, 0, out, mask, *own)


def clip(
    writer: Writer, outputs: Sequence[Place], x: Place, low: Any = None, high: Any = None, out: Any = None
) -> None:
    """x between two bounds. Of 0 and -0, x stays where both bounds are single numbers, as NumPy has it."""
    target = outputs[0]
    x = writer.cast(x, target.dtype)
    stays = all(
        bound.size == 1 and bound.shape != target.shape if isinstance(bound, Place) else np.isscalar(bound)
        for bound in (low, high)
    )
    for name, bound in (("maximum", low), ("minimum", high)):
        if bound is not None and bound is not np._NoValue:
            bound = writer.cast(bound, target.dtype) if isinstance(bound, Place) else writer.number(bound, target.dtype)
            if bound.dtype == TRUTH:
                raise Unknown
            elementwise(writer, name, target.dtype, target, [bound, x] if stays else [x, bound])
            x = target
    if x is not target:
        writer.copy(target, x)


def take(
    writer: Writer,
    outputs: Sequence[Place],
    x: Place,
    index: Any,
    axis: Any = None,
    out: Any = None,
    mode: str = "raise",
) -> None:
    if mode != "raise":
        raise Unknown
    key = taken(x, index, axis)
    if isinstance(index, int) and not isinstance(index, bool):
        return writer.copy(outputs[0], x.at((axis or 0) % len(x.shape), index % x.shape[axis or 0]))
    getitem(writer, outputs, x, key)


def put_at(writer: Writer, outputs: Sequence[Place], x: Place, key: Any, value: Any) -> None:
    """x[key] = value, by indices, or one number by a mask."""
    mask = masked(x, key)
    if mask is None:
        return setitem(writer, outputs, x, key, value)
    if isinstance(value, Place):
        if value.size != 1:
            raise Unknown
        value = Place(value.slot, value.offset, (), (), value.dtype)
    choose(writer, [x], mask, value, x)


# By the name of a method, and by the function of NumPy.
FUNCTIONS: dict[Any, Callable[..., None]] = {
    **dict.fromkeys(("copy", "astype", np.copy, np.ascontiguousarray, np.asarray, np.array), copy),
    **dict.fromkeys(("sum", np.sum), reduction("add")), **dict.fromkeys(("prod", np.prod), reduction("multiply")),
    **dict.fromkeys(("max", np.max), reduction("maximum")), **dict.fromkeys(("min", np.min), reduction("minimum")),
    **dict.fromkeys(("any", np.any), reduction("logical_or")),
    **dict.fromkeys(("all", np.all), reduction("logical_and")), **dict.fromkeys(("mean", np.mean), average),
    **dict.fromkeys(("cumsum", np.cumsum), accumulation("add")),
    **dict.fromkeys(("cumprod", np.cumprod), accumulation("multiply")),
    **dict.fromkeys(("argmax", np.argmax), extreme(0)), **dict.fromkeys(("argmin", np.argmin), extreme(1)),
    **dict.fromkeys(("dot", np.dot), dot), np.einsum: einsum,
    np.full: full, np.full_like: full, np.stack: stack, np.concatenate: concatenate, np.where: choose,
    np.copyto: copyto,
    **dict.fromkeys(("clip", np.clip), clip),
    recorded_getitem: getitem, recorded_setitem: put_at, **dict.fromkeys(("take", np.take), take),
    **dict.fromkeys(("reshape", "ravel", "flatten", np.reshape, np.ravel), reshape), np.roll: roll, np.tril: tril,
    np.triu: triu, np.tensordot: tensordot, np.broadcast_to: copy,
    np.take_along_axis: take_along_axis, np.put_along_axis: put_along_axis,
    **dict.fromkeys(("conj", "conjugate"), conjugate), np.count_nonzero: count,
    np.linalg.solve: solve, np.linalg.inv: inverse, np.linalg.det: determinant, np.linalg.slogdet: sign_and_logarithm,
    np.linalg.cholesky: cholesky,
}  # fmt: skip
