"""Images with their channels innermost, which is how compiled convolutions want them: copies to and fro.

Convention: (n, c, h, w) becomes (n, rows, columns, channels) with zeros around it, and after it some numbers to spare.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.native.kernels import In, Out, kernel
from autograd.threads import spread

from .tile import lanes, transpose

__all__ = ["channels_first", "channels_last"]

SPARE = 4096  # numbers after the last one, which tiles that reach over the end may read


@kernel
def turn(
    x: In, y: Out, side: int, channels: int, lines: int, size: int, x_channel: int, x_outer: int, x_line: int,
    y_at: int, y_outer: int, y_line: int, y_step: int, start: int, end: int,
) -> None:  # fmt: skip
    """y[outer, line, k, channel] = x[outer, channel, line, k], with y at its steps."""
    for outer in range(start, end):
        for channel in range(0, channels, side):
            first = max(min(channel, channels - side), 0)  # the last square overlaps the one before
            for line in range(lines):
                a = outer * x_outer + line * x_line + first * x_channel
                b = y_at + outer * y_outer + line * y_line + first
                if channels < side or size < side:
                    for c in range(min(side, channels)):
                        for k in range(size):
                            y[b + k * y_step + c] = x[a + c * x_channel + k]
                    continue
                for k in range(0, size, side):
                    left = min(k, size - side)
                    transpose(x, a + left, x_channel, y, b + left * y_step, y_step)


@kernel
def turn_back(
    y: In, x: Out, bias: In, found: Out, side: int, channels: int, lines: int, size: int, x_channel: int, x_outer: int,
    x_line: int, y_at: int, y_outer: int, y_line: int, y_step: int, start: int, end: int,
) -> None:  # fmt: skip
    """x[outer, channel, line, k] = y[outer, line, k, channel] + bias; ``found`` is 1 where there is NaN or ∞."""
    for outer in range(start, end):
        bad = 0
        for channel in range(0, channels, side):
            first = max(min(channel, channels - side), 0)
            for line in range(lines):
                a = y_at + outer * y_outer + line * y_line + first
                b = outer * x_outer + line * x_line + first * x_channel
                if channels < side or size < side:
                    for c in range(min(side, channels)):
                        for k in range(size):
                            x[b + c * x_channel + k] = y[a + k * y_step + c]
                else:
                    for k in range(0, size, side):
                        left = min(k, size - side)
                        transpose(y, a + left * y_step, y_step, x, b + left, x_channel)
                for c in range(min(side, channels)):
                    part, shift = x[b + c * x_channel : b + c * x_channel + size], bias[first + c]
                    for k in range(size):
                        value = part[k]
                        bad |= not abs(value) < np.inf
                        part[k] = value + shift
        found[outer] = bad


def channels_last(
    x: Any, before: tuple[int, int], sizes: Sequence[int], spare: int = SPARE, channels: int = 0
) -> tuple[Any, tuple[int, int, int]]:
    """x (n, c, h, w) as (n, *sizes, c or more), after so many zeros in both axes; the steps of its first axes."""
    n, c, h, w = x.shape
    (height, width), channels = sizes, max(c, channels)
    steps = image, row, column = height * width * channels, width * channels, channels
    whole = (h, w, c) == (height, width, channels) and not spare
    y = (np.empty if whole else np.zeros)(n * image + spare, x.dtype)
    last = x.transpose(1, 2, 3, 0)
    if last.flags.c_contiguous and n > 1:
        numbers, outer = last.reshape(-1), h
        given = c, w, n, h * w * n, w * n, n, before[0] * row + before[1] * column, row, column, image
    else:
        numbers, outer = np.ascontiguousarray(x).reshape(-1), n
        given = c, h, w, h * w, c * h * w, w, before[0] * row + before[1] * column, image, row, column
    run, side = turn[x.dtype], lanes(x.dtype)
    spread(lambda start, end: run(numbers, y, side, *given, start, end), outer, -(-outer // 16))
    return y, steps


def channels_first(
    y: Any, steps: tuple[int, int, int], before: tuple[int, int], shape: tuple[int, ...], bias: Any = None
) -> tuple[Any, bool]:
    """An array (n, c, h, w) from one with channels innermost, and whether all is finite.

    Images are innermost in its memory, as everywhere here, unless there are few of them.
    """
    (n, c, h, w), (image, row, column), side = shape, steps, lanes(y.dtype)
    at = before[0] * row + before[1] * column
    if n >= side:
        x, outer = np.empty((c, h, w, n), y.dtype), h
        sizes: Any = c, w, n, h * w * n, w * n, n, at, row, column, image
    else:
        x, outer = np.empty((n, c, h, w), y.dtype), n
        sizes = c, h, w, h * w, c * h * w, w, at, image, row, column
    shift = np.zeros(c, y.dtype) if bias is None else np.ascontiguousarray(bias)
    run, numbers, found = turn_back[y.dtype], x.reshape(-1), np.empty(outer, y.dtype)
    spread(lambda start, end: run(y, numbers, shift, found, side, *sizes, start, end), outer, -(-outer // 16))
    return x.transpose(3, 0, 1, 2) if n >= side else x, not found.any()
