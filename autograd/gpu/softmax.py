"""softmax on a GPU, without a question that would wait for the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["softmax"]


def softmax(x: Any, axis: Any = None) -> Any:
    """y = exp(x) / Σ exp(x) over the axes."""
    if x.dtype.char not in "fd" or not x.size or not x.ndim:
        return NotImplemented
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    e /= np.sum(e, axis=axis, keepdims=True)
    return e
