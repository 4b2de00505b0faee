"""What the compiled loop makes of NumPy's functions: for each, how its instruction is written as rows.

Convention: a writer of rows, the outputs' places, and the arguments with places for arrays. ``Unknown`` where it stays
NumPy's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import codes
from .reducing import along, contract, reduce
from .rows import KINDS, NUMBER, Place, Unknown, Writer

__all__ = ["FUNCTIONS", "write_ufunc", "write_ufunc_method"]

FLOAT, SINGLE, WHOLE, TRUTH = KINDS
UFUNCS: dict[Any, str] = {}
for _name in {*codes.UNARY, *codes.PREDICATES, *codes.BINARY, *codes.COMPARING, *codes.WHOLE, *codes.WHOLE_UNARY}:
    UFUNCS[getattr(np, _name)] = _name
for _name, _other in codes.SAME.items():
    UFUNCS[getattr(np, _name)] = _other
CHEAP = {"negative", "absolute", "square", "sqrt", "reciprocal", "floor", "ceil", "trunc", "rint", "sign", "deg2rad",
         "rad2deg", "fabs", "positive", "conjugate", "add", "subtract", "multiply", "divide", "maximum", "minimum",
         "fmax", "fmin", "copysign"}  # fmt: skip
MANY = 256  # numbers of an operation that is not cheap: NumPy does more of them as fast, or faster by vectors
OF_TRUTH = {"add": "bitwise_or", "maximum": "bitwise_or", "multiply": "bitwise_and", "minimum": "bitwise_and"}
PRODUCTS = 4096  # multiplications in a product of matrices that BLAS does as fast


# ---------------------------------------------------------------- ufuncs


def write_ufunc(writer: Writer, ufunc: np.ufunc, outputs: Sequence[Place], given: Sequence[Any], keywords: Any) -> None:
    """A call of a ufunc; a Python number among the arguments is a place whose dtype is its class."""
    if ufunc in PRODUCT_LABELS:
        return PRODUCT_LABELS[ufunc](writer, outputs[0], *given, **keywords)
    name = UFUNCS.get(ufunc)
    if name is None or len(outputs) != 1 or len(given) != ufunc.nin or keywords.keys() - {"dtype", "casting"}:
        raise Unknown
    out = outputs[0]
    try:
        kinds = (*[x.dtype for x in given], None)
        if "dtype" in keywords:
            signature = (*[None] * ufunc.nin, np.dtype(keywords["dtype"]))
            *types, result = ufunc.resolve_dtypes(kinds, signature=signature, casting="unsafe")
        else:
            *types, result = ufunc.resolve_dtypes(kinds)
    except TypeError:
        raise Unknown from None
    if len({*types}) != 1 or types[0] not in KINDS or result not in KINDS:
        raise Unknown
    own = [x._replace(dtype=types[0]) if x.slot >= NUMBER else writer.cast(x, types[0]) for x in given]
    writer.numbers = types[0]
    target = out if out.dtype == result else writer.fresh(out.shape, result)
    elementwise(writer, name, types[0], target, own)
    if target is not out:
        writer.copy(out, target)


def elementwise(writer: Writer, name: str, dtype: np.dtype[Any], out: Place, own: Sequence[Place]) -> None:
    """An operation by its name, on operands of one dtype."""
    kind = KINDS[dtype]
    if name in codes.COMPARING:
        writer.elementwise(getattr(codes, f"COMPARING_{kind}"), index(codes.COMPARING, name), out, *own)
    elif name == "logical_not" and kind in ("I8", "U1"):
        zero = writer.number(0, dtype)
        writer.elementwise(getattr(codes, f"COMPARING_{kind}"), index(codes.COMPARING, "equal"), out, *own, zero)
    elif name == "invert" and kind == "U1":
        one = writer.number(True, dtype)
        writer.elementwise(codes.BINARY_U1, index(codes.WHOLE, "bitwise_xor"), out, *own, one)
    elif kind in ("F8", "F4"):
        if name not in CHEAP and name not in codes.PREDICATES and out.size > MANY:
            raise Unknown
        for form, table in (("UNARY", codes.UNARY), ("PREDICATE", codes.PREDICATES), ("BINARY", codes.BINARY)):
            if name in table:
                return writer.elementwise(getattr(codes, f"{form}_{kind}"), index(table, name), out, *own)
        raise Unknown
    elif kind == "I8" and name in codes.WHOLE_UNARY:
        writer.elementwise(codes.UNARY_I8, index(codes.WHOLE_UNARY, name), out, *own)
    else:
        if kind == "U1":
            name = OF_TRUTH.get(name, name)
            if not name.startswith("bitwise"):
                raise Unknown
        writer.elementwise(getattr(codes, f"BINARY_{kind}"), index(codes.WHOLE, name), out, *own)


def index(table: dict[str, str], name: str) -> int:
    if name not in table:
        raise Unknown
    return list(table).index(name)


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
    else:
        raise Unknown


# ---------------------------------------------------------------- reductions


def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(rank))
    return tuple([k % rank for k in (axis if isinstance(axis, tuple) else (axis,))])


def reduction(name: str) -> Callable[..., None]:
    """``name.reduce``, as functions, methods and ufuncs spell it."""

    def write(
        writer: Writer, outputs: Sequence[Place], x: Place, axis: Any = None, dtype: Any = None, out: Any = None,
        keepdims: Any = False, initial: Any = None, where: Any = True,
    ) -> None:  # fmt: skip
        if initial not in (None, np._NoValue) or where not in (True, np._NoValue) or not isinstance(x, Place):
            raise Unknown
        target, axes = outputs[0], axes_of(axis, len(x.shape))
        kind = np.dtype(dtype) if dtype is not None and dtype is not np._NoValue else target.dtype
        own = name
        if kind == TRUTH:  # as 0 and 1
            own = {"logical_or": "maximum", "logical_and": "minimum", **{k: k for k in ("maximum", "minimum")}}.get(
                name, ""
            )
            x, kind = writer.cast(x, TRUTH), WHOLE
        x = writer.cast(x, kind)
        result = target if target.dtype == kind else writer.fresh(target.shape, kind)
        reduce(writer, own, result, x, axes, keepdims is True)
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
        along(writer, "ARGUMENT", smallest, target, strides, writer.cast(x, WHOLE) if x.dtype == TRUTH else x, axis)

    return write


# ---------------------------------------------------------------- products


def product(writer: Writer, out: Place, a: Place, b: Place, labels: Sequence[str]) -> None:
    contract(writer, out, writer.cast(a, out.dtype), writer.cast(b, out.dtype), labels, PRODUCTS)


def matmul(writer: Writer, out: Place, a: Place, b: Place) -> None:
    i, j = "i" if len(a.shape) > 1 else "", "j" if len(b.shape) > 1 else ""
    more = "abcdefgh"[: len(out.shape) - len(i) - len(j)]
    first, second = more[len(more) + 1 + len(i) - len(a.shape) :], more[len(more) + 1 + len(j) - len(b.shape) :]
    product(writer, out, a, b, (more + i + j, f"{first}{i}k", f"{second}k{j}"))


def dot(writer: Writer, outputs: Sequence[Place], a: Place, b: Place, out: Any = None) -> None:
    if not isinstance(a, Place) or not isinstance(b, Place) or not a.shape or not b.shape:
        raise Unknown
    left, right = "abcdefgh"[: len(a.shape) - 1], "ijlmnopq"[: len(b.shape) - 1]
    second = "k" if not right else f"{right[:-1]}k{right[-1]}"
    product(writer, outputs[0], a, b, (left + right, f"{left}k", second))


def vecdot(writer: Writer, out: Place, a: Place, b: Place) -> None:
    more = "abcdefgh"[: len(out.shape)]
    product(writer, out, a, b, (more, *[more[len(more) - len(x.shape) + 1 :] + "k" for x in (a, b)]))


def matvec(writer: Writer, out: Place, a: Place, b: Place) -> None:
    more = "abcdefgh"[: len(out.shape) - 1]
    first, second = [more[len(more) - n :] if n else "" for n in (len(a.shape) - 2, len(b.shape) - 1)]
    product(writer, out, a, b, (f"{more}i", f"{first}ik", f"{second}k"))


def vecmat(writer: Writer, out: Place, a: Place, b: Place) -> None:
    more = "abcdefgh"[: len(out.shape) - 1]
    first, second = [more[len(more) - n :] if n else "" for n in (len(a.shape) - 1, len(b.shape) - 2)]
    product(writer, out, a, b, (f"{more}j", f"{first}k", f"{second}kj"))


def einsum(writer: Writer, outputs: Sequence[Place], subscripts: Any, *operands: Any, **options: Any) -> None:
    if not isinstance(subscripts, str) or "." in subscripts or options.keys() - {"optimize"}:
        raise Unknown
    left, arrow, result = subscripts.replace(" ", "").partition("->")
    letters = left.split(",")
    if not arrow:
        result = "".join(sorted(k for k in set(left) - {","} if left.count(k) == 1))
    out = outputs[0]
    if len(operands) == 2:
        product(writer, out, *operands, (result, *letters))
    elif len(operands) == 1:
        x = operands[0]
        lengths, steps = dict(zip(letters[0], x.shape, strict=True)), dict.fromkeys(letters[0], 0)
        for letter, step in zip(letters[0], x.strides, strict=True):
            steps[letter] += step
        order = [*result, *[k for k in steps if k not in result]]
        x = Place(x.slot, x.offset, tuple([lengths[k] for k in order]), tuple([steps[k] for k in order]), x.dtype)
        if len(order) == len(result):
            writer.copy(out, x)
        else:
            reduce(writer, "add", out, x, range(len(result), len(order)), False)
    else:
        raise Unknown


PRODUCT_LABELS: dict[Any, Callable[..., None]] = {np.matmul: matmul, np.vecdot: vecdot}
PRODUCT_LABELS.update({getattr(np, f.__name__): f for f in (matvec, vecmat) if hasattr(np, f.__name__)})


# ---------------------------------------------------------------- copies


def copy(writer: Writer, outputs: Sequence[Place], x: Any, *form: Any, **forms: Any) -> None:
    """copy, astype, ascontiguousarray, ...: the output's form is known already."""
    put(writer, outputs[0], x)


