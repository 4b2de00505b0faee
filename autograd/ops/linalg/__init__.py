"""Linear algebra: a file a decomposition."""

from . import cholesky, cross, det, diag, eig, einsum, matmul, norm, solve, svd, tensordot

__all__ = [
    "cholesky",
    "cross",
    "det",
    "diag",
    "eig",
    "einsum",
    "matmul",
    "norm",
    "solve",
    "svd",
    "tensordot",
]
