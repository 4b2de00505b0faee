"""Traces: sums of diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed
from ...typing import DTypeLike
from ..arguments import array, refuse


@composed(np.trace)
def trace(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: DTypeLike | None = None, out: None = None
) -> Any:
    """The sum of a diagonal of two axes."""
    refuse("trace", out)
    return np.sum(np.diagonal(array(a), offset, axis1, axis2), axis=-1, dtype=dtype)


@composed(np.linalg.trace)
def linalg_trace(x: Any, /, *, offset: int = 0, dtype: DTypeLike | None = None) -> Any:
    """The sum of a diagonal of each matrix."""
    return trace(x, offset, -2, -1, dtype)
