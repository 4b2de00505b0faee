"""Products of matrices and vectors: what the standard has outside of ``linalg``.

Convention: the axes in front of those of matrices or vectors are broadcast. ValueError is raised where shapes do not
fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .given import Given, array

__all__ = ["matmul", "matrix_transpose", "tensordot", "vecdot"]


def matmul(x1: Given, x2: Given, /) -> Any:
    """y = x1 x2, of matrices (..., n, k) and (..., k, m), or of vectors (k,)."""
    return np.matmul(array(x1), array(x2))


def matrix_transpose(x: Given, /) -> Any:
    """The transposes of matrices: x (..., m, n) becomes (..., n, m)."""
    x = array(x)
    if x.ndim < 2:
        raise ValueError(f"matrix_transpose: matrices are wanted, of shape (..., m, n); got shape {x.shape}")
    return np.swapaxes(x, -1, -2)


def tensordot(x1: Given, x2: Given, /, *, axes: int | tuple[Sequence[int], Sequence[int]] = 2) -> Any:
    """Σ x1 x2 over axes of both.

    ``x1``, ``x2``  arrays of any shapes in which these axes have the same lengths
    ``axes``        how many: the last of x1 and the first of x2; or the axes of x1 and those of x2
    """
    return np.tensordot(array(x1), array(x2), axes)


def vecdot(x1: Given, x2: Given, /, *, axis: int = -1) -> Any:
    """y = Σ conj(x1) x2 along an axis.

    ``x1``, ``x2``  arrays that are broadcast together but for this axis, where they have the same length
    ``axis``        the axis, counted from the end: negative
    """
    x1, x2 = array(x1), array(x2)
    if x1.ndim and x2.ndim and not (x1.shape[axis] == x2.shape[axis]):
        raise ValueError(f"vecdot: shapes {x1.shape} and {x2.shape} differ along axis {axis}")
    if axis != -1:
        x1, x2 = np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1)
    return np.vecdot(x1, x2)
