"""The Kronecker product."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed
from ..arguments import array
from ..reshape import reshaped


@composed(np.kron)
def kron(a: Any, b: Any) -> Any:
    """y[i m + k, j n + l] = a[i, j] b[k, l] for b of (m, n): each element of a times all of b."""
    a, b = array(a), array(b)
    ndim = max(a.ndim, b.ndim)
    blocks = (1,) * (ndim - a.ndim) + tuple(a.shape)
    within = (1,) * (ndim - b.ndim) + tuple(b.shape)
    rows = reshaped(a, [n for size in blocks for n in (size, 1)])
    columns = reshaped(b, [n for size in within for n in (1, size)])
    return reshaped(rows * columns, [m * n for m, n in zip(blocks, within, strict=True)])
