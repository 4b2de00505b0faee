"""The Gaussian error linear unit, exactly and by its authors' approximation (Hendrycks and Gimpel 2016).

Convention: sums and products overwrite intermediate arrays, since each pass over a large array costs time. For tensors
and Values the same lines make new ones.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .erf import erf


def _normal(x: Any) -> Any:
    """The standard normal distribution, Φ(x) = (1 + erf(x/√2)) / 2."""
    y = erf(x * math.sqrt(0.5))
    y += 1
    y *= 0.5
    return y


def _density(x: Any) -> Any:
    """Its density, φ(x) = exp(-x²/2) / √(2π)."""
    y = x * x
    y *= -0.5
    y = np.exp(y)
    y *= math.sqrt(0.5 / math.pi)
    return y


SCALE, CUBIC = math.sqrt(2 / math.pi), 0.044715


def _tanh(x: Any) -> Any:
    """t = tanh(√(2/π) (x + 0.044715 x³)), so that Φ(x) is about (1 + t) / 2."""
    y = x * x
    y *= CUBIC
    y += 1
    y *= x
    y *= SCALE
    return np.tanh(y)


def gelu(x: Any, approximate: str = "none") -> Any:
    """x Φ(x), Φ the standard normal distribution; ``approximate="tanh"`` takes the authors' approximation of it."""
    if approximate == "none":
        y = _normal(x)
    elif approximate == "tanh":
        y = _tanh(x)
        y += 1
        y *= 0.5
    else:
        raise ValueError(f"gelu: approximate is 'none' or 'tanh', not {approximate!r}")
    y *= x
    return y


def gelu_rule(d: Any, x: Any, y: Any, approximate: str = "none") -> Any:
    """d (Φ(x) + x φ(x)), or d ½ (1 + t + x dt/dx)."""
    if approximate == "none":
        if x.__class__ is np.ndarray:  # for numbers, Φ = y / x costs next to nothing
            with np.errstate(invalid="ignore"):
                p = np.where(x == 0, x.dtype.type(0.5), y / x)
        else:
            p = _normal(x)
        slope = _density(x)
        slope *= x
        slope += p
        return d * slope
    t = _tanh(x)
    slope = x * x
    slope *= 3 * CUBIC
    slope += 1
    slope *= 1 - t * t
    slope *= x
    slope *= SCALE
    slope += t
    slope += 1
    slope *= 0.5
    return d * slope
