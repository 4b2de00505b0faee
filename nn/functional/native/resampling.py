"""Resampling: a matrix of few numbers times an axis of an image.

Convention: an array is (outer, axis, inner) in memory. Only elements of the matrix that are not 0 are multiplied, row
by row, so that NaN and ∞ stay where they belong.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.native.kernels import In, Indices, Out, helper, kernel
from autograd.threads import spread

__all__ = ["mapped"]

PIECE = 1 << 16  # numbers that a thread takes at a time
PAIRS = 4  # of numbers of a row that are not 0: with more BLAS is faster
SHORT = 32  # numbers along the innermost axis, for each pair: with fewer BLAS is faster


@helper
def weigh(v: float, x: float) -> float:
    """v x, and nothing where v is 0, whatever x is."""
    return v * x if v != 0.0 else 0.0


@kernel
def multiply(
    x: In, weights: In, columns: Indices, y: Out, pairs: int, out: int, size: int, inner: int, start: int, end: int
) -> None:
    """y_op = Σ_q A_pq x_oq for ``outer`` from ``start`` to ``end``; a row of A has so many pairs of numbers."""
    one = np.uint64(1)
    for outer in range(start, end):
        of, to = outer * size * inner, outer * out * inner
        if inner == 1:
            for j in range(pairs):
                for i in range(out):
                    at, p = np.uint64(2 * (i * pairs + j)), np.uint64(to + i)
                    a, b = np.uint64(of + columns[at]), np.uint64(of + columns[at + one])
                    sum = weigh(weights[at], x[a]) + weigh(weights[at + one], x[b])
                    y[p] = sum if j == 0 else y[p] + sum
            continue
        for row in range(out):
            for k in range(2 * row * pairs, 2 * (row + 1) * pairs, 2):
                first, second = np.uint64(of + columns[k] * inner), np.uint64(of + columns[k + 1] * inner)
                v, w, place = weights[k], weights[k + 1], np.uint64(to + row * inner)
                if k == 2 * row * pairs:
                    for i in range(inner):
                        n = np.uint64(i)
                        y[place + n] = weigh(v, x[first + n]) + weigh(w, x[second + n])
                elif v != 0.0:
                    for i in range(inner):
                        n = np.uint64(i)
                        y[place + n] += weigh(v, x[first + n]) + weigh(w, x[second + n])


def rows_of(matrix: Any, dtype: Any) -> tuple[Any, Any, int]:
    """The numbers of each row that are not 0, their columns, and how many pairs of them a row has, filled up with 0."""
    found, columns = np.nonzero(matrix)
    starts = np.searchsorted(found, np.arange(len(matrix) + 1))
    pairs = -(-int(np.max(starts[1:] - starts[:-1], initial=0)) // 2)
    weights, at = np.zeros((len(matrix), 2 * pairs), dtype), np.zeros((len(matrix), 2 * pairs), np.int64)
    places = found, np.arange(len(found)) - starts[found]
    weights[places], at[places] = matrix[found, columns], columns
    return weights.reshape(-1), at.reshape(-1), pairs


def mapped(x: Any, matrix: Any, axis: int) -> Any:
    order = list(range(x.ndim))
    if not x.flags.c_contiguous:  # the first has the greatest steps
        order.sort(key=lambda k: -x.strides[k])
        if not x.transpose(order).flags.c_contiguous:
            return NotImplemented
    weights, columns, pairs = rows_of(matrix, x.dtype)
    at, rows, size = order.index(axis), len(matrix), x.shape[axis]
    shape = [x.shape[k] for k in order]
    outer, inner = math.prod(shape[:at]), math.prod(shape[at + 1 :])
    if not 0 < pairs <= PAIRS or (inner == 1 and size < SHORT * pairs):
        return NotImplemented
    y = np.empty((*shape[:at], rows, *shape[at + 1 :]), x.dtype)
    flat, out, run = x.transpose(order).reshape(-1), y.reshape(-1), multiply[x.dtype]
    spread(
        lambda start, end: run(flat, weights, columns, out, pairs, rows, size, inner, start, end),
        outer, max(1, PIECE // max(size * inner, 1)),
    )  # fmt: skip
    return y.transpose(np.argsort(order))
