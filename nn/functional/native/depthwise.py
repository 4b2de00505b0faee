"""Depthwise convolution: each channel has its own kernels, and sees no other.

Convention: a channel of an image is a plane (h, w), and where images are innermost in memory, that of all images is a
plane (h, w, n). Planes are padded and split by phase, as in ``windows.grid``, into memory that stays in the cache. Rows
follow each other there, so that what an element of the kernel sees from all places is one run, with some numbers
between rows that are not used.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.native.kernels import In, Out, helper, kernel, total
from autograd.threads import spread

from .planes import bounds, flat, is_last
from .tile import BYTES, RUN, weigh

__all__ = ["convolve", "input_gradient", "suits", "weight_gradient"]

LEAST = 1 << 18  # multiplications: with fewer NumPy is as fast
FEW = 8  # kernels of a channel: with more, patches and BLAS are faster


@helper
def copy(
    x: In, at: int, x_row: int, x_step: int, y: Out, to: int, y_row: int, y_step: int, inner: int, height: int,
    width: int, stride_h: int, stride_w: int, top: int, left: int, rows: int, columns: int,
) -> None:  # fmt: skip
    """y at its steps is x at its own: each stride-th of (height, width) places from (top, left) on, if it exists."""
    above, below = bounds(top, height, stride_h, rows)
    first, last = bounds(left, width, stride_w, columns)
    for i in range(above, below):
        a, b, size = at + i * x_row + first * x_step, to + i * y_row + first * y_step, inner
        if x_step == y_step:
            size = (last - first) * inner
        for j in range((last - first) * inner // size):
            if size > 1:
                of_x, for_y = x[a + j * x_step : a + j * x_step + size], y[b + j * y_step : b + j * y_step + size]
                for k in range(for_y.size):
                    for_y[k] = of_x[k]
            else:
                y[np.uint64(b + j * y_step)] = x[np.uint64(a + j * x_step)]


@total
def dot(x: In, y: In) -> float:
    sum = 0.0
    for k in range(x.size):
        sum += x[k] * y[k]
    return sum


@kernel
def planes_forward(
    x: In, w: In, bias: In, y: Out, run: int, channels: int, times: int, inner: int, height: int, width: int,
    out_h: int, out_w: int, kernel_h: int, kernel_w: int, stride_h: int, stride_w: int, apart_h: int, apart_w: int,
    phases_h: int, phases_w: int, top: int, left: int, rows: int, columns: int, start: int, end: int,
) -> None:  # fmt: skip
    """y, ``times`` planes for each plane of x."""
    of, length = rows * columns * inner, out_h * columns * inner
    grid, sums = np.zeros(phases_h * phases_w * of + 2 * run, x.dtype), np.empty(length + run, x.dtype)
    for plane in range(start, end):
        for h in range(phases_h):
            for v in range(phases_w):
                at = ((plane * height + h - top) * width + v - left) * inner
                copy(
                    x, at, stride_h * width * inner, stride_w * inner, grid, (h * phases_w + v) * of, columns * inner,
                    inner, inner, height, width, stride_h, stride_w, h - top, v - left, rows, columns,
                )  # fmt: skip
        for time in range(times):
            channel = plane % channels * times + time
            for h in range(phases_h):
                for v in range(phases_w):
                    for k in range(0, length, run):
                        weigh(
                            w, channel * kernel_h * kernel_w + h * kernel_w + v, phases_w, phases_h * kernel_w,
                            grid, (h * phases_w + v) * of + k, apart_w * inner, apart_h * columns * inner, sums, k,
                            (kernel_w - v + phases_w - 1) // phases_w, (kernel_h - h + phases_h - 1) // phases_h,
                            h + v > 0,
                        )  # fmt: skip
            for i in range(out_h):
                to, of_row = ((plane * times + time) * out_h + i) * out_w * inner, i * columns * inner
                a, b, shift = y[to : to + out_w * inner], sums[of_row : of_row + out_w * inner], bias[channel]
                for k in range(a.size):
                    a[k] = b[k] + shift


@kernel
def planes_back(
    g: In, w: In, x: Out, run: int, channels: int, times: int, inner: int, height: int, width: int,
    out_h: int, out_w: int, kernel_h: int, kernel_w: int, stride_h: int, stride_w: int, apart_h: int, apart_w: int,
    phases_h: int, phases_w: int, top: int, left: int, rows: int, columns: int, start: int, end: int,
) -> None:  # fmt: skip
    """x, from ``times`` planes of g for each of its own."""
    of = rows * columns * inner
    before = ((kernel_h - 1) * apart_h * columns + (kernel_w - 1) * apart_w) * inner
    lines = np.zeros(before + of + run, g.dtype)
    sums = np.empty(phases_h * phases_w * (of + run), g.dtype)
    for plane in range(start, end):
        for time in range(times):
            copy(
                g, (plane * times + time) * out_h * out_w * inner, out_w * inner, inner, lines, before,
                columns * inner, inner, inner, out_h, out_w, 1, 1, 0, 0, out_h, columns,
            )  # fmt: skip
            channel = plane % channels * times + time
            for h in range(phases_h):
                for v in range(phases_w):
                    for k in range(0, of, run):
                        weigh(
                            w, channel * kernel_h * kernel_w + h * kernel_w + v, phases_w, phases_h * kernel_w,
                            lines, before + k, -apart_w * inner, -apart_h * columns * inner,
                            sums, (h * phases_w + v) * (of + run) + k,
                            (kernel_w - v + phases_w - 1) // phases_w, (kernel_h - h + phases_h - 1) // phases_h,
                            time > 0,
                        )  # fmt: skip
        for h in range(phases_h):
            for v in range(phases_w):
                at = ((plane * height + h - top) * width + v - left) * inner
                copy(
                    sums, (h * phases_w + v) * (of + run), columns * inner, inner, x, at, stride_h * width * inner,
                    stride_w * inner, inner, height, width, stride_h, stride_w, h - top, v - left, rows, columns,
                )  # fmt: skip


@kernel
def planes_to_weight(
    x: In, g: In, w: Out, run: int, channels: int, times: int, inner: int, height: int, width: int,
    out_h: int, out_w: int, kernel_h: int, kernel_w: int, stride_h: int, stride_w: int, apart_h: int, apart_w: int,
    phases_h: int, phases_w: int, top: int, left: int, rows: int, columns: int, start: int, end: int,
) -> None:  # fmt: skip
    """w, a kernel for each plane of g."""
    of, length = rows * columns * inner, out_h * columns * inner
    grid, lines = np.zeros(phases_h * phases_w * of + 2 * run, x.dtype), np.zeros(length, x.dtype)
    for plane in range(start, end):
        for h in range(phases_h):
            for v in range(phases_w):
                at = ((plane * height + h - top) * width + v - left) * inner
                copy(
                    x, at, stride_h * width * inner, stride_w * inner, grid, (h * phases_w + v) * of, columns * inner,
                    inner, inner, height, width, stride_h, stride_w, h - top, v - left, rows, columns,
                )  # fmt: skip
        for time in range(times):
            to = plane * times + time
            copy(
                g, to * out_h * out_w * inner, out_w * inner, inner, lines, 0, columns * inner, inner, inner,
                out_h, out_w, 1, 1, 0, 0, out_h, columns,
            )  # fmt: skip
            for i in range(kernel_h):
                for j in range(kernel_w):
                    phase = i % phases_h * phases_w + j % phases_w
                    at = phase * of + (i // phases_h * apart_h * columns + j // phases_w * apart_w) * inner
                    w[(to * kernel_h + i) * kernel_w + j] = dot(grid[at : at + length], lines)


def suits(x: Any, weight: Any, places: Any, window: Any, groups: int) -> bool:
    """Does each channel have its own kernels, over two axes? A stride with a dilation is left to NumPy."""
    if len(weight) != 4 or weight[1] != 1 or weight[0] > FEW * groups:
        return False
    plain = all(s == 1 or d == 1 for s, d in zip(window.stride, window.dilation, strict=True))
    return plain and math.prod(weight) * math.prod(places) * len(x) >= LEAST


def sizes(n: int, channels: int, space: Any, out: int, window: Any, dtype: Any, last: bool) -> tuple[Any, ...]:
    """What the kernels are given, from ``run`` on."""
    places, phases, inner = window.places(space), window.phases, n if last else 1
    apart = tuple(d if p == 1 else 1 for d, p in zip(window.dilation, phases, strict=True))
    far = [(k - 1) // p * a for k, p, a in zip(window.kernel, phases, apart, strict=True)]
    (top, _), (left, _) = window.padding
    return (
        RUN * BYTES // dtype.itemsize, channels, out // channels, inner, *space, *places, *window.kernel,
        *window.stride, *apart, *phases, top, left, places[0] + far[0] + 1, places[1] + far[1],
    )  # fmt: skip


def shaped(flat: Any, n: int, channels: int, space: Any, last: bool) -> Any:
    """The inverse of ``flat``."""
    return flat.reshape(channels, *space, n).transpose(3, 0, 1, 2) if last else flat.reshape(n, channels, *space)


def convolve(x: Any, weight: Any, bias: Any, window: Any) -> Any:
    n, channels, out, last = len(x), x.shape[1], len(weight), is_last(x)
    given, places = sizes(n, channels, x.shape[2:], out, window, x.dtype, last), window.places(x.shape[2:])
    y = np.empty(n * out * math.prod(places), x.dtype)
    shift = np.zeros(out, x.dtype) if bias is None else np.ascontiguousarray(bias)
    run, numbers, w = planes_forward[x.dtype], flat(x, last), np.ascontiguousarray(weight).reshape(-1)
    count = channels if last else n * channels
    spread(lambda start, end: run(numbers, w, shift, y, *given, start, end), count, -(-count // 16))
    return shaped(y, n, out, places, last)


def input_gradient(g: Any, weight: Any, window: Any, channels: int, space: Any) -> Any:
    """For a finite weight: zeros between rows would meet ∞."""
    n, out, last = len(g), len(weight), is_last(g)
    given = sizes(n, channels, space, out, window, g.dtype, last)
    x = (np.empty if window.phases == window.stride else np.zeros)(n * channels * math.prod(space), g.dtype)
    run, numbers, w = planes_back[g.dtype], flat(g, last), np.ascontiguousarray(weight).reshape(-1)
    count = channels if last else n * channels
    spread(lambda start, end: run(numbers, w, x, *given, start, end), count, -(-count // 16))
    return shaped(x, n, channels, space, last)


def weight_gradient(x: Any, g: Any, window: Any) -> Any:
    (n, channels, *space), out, last = x.shape, g.shape[1], is_last(x)
    given, count = sizes(n, channels, space, out, window, x.dtype, last), channels if last else n * channels
    w = np.empty((1 if last else n, out, 1, *window.kernel), x.dtype)
    run, found, numbers, lines = planes_to_weight[x.dtype], w.reshape(-1), flat(x, last), flat(g, last)
    spread(lambda start, end: run(numbers, lines, found, *given, start, end), count, -(-count // 16))
    total = np.add.reduce(w, axis=0)
    return total if np.isfinite(total).all() else NotImplemented  # zeros between rows may have met ∞
