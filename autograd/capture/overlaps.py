"""Which arrays share memory."""

from __future__ import annotations

from typing import Any

__all__ = ["overlapping", "span"]


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


def span(array: Any) -> tuple[int, int]:
    """Where in memory an array begins and ends."""
    start = array.__array_interface__["data"][0]
    steps = [(n - 1) * step for n, step in zip(array.shape, array.strides, strict=True)]
    return start + sum(min(0, x) for x in steps), start + sum(max(0, x) for x in steps) + array.itemsize
