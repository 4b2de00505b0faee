"""The product of a small matrix and a long one, as in convolutions of few channels, in portions.

BLAS first copies its operands into an order of its own. A long one does not fit into the cache then; for small products
OpenBLAS, which NumPy comes with, does without the copy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

PORTION = 500_000  # multiply-adds
LEAST = 128  # columns of a portion: with fewer, the calls cost more than they save


def matmul(a: Any, b: Any, out: Any) -> Any:
    """a b for matrices (..., m, k) and (..., k, n), written to ``out``; b is the long one."""
    step = PORTION // max(a.shape[-2] * a.shape[-1], 1)
    if step < LEAST or step >= b.shape[-1]:
        return np.matmul(a, b, out=out)
    for start in range(0, b.shape[-1], step):
        part = slice(start, start + step)
        np.matmul(a, b[..., part], out=out[..., part])
    return out
