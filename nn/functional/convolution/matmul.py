"""Products of a small matrix and a long one, as convolutions of few channels have them.

Convention: BLAS first copies what it multiplies into an order of its own, which does not stay in the cache where the
matrix is long; small products OpenBLAS, which NumPy comes with, computes without. So the long one is cut into portions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

PORTION = 500_000  # multiply-adds
LEAST = 128  # columns: with fewer in a portion the calls cost more than they save


def multiply(a: Any, b: Any, out: Any) -> Any:
    """a b for matrices (..., m, k) and (..., k, n), written to ``out``."""
    step = PORTION // max(a.shape[-2] * a.shape[-1], 1)
    if step < LEAST or step >= b.shape[-1]:
        return np.matmul(a, b, out=out)
    for start in range(0, b.shape[-1], step):
        part = slice(start, start + step)
        np.matmul(a, b[..., part], out=out[..., part])
    return out
