"""The product of several matrices in the cheapest order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...declare import composed
from ..arguments import array, refuse
from .matmul import matmul


@composed(np.linalg.multi_dot)
def multi_dot(arrays: Iterable[Any], *, out: None = None) -> Any:
    """The product of matrices, bracketed by dynamic programming so that it costs least."""
    refuse("multi_dot", out)
    factors = [array(f) for f in arrays]
    if len(factors) < 2:
        raise ValueError("multi_dot takes at least two arrays")
    sizes = [1 if factors[0].ndim == 1 else factors[0].shape[0], *(f.shape[-1] for f in factors)]
    if factors[-1].ndim == 1:
        sizes[-1] = 1
    cheapest: dict[tuple[int, int], tuple[int, int]] = {(i, i): (0, i) for i in range(len(factors))}
    for length in range(1, len(factors)):
        for i in range(len(factors) - length):
            j = i + length
            cheapest[i, j] = min(
                (cheapest[i, k][0] + cheapest[k + 1, j][0] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
                for k in range(i, j)
            )

    def product(i: int, j: int) -> Any:
        if i == j:
            return factors[i]
        k = cheapest[i, j][1]
        return matmul(product(i, k), product(k + 1, j))

    return product(0, len(factors) - 1)
