"""Where arrays lie in memory: whose it is, which of them share it, and how their numbers can lie side by side.

Convention: as NumPy counts, in bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...typing import NDArray
from .instruction import View

__all__ = ["frozen", "lowest", "may_share", "overlapping", "owner", "side_by_side", "span"]

ndarray = np.ndarray


def owner(array: NDArray[Any]) -> Any:
    """The array whose memory it is."""
    base = array.base
    while base.__class__ is ndarray:
        array, base = base, base.base
    return array if base is None else base


def overlapping(arrays: list[tuple[Any, int]], written: Any) -> bool:
    """Does one that is written to share memory with one of another buffer?"""
    spans = sorted((*span(a), buffer) for a, buffer in arrays if a.size)
    end, last = -1, -1
    for start, stop, buffer in spans:
        if start < end and buffer != last and (buffer in written or last in written):
            return True
        if stop > end:
            end, last = stop, buffer
    return False


def may_share(a: Any, b: Any) -> bool:
    """May two arrays of another library share memory? Those on a GPU tell where theirs is."""
    told = [getattr(x, "__cuda_array_interface__", None) for x in (a, b)]
    if a is b or None in told:
        return True
    (start, end), (other, stop) = (span(x, found) for x, found in zip((a, b), told, strict=True))
    return start < stop and other < end


def span(array: Any, interface: Any = None) -> tuple[int, int]:
    """Where in memory an array begins and ends."""
    start = (interface or array.__array_interface__)["data"][0]
    steps = [(n - 1) * step for n, step in zip(array.shape, array.strides, strict=True)]
    return start + sum(min(0, x) for x in steps), start + sum(max(0, x) for x in steps) + array.itemsize


def lowest(x: Any) -> int:
    """How far before its first number an array, or a view, begins: 0 or less."""
    return sum([min(0, (n - 1) * step) for n, step in zip(x.shape, x.strides, strict=True)])


def side_by_side(array: NDArray[Any]) -> tuple[tuple[int, ...], int, bool]:
    """Strides without gaps in the array's order of axes, how many bytes it spans, and do its numbers share some?"""
    shape, strides = array.shape, array.strides
    order = sorted(range(array.ndim), key=lambda k: (abs(strides[k]), -k))
    packed, step, apart, overlapping = [0] * array.ndim, array.itemsize, array.itemsize, False
    for k in order:
        packed[k] = step
        step *= shape[k]
        if shape[k] > 1 and abs(strides[k]) < apart:
            overlapping = True
        apart += (shape[k] - 1) * abs(strides[k])
    return tuple(packed), apart, overlapping


def frozen(array: NDArray[Any], view: View, numbers: bytes) -> NDArray[Any]:
    """Memory with these numbers where the view of an array has them: it begins with the first one."""
    start, end = span(array) if array.size else (0, array.itemsize)
    memory = np.zeros(end - start, np.uint8)
    first = -lowest(view) if array.size else 0
    order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    then = np.frombuffer(numbers, array.dtype).reshape(array.shape, order=order)  # type: ignore[call-overload]
    view.of(memory[first:])[...] = then
    return memory[first:]
