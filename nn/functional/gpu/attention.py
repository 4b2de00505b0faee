"""The softmax of attention on a GPU, without a question that would wait for the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.gpu.kernels import Kernel, tried

__all__ = ["softmax_in_place"]

EXP = Kernel("exp_below", "T x, T top", "T y", "y = exp(x - (isinf(top) && top < 0 ? (T)0 : top))")
SHARE = Kernel("share", "T x, T total", "T y", "y = total == 0 ? x : x / total")


def softmax_in_place(x: Any, seen: Any = None) -> Any:
    """exp(x) / Σ exp(x) over those elements of the last axis that are ``seen``; 0 where none is."""
    if not tried(x) or not x.size:
        return NotImplemented
    y: Any = x
    if seen is not None:
        np.copyto(y, -np.inf, where=~seen)
    EXP(y, np.max(y, axis=-1, keepdims=True), out=(y,))
    SHARE(y, np.sum(y, axis=-1, keepdims=True), out=(y,))
    return y
