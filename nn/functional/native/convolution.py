"""Convolution without patches: matrix products whose rows are read from the image where they stand.

Convention: with channels innermost, what a row of the kernel sees lies side by side in memory, and what it sees from
the next place a stride further on. So a tile of the result (places by output channels) is one loop over the rows of the
kernel and these numbers. Sizes are made whole tiles; what is computed beyond is not read.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from autograd.native.kernels import In, Out, kernel
from autograd.threads import spread

from . import depthwise, images, winograd
from .layouts import channels_first, channels_last
from .tile import ROWS, columns, multiply_add

__all__ = ["convolve", "input_gradient", "weight_gradient"]

LEAST = 1 << 21  # multiplications: with fewer the copies cost more than the products save
SHORT = 48  # numbers that a place of the result is made of: with fewer, tiles take longer to store than to compute
SUMMED = 128  # places whose products with g are summed up in one go, or more


@kernel
def forward(
    x: In, w: In, y: Out, wide: int, x_image: int, x_row: int, x_column: int, stride: int, step: int,
    height: int, width: int, tiles: int, rows: int, parts: int, span: int, apart: int, start: int, end: int,
) -> None:  # fmt: skip
    """y[image, row, column, channel]; w is (tile, row of the kernel, number seen, channel of the tile)."""
    out = tiles * wide
    for tile in range(tiles):
        for line in range(start, end):
            image, row = line // height, line % height
            for column in range(0, width, ROWS):
                at = image * x_image + row * stride * x_row + column * x_column
                for part in range(parts):
                    multiply_add(
                        x, at + part * apart, x_column, 1, step * x_row,
                        w, (tile * rows * parts + part) * span * wide, wide, parts * span * wide,
                        y, (line * width + column) * out + tile * wide, out, span, rows, part > 0,
                    )  # fmt: skip


@kernel
def back_to_input(
    g: In, w: In, x: Out, wide: int, x_image: int, x_row: int, x_column: int, stride: int, step: int,
    height: int, width: int, tiles: int, rows: int, parts: int, out: int, apart: int, start: int, end: int,
) -> None:  # fmt: skip
    """x is added to; w is (row of the kernel, part, tile, output channel, number seen)."""
    for image in range(start, end):
        for row in range(height):
            for k in range(rows):
                to = image * x_image + (row * stride + k * step) * x_row
                for part in range(parts):
                    for tile in range(tiles):
                        of = ((k * parts + part) * tiles + tile) * out * wide
                        for column in range(0, width, ROWS):
                            multiply_add(
                                g, ((image * height + row) * width + column) * out, out, 1, 0, w, of, wide, 0,
                                x, to + column * x_column + part * apart + tile * wide, x_column, out, 1, True,
                            )  # fmt: skip


@kernel
def back_to_weight(
    x: In, g: In, w: Out, wide: int, x_image: int, x_row: int, x_column: int, stride: int, step: int,
    height: int, width: int, tiles: int, rows: int, parts: int, span: int, apart: int, summed: int, images: int,
    start: int, end: int,
) -> None:  # fmt: skip
    """w, (piece, row of the kernel, part, number seen, output channel), is added to, piece by piece."""
    out, whole = tiles * wide, -(-span // ROWS) * ROWS
    for piece in range(start // images, -(-end // images)):
        for image in range(piece * images, min((piece + 1) * images, end)):
            for row in range(0, height, summed):
                for k in range(rows * parts):
                    k_row, part = k // parts, k % parts
                    at = image * x_image + (row * stride + k_row * step) * x_row + part * apart
                    to = (piece * rows * parts + k) * whole * out
                    for tile in range(tiles):
                        for seen in range(0, span, ROWS):
                            multiply_add(
                                x, at + seen, 1, x_column, stride * x_row,
                                g, (image * height + row) * width * out + tile * wide, out, width * out,
                                w, to + seen * out + tile * wide, out, width, min(summed, height - row), True,
                            )  # fmt: skip


class Sizes:
    """The sizes of a convolution over two axes; one axis counts as two, the first of which has one element."""

    def __init__(self, shape: Any, weight: Any, dtype: Any, window: Any) -> None:
        c, out = shape[1], weight[0]
        self.h, self.w = first_of_one(shape[2:], 1)
        self.kernel, self.places = first_of_one(window.kernel, 1), first_of_one(window.places(shape[2:]), 1)
        self.stride, self.dilation = first_of_one(window.stride, 1), first_of_one(window.dilation, 1)
        self.before = first_of_one([before for before, _ in window.padding], 0)
        self.images, self.channels, self.out, self.wide = shape[0], c, out, columns(dtype)
        self.parts: int = 1 if self.dilation[1] == 1 else self.kernel[1]  # of what a row of the kernel sees
        self.span, self.apart = self.kernel[1] // self.parts * c, self.dilation[1] * c
        self.columns, self.tiles = whole(self.places[1], ROWS), -(-out // self.wide)
        sides = zip((self.h, self.w), self.before, self.places, self.stride, self.kernel, self.dilation, strict=True)
        self.grid = [max(n + before, (p - 1) * s + (k - 1) * d + 1) for n, before, p, s, k, d in sides]

    @property
    def spare(self) -> int:
        """Numbers that the last tiles may read or write beyond the last image."""
        return (ROWS * self.stride[1] + self.kernel[1] * self.dilation[1]) * self.channels + 4 * self.wide

    def steps(self, steps: tuple[int, ...]) -> tuple[int, ...]:
        """Of the grid of x, for the kernels."""
        image, row, column = steps
        return image, row, column * self.stride[1], self.stride[0], self.dilation[0]


@functools.lru_cache(maxsize=256)
def sizes_of(shape: Any, weight: Any, dtype: Any, window: Any) -> Sizes:
    """The sizes, worked out once."""
    return Sizes(shape, weight, dtype, window)


def first_of_one(sizes: Any, one: int) -> tuple[int, int]:
    """Sizes of two axes, from those of one or two."""
    first, last = (one, *sizes) if len(sizes) == 1 else sizes
    return first, last


def whole(size: int, of: int) -> int:
    return -(-size // of) * of


def suits(x: Any, weight: Any, places: Any, groups: int) -> bool:
    """Are these tiles faster than patches and BLAS? For one group, over one or two axes, given enough of everything."""
    count, wide = len(x) * math.prod(places), columns(x.dtype)
    if groups != 1 or len(weight) not in (3, 4) or math.prod(weight) * count < LEAST or count < 4 * max(weight[:2]):
        return False
    return 4 * weight[0] >= 3 * whole(weight[0], wide) and math.prod(weight[1:]) >= SHORT and max(weight[2:]) > 1


def two_axes(x: Any) -> Any:
    return x if x.ndim == 4 else x[:, :, None]


def convolve(x: Any, weight: Any, bias: Any, window: Any, groups: int) -> Any:
    if depthwise.suits(x, weight.shape, window.places(x.shape[2:]), window, groups):
        return depthwise.convolve(x, weight, bias, window)
    return by_tiles(x, weight, bias, window, groups)


def by_tiles(x: Any, weight: Any, bias: Any, window: Any, groups: int) -> Any:
    """y_p = Σ_k w_k x_(s p + d k) + b."""
    if groups != 1 or weight.ndim not in (3, 4):
        return NotImplemented
    places, s = window.places(x.shape[2:]), sizes_of(x.shape, weight.shape, x.dtype, window)
    if images.suits(s, window):
        result = images.convolve(two_axes(x), two_axes(weight), bias, s, window)
        return result if x.ndim == 4 else result[:, :, 0]
    if not suits(x, weight.shape, places, groups):
        return NotImplemented
    if winograd.suits(weight.shape, places, len(x), window):
        found = winograd.convolve(x, weight, window, bias)
        if found is not None:
            return found
    grid, steps = channels_last(two_axes(x), s.before, s.grid, s.spare)
    w = np.zeros((*s.kernel, s.channels, s.tiles * s.wide), x.dtype)
    w[..., : s.out] = two_axes(weight).transpose(2, 3, 1, 0)
    w = np.ascontiguousarray(np.moveaxis(w.reshape(*s.kernel, s.channels, s.tiles, s.wide), 3, 0)).reshape(-1)
    row = s.columns * s.tiles * s.wide
    y = np.empty(s.images * s.places[0] * row, x.dtype)
    run, lines = forward[x.dtype], s.images * s.places[0]
    sizes = *s.steps(steps), s.places[0], s.columns, s.tiles, s.kernel[0], s.parts, s.span, s.apart
    spread(lambda start, end: run(grid, w, y, s.wide, *sizes, start, end), lines, -(-lines // 64))
    shape = s.images, s.out, *s.places
    result, _ = channels_first(y, (s.places[0] * row, row, s.tiles * s.wide), (0, 0), shape, bias)
    return result if x.ndim == 4 else result[:, :, 0]


def input_gradient(y: Any, weight: Any, window: Any, groups: int, space: Any) -> Any:
    if not np.isfinite(weight).all():  # zeros beside g would meet ∞
        return NotImplemented
    if depthwise.suits(y, weight.shape, y.shape[2:], window, groups):
        return depthwise.input_gradient(y, weight, window, groups, space)
    if all(s == 1 for s in window.stride):  # it is a convolution with the kernel turned round
        spans = [
            (r - 1 - before, r - 1 - after) for r, (before, after) in zip(window.reach, window.padding, strict=True)
        ]
        if min(map(min, spans)) >= 0:
            turned = np.flip(weight.swapaxes(0, 1), tuple(range(2, weight.ndim)))
            found = by_tiles(y, turned, None, window._replace(padding=tuple(spans)), groups)
            if found is not NotImplemented:
                return found
    if not suits(y, weight.shape, y.shape[2:], groups):
        return NotImplemented
    s = sizes_of((len(y), weight.shape[1], *space), weight.shape, y.dtype, window)
    g, _ = channels_last(two_axes(y), (0, 0), (s.places[0], s.columns), 0)
    wide = whole(s.span, s.wide)
    rows = np.zeros((s.kernel[0], s.parts, s.out, wide), y.dtype)
    w = two_axes(weight).transpose(2, 0, 3, 1).reshape(s.kernel[0], s.out, s.parts, s.span)
    rows[..., : s.span] = w.swapaxes(1, 2)
    rows = np.ascontiguousarray(rows.reshape(s.kernel[0], s.parts, s.out, -1, s.wide).swapaxes(2, 3)).reshape(-1)
    row = s.grid[1] * s.channels
    steps = image, row, _ = s.grid[0] * row + s.spare, row, s.channels
    grid = np.zeros(s.images * image, y.dtype)
    run = back_to_input[y.dtype]
    sizes = *s.steps(steps), s.places[0], s.columns, wide // s.wide, s.kernel[0], s.parts, s.out, s.apart
    spread(lambda start, end: run(g, rows, grid, s.wide, *sizes, start, end), s.images, -(-s.images // 64))
    x, finite = channels_first(grid, steps, s.before, (s.images, s.channels, s.h, s.w))
    if not finite:  # zeros of whole tiles may have met ∞
        return NotImplemented
    return x if y.ndim == 4 else x[:, :, 0]


def weight_gradient(x: Any, y: Any, window: Any, groups: int) -> Any:
    shape = y.shape[1], x.shape[1] // groups, *window.kernel
    if depthwise.suits(x, shape, y.shape[2:], window, groups):
        return depthwise.weight_gradient(x, y, window)
    if groups != 1 or len(shape) not in (3, 4):
        return NotImplemented
    s = sizes_of(x.shape, shape, x.dtype, window)
    if images.suits_gradient(s, window):
        found = images.weight_gradient(two_axes(x), two_axes(y), s)
        return found if found is NotImplemented else found.reshape(shape)
    if not suits(x, shape, y.shape[2:], groups):
        return NotImplemented
    if winograd.suits(shape, y.shape[2:], len(x), window):
        found = winograd.weight_gradient(x, y, window)
        if found is not None:
            return found
    grid, steps = channels_last(two_axes(x), s.before, s.grid, s.spare)
    out = s.tiles * s.wide
    g, _ = channels_last(two_axes(y), (0, 0), s.places, 0, out)
    count = -(-s.images // 16)
    pieces = -(-s.images // count)
    w = np.zeros((pieces, s.kernel[0], s.parts, whole(s.span, ROWS), out), x.dtype)
    run = back_to_weight[x.dtype]
    rest = *s.places, s.tiles, s.kernel[0], s.parts, s.span, s.apart, -(-SUMMED // s.places[1]), count
    spread(lambda start, end: run(grid, g, w.reshape(-1), s.wide, *s.steps(steps), *rest, start, end), s.images, count)
    total = np.add.reduce(w, axis=0)[:, :, : s.span, : s.out].reshape(*s.kernel, s.channels, s.out)
    return np.ascontiguousarray(total.transpose(3, 2, 0, 1)).reshape(shape)
