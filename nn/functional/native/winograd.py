"""Winograd's convolution, compiled: see ``convolution.winograd``, whose transforms and names these are.

Convention: channels are innermost; tiles are numbered through all images, and taken in blocks whose transforms stay in
the cache. V is (16, tiles of a block, channels), U is (16, channels, output channels) cut into columns of tiles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.native.kernels import In, Out, kernel
from autograd.threads import spread

from ..convolution import winograd
from .layouts import channels_first, channels_last
from .tile import BYTES, ROWS, WHOLE, columns, lanes, multiply_add

__all__ = ["convolve", "suits", "weight_gradient"]

BLOCK = 64 // ROWS * ROWS  # tiles whose transforms stay in the cache
CHANNELS = 32  # with fewer, the transforms cost more than the products save


def transform(size: int, step: Callable[..., tuple[Any, ...]]) -> Any:
    """A function that transforms squares of numbers along both axes, a vector of channels at a time."""

    @intrinsic  # type: ignore[untyped-decorator]
    def transformed(
        typing: Any, x: Any, x_at: Any, x_row: Any, x_column: Any, y: Any, y_at: Any, y_row: Any, y_column: Any
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            width = x.dtype.bitwidth // 8
            vector = ir.VectorType(context.get_value_type(x.dtype), BYTES // width)

            def place(which: int, i: int, j: int) -> Any:
                array = context.make_array(signature.args[which])(context, builder, arguments[which])
                at, row, column = arguments[which + 1 : which + 4]
                at = builder.add(at, builder.add(builder.mul(WHOLE(i), row), builder.mul(WHOLE(j), column)))
                return builder.bitcast(builder.gep(array.data, [at]), vector.as_pointer())

            square = [[builder.load(place(0, i, j), align=width) for j in range(size)] for i in range(size)]
            rows = [step(builder, *row) for row in square]
            for j, line in enumerate(zip(*rows, strict=True)):
                for i, value in enumerate(step(builder, *line)):
                    builder.store(value, place(4, i, j), align=width)
            return context.get_dummy_value()

        return types.void(x, x_at, x_row, x_column, y, y_at, y_row, y_column), generate

    return transformed


def of_input(b: Any, w: Any, x: Any, y: Any, z: Any) -> tuple[Any, ...]:
    """Bᵀ: (w - y, x + y, y - x, x - z)."""
    return b.fsub(w, y), b.fadd(x, y), b.fsub(y, x), b.fsub(x, z)


def of_output(b: Any, w: Any, x: Any, y: Any, z: Any) -> tuple[Any, ...]:
    """Aᵀ: (w + x + y, x - y - z)."""
    return b.fadd(w, b.fadd(x, y)), b.fsub(b.fsub(x, y), z)


def of_gradient(b: Any, x: Any, y: Any) -> tuple[Any, ...]:
    """A: (x, x + y, x - y, -y)."""
    return x, b.fadd(x, y), b.fsub(x, y), b.fneg(y)


input_tile, output_tile, gradient_tile = transform(4, of_input), transform(4, of_output), transform(2, of_gradient)


@kernel
def tiles_forward(
    x: In, u: In, y: Out, wide: int, side: int, channels: int, tiles: int, height: int, width: int,
    x_image: int, x_row: int, block: int, start: int, end: int,
) -> None:  # fmt: skip
    """y, images of 2 height by 2 width places: Aᵀ (U ∘ Bᵀ x B) A for tiles from start to end."""
    out = tiles * wide
    v, m = np.empty(16 * block * channels, x.dtype), np.empty(16 * block * out, x.dtype)
    for first in range(start, end, block):
        count = min(block, end - first)
        for t in range(count):
            image, row, column = (first + t) // (height * width), (first + t) // width % height, (first + t) % width
            at = image * x_image + 2 * row * x_row + 2 * column * channels
            for channel in range(0, channels, side):
                c = min(channel, channels - side)
                plane = block * channels
                input_tile(x, at + c, x_row, channels, v, t * channels + c, 4 * plane, plane)
        for plane in range(16):
            for tile in range(tiles):
                for t in range(0, count, ROWS):
                    multiply_add(
                        v, (plane * block + t) * channels, channels, 1, 0,
                        u, (plane * tiles + tile) * channels * wide, wide, 0,
                        m, (plane * block + t) * out + tile * wide, out, channels, 1, False,
                    )  # fmt: skip
        for t in range(count):
            at = ((first + t) // width * 4 * width + (first + t) % width * 2) * out
            for channel in range(0, out, side):
                plane = block * out
                output_tile(m, t * out + channel, 4 * plane, plane, y, at + channel, 2 * width * out, out)


@kernel
def tiles_back(
    x: In, g: In, u: Out, wide: int, side: int, channels: int, tiles: int, height: int, width: int,
    x_image: int, x_row: int, block: int, piece: int, start: int, end: int,
) -> None:  # fmt: skip
    """u, (piece, 16, channels, output channels), is added to: (A g Aᵀ) (Bᵀ x B), summed over tiles."""
    out, whole = tiles * wide, -(-channels // ROWS) * ROWS
    v, m = np.zeros(16 * block * channels + ROWS, x.dtype), np.empty(16 * block * out, x.dtype)
    for first in range(start, end, block):
        count, to = min(block, end - first), first // piece * 16 * whole * out
        for t in range(count):
            image, row, column = (first + t) // (height * width), (first + t) // width % height, (first + t) % width
            at = image * x_image + 2 * row * x_row + 2 * column * channels
            for channel in range(0, channels, side):
                c = min(channel, channels - side)
                plane = block * channels
                input_tile(x, at + c, x_row, channels, v, t * channels + c, 4 * plane, plane)
            at = ((first + t) // width * 4 * width + column * 2) * out
            for channel in range(0, out, side):
                plane = block * out
                gradient_tile(g, at + channel, 2 * width * out, out, m, t * out + channel, 4 * plane, plane)
        for plane in range(16):
            for tile in range(tiles):
                for channel in range(0, channels, ROWS):
                    multiply_add(
                        v, plane * block * channels + channel, 1, channels, 0,
                        m, plane * block * out + tile * wide, out, 0,
                        u, to + (plane * whole + channel) * out + tile * wide, out, count, 1, True,
                    )  # fmt: skip


def suits(weight: Any, places: Any, images: int, window: Any) -> bool:
    """Are there enough channels and tiles to pay for the transforms?"""
    if window.kernel != (3, 3) or window.stride != (1, 1) or window.dilation != (1, 1):
        return False
    tiles = -(-places[0] // 2) * -(-places[1] // 2) * images
    return min(weight[:2]) >= CHANNELS and tiles >= 2 * max(weight[:2]) and min(places) >= 6


def halves(places: Any) -> tuple[int, int]:
    return -(-places[0] // 2), -(-places[1] // 2)


def laid(x: Any, places: Any, window: Any) -> tuple[Any, tuple[int, int, int]]:
    """x with channels innermost, padded to whole tiles."""
    (top, _), (left, _) = window.padding
    height, width = halves(places)
    sizes = max(2 * height + 2, x.shape[2] + top), max(2 * width + 2, x.shape[3] + left)
    return channels_last(x, (top, left), sizes)


def convolve(x: Any, weight: Any, window: Any, bias: Any = None) -> Any:
    """y_p = Σ_k w_k x_(p + k) + b; None where it is not finite."""
    places, out, wide = window.places(x.shape[2:]), len(weight), columns(x.dtype)
    (n, channels), (height, width), tiles = x.shape[:2], halves(places), -(-out // wide)
    grid, steps = laid(x, places, window)
    step = winograd._kernel_transform
    u = np.zeros((4, 4, channels, tiles * wide), x.dtype)
    u[..., :out] = step(step(weight.transpose(2, 3, 1, 0)).swapaxes(0, 1)).swapaxes(0, 1)
    u = np.ascontiguousarray(u.reshape(16, channels, tiles, wide).swapaxes(1, 2)).reshape(-1)
    y = np.empty(n * 4 * height * width * tiles * wide, x.dtype)
    run, count = tiles_forward[x.dtype], n * height * width
    sizes = wide, lanes(x.dtype), channels, tiles, height, width, *steps[:2], BLOCK
    spread(lambda start, end: run(grid, u, y, *sizes, start, end), count, BLOCK * -(-count // (32 * BLOCK)))
    row = 2 * width * tiles * wide
    result, finite = channels_first(y, (2 * height * row, row, tiles * wide), (0, 0), (n, out, *places), bias)
    return result if finite else None


def weight_gradient(x: Any, y: Any, window: Any) -> Any:
    """w_k = Σ_np y_p x_(p + k); None where it is not finite."""
    places, out, wide = y.shape[2:], y.shape[1], columns(x.dtype)
    (n, channels), (height, width), tiles = x.shape[:2], halves(places), -(-out // wide)
    grid, steps = laid(x, places, window)
    g, _ = channels_last(y, (0, 0), (2 * height, 2 * width), 0, tiles * wide)
    run, count = tiles_back[x.dtype], n * height * width
    piece = BLOCK * -(-count // (8 * BLOCK))
    u = np.zeros((-(-count // piece), 4, 4, -(-channels // ROWS) * ROWS, tiles * wide), x.dtype)
    sizes = wide, lanes(x.dtype), channels, tiles, height, width, *steps[:2], BLOCK, piece
    spread(lambda start, end: run(grid, g, u.reshape(-1), *sizes, start, end), count, piece)
    step = winograd._kernel_transform_adjoint
    total = np.add.reduce(u, axis=0)[:, :, :channels, :out]
    w = step(step(total).swapaxes(0, 1)).swapaxes(0, 1)
    return np.ascontiguousarray(w.transpose(3, 2, 0, 1)) if np.isfinite(w).all() else None
