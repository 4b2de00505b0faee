"""Points that keep their distance from others: from the kinks, jumps and poles of a function.

Convention: a gap is a function that is 0 exactly at the kinks, and tells how far from them its arguments are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ...typing import DTypeLike, NDArray, Shape
from .arrays import arrays
from .numbers import numbers

Gap = Callable[..., Any]


def away_from(
    kinks: float | Iterable[float] | Gap, distance: float = 0.1, *, shape: Shape | st.SearchStrategy[Shape] | None = (),
    dtype: DTypeLike = float, low: float = -2.0, high: float = 2.0,
) -> st.SearchStrategy[Any]:  # fmt: skip
    """Numbers or arrays at least a distance away from all kinks.

        away_from(0.0)                                           # for abs, relu
        away_from((-1.0, 1.0), shape=(3,))                       # for clip(x, -1, 1)
        away_from(lambda x: x - np.round(x), 0.2, shape=None)    # for floor: a function that is 0 at the kinks
        away_from(lambda x: x[0] - x[1], shape=(2,))             # for max: it may look at the whole array

    ``kinks``     numbers, or a function that is 0 at the kinks
    ``distance``  from the kinks, at least
    ``shape``     () for numbers, None for arrays of any small shape
    ``dtype``     of real or complex numbers
    ``low``       the least number, of complex ones the least part; ``high`` the largest
    """
    if not distance >= 0:
        raise ValueError(f"away_from: the distance is not negative, got {distance!r}")
    if callable(kinks):
        gap = kinks
        if shape == ():
            return numbers(low, high, dtype=dtype).map(lambda x: float(apart(gap, distance, low, high, np.asarray(x))))
        drawn = arrays(shape, dtype=dtype, low=low, high=high)
        return drawn.map(lambda x: apart(gap, distance, low, high, x))
    points = [float(kinks)] if isinstance(kinks, int | float | np.number) else [float(k) for k in kinks]
    parts = between(points, distance, low, high)
    if not parts:
        raise ValueError(f"away_from: no number from {low} to {high} is {distance} away from {points}")
    if np.dtype(dtype).kind == "c":
        raise ValueError("away_from: of complex numbers give a function, as in away_from(lambda z: abs(z) - 1)")
    elements = st.one_of([numbers(a, b, dtype=dtype) for a, b in parts])
    if shape == ():
        return elements
    if shape is None:
        return arrays(dtype=dtype, low=low, high=high).flatmap(
            lambda like: hnp.arrays(dtype, like.shape, elements=elements, fill=st.nothing())
        )
    return hnp.arrays(dtype, shape, elements=elements, fill=st.nothing())


def between(points: Iterable[float], distance: float, low: float, high: float) -> list[tuple[float, float]]:
    """What is left of [low, high] without the numbers nearer than ``distance`` to a point; around 0 first."""
    parts, start = [], low
    for p in sorted(points):
        if start <= min(p - distance, high):
            parts.append((start, min(p - distance, high)))
        start = max(start, p + distance)
    if start <= high:
        parts.append((start, high))
    return sorted(parts, key=lambda part: (max(part[0], -part[1], 0.0), -part[1]))


def apart(gap: Gap, distance: float, low: float, high: float, x: NDArray[Any], *others: NDArray[Any]) -> NDArray[Any]:
    """x with those elements moved, by as little as possible, at which the gap is too small."""
    at, bad = x, _near(gap, distance, x, others)
    step = max(distance / 2, 1e-3)
    for k in range(1, 2 + 2 * math.ceil((high - low) / step)):
        if not bad.any():
            return at
        shift = step * (k + 1 >> 1) * (1.0 if k & 1 else -1.0)
        moved = np.where(bad, x + np.asarray(shift, x.dtype), at)
        outside = (moved.real < low) | (moved.real > high)
        at = np.where(outside & bad, at, moved).astype(x.dtype)
        bad = _near(gap, distance, at, others)
    return reject()


def _near(gap: Gap, distance: float, x: NDArray[Any], others: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Which elements of x are at fault: where the gap has the shape of the arguments, those in it; else all."""
    near = ~(np.abs(np.asarray(gap(x, *others))) >= distance)
    if near.shape != np.broadcast_shapes(x.shape, *[o.shape for o in others]):
        return np.full(x.shape, near.any())
    extra = near.ndim - x.ndim
    kept = tuple(extra + i for i, side in enumerate(x.shape) if side == 1)
    return near.any(axis=(*range(extra), *kept), keepdims=True).reshape(x.shape)
