"""Convolution and correlation of two sequences, and of arrays along several axes.

Convention: the full and the valid convolution are each other's adjoints, with the second factor reversed;
"same" is the middle of the full one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import Operation, bilinear, composed
from .arguments import array
from .complex import conj

# y_k = sum over i of a_i v_(k - i): full, for all k; valid, for those k where v (the shorter) lies within a
full: Operation = bilinear(
    lambda a, v: np.convolve(a, v, "full"),
    lambda g, b: valid(g, b[::-1]),
    lambda g, a: valid(g, a[::-1]),
    name="convolve",
)
valid: Operation = bilinear(
    lambda a, v: np.convolve(a, v, "valid"),
    lambda g, b: full(g, b[::-1]),
    lambda g, a: valid(a, g[::-1])[::-1],
    name="convolve valid",
)


def _mode(mode: Any) -> str:
    """The mode's full name; NumPy accepts its first letter."""
    for name in ("valid", "same", "full"):
        if mode == name or mode == name[0]:
            return name
    raise ValueError(f"mode must be 'full', 'same' or 'valid', got {mode!r}")


def _vectors(a: Any, v: Any) -> tuple[Any, Any]:
    a, v = np.atleast_1d(array(a)), np.atleast_1d(array(v))
    for x in (a, v):
        if x.ndim != 1 or not x.size:
            raise ValueError(f"convolve and correlate need vectors that are not empty, got shape {x.shape}")
    return a, v


@composed(np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """y_k = sum over i of a_i v_(k - i)."""
    a, v = _vectors(a, v)
    if v.size > a.size:
        a, v = v, a
    mode = _mode(mode)
    if mode == "valid":
        return valid(a, v)
    y = full(a, v)
    start = (v.size - 1) // 2
    return y if mode == "full" else y[start : start + a.size]


@composed(np.correlate)
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """y_k = sum over i of a_(k + i) conj(v_i)."""
    a, v = _vectors(a, v)
    v = conj(v)
    mode = _mode(mode)
    if mode == "valid":
        return valid(a, v[::-1]) if v.size <= a.size else valid(v, a[::-1])[::-1]
    y = full(a, v[::-1])
    if mode == "full":
        return y
    shorter, longer = sorted((a.size, v.size))
    start = (shorter - 1) // 2 if v.size <= a.size else shorter // 2
    return y[start : start + longer]


# ---------------------------------------------------------------- along several axes

LARGEST = 1 << 22  # elements of windows that are copied out


def _correlation(a: Any, b: Any) -> Any:
    """y[i, j, o] = sum over d and k of a[i, d, o + k] b[j, d, k], with several axes in the place of o and of k."""
    kernel = b.shape[2:]
    out = tuple(n - k + 1 for n, k in zip(a.shape[2:], kernel, strict=True))
    inner = list(range(1, b.ndim))
    if not kernel:
        return np.tensordot(a, b, (1, 1))
    if a.shape[0] * a.shape[1] * math.prod(out) * math.prod(kernel) <= LARGEST:
        windows: Any = np.lib.stride_tricks.sliding_window_view(a, kernel, tuple(range(2, a.ndim)))
        return np.moveaxis(np.tensordot(windows, b, ([1, *range(a.ndim, windows.ndim)], inner)), -1, 1)
    if math.prod(out) < math.prod(kernel):
        parts = [np.tensordot(_part(a, o, kernel), b, (inner, inner)) for o in np.ndindex(*out)]
        return np.stack(parts, -1).reshape(a.shape[0], b.shape[0], *out)
    y: Any = sum(np.tensordot(_part(a, k, out), b[(..., *k)], (1, 1)) for k in np.ndindex(*kernel))
    return np.moveaxis(y, -1, 1)


def _part(a: Any, start: tuple[int, ...], lengths: tuple[int, ...]) -> Any:
    """So many elements of a from a place on, along its axes after the first two."""
    return a[(slice(None), slice(None), *(slice(i, i + n) for i, n in zip(start, lengths, strict=True)))]


def _correlation_a(g: Any, b: Any) -> Any:
    around = [(0, 0), (0, 0), *((k - 1, k - 1) for k in b.shape[2:])]
    return correlation(np.pad(g, around), np.swapaxes(np.flip(b, tuple(range(2, b.ndim))), 0, 1))


correlation: Operation = bilinear(
    _correlation,
    _correlation_a,
    lambda g, a: np.swapaxes(correlation(np.swapaxes(a, 0, 1), np.swapaxes(g, 0, 1)), 0, 1),
    name="correlation",
)
