"""Sums of products: dot, inner, vdot, vecdot.

Convention: the bilinear ``row_products`` underlies vecdot; the others are written with ``matmul`` or, where the
operands have more axes, with ``tensordot``. The conjugate of the first factor is an operation before the product.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...declare import bilinear, composed
from ...typing import Axis
from ..arguments import array, refuse
from ..complex import conj
from .matmul import along_axes, matmul
from .tensordot import tensordot


@composed(np.dot)
def dot(a: Any, b: Any, out: None = None) -> Any:
    """The sum of products over the last axis of a and the second last (or only) axis of b."""
    refuse("dot", out)
    a, b = array(a), array(b)
    if a.ndim == 0 or b.ndim == 0:
        return np.multiply(a, b)
    return matmul(a, b) if b.ndim <= 2 else tensordot(a, b, (-1, -2))


@composed(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    """The sum of products over the last axes of a and b, without a conjugate."""
    a, b = array(a), array(b)
    return np.multiply(a, b) if a.ndim == 0 or b.ndim == 0 else tensordot(a, b, (-1, -1))


def flattened(x: Any) -> Any:
    """All elements along one axis."""
    x = array(x)
    return x if x.ndim == 1 else np.ravel(x)


@composed(np.vdot)
def vdot(a: Any, b: Any, /) -> Any:
    """sum_i conj(a_i) b_i over all elements."""
    return matmul(conj(flattened(a)), flattened(b))


def _row_products(a: Any, b: Any, dtype: Any = None) -> Any:
    """sum_i a_i b_i over the last axis, without a conjugate."""
    return np.matmul(a[..., None, :], b[..., :, None], dtype=dtype)[..., 0, 0]


row_products = bilinear(_row_products, lambda g, b: g[..., None] * b, lambda g, a: g[..., None] * a, name="vecdot")


@composed(np.vecdot)
def vecdot(a: Any, b: Any, axes: Sequence[Axis] | None = None, axis: int | None = None, **options: Any) -> Any:
    """sum_i conj(a_i) b_i of stacks of vectors."""
    return along_axes(row_products)(conj(array(a)), b, axes, axis, **options)


@composed(np.linalg.vecdot)
def linalg_vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """``vecdot`` along one axis."""
    return vecdot(x1, x2, axis=axis)
