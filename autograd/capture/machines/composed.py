"""Calls that several others do faster, as NumPy has loops of vectors for these: log(eˣ + eʸ) and x yᵀ.

Convention: results are NumPy's to rounding; products of a column and a row are bit by bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...typing import NDArray

__all__ = ["COMPOSED", "composed"]

COMPOSED = {np.logaddexp, np.matmul}

MANY = 1024  # numbers: of fewer, more calls take longer
FLOATS = {np.dtype(np.float32), np.dtype(np.float64)}


def composed(ufunc: Any, given: Sequence[Any], out: NDArray[Any]) -> tuple[Callable[..., None], tuple[Any, ...]] | None:
    """A ufunc's call as a function and its arguments, where there is a faster one."""
    if out.size < MANY or out.dtype not in FLOATS or any(aliased(x, out) for x in given):
        return None
    if ufunc is np.logaddexp:
        return log_of_sum, (*given, out, np.empty_like(out))
    if ufunc is np.matmul and all(x.dtype == out.dtype and x.ndim == 2 for x in given) and given[0].shape[1] == 1:
        return outer, (*given, out)
    return None


def aliased(x: Any, out: NDArray[Any]) -> bool:
    return isinstance(x, np.ndarray) and (np.may_share_memory(x, out) or x.dtype != out.dtype)


def log_of_sum(x: Any, y: Any, out: NDArray[Any], rest: NDArray[Any]) -> None:
    """max(x, y) + log(1 + e^-|x - y|); ∞ - ∞ counts as 0."""
    np.subtract(x, y, rest)
    np.absolute(rest, rest)
    np.negative(rest, rest)
    np.fmin(rest, 0.0, rest)
    np.exp(rest, rest)
    np.log1p(rest, rest)
    np.maximum(x, y, out=out)
    np.add(out, rest, out)


def outer(column: NDArray[Any], row: NDArray[Any], out: NDArray[Any]) -> None:
    """A matrix product with sums of one term: these begin at 0, so that none is -0."""
    np.multiply(column, row, out)
    np.add(out, 0.0, out)
