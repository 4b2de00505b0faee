"""Padding in all of NumPy's modes.

Convention: axes are padded one after another, first to last, as NumPy does, so that a corner belongs to
the last axis. A mode either repeats elements (a map of indices) or joins computed values to both ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..declare import Late, composed, plain, primitive
from ..typing import ArrayLike, Shape
from .arguments import array as operand
from .broadcast import broadcast_to
from .getitem import along, getitem
from .join import concatenate
from .take import take

Widths = list[tuple[int, int]]  # (before, after) for each axis


def _inside(shape: Shape, widths: Any) -> tuple[slice, ...]:
    """The key that takes the array out of its padding."""
    return tuple(slice(before, before + n) for n, (before, _) in zip(shape, widths, strict=True))


padded = primitive(
    np.pad,
    lambda g, x_shape, pad_width: g[_inside(x_shape, pad_width)],
    push=lambda t, pad_width: np.pad(t, pad_width),
    forward=lambda array, pad_width, mode="constant", constant_values=0: np.pad(
        array, pad_width, mode, constant_values=constant_values
    ),
    selects=True,
)


@composed(np.pad)
def pad(array: ArrayLike, pad_width: Any, mode: Any = "constant", **options: Any) -> Any:
    """The array with a border; ``mode`` says what it is made of."""
    if callable(mode):
        raise TypeError("pad: a function as mode writes into its array; choose a mode by name, or use np.concatenate")
    if mode == "empty":
        raise ValueError("pad(mode='empty') leaves elements, and so their derivatives, undefined: use mode='constant'")
    x = operand(array)
    widths = _widths(pad_width, x.ndim)
    if x.dtype.kind not in "fc" and not _tracked(options):  # integers: no derivative, and NumPy's rounding
        return np.pad(plain(x), widths, mode, **plain(options))
    values = options.get("constant_values", 0)
    if mode == "constant" and options.keys() <= {"constant_values"} and not _tracked(values):
        return padded(x, widths, "constant", plain(values))
    harmless = {k: {"reflect_type": v, "stat_length": None}.get(k, 0) for k, v in options.items()}
    np.pad(np.zeros_like(plain(x), shape=(1,) * x.ndim), 1, mode, **harmless)  # NumPy checks the options
    if mode == "constant":
        return _border(x, widths, values, lambda x, axis, count, value, left: value)
    if mode in INDEX_MODES:
        for axis, width in _padded_axes(widths):
            if options.get("reflect_type") == "odd":
                x = _reflect_oddly(x, axis, width, mode == "symmetric")
            else:
                x = take(x, np.pad(np.arange(x.shape[axis]), width, mode), axis)
        return x
    if mode == "linear_ramp":
        return _border(x, widths, options.get("end_values", 0), _ramp)
    return _statistics(x, widths, STATISTICS[mode], options.get("stat_length"))


INDEX_MODES = ("edge", "reflect", "symmetric", "wrap")
STATISTICS: dict[str, Callable[..., Any]] = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}


def _widths(pad_width: Any, ndim: int) -> Widths:
    """The widths (before, after) of each axis, from NumPy's short forms."""
    if isinstance(pad_width, dict):
        widths = [(0, 0)] * ndim
        for axis, width in pad_width.items():
            before, after = np.broadcast_to(width, 2).tolist()
            widths[normalize_axis_index(axis, ndim)] = (before, after)
        return widths
    return [(int(b), int(a)) for b, a in np.broadcast_to(plain(pad_width), (ndim, 2)).tolist()]


def _padded_axes(widths: Widths) -> list[tuple[int, tuple[int, int]]]:
    return [(axis, width) for axis, width in enumerate(widths) if width != (0, 0)]


def _tracked(value: Any) -> bool:
    """Is there a tracked tensor in this option?"""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(_tracked(v) for v in value)
    return isinstance(value, Late.Tensor) and value.node is not None


# ---------------------------------------------------------------- computed values at both ends


