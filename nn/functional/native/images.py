"""Convolution of many images by vectors of images, which are innermost in memory, as in results of convolutions.

Convention: x is laid out as (block of images, row, column, channel, image of the block), padded. What a row of the
kernel sees is one run of vectors then, and y, (channel, row, column, image), is written where it stays. Winograd's
tiles read x, (channel, row, column, image), as it is. The last block of images may begin before the one before ends.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from autograd.native.kernels import In, Out, kernel
from autograd.threads import spread

from ..convolution import winograd
from ..windows import images_first
from .layouts import turn
from .tile import BYTES, DOTS, ROWS, VECTORS, dots, lanes, move, multiply_add
from .winograd import input_tile, output_tile

__all__ = ["convolve", "suits", "suits_gradient", "weight_gradient"]

LEAST = 1 << 18  # multiplications: with fewer NumPy is as fast
CHANNELS = 16  # with fewer, Winograd's transforms cost more than the products save
FEW = 16  # channels for which tiles of dot products are the faster way to the gradient of the weight
CACHED = 1 << 19  # bytes of x for which they are with more channels, too
PIECES = 8  # or fewer, of equal size
TOGETHER = 28  # places whose products with g are summed up in one go, or more


@kernel
def lay(
    x: In, y: Out, wide: int, images: int, channels: int, height: int, width: int, top: int, left: int, rows: int,
    columns: int, once: bool, start: int, end: int,
) -> None:  # fmt: skip
    """y from x (channel, row, column, image), with zeros around it, and for images that were there, if ``once``."""
    nothing = np.zeros(wide, x.dtype)
    for line in range(start, end):
        first, row = line // rows * wide, line % rows - top
        image = min(first, images - wide)
        for column in range(columns):
            at, j = (line * columns + column) * channels * wide, column - left
            if 0 <= row < height and 0 <= j < width:
                for c in range(channels):
                    of, to = ((c * height + row) * width + j) * images + image, at + c * wide
                    move(x, of, y, to)
                    if once:
                        for k in range(first - image):
                            y[to + k] = 0.0
            else:
                for c in range(channels):
                    move(nothing, 0, y, at + c * wide)


@kernel
def forward(
    x: In, w: In, bias: In, y: Out, wide: int, images: int, column: int, row: int, block: int, step: int, stride: int,
    height: int, width: int, out: int, rows: int, span: int, biased: bool, start: int, end: int,
) -> None:  # fmt: skip
    """y; w is (output channel, row of the kernel, number seen)."""
    for i in range(start, end):
        for first in range(0, images, wide):
            image = min(first, images - wide)
            for tile in range(0, out, ROWS):
                o = min(tile, out - ROWS)
                for j in range(width):
                    to, apart = ((o * height + i) * width + j) * images + image, height * width * images
                    if biased:
                        for r in range(ROWS):
                            move(bias, (o + r) * wide, y, to + r * apart)
                    multiply_add(
                        w, o * rows * span, rows * span, 1, span,
                        x, first // wide * block + i * stride * row + j * column, wide, step * row,
                        y, to, apart, span, rows, biased,
                    )  # fmt: skip


@kernel
def back_to_weight(
    x: In, g: In, w: Out, wide: int, images: int, column: int, row: int, block: int, step: int, stride: int,
    height: int, width: int, rows: int, span: int, whole: int, together: int, start: int, end: int,
) -> None:  # fmt: skip
    """w, (output channel, row of the kernel, number seen), is added to for channels from start to end."""
    for first in range(0, images, wide):
        image = min(first, images - wide)
        for i in range(0, height, together):
            for o in range(start, end, DOTS[0]):
                for k in range(rows):
                    at = first // wide * block + (i * stride + k * step) * row
                    for seen in range(0, span, DOTS[1]):
                        dots(
                            g, ((o * height + i) * width) * images + image, height * width * images, images,
                            width * images, x, at + seen * wide, wide, column, stride * row,
                            w, (o * rows + k) * whole + seen, rows * whole, width, min(together, height - i),
                        )  # fmt: skip


@kernel
def tiles_forward(
    x: In, u: In, bias: In, y: Out, wide: int, side: int, images: int, channels: int, out: int, height: int, width: int,
    top: int, left: int, high: int, broad: int, biased: bool, start: int, end: int,
) -> None:  # fmt: skip
    """y, by Winograd's tiles of 2 x 2 places, for rows of tiles; u is (16, output channel, channel)."""
    v_plane, m_plane = (channels + 1) * wide, (out + 1) * wide  # one more, or all would share few lines of the cache
    v, m = np.empty(16 * v_plane, x.dtype), np.empty(16 * m_plane, x.dtype)
    edge, nothing = np.empty(16 * wide, x.dtype), np.zeros(wide, x.dtype)
    for i in range(start, end):
        for first in range(0, images, wide):
            image = min(first, images - wide)
            for j in range((broad + 1) // 2):
                row, column = 2 * i - top, 2 * j - left
                inside = row >= 0 and column >= 0 and row + 4 <= height and column + 4 <= width
                for c in range(channels):
                    at, line, step = ((c * height + row) * width + column) * images + image, width * images, images
                    if not inside:
                        for p in range(4):
                            for q in range(4):
                                here = (p * 4 + q) * wide
                                if 0 <= row + p < height and 0 <= column + q < width:
                                    of = at + p * line + q * step
                                    move(x, of, edge, here)
                                else:
                                    move(nothing, 0, edge, here)
                    for k in range(0, wide, side):
                        to = c * wide + k
                        if inside:
                            input_tile(x, at + k, line, step, v, to, 4 * v_plane, v_plane)
                        else:
                            input_tile(edge, k, 4 * wide, wide, v, to, 4 * v_plane, v_plane)
                if biased:  # of plane 5 each place gets all
                    for o in range(out):
                        move(bias, o * wide, m, 5 * m_plane + o * wide)
                for plane in range(16):
                    for tile in range(0, out, ROWS):
                        o = min(tile, out - ROWS)
                        if biased and plane == 5:
                            for k in range(o, tile):  # channels that were there
                                move(bias, k * wide, m, 5 * m_plane + k * wide)
                        multiply_add(
                            u, (plane * out + o) * channels, channels, 1, 0, v, plane * v_plane, wide, 0,
                            m, plane * m_plane + o * wide, wide, channels, 1, biased and plane == 5,
                        )  # fmt: skip
                row, column = 2 * i, 2 * j
                inside = row + 2 <= high and column + 2 <= broad
                for o in range(out):
                    at, line = ((o * high + row) * broad + column) * images + image, broad * images
                    for k in range(0, wide, side):
                        of = o * wide + k
                        if inside:
                            output_tile(m, of, 4 * m_plane, m_plane, y, at + k, line, images)
                        else:
                            output_tile(m, of, 4 * m_plane, m_plane, edge, k, 2 * wide, wide)
                    if not inside:
                        for p in range(min(2, high - row)):
                            for q in range(min(2, broad - column)):
                                to, of = at + p * line + q * images, (p * 2 + q) * wide
                                move(edge, of, y, to)


def suits(s: Any, window: Any) -> bool:
    """Do images fill vectors, and output channels rows of tiles?"""
    work = s.images * s.out * s.channels * math.prod(window.kernel) * math.prod(s.places)
    blocks = -(-s.images // s.wide)
    return bool(
        s.out >= ROWS and s.images >= s.wide and 4 * s.images >= 3 * blocks * s.wide and s.parts == 1 and work >= LEAST
    )


def suits_gradient(s: Any, window: Any) -> bool:
    """The same for the gradient of the weight: for few channels, or numbers that stay in the cache."""
    held = math.prod(s.grid) * s.channels * -(-s.images // s.wide) * VECTORS * BYTES
    return suits(s, window) and (s.channels < FEW or held <= CACHED) and s.out % DOTS[0] == 0


def gains(s: Any, window: Any) -> bool:
    """Are there enough channels to pay for Winograd's transforms, and few places beyond the border?"""
    if window.kernel != (3, 3) or window.stride != (1, 1) or window.dilation != (1, 1):
        return False
    height, width = s.places
    return min(s.out, s.channels) >= CHANNELS and (height + height % 2) * (width + width % 2) <= 1.5 * height * width


def numbers(x: Any) -> Any:
    """The numbers of x (n, c, h, w), with images innermost."""
    last = x.transpose(1, 2, 3, 0)
    if last.flags.c_contiguous:
        return last.reshape(-1)
    n, c, size = len(x), x.shape[1], x.shape[2] * x.shape[3]
    flat, y, run = np.ascontiguousarray(x).reshape(-1), np.empty(x.size, x.dtype), turn[x.dtype]
    given = lanes(x.dtype), n, 1, size, c * size, size, 0, 0, size * n, 0, n
    spread(lambda start, end: run(flat, y, *given, start, end), c, -(-c // PIECES))
    return y


def laid(x: Any, s: Any, once: bool) -> Any:
    """x (n, c, h, w) in blocks of images."""
    (n, c, h, w), (rows, count), blocks = x.shape, s.grid, -(-s.images // s.wide)
    y = np.empty(blocks * rows * count * c * s.wide + DOTS[1] * s.wide, x.dtype)
    y[-DOTS[1] * s.wide :] = 0
    run, flat, sizes = lay[x.dtype], numbers(x), (s.wide, n, c, h, w, *s.before, rows, count, once)
    spread(lambda start, end: run(flat, y, *sizes, start, end), blocks * rows, -(-blocks * rows // PIECES))
    return y


@functools.cache
def transform(dtype: Any) -> Any:
    """Winograd's transform G of a kernel along both axes, as a matrix: from 3 x 3 taps to 4 x 4 planes."""
    g = winograd._kernel_transform(np.eye(3, dtype=dtype))
    return np.kron(g, g)


def steps(s: Any) -> tuple[int, ...]:
    """What the kernels are given of x, and of y."""
    column = s.channels * s.wide
    row = s.grid[1] * column
    return s.wide, s.images, column * s.stride[1], row, s.grid[0] * row, s.dilation[0], s.stride[0], *s.places


def convolve(x: Any, weight: Any, bias: Any, s: Any, window: Any) -> Any:
    """y_p = Σ_k w_k x_(s p + d k) + b, for x (n, c, h, w)."""
    y = np.empty((s.out, *s.places, s.images), x.dtype)
    biased, flat = bias is not None, y.reshape(-1)
    shift = np.repeat(np.zeros(1, x.dtype) if bias is None else bias, s.wide)
    if gains(s, window):
        inner, size, tiles = numbers(x), -(-s.places[0] // 2), tiles_forward[x.dtype]
        u = (transform(x.dtype) @ weight.transpose(2, 3, 0, 1).reshape(9, -1)).reshape(-1)
        given = s.wide, lanes(x.dtype), s.images, s.channels, s.out, s.h, s.w, *s.before, *s.places, biased
        spread(lambda start, end: tiles(inner, u, shift, flat, *given, start, end), size, -(-size // PIECES))
        with np.errstate(all="ignore"):
            if np.isfinite(np.add.reduce(flat)):
                return images_first(y)
    grid, run = laid(x, s, False), forward[x.dtype]
    w = np.ascontiguousarray(weight.transpose(0, 2, 3, 1)).reshape(-1)
    sizes = *steps(s), s.out, s.kernel[0], s.span, biased
    spread(lambda start, end: run(grid, w, shift, flat, *sizes, start, end), s.places[0], -(-s.places[0] // PIECES))
    return images_first(y)


def weight_gradient(x: Any, g: Any, s: Any) -> Any:
    """w_k = Σ_np g_p x_(s p + d k), as (out, c, *kernel); NotImplemented where it is not finite."""
    grid, whole = laid(x, s, True), -(-s.span // DOTS[1]) * DOTS[1]
    w, inner, run = np.zeros((s.out, s.kernel[0], whole), x.dtype), numbers(g), back_to_weight[x.dtype]
    flat, sizes = w.reshape(-1), (*steps(s), s.kernel[0], s.span, whole, -(-TOGETHER // s.places[1]))
    spread(lambda start, end: run(grid, inner, flat, *sizes, start, end), s.out, DOTS[0])
    if s.images % s.wide and not np.isfinite(w).all():  # zeros for images that were there may have met ∞
        return NotImplemented
    return np.ascontiguousarray(w[:, :, : s.span].reshape(s.out, *s.kernel, s.channels).transpose(0, 3, 1, 2))
