"""Pooling: each window becomes its largest number, or the sum of its numbers times its share, see ``planes``.

Convention: a row of windows is reduced over the rows that it sees first, and then along what is left. Padding is never
read.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.native.kernels import In, Kernel, Out, helper, kernel

from .planes import bounds, empty, flat, is_last, runs_of, serves, share_planes, sizes

__all__ = ["averages", "max_pool"]


@helper
def join(a: float, b: float, largest: bool) -> float:
    """The larger one, or NaN if one is; or the sum."""
    return (b if b >= a or b != b else a) if largest else a + b


@helper
def join_run(y: Out, to: int, x: In, at: int, step: int, size: int, largest: bool, fresh: bool) -> None:
    """y, from ``to`` on, becomes each ``step``-th number of x, from ``at`` on, or is joined with it."""
    first, place = np.uint64(at), np.uint64(to)
    if step == 1:
        if fresh:
            for i in range(size):
                k = np.uint64(i)
                y[place + k] = x[first + k]
        else:
            for i in range(size):
                k = np.uint64(i)
                y[place + k] = join(y[place + k], x[first + k], largest)
    else:
        for i in range(size):
            k, of = np.uint64(i), x[first + np.uint64(i) * np.uint64(step)]
            y[place + k] = of if fresh else join(y[place + k], of, largest)


@helper
def scale(y: Out, to: int, shares: In, at: int, step: int, size: int) -> None:
    place, of = np.uint64(to), np.uint64(at)
    for i in range(size):
        k = np.uint64(i)
        y[place + k] *= shares[of + k * np.uint64(step)]


@kernel
def reduce(
    x: In, shares: In, y: Out, largest: bool, inner: int, d: int, h: int, w: int, out_d: int, out_h: int, out_w: int,
    kernel_d: int, kernel_h: int, kernel_w: int, stride_d: int, stride_h: int, stride_w: int,
    apart_d: int, apart_h: int, apart_w: int, before_d: int, before_h: int, before_w: int, start: int, end: int,
) -> None:  # fmt: skip
    """y, for windows in rows from ``start`` to ``end``; sums are multiplied by their shares."""
    seen = np.empty(w * inner, x.dtype)
    for line in range(start, end):
        plane, place_d, place_h = line // (out_d * out_h), line // out_h % out_d, line % out_h
        fresh = True
        for i in range(kernel_d):
            depth = place_d * stride_d - before_d + i * apart_d
            for j in range(kernel_h):
                row = place_h * stride_h - before_h + j * apart_h
                if 0 <= depth < d and 0 <= row < h:
                    join_run(seen, 0, x, ((plane * d + depth) * h + row) * w * inner, 1, w * inner, largest, fresh)
                    fresh = False
        if fresh:
            seen[:] = -np.inf if largest else 0.0
        to, fresh = line * out_w * inner, before_w == 0 and (out_w - 1) * stride_w < w
        if not fresh:
            y[to : to + out_w * inner] = -np.inf if largest else 0.0
        for j in range(kernel_w):
            offset = j * apart_w - before_w
            first, last = bounds(offset, w, stride_w, out_w)
            runs, size, step = runs_of(first, last, inner, stride_w)
            for run in range(runs):
                place = first + run
                at = (place * stride_w + offset) * inner
                join_run(y, to + place * inner, seen, at, step, size, largest, fresh)
            fresh = False
        if not largest:
            at = (place_d * out_h + place_h) * out_w
            if inner == 1:
                scale(y, to, shares, at, 1, out_w)
            else:
                for place in range(out_w):
                    scale(y, to + place * inner, shares, at + place, 0, inner)


def pooled(run: Kernel, x: Any, shares: Any, window: Any) -> Any:
    space, last = x.shape[2:], is_last(x)
    if not serves(x, space):
        return NotImplemented
    places, inner, compiled = window.places(space), len(x) if last else 1, run[x.dtype]
    given, numbers, (out, y) = sizes(window, space), flat(x, last), empty(x.shape[:2], places, x.dtype, last)
    each = numbers[:0] if shares is None else np.ascontiguousarray(np.broadcast_to(shares, places)).reshape(-1)
    rows = math.prod(places[:-1])  # of a plane of the result
    share_planes(
        lambda start, end: compiled(numbers, each, out, shares is None, inner, *given, start * rows, end * rows),
        math.prod(x.shape[:2]) // inner, space, inner,
    )  # fmt: skip
    return y


def max_pool(x: Any, window: Any) -> Any:
    return pooled(reduce, x, None, window)


def averages(x: Any, shares: Any, window: Any) -> Any:
    return pooled(reduce, x, shares, window)
