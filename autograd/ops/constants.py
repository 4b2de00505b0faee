"""Functions without a derivative: of shapes and types, comparisons, indices, text and files.

Convention: called on tensors they see the arrays. What a ufunc returns is a tensor that is not tracked, like the
results of operators (``t > 0``, ``mask & other``); the others return what NumPy returns.
"""

from __future__ import annotations

import numpy as np

from ..declare import constant

# Shapes and types
constant(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.min_scalar_type, np.common_type)
constant(np.may_share_memory, np.shares_memory)

# New arrays; ``full_like`` is differentiable in its value (copy.py)
constant(np.zeros_like, np.ones_like, np.empty_like)

# Indices
constant(np.ix_, np.nonzero, np.flatnonzero, np.argwhere, np.count_nonzero, np.argsort, np.argpartition, np.lexsort)
constant(np.searchsorted, np.digitize, np.isin, np.unravel_index, np.ravel_multi_index)
constant(np.diag_indices_from, np.tril_indices_from, np.triu_indices_from)

# Comparisons, truth values and integers
constant(np.spacing, np.signbit)
constant(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)
constant(np.logical_and, np.logical_or, np.logical_xor, np.logical_not)
constant(np.isnan, np.isfinite, np.isinf, np.isposinf, np.isneginf, np.isnat)
constant(np.isreal, np.iscomplex, np.isrealobj, np.iscomplexobj)
constant(np.isclose, np.allclose, np.array_equal, np.array_equiv)
constant(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.bitwise_not, np.bitwise_count)
constant(np.left_shift, np.right_shift, np.gcd, np.lcm)

# Text and files
constant(np.array_repr, np.array_str, np.array2string)
constant(np.save, np.savez, np.savez_compressed, np.savetxt)

# Sets, einsum's plan, and a rank
constant(np.intersect1d, np.union1d, np.setdiff1d, np.setxor1d, np.einsum_path, np.linalg.matrix_rank)
