"""Embedding: rows of a table are looked up by index, and its adjoint adds rows up at their indices.

Convention: ``embedding`` is ``y[...] = weight[input[...]]``; where an index occurs several times, the adjoint adds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.declare import Operation, linear, native, plain
from autograd.native import on_gpu, twin
from autograd.typing import A, ArrayLike

from . import composed

__all__ = ["embedding"]


def _rows_at(weight: Any, index: Any, skip: int | None = None) -> Any:
    """y_i = w_{index_i}; ``skip`` is a row that is looked up but has no derivative."""
    return np.take(weight, index, 0)


@on_gpu("nn.functional.gpu.embedding:added_at")
@twin("nn.functional.native.embedding:added_at", 1 << 12, contiguous=False)
def _added_at(rows: Any, index: Any, n: int, skip: int | None = None) -> Any:
    """y_j = Σ of the rows i with index_i = j, for j < n; y_skip = 0."""
    y = np.zeros_like(rows, shape=(n, rows.shape[-1]), order="C")
    at = index.reshape(-1)
    if rows.__class__ is not np.ndarray:  # another library adds in one call, and need not tell how many pairs there are
        places = at.astype(np.intp)[:, None] * y.shape[1] + np.arange(y.shape[1], like=at)
        np.add.at(y.reshape(-1), places.reshape(-1), rows.reshape(-1))
    else:
        _add_in_pairs(y, at, rows, n)
    if skip is not None:
        y[skip] = 0
    return y


def _add_in_pairs(y: Any, at: Any, rows: Any, n: int) -> None:
    """y_j = Σ of the rows i with at_i = j.

    Rows of the same index are added in pairs, all pairs at once, until each index has one row left: NumPy adds long
    arrays much faster than it scatters row by row.
    """
    at = at.astype(np.uint16) if n <= 1 << 16 else at  # 16-bit integers are sorted by radix, without comparisons
    order = np.argsort(at, kind="stable")
    at, rows = at[order], rows.reshape(-1, rows.shape[-1])[order]
    while True:
        same = at[1:] == at[:-1]
        if not same.any():
            break
        here = np.arange(len(at), like=at)
        start = np.maximum.accumulate(np.where(np.concatenate(([False], same)), 0, here))  # of the run of equal indices
        odd = (here - start) & 1
        second = np.flatnonzero(odd)
        rows[second - 1] += rows[second]
        first = np.flatnonzero(odd == 0)
        at, rows = at[first], rows[first]
    y[at] = rows


rows_at: Operation = linear(
    _rows_at,
    lambda g, weight_shape, index, skip=None: added_at(g, index, weight_shape[0], skip),
    push=lambda t, index, skip=None: rows_at(_without(t, skip), index),
    unfold=composed.embedding,
)
added_at: Operation = linear(_added_at, lambda g, rows_shape, index, skip=None: rows_at(_without(g, skip), index))


def _without(rows: Any, skip: int | None) -> Any:
    """The rows, with zeros in place of row ``skip``."""
    if skip is None:
        return rows
    counts = np.ones_like(plain(rows), shape=(len(rows), 1))
    counts[skip] = 0
    return rows * counts


def embedding(input: ArrayLike, weight: A, padding_idx: int | None = None) -> A:
    """y[...] = weight[input[...]]: rows of a table.

    ``input``        row numbers in any shape: integers, else TypeError is raised, within the table, else IndexError
    ``weight``       the table (num_embeddings, dim), else ValueError is raised; y is (*input.shape, dim)
    ``padding_idx``  a row that gets no gradient; a negative number counts from the end, ValueError is raised beyond it
    """
    index = native(plain(input))
    if index.dtype.kind not in "iu":
        raise TypeError(f"embedding: input holds indices of rows (integers), got {index.dtype}")
    if weight.ndim != 2:
        raise ValueError(f"embedding: weight is (num_embeddings, dim), got {weight.shape}")
    n = weight.shape[0]
    if index.size and not (np.minimum.reduce(index, None) >= 0 and np.maximum.reduce(index, None) < n):
        raise IndexError(f"embedding: rows go from 0 to {n - 1}, got {index.min()} to {index.max()}")
    return rows_at(weight, index, padding_row(padding_idx, n))


def padding_row(padding_idx: int | None, n: int) -> int | None:
    """The index of the row for padding, from 0 on."""
    if padding_idx is None:
        return None
    if not -n <= padding_idx < n:
        raise ValueError(f"embedding: padding_idx {padding_idx} is not one of the {n} rows")
    return padding_idx % n
