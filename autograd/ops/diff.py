"""Differences of neighbouring elements: diff, ediff1d.

Convention: they are written with slices, so values set before and after may be tracked, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, plain
from ..typing import Array, ArrayLike, Shape
from .arguments import NO_VALUE, array, axes_of
from .reshape import ravel


def part(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """x[start:stop] along an axis (not negative)."""
    return x[(slice(None),) * axis + (slice(start, stop),)]


@composed(np.diff)
def diff(a: Array, n: int = 1, axis: int = -1, prepend: Any = NO_VALUE, append: Any = NO_VALUE) -> Any:
    """y[i] = x[i+1] - x[i] along an axis, n times; first with values set before and after."""
    a = array(a)
    if n < 0:
        raise ValueError(f"diff: n must not be negative, got {n}")
    if n == 0:
        return a
    if a.ndim == 0:
        raise ValueError("diff: a number has no axis to take differences along")
    (axis,) = axes_of(axis, a.ndim)
    parts: Any = [_beside(v, a.shape, axis) if v is not NO_VALUE else None for v in (prepend, append)]
    parts.insert(1, a)
    parts = [p for p in parts if p is not None]
    if len(parts) > 1:
        a = np.concatenate(parts, axis)
    if a.dtype.kind == "b":
        return np.diff(plain(a), n, axis)
    for _ in range(n):
        a = part(a, axis, 1, None) - part(a, axis, None, -1)
    return a


def _beside(value: Any, shape: Shape, axis: int) -> Any:
    """What ``diff`` sets before or after: a number becomes a slice of length 1 along the axis."""
    value = array(value)
    return value if value.ndim else np.broadcast_to(value, tuple([1 if k == axis else n for k, n in enumerate(shape)]))


@composed(np.ediff1d)
def ediff1d(ary: ArrayLike, to_end: ArrayLike | None = None, to_begin: ArrayLike | None = None) -> Any:
    """The differences of the flattened array, with values set before and after."""
    x = ravel(array(ary))
    parts = [x[1:] - x[:-1]]
    if to_begin is not None:
        parts.insert(0, ravel(array(to_begin)))
    if to_end is not None:
        parts.append(ravel(array(to_end)))
    parts = [p if p.dtype == x.dtype else p.astype(x.dtype) for p in parts]
    return np.concatenate(parts) if len(parts) > 1 else parts[0]
