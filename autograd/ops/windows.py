"""Sliding windows and their dual, ``fold``: the sum of overlapping windows.

Convention: the window axes come last, in the order of ``axis``; a fold removes one window axis after
another, so that windows of h by w cost h + w additions, not h times w.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Operation, composed, linear
from ..typing import Array, Axis
from .arguments import axes_of


def _windows(x: Any, window_shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    return np.lib.stride_tricks.sliding_window_view(x, window_shape, axis)


def _fold(x: Any, axis: tuple[int, ...]) -> Any:
    """y[i] = sum over i = j + k of x[j, k], with k in the windows: each window is added where it came from."""
    for a in reversed(axis):
        count, width = x.shape[a], x.shape[-1]
        y = np.zeros_like(x, shape=(*x.shape[:a], count + width - 1, *x.shape[a + 1 : -1]))
        before = (slice(None),) * a
        if width <= count:
            for k in range(width):
                y[(*before, slice(k, k + count))] += x[..., k]
        else:
            windows = np.moveaxis(x, -1, a + 1)
            for j in range(count):
                y[(*before, slice(j, j + width))] += windows[(*before, j)]
        x = y
    return x


windows = linear(_windows, lambda g, axis: fold(g, axis), name="sliding_window_view")
fold: Operation = linear(_fold, lambda g, x_shape, axis: windows(g, x_shape[len(x_shape) - len(axis) :], axis))


@composed(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(
    x: Array, window_shape: Any, axis: Axis = None, *, subok: bool = False, writeable: bool = False
) -> Any:
    """y[i, k] = x[i + k] for every window k of this shape."""
    shape = (window_shape,) if np.ndim(window_shape) == 0 else tuple(window_shape)
    if axis is None and len(shape) != x.ndim:
        raise ValueError(f"sliding_window_view: a window of {len(shape)} axes for an array of shape {x.shape}")
    axes = axes_of(None, x.ndim) if axis is None else tuple(a % x.ndim for a in np.atleast_1d(axis))
    return windows(x, shape, tuple(int(a) for a in axes))
