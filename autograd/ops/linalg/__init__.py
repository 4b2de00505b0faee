"""Linear algebra: a file for each decomposition and each kind of product. Importing declares them.

Convention: ``autograd/ops`` names the files that are imported late.
"""
# ruff: noqa: F401, I001  (imported to be declared)

from . import half, matmul, tensordot, dot, einsum, diag, triangles
from . import det, eig, norm, solve, svd
