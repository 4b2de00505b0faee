"""First values of parameters, and where their randomness comes from.

Convention: ``generator`` is a ``numpy.random.Generator``, a seed, or None for the default one that
``nn.seed`` sets. Each function returns an array; a weight has shape (out, in, ...).
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

Randomness: TypeAlias = "np.random.Generator | int | None"  # as text: NumPy loads its random numbers when first used

_default: list[np.random.Generator] = []


def seed(number: int) -> None:
    """Start the default generator afresh from a seed."""
    _default[:] = [np.random.default_rng(number)]


def generator(given: Randomness) -> np.random.Generator:
    """The generator that was given, one made from the seed that was given, or the default one."""
    if given is not None:
        return np.random.default_rng(given)
    if not _default:
        _default.append(np.random.default_rng())
    return _default[0]


def uniform(shape: tuple[int, ...], low: float, high: float, generator: Randomness = None, dtype: Any = None) -> Any:
    """Numbers spread evenly over [low, high)."""
    return _rng(generator).uniform(low, high, shape).astype(dtype or np.float32)


def normal(shape: tuple[int, ...], mean: float, std: float, generator: Randomness = None, dtype: Any = None) -> Any:
    """Gaussian numbers."""
    return _rng(generator).normal(mean, std, shape).astype(dtype or np.float32)


def xavier_uniform(shape: tuple[int, ...], gain: float = 1.0, generator: Randomness = None, dtype: Any = None) -> Any:
    """U(-a, a) with a = gain √(6 / (in + out)).

    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    into, out = fans(shape)
    bound = gain * math.sqrt(6 / (into + out))
    return uniform(shape, -bound, bound, generator, dtype)


def kaiming_uniform(
    shape: tuple[int, ...], gain: float = math.sqrt(2), generator: Randomness = None, dtype: Any = None
) -> Any:
    """U(-a, a) with a = gain √(3 / in); the gain √2 suits ReLU.

    He et al., "Delving deep into rectifiers", 2015.
    """
    bound = gain * math.sqrt(3 / fans(shape)[0])
    return uniform(shape, -bound, bound, generator, dtype)


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many numbers flow into and out of one unit of a weight of shape (out, in, *kernel)."""
    if len(shape) < 2:
        raise ValueError(f"a weight has at least the axes (out, in), got shape {shape}")
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


_rng = generator  # inside the functions above their parameter has this name
