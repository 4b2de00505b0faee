"""The value of a polynomial."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Late, composed, plain
from ..typing import Array, ArrayLike


@composed(np.polyval)
def polyval(p: ArrayLike, x: Array) -> Any:
    """p[0] xⁿ⁻¹ + ... + p[n-1], by Horner's rule."""
    y: Any = np.zeros_like(plain(x))
    for coefficient in p if isinstance(p, Late.Tensor) else np.asarray(p):
        y = y * x + coefficient
    return y
