"""Dot products of stacks of vectors.

Convention: ``row_products`` is bilinear; the conjugate that NumPy puts on the first factor is an operation before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...declare import bilinear, composed
from ...typing import Axis
from ..arguments import array
from ..complex import conj
from .matmul import along_axes


def _row_products(a: Any, b: Any, dtype: Any = None) -> Any:
    """sum_i a_i b_i over the last axis, without a conjugate."""
    return np.matmul(a[..., None, :], b[..., :, None], dtype=dtype)[..., 0, 0]


row_products = bilinear(_row_products, lambda g, b: g[..., None] * b, lambda g, a: g[..., None] * a, name="vecdot")


@composed(np.vecdot)
def vecdot(a: Any, b: Any, axes: Sequence[Axis] | None = None, axis: int | None = None, **options: Any) -> Any:
    """sum_i conj(a_i) b_i."""
    return along_axes(row_products)(conj(array(a)), b, axes, axis, **options)


@composed(np.linalg.vecdot)
def linalg_vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """``vecdot`` along one axis."""
    return vecdot(x1, x2, axis=axis)
