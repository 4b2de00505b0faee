"""Derivatives at special points: helpers of the rules, for arrays, tensors and Values alike.

Convention: each is written with arithmetic and comparisons, so that a rule that uses it can be recorded
again; multiplied by a mask of truth values, a derivative passes where the mask is True.
"""

from __future__ import annotations

from typing import Any

import numpy as np

ndarray = np.ndarray
BITS = {np.dtype(f"f{size}"): np.dtype(f"i{size}") for size in (2, 4, 8)}  # the integers as wide as a float


def over(d: Any, y: Any) -> Any:
    """d / y, but 0 where y is 0, without a warning: the derivative of roots and norms at their corners."""
    if y.__class__ is ndarray and np.logical_and.reduce(y, axis=None):
        return d / y
    return d * (y != 0) / (y + (y == 0))


def zero_slope(d: Any) -> Any:
    """0, the derivative of a function that is constant between its jumps."""
    return np.zeros_like(d) if d.__class__ is ndarray else d * 0


def floating(x: Any, d: Any) -> Any:
    """Integers as floats in the precision of d: small integers wrap around, and their logarithm is a float16."""
    if not hasattr(x, "dtype") or x.dtype.kind not in "biu":
        return x
    return x.astype(d.dtype if d.dtype.kind == "f" else float)


def is_complex(x: Any) -> bool:
    """Does an array or tensor hold complex numbers? (A Value does not.)"""
    return hasattr(x, "dtype") and x.dtype.kind == "c"


def shared(d: Any, wins: Any, ties: Any) -> Any:
    """d where this operand wins, half of it where both tie."""
    d = d * wins
    return d - d * ties / 2 if np.logical_or.reduce(ties, axis=None) else d


def only_where(d: Any, mask: Any) -> Any:
    """d where the mask is True and exactly 0 elsewhere, even where d is infinite or NaN there.

    Multiplying the bits as integers does that without a branch for each element: ten times as fast as
    ``np.where`` on a large array with an irregular mask.
    """
    bits = BITS.get(d.dtype) if d.__class__ is ndarray else None
    if bits is None:
        return np.where(mask, d, 0)
    return np.multiply(d.view(bits), mask, dtype=bits).view(d.dtype)
