"""Numbers that are fetched from, or put at, places that other numbers say.

Convention: addresses and steps count bytes; a place counts bytes from the start of the array.
"""

from __future__ import annotations

from typing import Any

from .memory import F4, F8, I8, U1, compiled, load, store

__all__ = ["gather", "places", "scatter", "scatter_add"]


@compiled
def places(more: int, n: int, out: int, so: int, index: int, si: int, step: int, length: int) -> bool:
    """out = index * step along one axis; negative indices count from the end. False where one is beyond the axis."""
    for k in range(n):
        i = load(index + k * si, 0, I8)
        if i < 0:
            i += length
        if i < 0 or i >= length:
            return False
        store(out + k * so, 0, i * step + (load(out + k * so, 0, I8) if more else 0), I8)
    return True


@compiled
def moved(size: int, source: int, target: int) -> None:
    if size == 8:
        store(target, 0, load(source, 0, F8), F8)
    elif size == 4:
        store(target, 0, load(source, 0, F4), F4)
    else:
        store(target, 0, load(source, 0, U1), U1)


@compiled
def gather(size: int, n: int, out: int, so: int, place: int, sp: int, array: int, sa: int) -> None:
    for k in range(n):
        moved(size, array + k * sa + load(place + k * sp, 0, I8), out + k * so)


@compiled
def scatter(size: int, n: int, array: int, sa: int, place: int, sp: int, b: int, sb: int) -> None:
    for k in range(n):
        moved(size, b + k * sb, array + k * sa + load(place + k * sp, 0, I8))


@compiled
def scatter_add(n: int, array: int, sa: int, place: int, sp: int, b: int, sb: int, like: Any) -> None:
    for k in range(n):
        target = array + k * sa + load(place + k * sp, 0, I8)
        store(target, 0, load(target, 0, like) + load(b + k * sb, 0, like), like)
