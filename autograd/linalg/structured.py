"""Matrices that are made of the numbers of others."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ops.arguments import array
from ..ops.complex import conj
from ..typing import A as M
from ..typing import ArrayLike

__all__ = ["block_diag", "circulant", "hankel", "khatri_rao", "toeplitz"]


def block_diag(*arrs: ArrayLike) -> Any:
    """The matrix with the matrices ``arrs`` along its diagonal and 0 elsewhere.

    Of (m₁, n₁), (m₂, n₂), ... it is (m₁ + m₂ + ..., n₁ + n₂ + ...); a vector counts as one row.
    """
    blocks = [np.atleast_2d(array(x)) for x in arrs]
    if any(x.ndim > 2 for x in blocks):
        raise ValueError(f"block_diag takes matrices, got shapes {[x.shape for x in blocks]}")
    width, start, rows = sum(x.shape[1] for x in blocks), 0, []
    for x in blocks:
        n = x.shape[1]
        rows.append(np.pad(x, ((0, 0), (start, width - start - n))))
        start += n
    return np.concatenate(rows, axis=0)


def toeplitz(c: M, r: ArrayLike | None = None) -> M:
    """The matrix (m, n) with constant diagonals.

    ``c``  its first column (m,)
    ``r``  its first row (n,), whose first number is not read; the conjugate of c by default
    """
    column: Any = np.ravel(array(c))
    row: Any = conj(column) if r is None else np.ravel(array(r))
    values: Any = np.concatenate([column[::-1], row[1:]])
    return values[np.arange(column.size)[::-1, None] + np.arange(row.size)]


def circulant(c: M) -> M:
    """The matrix (n, n) whose columns are the column c (n,), each turned one place further down."""
    column: Any = np.ravel(array(c))
    places = np.arange(column.size)
    return column[(places[:, None] - places) % column.size]


def hankel(c: M, r: ArrayLike | None = None) -> M:
    """The matrix (m, n) with constant diagonals from the right to the left.

    ``c``  its first column (m,)
    ``r``  its last row (n,), whose first number is not read; 0 by default
    """
    column: Any = np.ravel(array(c))
    row: Any = np.zeros_like(column) if r is None else np.ravel(array(r))
    values: Any = np.concatenate([column, row[1:]])
    return values[np.arange(column.size)[:, None] + np.arange(row.size)]


def khatri_rao(a: M, b: ArrayLike) -> M:
    """The matrix (m k, n) whose columns are the Kronecker products of the columns of a (m, n) and b (k, n)."""
    x: Any = array(a)
    y: Any = array(b)
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1]:
        raise ValueError(f"khatri_rao takes two matrices with as many columns, got shapes {x.shape} and {y.shape}")
    return (x[:, None] * y).reshape(-1, x.shape[1])
