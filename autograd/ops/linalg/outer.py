"""Products of each element with each: outer and kron; ``np.add.outer`` and its like stand in ``ufunc_methods``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed
from ..arguments import array, refuse
from ..reshape import reshaped
from .dot import flattened


@composed(np.outer)
def outer(a: Any, b: Any, out: None = None) -> Any:
    """y_ij = a_i b_j of all elements."""
    refuse("outer", out)
    return flattened(a)[:, None] * flattened(b)[None, :]


@composed(np.linalg.outer)
def linalg_outer(x1: Any, x2: Any, /) -> Any:
    """y_ij = a_i b_j of two vectors."""
    x1, x2 = array(x1), array(x2)
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError(
            f"np.linalg.outer takes two vectors, got shapes {x1.shape} and {x2.shape}: np.outer flattens them"
        )
    return outer(x1, x2)


@composed(np.kron)
def kron(a: Any, b: Any) -> Any:
    """y[i m + k, j n + l] = a[i, j] b[k, l] for b of (m, n): each element of a times all of b."""
    a, b = array(a), array(b)
    ndim = max(a.ndim, b.ndim)
    blocks = (1,) * (ndim - a.ndim) + tuple(a.shape)
    within = (1,) * (ndim - b.ndim) + tuple(b.shape)
    rows = reshaped(a, [n for size in blocks for n in (size, 1)])
    columns = reshaped(b, [n for size in within for n in (1, size)])
    return reshaped(rows * columns, [m * n for m, n in zip(blocks, within, strict=True)])
