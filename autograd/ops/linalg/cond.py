"""The condition number of a matrix, and its rank, which is constant."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed, constant
from ..arguments import array
from .inv import inverse
from .norm import Order, of_matrices
from .svd import svdvals


@composed(np.linalg.cond)
def cond(x: Any, p: Order | None = None) -> Any:
    """How much the inverse amplifies errors: |x| |x⁻¹| in the norm p (2 unless given)."""
    x = array(x)
    if p is None or p in (2, -2):
        s = svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return of_matrices(x, p, (-2, -1), False) * of_matrices(inverse(x), p, (-2, -1), False)


constant(np.linalg.matrix_rank)
