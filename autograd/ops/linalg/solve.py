"""Linear systems with one solution, and inverses: solve, inv, tensorsolve, tensorinv.

Convention: dy is written for changes da and db. Only b of one axis counts as a vector, as in NumPy 2. A singular
matrix raises where NumPy would raise.
M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ...declare import composed, primitive
from ...typing import Shape
from ..arguments import array

# y = a⁻¹:  dy = -y da y
inverse = primitive(np.linalg.inv, pull=lambda g, y: -y.mT @ g @ y.mT, push=lambda t, y: -y @ t @ y)


def _columns(x: Any, b_shape: Shape) -> Any:
    """A vector on the right-hand side as a matrix of one column."""
    return x[..., None] if len(b_shape) == 1 else x


def _solve(a: Any, b: Any, b_shape: Shape) -> Any:
    """a⁻¹ b, for stacks of vectors where the system was one of vectors."""
    if len(b_shape) == 1 and b.ndim > 1:
        return np.linalg.solve(a, b[..., None])[..., 0]
    return np.linalg.solve(a, b)


def _solve_pull(g: Any, a: Any, y: Any, b_shape: Shape, tracked: tuple[bool, ...]) -> Any:
    """With z = a⁻ᵀ g: z is the gradient of b, -z yᵀ that of a."""
    z = _solve(a.mT, g, b_shape)
    return (-_columns(z, b_shape) @ _columns(y, b_shape).mT if tracked[0] else None), (z if tracked[1] else None)


def _solve_push_a(t: Any, a: Any, y: Any, b_shape: Shape) -> Any:
    return -_solve(a, t @ y if len(b_shape) > 1 else (t @ y[..., None])[..., 0], b_shape)


# a y = b:  dy = a⁻¹ (db - da y)
solve = primitive(
    np.linalg.solve,
    pull=_solve_pull,
    push=[_solve_push_a, lambda t, a, b_shape: _solve(a, t, b_shape)],
    inputs=["a", "b"],
    joint=True,
)


@composed(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Iterable[int] | None = None) -> Any:
    """The y whose product with a, summed over all axes of y, is b."""
    a, b = array(a), array(b)
    if axes is not None:
        last = [n % a.ndim for n in axes]
        a = np.transpose(a, [n for n in range(a.ndim) if n not in last] + last)
    columns = a.shape[b.ndim :]
    return np.reshape(solve(np.reshape(a, (b.size, math.prod(columns))), np.ravel(b)), columns)


@composed(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of a, a linear map from its last axes to its first ``ind`` axes."""
    if ind <= 0:
        raise ValueError(f"tensorinv: ind must be positive, got {ind}")
    a = array(a)
    rows, columns = a.shape[:ind], a.shape[ind:]
    return np.reshape(inverse(np.reshape(a, (math.prod(rows), math.prod(columns)))), (*columns, *rows))
