"""Linear algebra: a file for each decomposition and each kind of product. Importing declares them."""
# ruff: noqa: F401, I001  (imported to be declared)

from . import half, matmul, tensordot, dot, outer, einsum, cross, diag, triangles
from . import cholesky, det, eig, norm, pinv, qr, solve, svd
