"""Adjoints of pooling: gradients go back to the largest elements, or to all that a window sees, see ``planes``.

Convention: a thread has planes of its own, and adds to them window by window, row by row.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.native.kernels import In, Out, helper, kernel

from .planes import bounds, empty, flat, is_last, runs_of, serves, share_planes, sizes

__all__ = ["unaveraged", "unpool"]


@helper
def mark_run(found: Out, at: int, x: In, of: int, y: In, top: int, step: int, size: int, far: int) -> None:
    place, first, greatest = np.uint64(at), np.uint64(of), np.uint64(top)
    mine = np.int32(far)
    for i in range(size):
        k = np.uint64(i)
        value, largest, before = x[first + k * np.uint64(step)], y[greatest + k], found[place + k]
        same = value == largest or (value != value and largest != largest)
        found[place + k] = before ^ ((before ^ mine) & -np.int32(same))  # without a jump


@helper
def mark(found: Out, at: int, x: In, of: int, y: In, top: int, step: int, size: int, far: int) -> None:
    """``far`` is where windows found an element that equals y."""
    if step == 1:
        mark_run(found, at, x, of, y, top, 1, size, far)
    elif step == 2:
        mark_run(found, at, x, of, y, top, 2, size, far)
    else:
        mark_run(found, at, x, of, y, top, step, size, far)


@helper
def deliver(found: In, at: int, g: In, of: int, out: Out, to: int, step: int, size: int) -> None:
    """Each g is added where its window found its element."""
    for i in range(size):
        far = found[np.uint64(at + i)]
        if far >= 0:
            out[np.uint64(to + i * step + far)] += g[np.uint64(of + i)]


@helper
def add(y: Out, to: int, step: int, x: In, at: int, size: int) -> None:
    """y, each ``step``-th number from ``to`` on, += x from ``at`` on."""
    place, first = np.uint64(to), np.uint64(at)
    if step == 1:
        for i in range(size):
            k = np.uint64(i)
            y[place + k] += x[first + k]
    else:
        for i in range(size):
            k = np.uint64(i)
            y[place + k * np.uint64(step)] += x[first + k]


@kernel
def back_to_largest(
    g: In, x: In, y: In, out: Out, inner: int, d: int, h: int, w: int, out_d: int, out_h: int, out_w: int,
    kernel_d: int, kernel_h: int, kernel_w: int, stride_d: int, stride_h: int, stride_w: int,
    apart_d: int, apart_h: int, apart_w: int, before_d: int, before_h: int, before_w: int, start: int, end: int,
) -> None:  # fmt: skip
    """Each g is added to the first element of its window that equals y, for planes from ``start`` to ``end``."""
    found = np.empty(out_w * inner, np.int32)  # how far it is from the start of its window
    out[start * d * h * w * inner : end * d * h * w * inner] = 0.0
    for line in range(start * out_d * out_h, end * out_d * out_h):
        plane, place_d, place_h = line // (out_d * out_h), line // out_h % out_d, line % out_h
        depth, row = place_d * stride_d - before_d, place_h * stride_h - before_h
        origin, of = (((plane * d + depth) * h + row) * w - before_w) * inner, line * out_w * inner
        found[:] = -1
        for tap in range(kernel_d * kernel_h * kernel_w - 1, -1, -1):
            i, j = tap // (kernel_h * kernel_w) * apart_d, tap // kernel_w % kernel_h * apart_h
            if 0 <= depth + i < d and 0 <= row + j < h:
                k = tap % kernel_w * apart_w
                first, last = bounds(k - before_w, w, stride_w, out_w)
                far = ((i * h + j) * w + k) * inner
                runs, size, step = runs_of(first, last, inner, stride_w)
                for run in range(runs):
                    place = first + run
                    at = origin + far + place * stride_w * inner
                    mark(found, place * inner, x, at, y, of + place * inner, step, size, far)
        runs, size, step = runs_of(0, out_w, inner, stride_w)
        for run in range(runs):
            at = run * inner
            deliver(found, at, g, of + at, out, origin + at * stride_w, step, size)


@kernel
def back_from_sums(
    g: In, shares: In, out: Out, inner: int, d: int, h: int, w: int, out_d: int, out_h: int, out_w: int,
    kernel_d: int, kernel_h: int, kernel_w: int, stride_d: int, stride_h: int, stride_w: int,
    apart_d: int, apart_h: int, apart_w: int, before_d: int, before_h: int, before_w: int, start: int, end: int,
) -> None:  # fmt: skip
    """Each g times its share is added to all elements of its window, for planes from ``start`` to ``end``."""
    of, to = np.empty(out_w * inner, g.dtype), np.empty(w * inner, g.dtype)
    out[start * d * h * w * inner : end * d * h * w * inner] = 0.0
    for line in range(start * out_d * out_h, end * out_d * out_h):
        plane, place_d, place_h = line // (out_d * out_h), line // out_h % out_d, line % out_h
        at = (place_d * out_h + place_h) * out_w
        for place in range(out_w):
            for k in range(inner):
                of[place * inner + k] = g[(line * out_w + place) * inner + k] * shares[at + place]
        to[:] = 0.0
        for j in range(kernel_w):
            offset = j * apart_w - before_w
            first, last = bounds(offset, w, stride_w, out_w)
            runs, size, step = runs_of(first, last, inner, stride_w)
            for run in range(runs):
                place = first + run
                add(to, (place * stride_w + offset) * inner, step, of, place * inner, size)
        for i in range(kernel_d):
            depth = place_d * stride_d - before_d + i * apart_d
            for j in range(kernel_h):
                row = place_h * stride_h - before_h + j * apart_h
                if 0 <= depth < d and 0 <= row < h:
                    add(out, ((plane * d + depth) * h + row) * w * inner, 1, to, 0, w * inner)


def unpool(g: Any, x: Any, y: Any, window: Any) -> Any:
    space, last = x.shape[2:], is_last(x)
    if not serves(x, space) or g.shape != y.shape or x.size >= 1 << 31:
        return NotImplemented
    inner, run, given = len(x) if last else 1, back_to_largest[x.dtype], sizes(window, space)
    arrays, (out, d) = [flat(a, last) for a in (g, x, y)], empty(x.shape[:2], space, x.dtype, last)
    count = math.prod(x.shape[:2]) // inner
    share_planes(lambda start, end: run(*arrays, out, inner, *given, start, end), count, space, inner)
    return d


def unaveraged(g: Any, shares: Any, window: Any, space: Any) -> Any:
    last, places = is_last(g), g.shape[2:]
    if not serves(g, space):
        return NotImplemented
    inner, run, given = len(g) if last else 1, back_from_sums[g.dtype], sizes(window, space)
    numbers, (out, x) = flat(g, last), empty(g.shape[:2], space, g.dtype, last)
    each = np.ascontiguousarray(np.broadcast_to(shares, places)).reshape(-1)
    count = math.prod(g.shape[:2]) // inner
    share_planes(lambda start, end: run(numbers, each, out, inner, *given, start, end), count, space, inner)
    return x
