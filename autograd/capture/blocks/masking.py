"""``np.where(mask, x, 0)`` and triangles, a third as long as NumPy takes: x and a mask of bits.

Convention: where the mask is false, the result is +0, whatever x is there, also NaN.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...typing import NDArray

__all__ = ["TRIANGLES", "mask_operands", "masked", "triangle"]

INTEGERS = {np.dtype(np.float32): np.int32, np.dtype(np.float64): np.int64}
TRIANGLES = {np.tril, np.triu}
LARGE = 1 << 18  # numbers: a mask of more takes too much memory


def mask_operands(arguments: tuple[Any, Any, Any], out: NDArray[Any]) -> tuple[Any, ...] | None:
    """Operands for ``masked``, if where(mask, x, other) is done by it."""
    mask, x, other = arguments
    if other.__class__ not in (int, float) or other != 0 or str(other)[0] == "-":
        return None
    arrays = isinstance(mask, np.ndarray) and isinstance(x, np.ndarray)
    if not arrays or mask.dtype != bool or x.dtype != out.dtype or out.dtype not in INTEGERS:
        return None
    if np.may_share_memory(x, out) or np.may_share_memory(mask, out):
        return None
    kind = INTEGERS[out.dtype]
    return x.view(kind), mask.view(np.int8), out.view(kind)


def masked(x: NDArray[Any], mask: NDArray[Any], out: NDArray[Any]) -> None:
    """The bits of x where the mask is 1, and none where it is 0."""
    np.negative(mask, out=out, dtype=out.dtype)  # all bits, or none
    np.bitwise_and(x, out, out)


def triangle(function: Any, x: NDArray[Any], k: Any, out: NDArray[Any]) -> tuple[Any, ...] | None:
    """Operands for ``np.bitwise_and``, if tril(x, k) or triu(x, k) is done by it."""
    if out.dtype not in INTEGERS or x.dtype != out.dtype or x.ndim < 2 or k.__class__ is not int:
        return None
    rows, columns = x.shape[-2:]
    if rows * columns > LARGE or np.may_share_memory(x, out):
        return None
    kind = INTEGERS[out.dtype]
    return x.view(kind), bits_of_triangle(function is np.tril, rows, columns, k, kind), out.view(kind)


@functools.lru_cache(maxsize=16)
def bits_of_triangle(lower: bool, rows: int, columns: int, k: int, kind: Any) -> NDArray[Any]:
    """All bits in a triangle, and none elsewhere."""
    inside = np.tri(rows, columns, k, bool) if lower else ~np.tri(rows, columns, k - 1, bool)
    return np.negative(inside.astype(kind))
