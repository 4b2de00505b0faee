"""Sums over pairs of axes: tensordot, dot and inner; chains and powers of matrices.

Convention: ``bilinear`` with the adjoints again a tensordot, whose axes are then put in the order that they
came from; what is one matrix product is left to ``matmul``.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ...declare import bilinear, composed
from ..arguments import array, refuse
from .matmul import matmul

# ---------------------------------------------------------------- tensors


def _contracted(axes: Any, a_rank: int, b_rank: int) -> tuple[list[int], list[int], list[int], list[int]]:
    """Which axes of a and of b ``tensordot`` sums over, and which stay."""
    if isinstance(axes, int | np.integer):
        from_a, from_b = list(range(a_rank - int(axes), a_rank)), list(range(int(axes)))
    else:
        from_a, from_b = ([int(n) for n in np.atleast_1d(side)] for side in axes)
    from_a, from_b = [n % a_rank for n in from_a], [n % b_rank for n in from_b]
    return (
        from_a,
        from_b,
        [n for n in range(a_rank) if n not in from_a],
        [n for n in range(b_rank) if n not in from_b],
    )


def _spread_back(g: Any, other: Any, stay: int, free: list[int], order: list[int]) -> Any:
    """Sum g with the other factor over its free axes, then put the axes in the order that they came from."""
    last = list(range(stay, stay + len(free)))
    return np.transpose(np.tensordot(g, other, (last, free)), [int(n) for n in np.argsort(order)])


def _tensordot_pull_a(g: Any, b: Any, a_shape: tuple[int, ...], axes: Any = 2) -> Any:
    from_a, from_b, free_a, free_b = _contracted(axes, len(a_shape), b.ndim)
    partners = [from_a[from_b.index(n)] for n in sorted(from_b)]
    return _spread_back(g, b, len(free_a), free_b, free_a + partners)


def _tensordot_pull_b(g: Any, a: Any, b_shape: tuple[int, ...], axes: Any = 2) -> Any:
    from_a, from_b, free_a, free_b = _contracted(axes, a.ndim, len(b_shape))
    partners = [from_b[from_a.index(n)] for n in sorted(from_a)]
    g = np.transpose(g, [*range(len(free_a), g.ndim), *range(len(free_a))])
    return _spread_back(g, a, len(free_b), free_a, free_b + partners)


tensordot = bilinear(np.tensordot, _tensordot_pull_a, _tensordot_pull_b)


@composed(np.linalg.tensordot)
def linalg_tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    """The same as ``np.tensordot``."""
    return tensordot(x1, x2, axes)


@composed(np.dot)
def dot(a: Any, b: Any, out: Any = None) -> Any:
    """The last axis of a times the second last (or only) axis of b."""
    refuse("dot", out)
    a, b = array(a), array(b)
    if a.ndim == 0 or b.ndim == 0:
        return np.multiply(a, b)
    return matmul(a, b) if b.ndim <= 2 else tensordot(a, b, (-1, -2))


@composed(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    """The last axis of a times the last axis of b, no conjugate."""
    a, b = array(a), array(b)
    if a.ndim == 0 or b.ndim == 0:
        return np.multiply(a, b)
    return tensordot(a, b, (-1, -1))


# ---------------------------------------------------------------- several matrices


@composed(np.linalg.multi_dot)
def multi_dot(arrays: Any, *, out: Any = None) -> Any:
    """The product of matrices, bracketed so that it costs least (dynamic programming over the brackets)."""
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


@composed(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """a multiplied n times, by repeated squaring; a negative n multiplies the inverse."""
    n = operator.index(n)
    a = array(a)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(f"matrix_power takes square matrices, got shape {a.shape}")
    if n < 0:
        a, n = np.linalg.inv(a), -n
    if n == 0:
        return 0 * a + np.eye(a.shape[-1], dtype=a.dtype)
    y = None
    while n:
        if n & 1:
            y = a if y is None else matmul(y, a)
        n >>= 1
        a = matmul(a, a) if n else a
    return y
