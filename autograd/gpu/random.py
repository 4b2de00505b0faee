"""Random numbers on a GPU, drawn by CuPy's generators.

Convention: a generator of NumPy's stays the source: each draw takes a seed from it, for a generator of CuPy's that
makes its numbers. So a seed and a saved state decide all numbers on a GPU as they do on the CPU.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .array import by_arrays, entered

__all__ = ["companion"]

STATES = 1 << 16  # of the bit generator: so many threads draw at once


class companion:
    """Draws on the device of ``like``, seeded from a generator of NumPy's."""

    def __init__(self, rng: np.random.Generator, like: Any) -> None:
        self._rng, self._like = rng, like

    def random(self, shape: Any, dtype: Any = np.float64) -> Any:
        """Uniform numbers from 0 to below 1."""
        return drawn(self._like, self._rng.integers(1 << 63), "random", shape, dtype)

    def standard_normal(self, shape: Any, dtype: Any = np.float64) -> Any:
        """Normal numbers of mean 0 and variance 1."""
        return drawn(self._like, self._rng.integers(1 << 63), "standard_normal", shape, dtype)


@by_arrays
def drawn(like: Any, seed: Any, name: str, shape: Any, dtype: Any) -> Any:
    """What the method of this name draws, on the device of ``like``, from a generator of this seed."""
    random = like.cupy.random
    with like.own.device:
        return entered(getattr(random.Generator(random.Philox4x3210(int(seed), size=STATES)), name)(shape, dtype))
