"""The median: the quantile of 1/2, see ``quantile.py``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed
from .arguments import array
from .quantile import quantile_of


@composed(np.median)
def median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: Any = False) -> Any:
    """The element in the middle, or the mean of the two there."""
    a = array(a)
    if a.size == 0:
        return np.mean(a, axis, keepdims=keepdims)  # NaN, and NumPy's warning
    return quantile_of(a, 0.5, axis, "linear", keepdims, False, None, out)


@composed(np.nanmedian)
def nanmedian(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: Any = False) -> Any:
    """The median of the elements that are no NaN."""
    return quantile_of(a, 0.5, axis, "linear", keepdims, True, None, out)
