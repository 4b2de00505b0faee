"""The inverse, and the inverse of a tensor as a linear map.

Convention: dy is written for a change t of the input. A singular matrix raises where NumPy would raise.
M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...declare import composed, primitive
from ..arguments import array

# y = a⁻¹:  dy = -y t y
inverse = primitive(
    np.linalg.inv,
    pull=lambda g, y: -y.mT @ g @ y.mT,
    push=lambda t, y: -y @ t @ y,
)


@composed(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of a, a linear map from its last axes to its first ``ind`` axes."""
    if ind <= 0:
        raise ValueError(f"tensorinv: ind must be positive, got {ind}")
    a = array(a)
    rows, columns = a.shape[:ind], a.shape[ind:]
    return np.reshape(inverse(np.reshape(a, (math.prod(rows), math.prod(columns)))), (*columns, *rows))
