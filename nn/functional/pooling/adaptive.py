"""Pooling into a given number of cells, whatever the size of the input.

Convention: PyTorch's: of out cells over n elements, cell i reaches from ⌊i n / out⌋ to ⌈(i + 1) n / out⌉, so that
neighbours may overlap. Where n is a multiple of out these are ordinary windows. None as a size keeps the input's.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.declare import plain

from ..interpolation import mapped
from ..windows import Sizes, Window, on_batch
from .average import avg_pool
from .max import indices, max_pool


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Any:
    """The means of ``output_size`` cells: input (n, c, l) or (c, l)."""
    return on_batch(_averages, 1, *_asked("adaptive_avg_pool1d", 1, input, output_size))


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Any:
    """The means of (h, w) cells, or of as many in both directions: input (n, c, h, w) or (c, h, w)."""
    return on_batch(_averages, 2, *_asked("adaptive_avg_pool2d", 2, input, output_size))


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest elements of (h, w) cells, or of as many in both directions; of equal ones the first counts."""
    x, sizes = _asked("adaptive_max_pool2d", 2, input, output_size)
    batch = x if x.ndim == 4 else x[None]
    y, found = _largest(batch, sizes)
    if x.ndim == 3:
        y, found = y[0], found[0]
    return (y, found) if return_indices else y


def _asked(name: str, axes: int, x: Any, output_size: Any) -> tuple[Any, Sizes]:
    """The input, checked, and the number of cells along each axis."""
    if x.ndim not in (axes + 1, axes + 2):
        raise ValueError(f"{name}: input has {axes + 2} axes, (n, c, *space), or {axes + 1} of one, got {x.shape}")
    given = tuple(output_size) if isinstance(output_size, tuple | list) else (output_size,) * axes
    if len(given) != axes or not all(s is None or (isinstance(s, int | np.integer) and s > 0) for s in given):
        raise ValueError(
            f"{name}: output_size is a whole number or {axes} of them (None: as it is), not {output_size!r}"
        )
    space = x.shape[-axes:]
    if 0 in space:
        raise ValueError(f"{name}: input {x.shape} has no elements to pool")
    return x, tuple(n if s is None else int(s) for s, n in zip(given, space, strict=True))


def _tiles(space: Sizes, sizes: Sizes) -> Window | None:
    """The window that pools a size into cells of one size side by side, where there is one."""
    if any(n % out for n, out in zip(space, sizes, strict=True)):
        return None
    kernel = tuple(n // out for n, out in zip(space, sizes, strict=True))
    return Window(kernel, kernel, ((0, 0),) * len(kernel), (1,) * len(kernel))


def cells(n: int, out: int) -> list[tuple[int, int]]:
    """From where to where each cell reaches."""
    return [(i * n // out, -(-(i + 1) * n // out)) for i in range(out)]


def _averages(x: Any, sizes: Sizes) -> Any:
    """By windows, or by a matrix for each axis: y = A x with A_ij = 1 / size where cell i holds element j."""
    slid = _tiles(x.shape[2:], sizes)
    if slid is not None:
        return avg_pool(x, slid, True, None)
    for axis, (n, out) in enumerate(zip(x.shape[2:], sizes, strict=True), start=2):
        matrix = np.zeros((out, n))
        for i, (start, stop) in enumerate(cells(n, out)):
            matrix[i, start:stop] = 1 / (stop - start)
        x = mapped(x, matrix, axis)
    return x


def _largest(x: Any, sizes: Sizes) -> tuple[Any, Any]:
    """The largest elements and where in their images, counted through, they stand."""
    slid = _tiles(x.shape[2:], sizes)
    if slid is not None:
        y = max_pool(x, slid)
        return y, indices(plain(x), plain(y), slid)
    raw = plain(x)
    front, (h, w) = raw.shape[:2], raw.shape[2:]
    found = np.zeros_like(raw, shape=(*front, *sizes), dtype=np.intp)
    for i, (top, bottom) in enumerate(cells(h, sizes[0])):
        for j, (left, right) in enumerate(cells(w, sizes[1])):
            first = raw[:, :, top:bottom, left:right].reshape(*front, (bottom - top) * (right - left)).argmax(-1)
            found[:, :, i, j] = (top + first // (right - left)) * w + left + first % (right - left)
    flat = found.reshape(*front, math.prod(sizes))
    y = np.take_along_axis(np.reshape(x, (*front, h * w)), flat, -1)
    return np.reshape(y, found.shape), found
