"""What is said of a number or an array within a line of mathematics.

Convention: a finite number stays one, so that a page can compute with it; all else becomes a text.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..faces.numbers import as_numbers, by, number
from .story import Number

__all__ = ["amount"]

FEW = 6  # elements that are written out


def amount(x: Any) -> Number:
    """A float; ``[0.1 0.2; 0.3 0.4]`` of a small array; ``64×10, ‖·‖ 3.2`` of a larger one, its norm the root of the
    sum of squares; ``nan`` or ``inf``."""
    if x is None:
        return None
    array = np.asarray(x)
    if not array.shape:
        real = array.dtype.kind in "biuf"
        return float(array) if real and math.isfinite(float(array)) else number(x)
    if array.size <= FEW and array.ndim <= 2:
        rows = array.reshape(-1, array.shape[-1]).tolist() if array.size else [[]]
        return f"[{'; '.join([' '.join([number(element, 3) for element in row]) for row in rows])}]"
    real_array = as_numbers(array)
    if real_array is None:
        return f"({by(array.shape)})"
    with np.errstate(over="ignore", invalid="ignore"):
        return f"({by(array.shape)}, ‖·‖ {number(float(np.sqrt(np.sum(np.square(real_array)))))})"