def put(writer: Writer, out: Place, x: Any) -> None:
    if isinstance(x, Place) and isinstance(x.dtype, np.dtype):
        writer.copy(out, x)
    elif isinstance(x, bool | int | float | np.generic):
        writer.fill(out, x)
    else:
        raise Unknown


def full(writer: Writer, outputs: Sequence[Place], shape: Any, value: Any, **forms: Any) -> None:
    put(writer, outputs[0], value)


def stack(writer: Writer, outputs: Sequence[Place], arrays: Any, axis: int = 0, out: Any = None, **forms: Any) -> None:
    target = outputs[0]
    for k, x in enumerate(arrays):
        put(writer, target.at(axis % len(target.shape), k), x)


def concatenate(
    writer: Writer, outputs: Sequence[Place], arrays: Any, axis: Any = 0, out: Any = None, **forms: Any
) -> None:
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


def where(writer: Writer, outputs: Sequence[Place], mask: Any, x: Any, y: Any) -> None:
    out = outputs[0]
    if not isinstance(mask, Place) or out.dtype not in KINDS:
        raise Unknown
    own = [writer.cast(v, out.dtype) if isinstance(v, Place) else writer.number(v, out.dtype) for v in (x, y)]
    code = {1: codes.WHERE_1, 4: codes.WHERE_4, 8: codes.WHERE_8}[out.dtype.itemsize]
    writer.elementwise(code, 0, out, writer.cast(mask, TRUTH), *own)


