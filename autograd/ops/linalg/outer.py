"""The outer product of two vectors; ``np.add.outer`` and its like stand in ``ufunc_methods``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed
from ..arguments import array, refuse
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
