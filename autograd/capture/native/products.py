"""Products of matrices and other sums of products as rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import codes
from .inner import loop
from .reducing import contract, reduce
from .rows import COMPLEX, FLOAT, KINDS, Place, Steps, Unknown, Writer, broadcast, merged, part

__all__ = ["PRODUCTS", "dot", "einsum", "product"]

SMALL = 512  # multiplications: BLAS does more faster
MOST, LARGEST = 8192, 1024  # multiplications, and those of one matrix product: BLAS does more as fast


def product(writer: Writer, out: Place, a: Place, b: Place, labels: Sequence[str]) -> None:
    a, b = writer.cast(a, out.dtype), writer.cast(b, out.dtype)
    if out.dtype != COMPLEX:
        return contract(writer, out, a, b, labels, MOST)
    ac, bd, ad, bc = [writer.fresh(out.shape, FLOAT) for _ in range(4)]  # as of numbers
    for own, j, k in ((ac, 0, 0), (bd, 1, 1), (ad, 0, 1), (bc, 1, 0)):
        contract(writer, own, part(a, j), part(b, k), labels, MOST // 8)
    numbers(writer, "subtract", part(out, 0), ac, bd)
    numbers(writer, "add", part(out, 1), ad, bc)


def numbers(writer: Writer, name: str, out: Place, a: Place, b: Place) -> None:
    """Number by number, in the output's dtype."""
    kind = KINDS.get(out.dtype)
    if kind not in ("F8", "F4"):
        raise Unknown
    operation = list(codes.BINARY).index(name)
    writer.elementwise(getattr(codes, f"BINARY_{kind}"), operation, out, *[writer.cast(x, out.dtype) for x in (a, b)])


def by_blas(writer: Writer, out: Place, a: Place, b: Place) -> bool:
    """A product of matrices, or of each of a row of them, by NumPy's inner loop, which calls BLAS: was it?"""
    inner, dtype, size = loop(np.matmul, out.dtype.char * 3), out.dtype, out.dtype.itemsize
    if inner is None or 0 in (*a.shape, *b.shape) or a.dtype != dtype or b.dtype != dtype:
        return False
    row, column = len(a.shape) == 1, len(b.shape) == 1
    a_shape, b_shape = (1, *a.shape) if row else a.shape, (*b.shape, 1) if column else b.shape
    a_steps, b_steps = (0, *a.strides) if row else a.strides, (*b.strides, 0) if column else b.strides
    rank = len(out.shape) - (not row) - (not column)
    over = out.strides[rank:]
    out_steps = (0 if row else over[0], 0 if column else over[-1])
    (m, n), p = a_shape[-2:], b_shape[-1]
    outer = [Place(x.slot, 0, shape[:-2], steps[:-2], dtype)
             for x, shape, steps in ((a, a_shape, a_steps), (b, b_shape, b_steps))]  # fmt: skip
    more = out.shape[:rank]
    lengths, by_axis = merged(more, [*[broadcast(x, more) for x in outer], out.strides[:rank]])
    if len(lengths) > 1:
        return False
    inside = [stepping(shape, steps, size) for shape, steps in (
        ((m, n), a_steps[-2:]), ((n, p), b_steps[-2:]), ((m, p), out_steps))]  # fmt: skip
    steps = [*(by_axis[0] if lengths else (0, 0, 0)), *[s for own in inside for s in own]]
    writer.call(inner, [a, b, out], [*(lengths or [1]), m, n, p], steps)
    return True


def stepping(shape: Steps, steps: Steps, size: int) -> Steps:
    """The steps of a matrix as BLAS likes them, where one that is never taken may be anything."""
    (m, n), (down, right) = shape, steps
    right = size if n == 1 else right
    return (max(n * abs(right), size) if m == 1 else down), right


def matmul(writer: Writer, out: Place, a: Place, b: Place) -> None:
    if len(a.shape) == len(b.shape) == 2 and a.shape[1] == 1 and out.dtype != COMPLEX:  # sums of one term, from 0 on
        numbers(writer, "multiply", out, a, b)
        return numbers(writer, "add", out, out, writer.number(0.0, out.dtype))
    if a.size * (b.shape[-1] if len(b.shape) > 1 else 1) > SMALL and by_blas(writer, out, a, b):
        return
    i, j = "i" if len(a.shape) > 1 else "", "j" if len(b.shape) > 1 else ""
    more = "abcdefgh"[: len(out.shape) - len(i) - len(j)]
    first, second = more[len(more) + 1 + len(i) - len(a.shape) :], more[len(more) + 1 + len(j) - len(b.shape) :]
    if a.size * (b.shape[-1] if j else 1) > LARGEST * math.prod(out.shape[: len(more)]):
        raise Unknown
    product(writer, out, a, b, (more + i + j, f"{first}{i}k", f"{second}k{j}"))


def dot(writer: Writer, outputs: Sequence[Place], a: Place, b: Place, out: Any = None) -> None:
    if not isinstance(a, Place) or not isinstance(b, Place) or not a.shape or not b.shape:
        raise Unknown
    if (
        len(b.shape) < 3
        and a.size * (b.shape[-1] if len(b.shape) > 1 else 1) > SMALL
        and by_blas(writer, outputs[0], a, b)
    ):
        return
    if a.size == b.size == 1 and outputs[0].dtype != COMPLEX:  # no sum then, for NumPy: it may be -0
        return numbers(writer, "multiply", outputs[0], *[Place(x.slot, x.offset, (), (), x.dtype) for x in (a, b)])
    left, right = "abcdefgh"[: len(a.shape) - 1], "ijlmnopq"[: len(b.shape) - 1]
    second = "k" if not right else f"{right[:-1]}k{right[-1]}"
    if math.prod(outputs[0].shape) * a.shape[-1] > LARGEST:
        raise Unknown
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


PRODUCTS: dict[Any, Callable[..., None]] = {np.matmul: matmul, np.vecdot: vecdot}
PRODUCTS.update({getattr(np, f.__name__): f for f in (matvec, vecmat) if hasattr(np, f.__name__)})
