"""Least squares.

Convention: the solution is pinv(a) b, so its derivative holds for any rank, while the rank stays the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed, plain
from ..arguments import array
from .degenerate import dtype_epsilon
from .matmul import matmul
from .pinv import pinv


@composed(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: float | None = None) -> tuple[Any, Any, int, Any]:
    """The shortest y that minimises |a y - b|², the squared residuals, the rank and the singular values of a."""
    a, b = array(a), array(b)
    if a.ndim != 2 or b.ndim not in (1, 2):
        raise np.linalg.LinAlgError(f"lstsq takes a matrix a and a vector or matrix b, got {a.shape} and {b.shape}")
    m, n = a.shape
    if rcond is None:
        rcond = dtype_epsilon(a) * max(m, n) if a.dtype.kind in "fc" else float(np.finfo(float).eps) * max(m, n)
    elif rcond == -1:
        rcond = dtype_epsilon(a)
    s = np.linalg.svdvals(a)
    rank = int((plain(s) > rcond * plain(s)[:1]).sum())
    y = matmul(pinv(a, rcond), b)
    if rank < n or m <= n:
        return y, np.zeros_like(plain(b), shape=(0,), dtype=plain(s).dtype), rank, s
    rest = b - matmul(a, y)
    square = np.sum(np.real(rest * np.conjugate(rest)), axis=0)
    return y, np.reshape(square, (1,)) if b.ndim == 1 else square, rank, s
