"""Linear algebra: the extension ``linalg`` of the array API standard.

Convention: matrices stand in the last two axes, and the axes in front of them are broadcast. Floating numbers are
wanted. ``numpy.linalg.LinAlgError`` is raised for a singular matrix where that is one, ValueError for shapes that do
not fit, TypeError for a dtype that is none of numbers.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ..typing import DTypeLike
from .given import Given, array, dtype_of, tensors
from .linear_algebra import matmul, matrix_transpose, tensordot, vecdot

__all__ = [
    "cholesky", "cross", "det", "diagonal", "eigh", "eigvalsh", "inv", "matmul", "matrix_norm", "matrix_power",
    "matrix_rank", "matrix_transpose", "outer", "pinv", "qr", "slogdet", "solve", "svd", "svdvals", "tensordot",
    "trace", "vecdot", "vector_norm",
]  # fmt: skip


def cholesky(x: Given, /, *, upper: Any = False) -> Any:
    """L with x = L Lᴴ, or U with x = Uᴴ U.

    ``x``      Hermitian, positive definite matrices (..., n, n)
    ``upper``  whether the upper one is wanted
    """
    lower = np.linalg.cholesky(array(x))
    return np.conjugate(np.swapaxes(lower, -1, -2)) if upper else lower


def cross(x1: Given, x2: Given, /, *, axis: int = -1) -> Any:
    """The vector product of vectors of three numbers.

    ``x1``, ``x2``  arrays that are broadcast together, with length 3 along ``axis``
    ``axis``        the axis of the vectors, in both
    """
    x1, x2 = array(x1), array(x2)
    for x in (x1, x2):
        if x.shape[axis] != 3:
            raise ValueError(f"cross: vectors of three numbers are wanted, got shapes {x1.shape} and {x2.shape}")
    return np.cross(x1, x2, axis=axis)


def det(x: Given, /) -> Any:
    """The determinants of matrices: x (..., n, n)."""
    return np.linalg.det(array(x))


def diagonal(x: Given, /, *, offset: int = 0) -> Any:
    """The diagonals of matrices x (..., m, n), ``offset`` places above the main one."""
    return np.diagonal(array(x), offset, -2, -1)


def eigh(x: Given, /) -> Any:
    """``eigenvalues`` (..., n) and ``eigenvectors`` (..., n, n), in columns, of Hermitian matrices: x (..., n, n)."""
    return np.linalg.eigh(array(x))


def eigvalsh(x: Given, /) -> Any:
    """The eigenvalues (..., n), ascending, of Hermitian matrices: x (..., n, n)."""
    return np.linalg.eigvalsh(array(x))


def inv(x: Given, /) -> Any:
    """The inverses of matrices: x (..., n, n)."""
    return np.linalg.inv(array(x))


def matrix_norm(x: Given, /, *, keepdims: Any = False, ord: Any = "fro") -> Any:
    """A norm of matrices.

    ``x``         matrices (..., m, n)
    ``keepdims``  whether their axes stay, with length 1
    ``ord``       "fro", "nuc", or one of 1, 2, inf, -1, -2, -inf, as in ``np.linalg.norm``
    """
    return np.linalg.norm(array(x), ord, (-2, -1), keepdims)


def matrix_power(x: Given, n: int, /) -> Any:
    """x to the power n, of matrices: x (..., k, k); a negative n takes the inverse."""
    return np.linalg.matrix_power(array(x), n)


def matrix_rank(x: Given, /, *, rtol: Any = None) -> Any:
    """How many singular values count; not tracked.

    ``x``     matrices (..., m, n)
    ``rtol``  those count that are larger than ``rtol`` times the largest; max(m, n) eps by default
    """
    x = array(x)
    if x.ndim < 2:
        raise np.linalg.LinAlgError(f"matrix_rank: matrices are wanted, of shape (..., m, n); got shape {x.shape}")
    s = svdvals(x.detach())
    largest = np.max(s, -1, keepdims=True) if s.shape[-1] else s
    return tensors(np.count_nonzero(s > largest * _rtol(x, rtol)[..., None], axis=-1))


def outer(x1: Given, x2: Given, /) -> Any:
    """y[i, j] = x1[i] x2[j], of vectors (n,) and (m,)."""
    x1, x2 = array(x1), array(x2)
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError(f"outer: arrays of one axis are wanted, got shapes {x1.shape} and {x2.shape}")
    return np.outer(x1, x2)


def pinv(x: Given, /, *, rtol: Any = None) -> Any:
    """The pseudoinverses of matrices.

    ``x``     matrices (..., m, n)
    ``rtol``  singular values below ``rtol`` times the largest count as 0; max(m, n) eps by default
    """
    x = array(x)
    return np.linalg.pinv(x, _rtol(x, rtol))


def _rtol(x: Any, rtol: Any) -> Any:
    if rtol is None:
        rtol = max(x.shape[-2:]) * np.finfo(x.dtype).eps
    return np.asarray(array(rtol).detach()._array)


def qr(x: Given, /, *, mode: Literal["reduced", "complete"] = "reduced") -> Any:
    """``Q`` and ``R`` with x = Q R: orthonormal columns, and an upper triangle.

    ``x``     matrices (..., m, n)
    ``mode``  "reduced" for Q (..., m, k) with k = min(m, n), "complete" for Q (..., m, m)
    """
    return np.linalg.qr(array(x), mode)


def slogdet(x: Given, /) -> Any:
    """``sign`` and ``logabsdet`` of the determinants of matrices: x (..., n, n)."""
    return np.linalg.slogdet(array(x))


def solve(x1: Given, x2: Given, /) -> Any:
    """y with x1 y = x2, of matrices x1 (..., n, n) and x2 (..., n, k), or of one vector x2 (n,)."""
    return np.linalg.solve(array(x1), array(x2))


def svd(x: Given, /, *, full_matrices: Any = True) -> Any:
    """``U``, ``S`` and ``Vh`` with x = U diag(S) Vh: orthonormal columns and rows, and descending singular values.

    ``x``              matrices (..., m, n)
    ``full_matrices``  whether U is (..., m, m) and Vh (..., n, n), instead of (..., m, k) and (..., k, n)
    """
    return np.linalg.svd(array(x), full_matrices)


def svdvals(x: Given, /) -> Any:
    """The singular values, descending, of matrices: x (..., m, n)."""
    return np.linalg.svd(array(x), compute_uv=False)


def trace(x: Given, /, *, offset: int = 0, dtype: DTypeLike | None = None) -> Any:
    """The sums of the diagonals of matrices.

    ``x``       matrices (..., m, n)
    ``offset``  so many places above the main diagonal
    ``dtype``   the dtype to sum in
    """
    return np.trace(array(x), offset, -2, -1, dtype_of(dtype))


def vector_norm(x: Given, /, *, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:
    """y = (Σ |x|ᵒʳᵈ)^(1/ord), a norm of vectors.

    ``x``         an array of any shape
    ``axis``      the axes of the vectors; None takes x as one vector
    ``keepdims``  whether they stay, with length 1
    ``ord``       a number, inf, -inf, or 0 for how many are not 0
    """
    return np.linalg.vector_norm(array(x), axis=axis, keepdims=keepdims, ord=ord)
