"""softmax and log_softmax along the last axis, and their derivatives, compiled; see ``ops.special.softmax``.

Convention: arrays are matrices of ``size`` numbers in each row, whatever their shape. A row with NaN, with ∞, or with
nothing but -∞ is NaN, as from NumPy.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..threads import spread
from .kernels import In, Out, helper, kernel, total
from .polynomials import decay, ordered, unordered

__all__ = ["exponentials", "greatest", "log_softmax", "log_softmax_pull", "rows_of", "softmax", "softmax_slope"]

PIECE = 1 << 16  # numbers that a thread takes at a time


@helper
def greatest(x: In) -> float:
    """max x; where x has NaN, that or any number: what is computed from x with it is NaN then."""
    top = ordered(x[0])
    for k in range(x.size):
        n = ordered(x[k])
        top = n if n > top else top
    return unordered(top)


@total
def exponentials(x: In, top: float, y: Out) -> float:
    """y = exp(x - top), and Σ y."""
    sum = 0.0
    for k in range(x.size):
        e = decay(x[k] - top)
        y[k] = e
        sum += e
    return sum


@total
def sum_of_exponentials(x: In, top: float) -> float:
    sum = 0.0
    for k in range(x.size):
        sum += decay(x[k] - top)
    return sum


@total
def sum_of(x: In) -> float:
    sum = 0.0
    for k in range(x.size):
        sum += x[k]
    return sum


@total
def sum_of_products(x: In, z: In) -> float:
    sum = 0.0
    for k in range(x.size):
        sum += x[k] * z[k]
    return sum


@kernel
def softmax_rows(x: In, y: Out, size: int, start: int, end: int) -> None:
    for row in range(start, end):
        a, b = x[row * size : (row + 1) * size], y[row * size : (row + 1) * size]
        factor = 1.0 / exponentials(a, greatest(a), b)
        for k in range(b.size):
            b[k] *= factor


@kernel
def softmax_slope_rows(d: In, y: In, out: Out, size: int, start: int, end: int) -> None:
    for row in range(start, end):
        a, b = d[row * size : (row + 1) * size], y[row * size : (row + 1) * size]
        c, sum = out[row * size : (row + 1) * size], sum_of_products(a, b)
        for k in range(c.size):
            c[k] = b[k] * (a[k] - sum)


@kernel
def log_softmax_rows(x: In, y: Out, size: int, start: int, end: int) -> None:
    for row in range(start, end):
        a, b = x[row * size : (row + 1) * size], y[row * size : (row + 1) * size]
        top = greatest(a)
        log = math.log(sum_of_exponentials(a, top))
        for k in range(b.size):
            b[k] = a[k] - top - log


@kernel
def log_softmax_pull_rows(g: In, y: In, out: Out, size: int, start: int, end: int) -> None:
    for row in range(start, end):
        a, b = g[row * size : (row + 1) * size], y[row * size : (row + 1) * size]
        c, sum = out[row * size : (row + 1) * size], sum_of(a)
        for k in range(c.size):
            c[k] = a[k] - decay(b[k]) * sum


def rows_of(run: Any, arrays: list[Any], axis: Any = -1) -> Any:
    """The result of a kernel of rows, for arrays of one shape and the last axis; else NotImplemented."""
    x = arrays[-1]
    if axis not in (-1, x.ndim - 1, (-1,), (x.ndim - 1,)) or any(a.shape != x.shape for a in arrays):
        return NotImplemented
    if not x.flags.c_contiguous or x.shape[-1] < 8:
        return NotImplemented
    size, y = x.shape[-1], np.empty_like(x)
    flat = [np.ascontiguousarray(a).reshape(-1) for a in (*arrays, y)]
    spread(lambda start, end: run(*flat, size, start, end), x.size // size, max(1, PIECE // size))
    return y


def softmax(x: Any, axis: Any = None) -> Any:
    return rows_of(softmax_rows[x.dtype], [x], axis)


def softmax_slope(d: Any, y: Any, axis: Any = None) -> Any:
    return rows_of(softmax_slope_rows[y.dtype], [d, y], axis)


def log_softmax(x: Any, axis: Any = None) -> Any:
    return rows_of(log_softmax_rows[x.dtype], [x], axis)


def log_softmax_pull(g: Any, y: Any, axis: Any = None) -> Any:
    return rows_of(log_softmax_pull_rows[y.dtype], [g, y], axis)
