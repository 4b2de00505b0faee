"""Polynomials: their values (polyval) and the matrix of their powers (vander)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Late, composed, plain
from ..typing import Array, ArrayLike
from .arguments import array
from .reshape import reshaped


@composed(np.polyval)
def polyval(p: ArrayLike, x: Array) -> Any:
    """p[0] xⁿ⁻¹ + ... + p[n-1], by Horner's rule."""
    y: Any = np.zeros_like(plain(x))
    for coefficient in p if isinstance(p, Late.Tensor) else np.asarray(p):
        y = y * x + coefficient
    return y


@composed(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """y[i, j] = x[i] ** j; the powers fall from left to right unless ``increasing``."""
    x = array(x)
    if x.ndim != 1:
        raise ValueError(f"vander: needs a vector, got shape {x.shape}")
    powers = np.arange(len(x) if N is None else N, like=plain(x))
    return reshaped(x, (-1, 1)) ** (powers if increasing else powers[::-1])
