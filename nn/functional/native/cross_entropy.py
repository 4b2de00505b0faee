"""Cross-entropy of a softmax and its gradient, compiled; see ``losses.cross_entropy``.

Convention: nothing is kept between the two: to compute the exponentials again takes less time than to write them down.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.native.kernels import In, Indices, Out, total, uncounted
from autograd.native.softmax import exponentials, greatest, sum_of, sum_of_exponentials
from autograd.threads import spread

__all__ = ["losses", "pull", "soft_losses", "soft_pull"]

NOTHING = -math.inf
PIECE = 1 << 16  # numbers that a thread takes at a time


@uncounted
def losses_of_rows(x: In, target: Indices, y: Out, size: int, start: int, end: int) -> None:
    for row in range(start, end):
        a = x[row * size : (row + 1) * size]
        top = greatest(a)
        y[row] = math.log(sum_of_exponentials(a, top)) - (a[target[row]] - top)


@uncounted
def pull_of_rows(each: In, x: In, target: Indices, out: Out, size: int, start: int, end: int) -> None:
    """g (softmax(x) - onehot(t)), and 0 where g is: such a row may hold anything."""
    for row in range(start, end):
        a, b, g = x[row * size : (row + 1) * size], out[row * size : (row + 1) * size], each[row]
        if g == 0.0:
            for k in range(size):
                b[k] = 0.0
        else:
            factor = g / exponentials(a, greatest(a), b)
            for k in range(size):
                b[k] *= factor
            b[target[row]] -= g


@total
def sum_of_weighed(q: In, x: In, top: float) -> float:
    """Σ q (x - top), where 0 times ∞ is 0."""
    sum = 0.0
    for k in range(x.size):
        z = x[k] - top
        sum += 0.0 if q[k] == 0.0 and z == NOTHING else q[k] * z
    return sum


@uncounted
def soft_losses_of_rows(x: In, q: In, y: Out, size: int, start: int, end: int) -> None:
    for row in range(start, end):
        a, b = x[row * size : (row + 1) * size], q[row * size : (row + 1) * size]
        top = greatest(a)
        y[row] = math.log(sum_of_exponentials(a, top)) * sum_of(b) - sum_of_weighed(b, a, top)


@uncounted
def soft_pull_of_rows(each: In, x: In, q: In, out: Out, size: int, start: int, end: int) -> None:
    """g (softmax(x) Σ q - q)."""
    for row in range(start, end):
        a, b, c = x[row * size : (row + 1) * size], q[row * size : (row + 1) * size], out[row * size : (row + 1) * size]
        g = each[row]
        factor = sum_of(b) / exponentials(a, greatest(a), c)
        for k in range(size):
            c[k] = g * (c[k] * factor - b[k])


def served(x: Any, target: Any) -> bool:
    """Are they rows, and numbers of classes that there are?"""
    if not x.flags.c_contiguous or x.ndim != 2 or target.shape != x.shape[:1] or target.dtype != np.int64:
        return False
    return bool(x.shape[1] and np.maximum.reduce(target.view(np.uint64)) < x.shape[1])


def losses(x: Any, target: Any, kept: Any = None) -> Any:
    if not served(x, target):
        return NotImplemented
    n, size = x.shape
    y, t = np.empty(n, x.dtype), np.ascontiguousarray(target)
    run, flat = losses_of_rows[x.dtype], x.reshape(-1)
    spread(lambda start, end: run(flat, t, y, size, start, end), n, max(1, PIECE // size))
    return y


def pull(each: Any, x: Any, target: Any) -> Any:
    if not served(x, target):
        return NotImplemented
    n, size = x.shape
    out, t = np.empty_like(x), np.ascontiguousarray(target)
    g = np.ascontiguousarray(np.broadcast_to(np.asarray(each, x.dtype), n))
    run, flat, to = pull_of_rows[x.dtype], x.reshape(-1), out.reshape(-1)
    spread(lambda start, end: run(g, flat, t, to, size, start, end), n, max(1, PIECE // size))
    return out


def soft_losses(x: Any, q: Any) -> Any:
    if x.ndim != 2 or not x.shape[1] or q.shape != x.shape:
        return NotImplemented
    n, size = x.shape
    flat, y = [np.ascontiguousarray(a).reshape(-1) for a in (x, q)], np.empty(n, x.dtype)
    run = soft_losses_of_rows[x.dtype]
    spread(lambda start, end: run(*flat, y, size, start, end), n, max(1, PIECE // size))
    return y


def soft_pull(g: Any, x: Any, q: Any) -> Any:
    if x.ndim != 2 or not x.shape[1] or q.shape != x.shape or g.shape != x.shape[:1]:
        return NotImplemented
    n, size = x.shape
    flat, out = [np.ascontiguousarray(a).reshape(-1) for a in (g, x, q)], np.empty(x.shape, x.dtype)
    run, to = soft_pull_of_rows[x.dtype], out.reshape(-1)
    spread(lambda start, end: run(*flat, to, size, start, end), n, max(1, PIECE // size))
    return out