def clip(
    writer: Writer, outputs: Sequence[Place], x: Place, low: Any = None, high: Any = None, out: Any = None
) -> None:
    target = outputs[0]
    x = writer.cast(x, target.dtype)
    for name, bound in (("maximum", low), ("minimum", high)):
        if bound is not None and bound is not np._NoValue:
            bound = writer.cast(bound, target.dtype) if isinstance(bound, Place) else writer.number(bound, target.dtype)
            if bound.dtype == TRUTH:
                raise Unknown
            elementwise(writer, name, target.dtype, target, [x, bound])
            x = target
    if x is not target:
        writer.copy(target, x)


# By the name of a method, and by the function of NumPy.
FUNCTIONS: dict[Any, Callable[..., None]] = {
    **dict.fromkeys(("copy", "astype", np.copy, np.ascontiguousarray, np.asarray, np.array, np.copyto, np.positive), copy),
    **dict.fromkeys(("sum", np.sum), reduction("add")), **dict.fromkeys(("prod", np.prod), reduction("multiply")),
    **dict.fromkeys(("max", np.max), reduction("maximum")), **dict.fromkeys(("min", np.min), reduction("minimum")),
    **dict.fromkeys(("any", np.any), reduction("logical_or")), **dict.fromkeys(("all", np.all), reduction("logical_and")),
    **dict.fromkeys(("mean", np.mean), average), **dict.fromkeys(("cumsum", np.cumsum), accumulation("add")),
    **dict.fromkeys(("cumprod", np.cumprod), accumulation("multiply")),
    **dict.fromkeys(("argmax", np.argmax), extreme(0)), **dict.fromkeys(("argmin", np.argmin), extreme(1)),
    **dict.fromkeys(("dot", np.dot), dot), np.einsum: einsum,
    np.full: full, np.full_like: full, np.stack: stack, np.concatenate: concatenate, np.where: where,
    **dict.fromkeys(("clip", np.clip), clip),
}  # fmt: skip
