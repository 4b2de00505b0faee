"""Kernels of one number after another, made of helpers: y = f(x), and slopes d f'(x).

Convention: a kernel has one to three arrays of one shape, and up to two numbers. Arrays may lie in memory in any order
without gaps; the result lies as the first does. ``PIECE`` numbers are what a thread takes at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..threads import spread
from ..typing import NDArray
from .kernels import Helper, In, Kernel, Out, Real

__all__ = ["mapped", "mapping"]

PIECE = 1 << 16
PLAIN = frozenset([int, float])


def one(x: In, y: Out, start: int, end: int) -> None:
    x, y = x[start:end], y[start:end]
    for k in range(x.size):
        y[k] = f(x[k])


def one_1(x: In, y: Out, p: Real, start: int, end: int) -> None:
    x, y = x[start:end], y[start:end]
    for k in range(x.size):
        y[k] = f(x[k], p)


def one_2(x: In, y: Out, p: Real, q: Real, start: int, end: int) -> None:
    x, y = x[start:end], y[start:end]
    for k in range(x.size):
        y[k] = f(x[k], p, q)


def two(d: In, x: In, y: Out, start: int, end: int) -> None:
    d, x, y = d[start:end], x[start:end], y[start:end]
    for k in range(x.size):
        y[k] = f(d[k], x[k])


def two_1(d: In, x: In, y: Out, p: Real, start: int, end: int) -> None:
    d, x, y = d[start:end], x[start:end], y[start:end]
    for k in range(x.size):
        y[k] = f(d[k], x[k], p)


def two_2(d: In, x: In, y: Out, p: Real, q: Real, start: int, end: int) -> None:
    d, x, y = d[start:end], x[start:end], y[start:end]
    for k in range(x.size):
        y[k] = f(d[k], x[k], p, q)


def three(d: In, x: In, z: In, y: Out, start: int, end: int) -> None:
    d, x, z, y = d[start:end], x[start:end], z[start:end], y[start:end]
    for k in range(x.size):
        y[k] = f(d[k], x[k], z[k])


def f(*numbers: float) -> float:
    """What a kernel does of each number: the helper that it is made with."""
    raise NotImplementedError


LOOPS: dict[tuple[int, int], Any] = {
    (1, 0): one,
    (1, 1): one_1,
    (1, 2): one_2,
    (2, 0): two,
    (2, 1): two_1,
    (2, 2): two_2,
    (3, 0): three,
}


def mapping(helper: Helper, arrays: int, numbers: int = 0) -> Kernel:
    """The kernel that does what a helper says, of so many arrays and numbers."""
    return Kernel(LOOPS[arrays, numbers], helper.__name__, f=helper)


def mapped(kernel: Kernel, arrays: tuple[NDArray[Any], ...], *numbers: float) -> Any:
    """The result of a kernel, in the shape of the arrays, or NotImplemented if they do not fit each other.

    Numbers are Python's own and finite: one of NumPy's may ask for a result of another precision, and NaN be left out
    by a comparison.
    """
    x = arrays[-1]
    if any(a.shape != x.shape for a in arrays) or not all(type(n) in PLAIN and n - n == 0 for n in numbers):
        return NotImplemented
    order = None
    if not x.flags.c_contiguous:  # the first has the greatest steps
        order = sorted(range(x.ndim), key=lambda k: -x.strides[k])
        arrays = tuple(a.transpose(order) for a in arrays)
        if not arrays[-1].flags.c_contiguous:
            return NotImplemented
    flat = [np.ascontiguousarray(a).reshape(-1) for a in arrays]
    y = np.empty_like(arrays[-1])
    run, out = kernel[x.dtype], y.reshape(-1)
    spread(lambda start, end: run(*flat, out, *numbers, start, end), x.size, PIECE)
    return y if order is None else y.transpose(sorted(range(y.ndim), key=order.__getitem__))
