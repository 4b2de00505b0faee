"""Random numbers on a GPU, drawn by CuPy's generators.

Convention: a generator of NumPy's stays the source: each call takes a seed from it, for a generator of CuPy's that
makes this call's numbers. So a seed and a saved state decide all numbers on a GPU as they do on the CPU.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .array import Array, entered

__all__ = ["companion"]

STATES = 1 << 16  # of the bit generator: so many threads draw at once


class companion:
    """Draws on the device of ``like``, seeded from a generator of NumPy's."""

    def __init__(self, rng: np.random.Generator, like: Array) -> None:
        random = like.cupy.random
        seed = int(rng.integers(1 << 63))
        with like.own.device:
            self._rng = random.Generator(random.Philox4x3210(seed, size=STATES))
        self._device = like.own.device

    def random(self, shape: Any, dtype: Any = np.float64) -> Any:
        """Uniform numbers from 0 to below 1."""
        with self._device:
            return entered(self._rng.random(shape, dtype))

    def standard_normal(self, shape: Any, dtype: Any = np.float64) -> Any:
        """Normal numbers of mean 0 and variance 1."""
        with self._device:
            return entered(self._rng.standard_normal(shape, dtype))
