"""Diagonals of matrices and their sums; matrices made of a diagonal: diagonal, diag, diagflat, trace.

Convention: ``diagonal`` and ``place_diagonal`` are each other's adjoint; ``offset`` counts upwards from the main one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import Operation, composed, linear
from ...typing import Shape
from ..arguments import DType, array, refuse
from ..reshape import ravel


def _place_diagonal(x: Any, shape: Shape, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros of this shape with x on a diagonal of two axes; the last axis of x runs along it."""
    y = np.zeros_like(x, shape=shape)
    i = np.arange(x.shape[-1])
    np.moveaxis(y, (axis1, axis2), (-2, -1))[..., i + max(-offset, 0), i + max(offset, 0)] = x
    return y


diagonal = linear(
    np.diagonal,
    lambda g, x_shape, offset=0, axis1=0, axis2=1: place_diagonal(g, x_shape, offset, axis1, axis2),
    selects=True,
)
place_diagonal: Operation = linear(
    _place_diagonal, lambda g, offset=0, axis1=0, axis2=1: np.diagonal(g, offset, axis1, axis2)
)


@composed(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    """The k-th diagonal of a matrix, or the matrix with this vector on its k-th diagonal."""
    if v.ndim == 1:
        n = v.shape[0] + abs(k)
        return place_diagonal(v, (n, n), k)
    if v.ndim != 2:
        raise ValueError(f"diag: needs a vector or a matrix, got shape {v.shape}")
    return diagonal(v, k)


@composed(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    """The matrix with all elements of v on its k-th diagonal."""
    return diag(ravel(array(v)), k)


@composed(np.linalg.diagonal)
def linalg_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """A diagonal of each matrix."""
    return np.diagonal(x, offset, -2, -1)


@composed(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: DType = None, out: None = None) -> Any:
    """The sum of a diagonal of two axes."""
    refuse("trace", out)
    return np.sum(np.diagonal(array(a), offset, axis1, axis2), axis=-1, dtype=dtype)


@composed(np.linalg.trace)
def linalg_trace(x: Any, /, *, offset: int = 0, dtype: DType = None) -> Any:
    """The sum of a diagonal of each matrix."""
    return trace(x, offset, -2, -1, dtype)
