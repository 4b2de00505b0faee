"""Systems of equations whose matrix is a triangle, and the factors that lead to them."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np

from ..declare import Operation, plain, primitive
from ..ops.arguments import array
from ..ops.complex import conj
from ..ops.linalg.systems import scipys as from_scipy
from ..typing import A as M  # SciPy calls a matrix A
from ..typing import ArrayLike
from .given import square

__all__ = ["cho_factor", "cho_solve", "lu", "solve_triangular"]

Transposed: TypeAlias = Literal[0, "N", 1, "T", 2, "C"]  # a as it is, its transpose, its conjugate transpose


def _triangle(x: Any, lower: bool, unit_diagonal: bool) -> Any:
    """The part of a matrix that ``solve_triangular`` reads."""
    return np.tril(x, -int(unit_diagonal)) if lower else np.triu(x, int(unit_diagonal))


def _triangular(a: Any, b: Any, trans: bool, lower: bool, unit_diagonal: bool) -> Any:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return from_scipy("solve_triangular")(a, b, trans=int(trans), lower=lower, unit_diagonal=unit_diagonal)
    x = _triangle(a, lower, unit_diagonal)
    if unit_diagonal:
        x = x + np.eye(len(x), dtype=x.dtype, like=x)
    return np.linalg.solve(x.mT if trans else x, b)


def _columns(x: Any) -> Any:
    return x[:, None] if x.ndim == 1 else x


def _triangular_pull(g: Any, a: Any, y: Any, trans: bool, lower: bool, unit_diagonal: bool) -> Any:
    """With z = a⁻ᵀ g: z is the gradient of b, the triangle of -z yᵀ that of a (-y zᵀ if a is transposed)."""
    z = triangular(a, g, not trans, lower, unit_diagonal)
    d = -_columns(z) @ _columns(y).mT
    return _triangle(d.mT if trans else d, lower, unit_diagonal), z


def _triangular_push_a(t: Any, a: Any, y: Any, trans: bool, lower: bool, unit_diagonal: bool) -> Any:
    t = _triangle(t, lower, unit_diagonal)
    return -triangular(a, (t.mT if trans else t) @ y, trans, lower, unit_diagonal)


triangular: Operation = primitive(
    _triangular,
    _triangular_pull,
    [_triangular_push_a, lambda t, a, trans, lower, unit_diagonal: triangular(a, t, trans, lower, unit_diagonal)],
    inputs=["a", "b"],
    joint=True,
    name="solve_triangular",
)


def solve_triangular(a: M, b: ArrayLike, trans: Transposed = 0, lower: bool = False, unit_diagonal: bool = False) -> M:
    """The y with a y = b, of which only one triangle of a (n, n) is read; b and y are (n,) or (n, k).

    ``trans``          0 or "N": a y = b; 1 or "T": aᵀ y = b; 2 or "C": aᴴ y = b
    ``lower``          read the lower triangle, not the upper one
    ``unit_diagonal``  take the diagonal to be 1 without reading it
    """
    x: Any = square("solve_triangular", a)
    y: Any = array(b)
    if x.ndim != 2 or y.ndim not in (1, 2):
        raise ValueError(f"solve_triangular takes one matrix a and a vector or matrix b, got {x.shape} and {y.shape}")
    if trans not in (0, "N", 1, "T", 2, "C"):
        raise ValueError(f"trans must be 0 ('N'), 1 ('T') or 2 ('C'), got {trans!r}")
    if trans in (2, "C"):
        y = conj(triangular(x, conj(y), True, lower, unit_diagonal))
    else:
        y = triangular(x, y, trans in (1, "T"), lower, unit_diagonal)
    return y


def cho_factor(a: M, lower: bool = False) -> tuple[M, bool]:
    """The Cholesky factor of a (n, n) and ``lower``, for ``cho_solve``; its other triangle is 0."""
    c: Any = np.linalg.cholesky(array(a), upper=not lower)
    return c, lower


def cho_solve(c_and_lower: tuple[M, bool], b: ArrayLike) -> M:
    """The y with a y = b, from the Cholesky factor of a.

    ``c_and_lower``  what ``cho_factor`` gives: the factor (n, n), and whether it is the lower one
    ``b``            (n,) or (n, k), and y too
    """
    c, lower = c_and_lower
    if lower:
        return solve_triangular(c, solve_triangular(c, b, 0, lower), 2, lower)
    return solve_triangular(c, solve_triangular(c, b, 2, lower), 0, lower)


# ---------------------------------------------------------------- a = p l u


def _factors(a: Any, lower: Any, upper: Any) -> Any:
    """The factors of a, whose rows stand in their final order: arrays of its own, though they have been found."""
    return lower.copy(), upper.copy()


def _factors_pull(g: Any, y: Any) -> Any:
    """l⁻ᵀ (the lower triangle of lᵀ g_l, without its diagonal, and the upper one of g_u uᵀ) u⁻ᵀ."""
    inner = np.tril(y[0].mT @ g[0], -1) + np.triu(g[1] @ y[1].mT)
    return np.linalg.solve(y[1], np.linalg.solve(y[0].mT, inner).mT).mT


def _factors_push(t: Any, y: Any) -> Any:
    """With c = l⁻¹ t u⁻¹: dl = l (c below its diagonal), du = (the upper triangle of c) u."""
    c = np.linalg.solve(y[1].mT, np.linalg.solve(y[0], t).mT).mT
    return y[0] @ np.tril(c, -1), np.triu(c) @ y[1]


factors: Operation = primitive(_factors, _factors_pull, _factors_push, inputs=["a"], name="lu", results=True)


def lu(a: M, permute_l: bool = False) -> Any:
    """a = p l u: p a permutation, l lower triangular with the diagonal 1, u upper triangular, all (..., n, n).

    ``permute_l``  return (p l, u), not (p, l, u)
    """
    x: Any = square("lu", a)
    values = plain(x)
    p, lower, upper = from_scipy("lu", values)(values.astype(values.dtype.newbyteorder("="), copy=False))
    lower, upper = factors(np.swapaxes(p, -1, -2) @ x, lower, upper)
    return (p @ lower, upper) if permute_l else (p, lower, upper)
