"""Derivatives at special points: helpers of the rules, for arrays, tensors and Values alike.

Convention: each is written with arithmetic and comparisons, so that a rule that uses it can be recorded again. At a
corner, like that of |x|, a subgradient is taken, and the next derivative is NaN. Elements that a function did not take
get a derivative of exactly 0, even from an infinite one. ``autograd/special_points.md`` has the points in a table.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import has_nan
from ..declare import Operation

ndarray = np.ndarray
FEW = 4096  # elements
BITS = {np.dtype(f"f{size}"): np.dtype(f"i{size}") for size in (2, 4, 8)}  # the integers as wide as a float


_corner = Operation(lambda x: np.zeros_like(x), "elementwise", [lambda d, x: d * 0 / x], name="corner")


class Untaken(float):
    """0, the derivative of a number by one that was not taken: it stays 0 even where it is multiplied by infinity.

    Added to the -0.0 at which a sweep over Values starts it stays what it is; to anything else it adds 0.
    """

    __slots__ = ()

    def __mul__(self, other: Any) -> Any:
        return self

    def __add__(self, other: Any) -> Any:
        return self if other is self or (other.__class__ is float and str(other) == "-0.0") else other

    __rmul__, __radd__ = __mul__, __add__

    def __neg__(self) -> Untaken:
        return self

    def __reduce__(self) -> str:
        return "UNTAKEN"


UNTAKEN = Untaken(0.0)


def corner(x: Any) -> Any:
    """0, whose own derivative is NaN where x is 0: added to a derivative that jumps there, it says so."""
    if x.__class__ is ndarray:
        return 0
    if hasattr(x, "dtype"):
        return _corner(x)
    return 0 if x else 0 * x**0.5  # of a Value: 0 times an infinite slope


def over(d: Any, y: Any) -> Any:
    """d / y, but 0 where y is 0, without a warning: the derivative of norms at their corners.

    The corner's 0 is subtracted, which leaves the sign of a 0 as the division gives it.
    """
    if y.__class__ is ndarray and np.logical_and.reduce(y, axis=None):
        return d / y
    return d * (y != 0) / (y + (y == 0)) - corner(y)


def share(d: Any, a: Any, b: Any) -> Any:
    """d a / b, but 0 where a = 0 = b: the derivative of a log b, which is 0 for all b where a is 0."""
    both = (a == 0) & (b == 0)
    return d * a / (b + both) + corner(a + (both == 0))


def step(x: Any) -> Any:
    """The sign of x, the slope of |x|."""
    return np.sign(x) + corner(x)


def zero_slope(d: Any) -> Any:
    """0, the derivative of a function that is constant between its jumps."""
    if d.__class__ is ndarray or isinstance(d, np.generic):
        return np.zeros_like(d)
    return np.where(False, d, 0) if hasattr(d, "dtype") else UNTAKEN


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
    y = only_where(d, wins)
    if not np.logical_or.reduce(ties, axis=None):
        return y
    return np.where(ties, d / 2, y) if hasattr(d, "dtype") else d / 2


def only_where(d: Any, mask: Any) -> Any:
    """d where the mask is True and exactly 0 elsewhere, even where d is infinite or NaN there.

    A product with the mask is fastest for few numbers, and wrong where it gives NaN. For many, the product of their
    bits as integers needs no branch for each element: ten times as fast as ``np.where`` with an irregular mask.
    """
    if d.__class__ is not ndarray:
        return np.where(mask, d, 0) if hasattr(d, "dtype") else d if mask else UNTAKEN
    if d.size < FEW:
        y = d * mask
        if not has_nan(y):
            return y
    bits = BITS.get(d.dtype)
    return np.where(mask, d, 0) if bits is None else np.multiply(d.view(bits), mask, dtype=bits).view(d.dtype)
