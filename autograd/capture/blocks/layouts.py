"""How arrays lie in memory beside each other: as the same long row, as one number, as a tile that repeats, or as a
column, each number of which repeats.
"""

from __future__ import annotations

from typing import Any

from ..tape import View

__all__ = ["TILE", "as_number", "column", "laid_out", "one_number", "tile"]

TILE = 1 << 13  # numbers: a block is one tile or more


def laid_out(view: View) -> Any:
    """How an array is laid out, whatever its dtype: equal for arrays of which the numbers stand in the same order."""
    size = view.dtype.itemsize
    return view.shape, tuple([s // size if n > 1 else 0 for n, s in zip(view.shape, view.strides, strict=True)])


def one_number(view: View) -> bool:
    """Is it one number, maybe shown as many?"""
    return all(s == 0 or n == 1 for n, s in zip(view.shape, view.strides, strict=True))


def as_number(view: View) -> View:
    """The one number that a view shows."""
    return View(view.buffer, view.offset, (), (), view.dtype, view.weak)


def tile(view: View, row: View) -> int:
    """How many numbers there are until they repeat, where an operand repeats along the first axes; else 0."""
    shape = row.shape
    first = len(shape) - len(view.shape)
    count, size, repeats = 1, row.dtype.itemsize, False
    for axis in reversed(range(len(shape))):
        n = shape[axis]
        own, step = (view.shape[axis - first], view.strides[axis - first]) if axis >= first >= 0 else (1, 0)
        if n > 1 and (row.strides[axis] != size or own not in (1, n)):
            return 0
        size *= n
        if n == 1:
            continue
        if own == 1 or step == 0:
            repeats = True
        elif repeats or step != count * view.dtype.itemsize:
            return 0
        else:
            count *= n
    return count if repeats and first >= 0 and 1 < count <= TILE else 0


def column(view: View, row: View) -> View | None:
    """The numbers that repeat along the last axes of an operand, as a column; None for another operand."""
    shape = row.shape
    first = len(shape) - len(view.shape)
    size, times, count, stride = row.dtype.itemsize, 1, 1, 0
    for axis in reversed(range(len(shape))):
        n = shape[axis]
        own, step = (view.shape[axis - first], view.strides[axis - first]) if axis >= first >= 0 else (1, 0)
        if n > 1 and (row.strides[axis] != size or own not in (1, n)):
            return None
        size *= n
        if n == 1:
            continue
        if own == 1 or step == 0:
            if count > 1:
                return None
            times *= n
        elif count == 1:
            count, stride = n, step
        elif step != count * stride:
            return None
        else:
            count *= n
    if first < 0 or count == 1 or not 1 < times <= TILE:
        return None
    return View(view.buffer, view.offset, (count, 1), (stride, 0), view.dtype)
