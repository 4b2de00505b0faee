"""The adjoint of looking up rows on a GPU: CuPy adds whole rows at their indices, by atomic additions."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.gpu.kernels import tried

__all__ = ["added_at"]


def added_at(rows: Any, index: Any, n: int, skip: int | None = None) -> Any:
    """y_j = Σ of the rows i with index_i = j, for j < n; y_skip = 0."""
    if not tried(rows):
        return NotImplemented
    y: Any = np.zeros_like(rows, shape=(n, rows.shape[-1]), order="C")
    np.add.at(y, index.reshape(-1), rows.reshape(-1, rows.shape[-1]))
    if skip is not None:
        y[skip] = 0
    return y
