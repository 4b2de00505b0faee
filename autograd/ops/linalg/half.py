"""Products in half precision, which are computed in single: NumPy has no BLAS for half, and is 30 times slower there.

Convention: NumPy also sums in single and rounds in the end, so the results are the same to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["HALF", "in_single"]

HALF = np.dtype(np.float16)  # the one object that stands for it: ``x.dtype is HALF`` costs next to nothing


def in_single(product: Callable[..., Any], *operands: Any) -> Any:
    """A product of arrays or tensors in half precision, and whatever else it takes."""
    single = [x.astype(np.float32) if getattr(x, "dtype", None) is HALF else x for x in operands]
    return product(*single).astype(HALF)
