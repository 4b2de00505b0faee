"""The cross product.

Convention: y = a × b along the last axis; the adjoints are b × g and g × a, because u·(a × b) stays the same when its
three factors are cycled.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import bilinear, composed
from ..arguments import array

cross_product = bilinear(
    lambda a, b: np.cross(a, b), lambda g, b: np.cross(b, g), lambda g, a: np.cross(g, a), name="cross"
)


@composed(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """y = a × b of vectors along an axis; vectors of two components lie in the plane z = 0."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(array(a), axisa, -1), np.moveaxis(array(b), axisb, -1)
    sizes = a.shape[-1], b.shape[-1]
    if not {2, 3}.issuperset(sizes):
        raise ValueError(f"cross: vectors have 2 or 3 components, got {sizes[0]} and {sizes[1]}")
    if sizes == (3, 3):
        return np.moveaxis(cross_product(a, b), -1, axisc)
    a, b = (np.concatenate([x, 0 * x[..., :1]], -1) if x.shape[-1] == 2 else x for x in (a, b))
    y = cross_product(a, b)
    return y[..., 2] if sizes == (2, 2) else np.moveaxis(y, -1, axisc)


@composed(np.linalg.cross)
def linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """a × b of vectors of three components."""
    x1, x2 = array(x1), array(x2)
    if x1.shape[axis] != 3 or x2.shape[axis] != 3:
        raise ValueError(f"np.linalg.cross takes vectors of 3 components, got {x1.shape[axis]} and {x2.shape[axis]}")
    return cross(x1, x2, axis=axis)
