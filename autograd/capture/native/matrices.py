"""Small systems, inverses, determinants and triangles as rows.

Convention: they are computed in float64. Where a matrix is singular the loop stops, and NumPy raises what it raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import codes
from .rows import FLOAT, Place, Unknown, Writer, broadcast, merged

__all__ = ["cholesky", "determinant", "inverse", "sign_and_logarithm", "solve"]

LARGEST = 16  # rows: LAPACK is faster with more


def wide(writer: Writer, x: Any) -> Place:
    if not isinstance(x, Place) or x.dtype.kind == "c":
        raise Unknown
    return writer.cast(x, FLOAT)


def batch(writer: Writer, places: Sequence[Place], ranks: Sequence[int]) -> None:
    """Repeat the row that follows for each matrix, of which the first place has one for each."""
    first, rank = places[0], ranks[0]
    shape = first.shape[: len(first.shape) - rank]
    outer = [Place(x.slot, 0, x.shape[: len(x.shape) - r], x.strides[: len(x.shape) - r], x.dtype)
             for x, r in zip(places, ranks, strict=True)]  # fmt: skip
    writer.nest(*merged(shape, [broadcast(x, shape) for x in outer]))


def order(a: Place) -> int:
    n = a.shape[-1]
    if len(a.shape) < 2 or not 0 < n <= LARGEST or 0 in a.shape or a.size * n > 1 << 14:
        raise Unknown
    return n


def result(writer: Writer, out: Place) -> Place:
    return out if out.dtype == FLOAT else writer.fresh(out.shape, FLOAT)


def done(writer: Writer, out: Place, made: Place) -> None:
    if made is not out:
        writer.copy(out, made)


def solve(writer: Writer, outputs: Sequence[Place], a: Any, b: Any) -> None:
    a, b = wide(writer, a), wide(writer, b)
    n, out = order(a), result(writer, outputs[0])
    rank = 1 if len(b.shape) == 1 else 2
    work = writer.fresh((n, n), FLOAT)
    batch(writer, (out, a, b), (rank, 2, rank))
    (down, right, columns), (b_down, b_right) = (
        ((out.strides[-1], 0, 1), (b.strides[-1], 0)) if rank == 1
        else ((*out.strides[-2:], b.shape[-1]), b.strides[-2:])
    )  # fmt: skip
    writer.long(codes.SOLVE, 0, n, out, down, a, a.strides[-2], b, b_down, work, right, a.strides[-1], b_right, columns)
    done(writer, outputs[0], out)


def inverse(writer: Writer, outputs: Sequence[Place], a: Any) -> None:
    a = wide(writer, a)
    n, out = order(a), result(writer, outputs[0])
    work = writer.fresh((n, n), FLOAT)
    batch(writer, (out, a), (2, 2))
    down, right = out.strides[-2:]
    writer.long(codes.SOLVE, 1, n, out, down, a, a.strides[-2], 0, 0, work, right, a.strides[-1], 0, n)
    done(writer, outputs[0], out)


def determinant(writer: Writer, outputs: Sequence[Place], a: Any) -> None:
    a = wide(writer, a)
    n, out = order(a), result(writer, outputs[0])
    work = writer.fresh((n, n), FLOAT)
    batch(writer, (out, a), (0, 2))
    writer.long(codes.DETERMINANT, 0, n, out, 0, a, a.strides[-2], 0, 0, work, 0, a.strides[-1])
    done(writer, outputs[0], out)


def sign_and_logarithm(writer: Writer, outputs: Sequence[Place], a: Any) -> None:
    a = wide(writer, a)
    n = order(a)
    sign, logarithm = [result(writer, out) for out in outputs]
    work = writer.fresh((n, n), FLOAT)
    batch(writer, (sign, a, logarithm), (0, 2, 0))
    writer.long(codes.DETERMINANT, 1, n, sign, 0, a, a.strides[-2], logarithm, 0, work, 0, a.strides[-1])
    done(writer, outputs[0], sign)
    done(writer, outputs[1], logarithm)


def cholesky(writer: Writer, outputs: Sequence[Place], a: Any, *, upper: Any = False) -> None:
    a = wide(writer, a)
    n, out = order(a), result(writer, outputs[0])
    (down, right), (a_down, a_right) = out.strides[-2:], a.strides[-2:]
    if upper is True:  # the lower triangle of the transposed matrix, transposed
        down, right, a_down, a_right = right, down, a_right, a_down
    batch(writer, (out, a), (2, 2))
    writer.long(codes.CHOLESKY, 0, n, out, down, a, a_down, 0, 0, 0, right, a_right)
    done(writer, outputs[0], out)
