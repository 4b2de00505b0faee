"""A heat-map: a large array as a few coloured cells.

Convention: 0 is dark, positive numbers go to amber, negative ones to blue, both on the scale of the largest magnitude
in the array; NaN is magenta. Where several elements share a cell it shows the one of the largest magnitude: nothing
is averaged away.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import NDArray
from .numbers import as_numbers

__all__ = ["CELLS", "STRIP", "beside", "heat"]

CELLS = 12  # at most, in each direction
STRIP = 24  # of an array of one axis
ZERO, POSITIVE, NEGATIVE, MISSING = (0x3A, 0x4A, 0x45), (0xFF, 0xB3, 0x47), (0x5A, 0xB4, 0xFF), "#ff2bd6"


def heat(x: Any) -> list[list[str]]:
    """The colours of the cells, row by row. Axes of one element don't count; of more than two, x[0, ..., 0] counts."""
    array = as_numbers(x)
    if array is None or not array.size:
        return []
    with np.errstate(invalid="ignore"):
        finite = np.abs(array[np.isfinite(array)])
    scale = float(finite.max()) if finite.size else 0.0
    array = np.squeeze(array)
    array = array[(0,) * (array.ndim - 2)]
    strip = array.ndim < 2
    grid = _extremes(array.reshape(1, -1), 1, STRIP) if strip else _extremes(array, CELLS, CELLS)
    return [[_colour(float(element), scale) for element in row] for row in grid]


def beside(left: list[list[str]], right: list[list[str]]) -> list[list[str]]:
    """Two heat-maps of one height as one, a gap (cells of no colour) between them; strips go below each other."""
    if len(left) == 1:
        return [*left, [""] * len(left[0]), *right]
    return [[*a, "", *b] for a, b in zip(left, right, strict=True)]


def _extremes(array: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """Of each block of a matrix the element of the largest magnitude; NaN if there is one."""
    for axis, cells in enumerate((rows, columns)):
        size = array.shape[axis]
        if size > cells:
            starts = np.arange(cells) * size // cells
            high, low = (f.reduceat(array, starts, axis=axis) for f in (np.maximum, np.minimum))
            array = np.where(high >= -low, high, low)
    return array


def _colour(x: float, scale: float) -> str:
    if np.isnan(x):
        return MISSING
    share = min(abs(x) / scale, 1.0) if scale and np.isfinite(x) else float(np.isinf(x))
    end = POSITIVE if x > 0 else NEGATIVE
    return "#" + "".join(f"{round(zero + share**0.7 * (top - zero)):02x}" for zero, top in zip(ZERO, end, strict=True))
