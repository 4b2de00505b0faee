"""What Python sees of a number, so that the same is seen only of the same bits: what guards compare.

Convention: NaN equals NaN here, and -0 differs from 0.
"""

from __future__ import annotations

import math
from typing import Any

from ...typing import NDArray

__all__ = ["as_complex", "as_float", "bits", "bytes_of", "how_many", "shape_of"]


def as_float(x: NDArray[Any]) -> Any:
    """The number, such that NaN equals NaN and -0 differs from 0."""
    return bits(float(x))


def as_complex(x: NDArray[Any]) -> Any:
    """The real and the imaginary part, as bits."""
    z = complex(x)
    return bits(z.real), bits(z.imag)


def how_many(x: NDArray[Any]) -> int:
    """A count, as of the elements that a mask takes."""
    return int(x)


def shape_of(x: Any) -> Any:
    """Its shape alone."""
    return tuple(x.shape)


def bytes_of(x: NDArray[Any]) -> Any:
    """All of an array: its shape, dtype and numbers."""
    return x.shape, x.dtype.str, x.tobytes()


class bits(float):
    """A float that equals another of the same bits."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and (
            (math.isnan(self) and math.isnan(other))
            or (float.__eq__(self, other) and math.copysign(1.0, self) == math.copysign(1.0, other))
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return float.__hash__(self)
