"""softmax and log_softmax along one axis, and their derivatives, compiled; see ``ops.special.softmax``.

Convention: arrays are matrices of ``size`` numbers in each row, whatever their shape. Along another axis than the last,
they are ``outer`` matrices whose columns of ``size`` numbers are ``inner`` numbers apart, and are computed ``WIDE``
columns at a time. A row with NaN, with ∞, or with nothing but -∞ is NaN, as from NumPy.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..threads import spread
from .kernels import In, Out, helper, total, uncounted
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


@uncounted
def softmax_rows(x: In, y: Out, size: int, start: int, end: int) -> None:
    for row in range(start, end):
        a, b = x[row * size : (row + 1) * size], y[row * size : (row + 1) * size]
        factor = 1.0 / exponentials(a, greatest(a), b)
        for k in range(b.size):
            b[k] *= factor


@uncounted
def softmax_slope_rows(d: In, y: In, out: Out, size: int, start: int, end: int) -> None:
    for row in range(start, end):
        a, b = d[row * size : (row + 1) * size], y[row * size : (row + 1) * size]
        c, sum = out[row * size : (row + 1) * size], sum_of_products(a, b)
        for k in range(c.size):
            c[k] = b[k] * (a[k] - sum)


@uncounted
def log_softmax_rows(x: In, y: Out, size: int, start: int, end: int) -> None:
    for row in range(start, end):
        a, b = x[row * size : (row + 1) * size], y[row * size : (row + 1) * size]
        top = greatest(a)
        log = math.log(sum_of_exponentials(a, top))
        for k in range(b.size):
            b[k] = a[k] - top - log


@uncounted
def log_softmax_pull_rows(g: In, y: In, out: Out, size: int, start: int, end: int) -> None:
    for row in range(start, end):
        a, b = g[row * size : (row + 1) * size], y[row * size : (row + 1) * size]
        c, sum = out[row * size : (row + 1) * size], sum_of(a)
        for k in range(c.size):
            c[k] = a[k] - decay(b[k]) * sum


WIDE = 256


@uncounted
def columns(
    x: In, y: Out, tops: Out, sums: Out, size: int, inner: int, wide: int, log: bool, start: int, end: int
) -> None:
    many = -(-inner // wide)
    for unit in range(start, end):
        first = unit % many * wide
        at, count = unit // many * size * inner + first, min(wide, inner - first)
        line = unit // many * inner + first
        t, s = tops[line : line + count], sums[line : line + count]
        for k in range(count):
            t[k], s[k] = x[at + k], 0.0
        for j in range(size):
            highest(x[at + j * inner : at + j * inner + count], t)
        for j in range(size):
            here = at + j * inner
            if log:
                add_exponentials(x[here : here + count], t, s)
            else:
                write_exponentials(x[here : here + count], t, y[here : here + count], s)
        for k in range(count):
            s[k] = math.log(s[k]) if log else 1.0 / s[k]
        for j in range(size):
            here = at + j * inner
            a, b = x[here : here + count], y[here : here + count]
            if log:
                for k in range(count):
                    b[k] = a[k] - t[k] - s[k]
            else:
                for k in range(count):
                    b[k] *= s[k]


@helper
def highest(x: In, top: Out) -> None:
    for k in range(x.size):
        value, before = x[k], top[k]
        top[k] = value if value > before else before


@helper
def add_exponentials(x: In, top: In, sum: Out) -> None:
    for k in range(x.size):
        sum[k] += decay(x[k] - top[k])


@helper
def write_exponentials(x: In, top: In, y: Out, sum: Out) -> None:
    for k in range(x.size):
        e = decay(x[k] - top[k])
        y[k] = e
        sum[k] += e


@uncounted
def columns_pull(
    d: In, y: In, out: Out, sums: Out, size: int, inner: int, wide: int, log: bool, start: int, end: int
) -> None:
    many = -(-inner // wide)
    for unit in range(start, end):
        first = unit % many * wide
        at, count = unit // many * size * inner + first, min(wide, inner - first)
        line = unit // many * inner + first
        s = sums[line : line + count]
        for k in range(count):
            s[k] = 0.0
        for j in range(size):
            here = at + j * inner
            a, b = d[here : here + count], y[here : here + count]
            if log:
                for k in range(count):
                    s[k] += a[k]
            else:
                for k in range(count):
                    s[k] += a[k] * b[k]
        for j in range(size):
            here = at + j * inner
            a, b, c = d[here : here + count], y[here : here + count], out[here : here + count]
            if log:
                for k in range(count):
                    c[k] = a[k] - decay(b[k]) * s[k]
            else:
                for k in range(count):
                    c[k] = b[k] * (a[k] - s[k])


def columns_of(run: Any, arrays: list[Any], axis: Any, log: bool, spare: int) -> Any:
    """The result of a kernel of columns, with so many arrays to work in, along an axis other than the last."""
    x = arrays[-1]
    if axis.__class__ is not int or not -x.ndim <= axis < x.ndim or any(a.shape != x.shape for a in arrays):
        return NotImplemented
    axis %= x.ndim
    size, inner = x.shape[axis], math.prod(x.shape[axis + 1 :])
    if inner < 8 or not size or not x.flags.c_contiguous:
        return NotImplemented
    y = np.empty_like(x)
    flat = [np.ascontiguousarray(a).reshape(-1) for a in (*arrays, y)]
    work = [np.empty(x.size // size, x.dtype) for _ in range(spare)]
    units = x.size // size // inner * -(-inner // WIDE)
    spread(
        lambda start, end: run(*flat, *work, size, inner, WIDE, log, start, end),
        units, max(1, PIECE // (size * min(inner, WIDE))),
    )  # fmt: skip
    return y


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
    y = rows_of(softmax_rows[x.dtype], [x], axis)
    return columns_of(columns[x.dtype], [x], axis, False, 2) if y is NotImplemented else y


def softmax_slope(d: Any, y: Any, axis: Any = None) -> Any:
    x = rows_of(softmax_slope_rows[y.dtype], [d, y], axis)
    return columns_of(columns_pull[y.dtype], [d, y], axis, False, 1) if x is NotImplemented else x


def log_softmax(x: Any, axis: Any = None) -> Any:
    y = rows_of(log_softmax_rows[x.dtype], [x], axis)
    return columns_of(columns[x.dtype], [x], axis, True, 2) if y is NotImplemented else y


def log_softmax_pull(g: Any, y: Any, axis: Any = None) -> Any:
    x = rows_of(log_softmax_pull_rows[y.dtype], [g, y], axis)
    return columns_of(columns_pull[y.dtype], [g, y], axis, True, 1) if x is NotImplemented else x
