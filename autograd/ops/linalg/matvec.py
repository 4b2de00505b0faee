"""Products of a matrix and a vector: matvec and vecmat.

Convention: both are bilinear; the conjugate that NumPy puts on the vector of ``vecmat`` is an operation before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...declare import OPERATIONS, bilinear, composed
from ...typing import Axis
from ..arguments import array
from ..complex import conj
from .matmul import along_axes


def _matvec(a: Any, b: Any, dtype: Any = None) -> Any:
    return np.matmul(a, b[..., None], dtype=dtype)[..., 0]


def _vecmat(a: Any, b: Any, dtype: Any = None) -> Any:
    return np.matmul(a[..., None, :], b, dtype=dtype)[..., 0, :]


matvec = bilinear(
    _matvec,
    lambda g, b: g[..., :, None] * b[..., None, :],
    lambda g, a: np.matmul(a.swapaxes(-1, -2), g[..., None])[..., 0],
)

row_matrix = bilinear(
    _vecmat,
    lambda g, b: np.matmul(b, g[..., None])[..., 0],
    lambda g, a: a[..., :, None] * g[..., None, :],
    name="vecmat",
)

if hasattr(np, "matvec"):  # NumPy 2.2
    OPERATIONS[np.matvec] = along_axes(matvec)

    @composed(np.vecmat)
    def vecmat(a: Any, b: Any, axes: Sequence[Axis] | None = None, **options: Any) -> Any:
        """conj(a) b for a vector a and a matrix b."""
        return along_axes(row_matrix)(conj(array(a)), b, axes, **options)