def _end_values(values: Any, ndim: int) -> list[tuple[Any, Any]]:
    """The values (before, after) of each axis, from NumPy's short forms; tensors may be among them."""
    if isinstance(values, Late.Tensor):
        return [(row[0], row[1]) for row in broadcast_to(values, (ndim, 2))]
    if not isinstance(values, list | tuple):
        return [(values, values)] * ndim
    rows = [_pair(row) for row in values]
    if all(not isinstance(row, list | tuple) and np.ndim(plain(row)) == 0 for row in values) and len(values) <= 2:
        rows = [(values[0], values[-1])]
    return rows * ndim if len(rows) == 1 else rows


def _pair(row: Any) -> tuple[Any, Any]:
    if isinstance(row, Late.Tensor):
        row = broadcast_to(row, (2,))
    return (row[0], row[-1]) if isinstance(row, list | tuple) or np.ndim(plain(row)) else (row, row)


def _border(x: Any, widths: Widths, values: Any, side: Callable[..., Any]) -> Any:
    """Each axis with ``side(x, axis, count, value, left)`` joined to both ends."""
    ends = _end_values(values, x.ndim)
    for axis, (before, after) in _padded_axes(widths):
        both = zip((before, after), ends[axis], (True, False), strict=True)
        first, last = (_spread(side(x, axis, n, value, left), x, axis, n) for n, value, left in both)
        x = concatenate([first, x, last], axis, dtype=x.dtype, casting="unsafe")
    return x


def _spread(part: Any, x: Any, axis: int, count: int) -> Any:
    part = part if isinstance(part, Late.Tensor) else np.asarray(part, like=plain(x))
    return broadcast_to(part, (*x.shape[:axis], count, *x.shape[axis + 1 :]))


def _end(x: Any, axis: int, count: int, left: bool) -> Any:
    """The first (last) elements of an axis."""
    n = x.shape[axis]
    return getitem(x, along(axis, slice(0, count) if left else slice(n - count, n)))


def _column(v: Any, x: Any, axis: int) -> Any:
    """Numbers along an axis of x, in its dtype."""
    return np.asarray(v, x.dtype, like=plain(x)).reshape((-1,) + (1,) * (x.ndim - axis - 1))


def _ramp(x: Any, axis: int, count: int, value: Any, left: bool) -> Any:
    """Linearly from the end value, at the very end, to the edge."""
    steps = np.arange(count) if left else np.arange(count, 0, -1) - 1
    inward = _column(steps / max(count, 1), x, axis)
    return _end(x, axis, 1, left) * inward + value * (1 - inward)


def _reflect_oddly(x: Any, axis: int, width: tuple[int, int], symmetric: bool) -> Any:
    """Reflected through both end points, f(-i) = 2 f(0) - f(i): a wave along a rising line.

    For i = k periods + r: f(i) = 2k (last - first) + x[r] in the first, rising half of a period, and
    2 (k + 1) last - 2k first - x[mirrored r] in the second, falling half. ``symmetric`` repeats the end points.
    """
    n = x.shape[axis]
    if n == 1:
        return take(x, np.zeros(sum(width) + 1, int), axis)
    period = 2 * n if symmetric else 2 * n - 2
    k, r = np.divmod(np.arange(-width[0], n + width[1]), period)
    falling = r >= n
    rising, lasts, firsts = (_column(v, x, axis) for v in (1 - 2 * falling, 2 * k + 2 * falling, 2 * k))
    wave = take(x, np.where(falling, period - symmetric - r, r), axis)
    return rising * wave + lasts * _end(x, axis, 1, False) - firsts * _end(x, axis, 1, True)


def _statistics(x: Any, widths: Widths, statistic: Callable[..., Any], lengths: Any) -> Any:
    """Each axis with a statistic of its first (last) elements before (after) it."""
    spans = [(None, None)] * x.ndim if lengths is None else np.broadcast_to(lengths, (x.ndim, 2)).tolist()

    def side(x: Any, axis: int, count: int, span: Any, left: bool) -> Any:
        n = x.shape[axis]
        span = n if span is None else min(span, n)
        return statistic(x if span == n else _end(x, axis, span, left), axis=axis, keepdims=True)

    return _border(x, widths, [tuple(s) for s in spans], side)
