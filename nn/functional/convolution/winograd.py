"""Winograd's convolution with 3 by 3 kernels: 16 multiplications for 2 by 2 results, where the definition takes 36.

Convention: y = Aᵀ [(G w Gᵀ) ∘ (Bᵀ x B)] A for tiles x of 4 by 4, two apart. Summed over channels, the products are 16
matrix products over all tiles; the transforms G, B and A are sums along tiles and images. Lavin and Gray, "Fast
algorithms for convolutional neural networks", 2015: F(2x2, 3x3), which rounds about as much as the definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..windows import Sizes, Window, blocks, contiguous, grid, images_first

COLUMNS = 512  # tiles times images of a block, whose transforms stay in the cache
CHANNELS = 64  # with fewer, the transforms cost more than the products save
GRADIENT_CHANNELS = 256  # the same for the gradient of the weight, which takes more sums


def suits(x: Any, weight: Sizes, places: Sizes, window: Window, groups: int, least: int | None = None) -> bool:
    """Is this faster than the definition? For 3 by 3 kernels of stride and dilation 1, given enough of everything.

    Enough channels pay for the transforms of tiles, enough tiles for those of the kernels; and with few places too many
    tiles would reach over the end.
    """
    if window.kernel != (3, 3) or window.stride != (1, 1) or window.dilation != (1, 1) or groups != 1:
        return False
    tiles = -(-places[0] // 2) * -(-places[1] // 2) * len(x)
    enough = min(weight[:2]) >= (CHANNELS if least is None else least) and tiles >= 4 * max(weight[:2])
    return enough and min(places) >= 6 and x.dtype.kind == "f"


def holds(y: Any) -> bool:
    """Is the result right? Not where sums over a tile overflow, or one infinity spoils its neighbours."""
    return bool(np.isfinite(y).all())


def convolve(x: Any, weight: Any, window: Window, bias: Any = None) -> Any:
    """y_p = Σ_k w_k x_(p + k) + b, for x (n, c, h, w) and w (out, c, 3, 3): (n, out, *places)."""
    places = window.places(x.shape[2:])
    tiled, tiles = _tiled(x, places, window)
    u = _kernel_transform(_kernel_transform(weight.transpose(2, 3, 0, 1)).swapaxes(0, 1)).swapaxes(0, 1).copy()
    dtype = np.result_type(x, weight) if bias is None else np.result_type(x, weight, bias)
    y = np.empty_like(tiled, shape=(len(weight), tiles[0], 2, tiles[1], 2, len(x)), dtype=dtype)
    shift: Any = 0 if bias is None else bias.reshape(-1, 1, 1, 1)
    for h, w in blocks(tiles, max(COLUMNS // len(x), 1)):
        rows = [
            _output_transform(np.matmul(u[a], v.reshape(4, x.shape[1], -1)))
            for a, v in enumerate(_transformed_tiles(tiled, h, w))
        ]
        for j, columns in enumerate(zip(*rows, strict=True)):
            for i, part in enumerate(_output_transform(columns)):
                where = y[:, h, i, w, j]
                np.add(part.reshape(where.shape), shift, out=where)
    whole = y.reshape(len(weight), 2 * tiles[0], 2 * tiles[1], len(x))
    return images_first(whole[:, : places[0], : places[1]])


def weight_gradient(x: Any, y: Any, window: Window) -> Any:
    """w_k = Σ_np y_p x_(p + k), for x (n, c, h, w) and y (n, out, *places): (out, c, 3, 3)."""
    places = y.shape[2:]
    tiled, tiles = _tiled(x, places, window)
    apart = Window((2, 2), (2, 2), tuple((0, 2 * t - n) for t, n in zip(tiles, places, strict=True)), (1, 1))
    halves = grid(y, apart)
    u = np.zeros_like(tiled, shape=(4, 4, y.shape[1], x.shape[1]), dtype=np.result_type(x, y))
    for h, w in blocks(tiles, max(COLUMNS // len(x), 1)):
        rows = _output_transform_adjoint(halves[:, 0, :, h, w], halves[:, 1, :, h, w])
        for a, v in enumerate(_transformed_tiles(tiled, h, w)):
            m = _output_transform_adjoint(rows[a][:, 0], rows[a][:, 1])
            u[a] += m.reshape(4, y.shape[1], -1) @ v.reshape(4, x.shape[1], -1).swapaxes(1, 2)
    w = _kernel_transform_adjoint(_kernel_transform_adjoint(u).swapaxes(0, 1)).swapaxes(0, 1)
    return contiguous(w.transpose(2, 3, 0, 1))


def _tiled(x: Any, places: Sizes, window: Window) -> tuple[Any, Sizes]:
    """The grid of x at stride 2, (c, 2, 2, *tiles + 1, n), in which tiles are neighbours; the number of tiles."""
    tiles = tuple(-(-n // 2) for n in places)
    sides = zip(window.padding, tiles, places, strict=True)
    padding = tuple((before, after + 2 * t - n) for (before, after), t, n in sides)
    return grid(x, Window((4, 4), (2, 2), padding, (1, 1))), tiles


def _transformed_tiles(tiled: Any, h: slice, w: slice) -> Iterator[Any]:
    """Bᵀ x B of a block of tiles: for each row of the 4 by 4 an array (4, c, h, w, n)."""
    wide, below = slice(w.start, w.stop + 1), slice(h.start + 1, h.stop + 1)
    top, bottom = tiled[:, :, :, h, wide], tiled[:, :, :, below, wide]
    for row in _input_transform(top[:, 0], top[:, 1], bottom[:, 0], bottom[:, 1]):
        yield _input_transform(row[:, 0, :, :-1], row[:, 1, :, :-1], row[:, 0, :, 1:], row[:, 1, :, 1:])


# ---------------------------------------------------------------- the transforms, along the first axis


def _input_transform(a: Any, b: Any, c: Any, d: Any) -> Any:
    """Bᵀ: (a - c, b + c, c - b, b - d)."""
    y = np.empty_like(a, shape=(4, *a.shape), order="C")
    np.subtract(a, c, out=y[0])
    np.add(b, c, out=y[1])
    np.subtract(c, b, out=y[2])
    np.subtract(b, d, out=y[3])
    return y


def _kernel_transform(w: Any) -> Any:
    """G: (a, (a + b + c) / 2, (a - b + c) / 2, c)."""
    ends, middle = (w[0] + w[2]) * 0.5, w[1] * 0.5
    return np.stack([w[0], ends + middle, ends - middle, w[2]])


def _kernel_transform_adjoint(u: Any) -> Any:
    """Gᵀ: (a + (b + c) / 2, (b - c) / 2, d + (b + c) / 2)."""
    middle = (u[1] + u[2]) * 0.5
    return np.stack([u[0] + middle, (u[1] - u[2]) * 0.5, u[3] + middle])


def _output_transform(m: Any) -> tuple[Any, Any]:
    """Aᵀ: (a + b + c, b - c - d)."""
    left = m[1] + m[2]
    left += m[0]
    right = m[1] - m[2]
    right -= m[3]
    return left, right


def _output_transform_adjoint(a: Any, b: Any) -> Any:
    """A: (a, a + b, a - b, -b)."""
    y = np.empty_like(a, shape=(4, *a.shape), order="C")
    y[0] = a
    np.add(a, b, out=y[1])
    np.subtract(a, b, out=y[2])
    np.negative(b, out=y[3])
    return y
