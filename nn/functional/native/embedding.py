"""The adjoint of an embedding: rows are added up where they came from.

Convention: threads share columns of the table, not rows: each adds all rows up in their order, so that the sums are
the same in each run and nobody waits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.native.kernels import In, Indices, Out, kernel
from autograd.threads import spread

__all__ = ["added_at"]

PIECE = 1 << 16  # numbers that a thread takes at a time
COLUMNS = 64  # of the table, at the least: several lines of the cache


@kernel
def scatter(rows: In, index: Indices, y: Out, size: int, start: int, end: int) -> None:
    """y_{index_i} += row_i for all i, in columns from ``start`` to ``end``."""
    for i in range(index.size):
        a = y[index[i] * size + start : index[i] * size + end]
        b = rows[i * size + start : i * size + end]
        for k in range(a.size):
            a[k] += b[k]


def served(index: Any, n: int) -> bool:
    """Are they numbers of rows that there are?"""
    return bool(index.dtype == np.int64 and index.size and np.maximum.reduce(index.view(np.uint64), None) < n)


def added_at(rows: Any, index: Any, n: int, skip: int | None = None) -> Any:
    if rows.shape[:-1] != index.shape or not served(index, n):
        return NotImplemented
    size = rows.shape[-1]
    y = np.zeros((n, size), rows.dtype)
    at, numbers = np.ascontiguousarray(index).reshape(-1), np.ascontiguousarray(rows).reshape(-1)
    run, out = scatter[rows.dtype], y.reshape(-1)
    spread(lambda start, end: run(numbers, at, out, size, start, end), size, max(COLUMNS, PIECE // at.size))
    if skip is not None:
        y[skip] = 0
    return y
