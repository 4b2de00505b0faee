"""Adaptive pooling: a given number of cells, whatever the size of the input.

Convention: PyTorch's: with ``out`` cells over n elements, cell i reaches from ⌊i n / out⌋ to ⌈(i + 1) n / out⌉, so
neighbours may overlap. Where n is a multiple of ``out`` the cells are ordinary windows. None keeps the input's size.
Other axes than these, and an input without elements, raise ValueError.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.declare import plain
from autograd.typing import A, Array

from ..interpolation import mapped, weights_for
from ..windows import Sizes, Window, on_batch
from .average import avg_pool
from .max import indices, max_pool

__all__ = ["adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool2d"]


def adaptive_avg_pool1d(input: A, output_size: int | tuple[int | None] | None) -> A:
    """The means of cells along an axis.

    ``input``        (n, c, l), or (c, l) for a single sample
    ``output_size``  the number of cells; None: as many as elements
    """
    return on_batch(_averages, 1, input, _cell_counts("adaptive_avg_pool1d", 1, input, output_size))


def adaptive_avg_pool2d(input: A, output_size: int | tuple[int | None, int | None] | None) -> A:
    """The means of h by w cells of an image.

    ``input``        (n, c, height, width), or (c, height, width) for a single one
    ``output_size``  (h, w), or one number for both; None keeps the input's size along an axis
    """
    return on_batch(_averages, 2, input, _cell_counts("adaptive_avg_pool2d", 2, input, output_size))


def adaptive_max_pool2d(
    input: Array, output_size: int | tuple[int | None, int | None] | None, return_indices: bool = False
) -> Any:
    """The largest elements of h by w cells of an image; of equal ones the first counts.

    ``input``           (n, c, height, width), or (c, height, width) for a single one
    ``output_size``     (h, w), or one number for both; None keeps the input's size along an axis
    ``return_indices``  whether to return (y, indices): the flat index of each maximum in its image
    """
    sizes = _cell_counts("adaptive_max_pool2d", 2, input, output_size)
    y, found = _largest(input if input.ndim == 4 else input[None], sizes)
    if input.ndim == 3:
        y, found = y[0], found[0]
    return (y, found) if return_indices else y


def _cell_counts(name: str, axes: int, x: Array, output_size: Any) -> Sizes:
    """The number of cells along each axis, for an input that is checked."""
    if x.ndim not in (axes + 1, axes + 2):
        raise ValueError(f"{name}: input has {axes + 2} axes, (n, c, *space), or {axes + 1} of one, got {x.shape}")
    given = tuple(output_size) if isinstance(output_size, tuple | list) else (output_size,) * axes
    if len(given) != axes or not all(s is None or (isinstance(s, int | np.integer) and s > 0) for s in given):
        raise ValueError(
            f"{name}: output_size is a whole number or {axes} of them (None: the input's), not {output_size!r}"
        )
    space = x.shape[-axes:]
    if 0 in space:
        raise ValueError(f"{name}: input {x.shape} has no elements to pool")
    return tuple(n if s is None else int(s) for s, n in zip(given, space, strict=True))


def _tiles(space: Sizes, sizes: Sizes) -> Window | None:
    """The window that pools into cells of equal size side by side, where there is one."""
    if any(n % out for n, out in zip(space, sizes, strict=True)):
        return None
    kernel = tuple(n // out for n, out in zip(space, sizes, strict=True))
    return Window(kernel, kernel, ((0, 0),) * len(kernel), (1,) * len(kernel))


def cells(n: int, out: int) -> list[tuple[int, int]]:
    """Where each cell starts and stops."""
    return [(i * n // out, -(-(i + 1) * n // out)) for i in range(out)]


def _averages(x: Any, sizes: Sizes) -> Any:
    """By a window; else axis by axis as y = A x, with A_ij = 1 / size where cell i holds element j."""
    slid = _tiles(x.shape[2:], sizes)
    if slid is not None:
        return avg_pool(x, slid, True, None)
    for axis, (n, out) in enumerate(zip(x.shape[2:], sizes, strict=True), start=2):
        matrix = np.zeros((out, n))
        for i, (start, stop) in enumerate(cells(n, out)):
            matrix[i, start:stop] = 1 / (stop - start)
        x = mapped(x, weights_for(x, matrix), axis)
    return x


def _largest(x: Any, sizes: Sizes) -> tuple[Any, Any]:
    """The largest elements and their flat indices in their images."""
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
    y = np.take_along_axis(np.reshape(x, (*front, h * w)), found.reshape(*front, math.prod(sizes)), -1)
    return np.reshape(y, found.shape), found
