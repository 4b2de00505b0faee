"""Convolution and correlation of two sequences.

Convention: the full and the valid convolution are each other's adjoints, with the second factor reversed;
"same" is the middle of the full one.
"""

from __future__ import annotations

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
