"""The median, the quantile of 1/2: see ``quantile.py``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed
from ..typing import Array, Axis
from .arguments import array
from .quantile import quantile_of


@composed(np.median)
def median(a: Array, axis: Axis = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """The middle element, or the mean of the middle two."""
    a = array(a)
    if a.size == 0:
        return np.mean(a, axis, keepdims=keepdims)  # NaN with NumPy's warning
    return quantile_of(a, 0.5, axis, "linear", keepdims, False, None, out)


@composed(np.nanmedian)
def nanmedian(
    a: Array, axis: Axis = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False
) -> Any:
    """The median of the elements that are not NaN."""
    return quantile_of(a, 0.5, axis, "linear", keepdims, True, None, out)
