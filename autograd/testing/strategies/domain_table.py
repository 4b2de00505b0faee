"""The table of domains: where NumPy's elementwise functions are differentiable, one row for each.

Convention: an operand lies in an open interval, away from some points in it; a gap is a function of all operands that
is 0 at kinks, jumps and poles that depend on more than one number. ``calm`` is a closed interval in which the function
and its slope are at most about 10, and the slope does not drown in the function's rounding error, as that of tanh does
(a number of random expressions that lies outside is first brought there).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

INF = math.inf
WIDE = (-10.0, 10.0)


@dataclass(frozen=True)
class Operand:
    """One operand: an open interval without some points, and where the function is calm (None: nowhere)."""

    above: float = -INF
    below: float = INF
    calm: tuple[float, float] | None = WIDE
    without: tuple[float, ...] = ()
    integer: bool = False

    def inside(self, distance: float) -> tuple[float, float]:
        """The numbers that are drawn: of the interval between -2 and 2, or of its first numbers."""
        low = -2.0 if self.above == -INF else self.above + distance
        high = 2.0 if self.below == INF else self.below - distance
        return low, max(high, low + 2.0) if self.below == INF else high


@dataclass(frozen=True)
class Domain:
    """One function: its operands, and what they keep away from.

    ``gap``     0 at kinks, jumps and poles that no operand alone keeps away from; None if there are none
    ``breaks``  what it has where it is calm, too: "kinks", at which the slope jumps, or "jumps" of the function
    ``complex`` it is differentiated at complex numbers, too
    ``scalar``  it takes a Value, too
    """

    function: Any
    operands: tuple[Operand, ...]
    gap: Callable[..., Any] | None = None
    breaks: Literal["", "kinks", "jumps"] = ""
    complex: bool = False
    scalar: bool = True

    @property
    def name(self) -> str:
        return str(self.function.__name__)


def one(
    function: Any, above: float = -INF, below: float = INF, *, calm: tuple[float, float] | None = WIDE,
    without: tuple[float, ...] = (), **options: Any,
) -> Domain:  # fmt: skip
    return Domain(function, (Operand(above, below, calm, without),), **options)


def two(function: Any, a: Operand | None = None, b: Operand | None = None, **options: Any) -> Domain:
    return Domain(function, (a or ANY, b or ANY), **options)


ANY = Operand()
MODERATE = Operand(calm=(-3.0, 3.0))
UNUSED = Operand(calm=None)
POSITIVE = Operand(0.0, calm=(0.3, 10.0))
NONZERO = Operand(calm=(0.3, 10.0), without=(0.0,))
BOTH: dict[str, Any] = {"complex": True}
ARRAYS: dict[str, Any] = {"scalar": False}


def whole(x: Any) -> Any:
    """How far a number is from the next whole number."""
    return np.abs(x - np.rint(x))


def halves(x: Any) -> Any:
    """How far a number is from the next k + 1/2."""
    return whole(x + 0.5)


def difference(a: Any, b: Any) -> Any:
    """How far two numbers are from a tie."""
    return a - b


def from_multiples(a: Any, b: Any) -> Any:
    """How far a / b is from the next whole number."""
    return whole(a / b)


def powers_of_two(x: Any) -> Any:
    """How far a number is from ±2ᵏ and from 0, relative to it."""
    return np.where(x == 0, 0.0, np.abs(x) * np.minimum(1.0, whole(np.log2(np.abs(x) + (x == 0)))))


JUMPS: dict[str, Any] = {"breaks": "jumps"}
KINKS: dict[str, Any] = {"breaks": "kinks"}

TABLE = [
    # arithmetic
    two(np.add, **BOTH),
    two(np.subtract, **BOTH),
    two(np.multiply, **BOTH),
    two(np.divide, None, NONZERO, **BOTH),
    one(np.negative, **BOTH),
    one(np.positive, **BOTH),
    one(np.reciprocal, calm=(0.3, 10.0), without=(0.0,), **BOTH),
    two(np.remainder, None, NONZERO, gap=from_multiples, **JUMPS),
    two(np.fmod, None, NONZERO, gap=from_multiples, **JUMPS),
    two(np.floor_divide, None, NONZERO, gap=from_multiples, **JUMPS),
    two(np.divmod, None, NONZERO, gap=from_multiples, **JUMPS, **ARRAYS),
    # powers
    two(np.power, POSITIVE, Operand(calm=(-2.0, 2.0)), **BOTH),
    two(np.float_power, POSITIVE, UNUSED, **BOTH),  # expressions leave it out: it makes float32 float64
    one(np.square, calm=(-5.0, 5.0), **BOTH),
    one(np.sqrt, 0.0, calm=(0.1, 10.0), **BOTH),
    one(np.cbrt, calm=(0.1, 10.0), without=(0.0,)),
    two(np.hypot, Operand(calm=(0.3, 10.0)), gap=np.hypot),
    # exponentials and logarithms
    one(np.exp, calm=(-10.0, 2.3), **BOTH),
    one(np.exp2, calm=(-10.0, 3.0), **BOTH),
    one(np.expm1, calm=(-10.0, 2.3), **BOTH),
    one(np.log, 0.0, calm=(0.2, 10.0), **BOTH),
    one(np.log2, 0.0, calm=(0.2, 10.0), **BOTH),
    one(np.log10, 0.0, calm=(0.2, 10.0), **BOTH),
    one(np.log1p, -1.0, calm=(-0.8, 10.0), **BOTH),
    two(np.logaddexp, MODERATE, MODERATE),
    two(np.logaddexp2, MODERATE, MODERATE, **ARRAYS),
    two(np.ldexp, UNUSED, Operand(-3.0, 3.0, None, integer=True), **ARRAYS),
    # trigonometric and hyperbolic functions
    one(np.sin, **BOTH),
    one(np.cos, **BOTH),
    one(np.tan, calm=(-1.2, 1.2), gap=np.cos, **BOTH),
    one(np.arcsin, -1.0, 1.0, calm=(-0.9, 0.9), **BOTH),
    one(np.arccos, -1.0, 1.0, calm=(-0.9, 0.9), **BOTH),
    one(np.arctan, **BOTH),
    two(np.arctan2, None, Operand(calm=(0.3, 10.0)), gap=lambda a, b: np.where(b > 0, np.hypot(a, b), a)),
    one(np.deg2rad),
    one(np.radians),
    one(np.rad2deg, calm=(-0.2, 0.2)),
    one(np.degrees, calm=(-0.2, 0.2)),
    one(np.sinh, calm=(-2.3, 2.3), **BOTH),
    one(np.cosh, calm=(-2.3, 2.3), **BOTH),
    one(np.tanh, calm=(-3.0, 3.0), **BOTH),
    one(np.arcsinh, **BOTH),
    one(np.arccosh, 1.0, calm=(1.1, 10.0), **BOTH),
    one(np.arctanh, -1.0, 1.0, calm=(-0.9, 0.9), **BOTH),
    one(np.sinc, **ARRAYS),
    one(np.i0, calm=(-3.0, 3.0), **ARRAYS),
    # kinks: the larger, the absolute value
    two(np.maximum, gap=difference, **KINKS),
    two(np.minimum, gap=difference, **KINKS),
    two(np.fmax, gap=difference, **KINKS),
    two(np.fmin, gap=difference, **KINKS),
    one(np.absolute, without=(0.0,), **KINKS, **BOTH),
    one(np.fabs, without=(0.0,), **KINKS),
    # jumps: constant, or a straight line, between them
    one(np.sign, without=(0.0,), **JUMPS, **BOTH),
    one(np.floor, gap=whole, **JUMPS),
    one(np.ceil, gap=whole, **JUMPS),
    one(np.trunc, gap=whole, **JUMPS),
    one(np.fix, gap=whole, **JUMPS, **ARRAYS),
    one(np.rint, gap=halves, **JUMPS),
    one(np.round, gap=halves, **JUMPS, **ARRAYS),
    one(np.around, gap=halves, **JUMPS, **ARRAYS),
    one(np.modf, gap=whole, **JUMPS, **ARRAYS),
    one(np.frexp, gap=powers_of_two, **JUMPS, **ARRAYS),
    two(np.heaviside, NONZERO, **JUMPS, **ARRAYS),
    two(np.copysign, NONZERO, NONZERO, **JUMPS),
    two(np.nextafter, gap=difference, **JUMPS, **ARRAYS),
    # complex numbers
    one(np.conjugate, **BOTH),
    one(np.real, **BOTH, **ARRAYS),
    one(np.imag, calm=None, **BOTH, **ARRAYS),
    one(np.angle, calm=None, without=(0.0,), **JUMPS, **BOTH, **ARRAYS),
    one(np.nan_to_num, **ARRAYS),
]

DOMAINS: dict[Any, Domain] = {row.function: row for row in TABLE}
