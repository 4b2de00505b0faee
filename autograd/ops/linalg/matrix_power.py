"""Powers of matrices, by repeated squaring."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ...declare import composed
from ..arguments import array
from .matmul import matmul


@composed(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """aⁿ of square matrices; a negative n takes powers of the inverse."""
    n = operator.index(n)
    a = array(a)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(f"matrix_power takes square matrices, got shape {a.shape}")
    if n < 0:
        a, n = np.linalg.inv(a), -n
    if n == 0:
        return 0 * a + np.eye(a.shape[-1], dtype=a.dtype)
    y = None
    while n:
        if n & 1:
            y = a if y is None else matmul(y, a)
        n >>= 1
        a = matmul(a, a) if n else a
    return y
