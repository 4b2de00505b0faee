"""Dropout: numbers left out at random while training, the rest scaled up so that the expectation stays.

Convention: ``generator`` is a ``numpy.random.Generator``, a seed, or None for the default one; the same seed leaves
out the same elements in every precision. Srivastava et al., "Dropout", 2014.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import init


def dropout(input: Any, p: float = 0.5, training: bool = True, generator: init.Randomness = None) -> Any:
    """y = x m / (1 - p), with each m 0 with probability p, else 1; without ``training`` y = x."""
    check(p)
    return input * mask(input, input.shape, p, generator) if training and p else input


def dropout2d(input: Any, p: float = 0.5, training: bool = True, generator: init.Randomness = None) -> Any:
    """Dropout of whole channels: one m for each map (height, width) of x (n, channels, height, width).

    Tompson et al., "Efficient object localization using convolutional networks", 2015.
    """
    check(p)
    if input.ndim != 4:
        raise ValueError(f"dropout2d: takes an input (n, channels, height, width), got {input.shape}")
    return input * mask(input, (*input.shape[:2], 1, 1), p, generator) if training and p else input


def mask(like: Any, shape: tuple[int, ...], p: float, generator: init.Randomness) -> Any:
    """m / (1 - p), in the precision of ``like``."""
    kept = init.generator(generator).random(shape, np.float32) >= p
    scaled = np.multiply(kept, 0 if p == 1 else 1 / (1 - p), dtype=like.dtype)
    scaled.setflags(write=False)  # nobody will change it, so the graph need not copy it
    return scaled


def check(p: float) -> None:
    """p must be a probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: p is the probability to leave an element out, from 0 to 1, not {p}")
