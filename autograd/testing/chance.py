"""Random weights and directions, which have nothing to do with the inputs.

Convention: inputs are often drawn with ``np.random.default_rng(0)``. Weights of the same numbers would be blind: with
u = A the gradients Aᵀ u and uᵀ A are the same. So the stream is another one for every seed.
"""

from __future__ import annotations

import numpy as np

OWN = 0x9E3779B9


def stream(seed: int) -> np.random.Generator:
    """Random numbers that ``np.random.default_rng(seed)`` does not give."""
    return np.random.default_rng([OWN, seed])
