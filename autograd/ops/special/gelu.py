"""The Gaussian error linear unit, exactly and by its authors' approximation (Hendrycks and Gimpel 2016).

Convention: sums and products overwrite intermediate arrays, since each pass over a large array costs time. For tensors
and Values the same lines make new ones.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...native import twin
from .erf import _blocks
from .normal import density, distribution, times_distribution
from .sigmoid import quietly, sigmoid

SCALE, CUBIC = 2 * math.sqrt(2 / math.pi), 0.044715
BOUND = 30.0  # beyond it the approximation is 0 or x to the last digit; inside, no power of x leaves its range


def _inside(x: Any) -> Any:
    if x.__class__ is np.ndarray:
        return np.minimum(np.maximum(x, -BOUND), BOUND)
    return x.clip(-BOUND, BOUND)


def _log_odds(x: Any) -> Any:
    """u = 2 √(2/π) (x + 0.044715 x³), so that Φ(x) is about sigmoid(u) = (1 + tanh(u/2)) / 2."""
    y = x * x
    y *= CUBIC
    y += 1
    y *= x
    y *= SCALE
    return y


@twin("autograd.native.activations:gelu", 1 << 14, "f", False)
def gelu(x: Any, approximate: str = "none") -> Any:
    """x Φ(x), element by element, with the standard normal distribution Φ (Hendrycks and Gimpel 2016).

    ``x``            any array, or a number
    ``approximate``  'none', or 'tanh' for the authors' approximation of Φ; another word raises ValueError
    """
    if approximate == "none":
        if x.__class__ is np.ndarray and x.dtype.char == "f":
            return times_distribution(x)
        y = distribution(x)
    elif approximate == "tanh":
        y = sigmoid(_log_odds(_inside(x)))
    else:
        raise ValueError(f"gelu: approximate is 'none' or 'tanh', not {approximate!r}")
    y *= x
    return y


def gelu_as_written(x: Any, approximate: str = "none") -> Any:
    """x Φ(x), or x sigmoid(2 √(2/π) (x + 0.044715 x³))."""
    if approximate == "none":
        return x * distribution(x)
    return x * sigmoid((x + x**3 * CUBIC) * SCALE)


def _exact_slope(x: Any, d: Any, y: Any) -> Any:
    """d (Φ(x) + x φ(x)), with Φ = y / x, and 1/2 where x is so small that y has lost its digits."""
    p = quietly.run(np.divide, y, x)
    zero = np.abs(x) < 1e-20
    if np.count_nonzero(zero):
        p[zero] = 0.5
    slope = density(x)
    slope *= x
    slope += p
    slope *= d
    return slope


@twin("autograd.native.activations:gelu_slope", 1 << 14, "f", False)
def gelu_rule(d: Any, x: Any, y: Any, approximate: str = "none") -> Any:
    """d (Φ(x) + x φ(x)), or with s = sigmoid(u) in place of Φ: d s (1 + x (1 - s) du/dx)."""
    if approximate == "none":
        if all(a.__class__ is np.ndarray for a in (d, x, y)):
            return _blocks(_exact_slope, x, d, y)
        slope = density(x)
        slope *= x
        slope += distribution(x)
        return d * slope
    x = _inside(x)
    u = _log_odds(x)
    slope = x * x
    slope *= 3 * CUBIC
    slope += 1
    slope *= x
    slope *= SCALE
    slope *= sigmoid(-u)
    slope += 1
    slope *= sigmoid(u)
    return d * slope
