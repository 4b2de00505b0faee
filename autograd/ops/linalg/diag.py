"""Matrices made of vectors and matrices: diagonals, triangles, Kronecker products, Vandermonde matrices.

Convention: ``diagonal`` and ``place_diagonal`` are each other's adjoint; ``offset`` counts diagonals above
the main one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import OPERATIONS, Operation, composed, linear
from ..arguments import array
from ..reshape import ravel, reshaped


def _place_diagonal(x: Any, shape: tuple[int, ...], offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros of this shape with x, whose last axis runs along it, on a diagonal of two axes."""
    y = np.zeros_like(x, shape=shape)
    i = np.arange(x.shape[-1])
    np.moveaxis(y, (axis1, axis2), (-2, -1))[..., i + max(-offset, 0), i + max(offset, 0)] = x
    return y


diagonal = linear(
    np.diagonal,
    lambda g, x_shape, offset=0, axis1=0, axis2=1: place_diagonal(g, x_shape, offset, axis1, axis2),
)
place_diagonal: Operation = linear(
    _place_diagonal,
    lambda g, offset=0, axis1=0, axis2=1: np.diagonal(g, offset, axis1, axis2),
    name="place_diagonal",
)
OPERATIONS["place_diagonal"] = OPERATIONS.pop(_place_diagonal)


@composed(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    """The k-th diagonal of a matrix, or the matrix that has this vector there."""
    if v.ndim == 1:
        n = v.shape[0] + abs(k)
        return place_diagonal(v, (n, n), k)
    if v.ndim != 2:
        raise ValueError(f"diag: needs a vector or a matrix, got shape {v.shape}")
    return diagonal(v, k)


@composed(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    """The matrix that has all elements on its k-th diagonal."""
    return diag(ravel(array(v)), k)


tril = linear(np.tril, lambda g, k=0: np.tril(g, k))
triu = linear(np.triu, lambda g, k=0: np.triu(g, k))


@composed(np.kron)
def kron(a: Any, b: Any) -> Any:
    """Every element of a times all of b: y[i m + k, j n + l] = a[i, j] b[k, l] for b of (m, n)."""
    a, b = array(a), array(b)
    ndim = max(a.ndim, b.ndim)
    blocks = (1,) * (ndim - a.ndim) + tuple(a.shape)
    within = (1,) * (ndim - b.ndim) + tuple(b.shape)
    rows = reshaped(a, [n for size in blocks for n in (size, 1)])
    columns = reshaped(b, [n for size in within for n in (1, size)])
    return reshaped(rows * columns, [m * n for m, n in zip(blocks, within, strict=True)])


@composed(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """y[i, j] = x[i] ** j, the powers falling from left to right unless ``increasing``."""
    x = array(x)
    if x.ndim != 1:
        raise ValueError(f"vander: needs a vector, got shape {x.shape}")
    powers = np.arange(len(x) if N is None else N)
    return reshaped(x, (-1, 1)) ** (powers if increasing else powers[::-1])
