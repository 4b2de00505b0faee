"""``scipy.linalg`` for tensors and arrays: same names, same arguments, differentiable.

Convention: offered is what SciPy writes in Python, where tensors cannot enter; what NumPy has, too, is there:
``np.linalg.cholesky(t)``. ``block_diag``, ``toeplitz`` and ``cho_factor`` need NumPy alone; for the others
SciPy is imported at the first call. A function f of matrices is differentiated by

    f([[A, E], [0, A]]) = [[f(A), L], [0, f(A)]],  L the change of f(A) with a change E of A,

which, differentiated in its turn, gives every higher order (N. Higham, "Functions of Matrices", 2008, ch. 3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .declare import Late, Operation, plain, primitive
from .extras import extra
from .ops.complex import conj
from .ops.shape import array

__all__ = [
    "block_diag",
    "cho_factor",
    "cho_solve",
    "expm",
    "expm_frechet",
    "logm",
    "solve_triangular",
    "sqrtm",
    "toeplitz",
]


def _scipy(name: str) -> Any:
    """A function of ``scipy.linalg``."""
    return getattr(extra("scipy.linalg", "scipy", f"autograd.linalg.{name}"), name)


# ---------------------------------------------------------------- functions of matrices


def _change(function: Callable[[Any], Any], t: Any, a: Any) -> Any:
    """L, the change of function(a) with a change t of a."""
    n = a.shape[-1]
    zero = np.zeros_like(plain(a))
    rows = np.concatenate([a, t], -1), np.concatenate([zero, a], -1)
    return function(np.concatenate(rows, -2))[..., :n, n:]


def _exponential_change(t: Any, a: Any) -> Any:
    """L of the exponential; SciPy's own algorithm is faster, but for single matrices of numbers only."""
    if a.ndim == 2 and not isinstance(a, Late.Tensor) and not isinstance(t, Late.Tensor):
        return _scipy("expm_frechet")(a, t, compute_expm=False).astype(np.result_type(a, t), copy=False)
    return _change(exponential, t, a)


def _of_matrices(name: str, change: Callable[[Any, Any], Any]) -> Operation:
    """Declare a function of square matrices; its adjoint is its change at the transposed matrix."""

    def function(a: Any) -> Any:
        real = a.real.dtype
        y = _scipy(name)(a.astype(np.result_type(a, float), copy=False))  # SciPy's bounds are for double precision
        return y.astype(np.result_type(real, 1j) if y.dtype.kind == "c" else real, copy=False)

    return primitive(function, lambda g, a: change(g, a.mT), lambda t, a: change(t, a), name=name)


exponential: Operation = _of_matrices("expm", _exponential_change)
root: Operation = _of_matrices("sqrtm", lambda t, a: _change(root, t, a))
logarithm: Operation = _of_matrices("logm", lambda t, a: _change(logarithm, t, a))


def _square(name: str, a: Any) -> Any:
    a = array(a)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError(f"{name} takes square matrices, got shape {a.shape}")
    return a if a.dtype.kind in "fc" else a.astype(float)


def expm(A: Any) -> Any:
    """y = 1 + A + A²/2! + A³/3! + ..., of a matrix or a stack of them."""
    return exponential(_square("expm", A))


def sqrtm(A: Any) -> Any:
    """The y with y y = A whose eigenvalues have no negative real part; complex where A has negative ones."""
    return root(_square("sqrtm", A))


def logm(A: Any) -> Any:
    """The y with expm(y) = A whose eigenvalues have imaginary parts between -π and π."""
    return logarithm(_square("logm", A))


def expm_frechet(A: Any, E: Any, *, compute_expm: bool = True) -> Any:
    """The exponential of A and its change with a change E of A; or the change alone."""
    A, E = _square("expm_frechet", A), _square("expm_frechet", E)
    change = _exponential_change(E, A)
    return (expm(A), change) if compute_expm else change


# ---------------------------------------------------------------- triangular systems


def _triangle(x: Any, lower: bool, unit_diagonal: bool) -> Any:
    """What ``solve_triangular`` reads of a matrix and does not know beforehand."""
    return np.tril(x, -int(unit_diagonal)) if lower else np.triu(x, int(unit_diagonal))


def _triangular(a: Any, b: Any, trans: bool, lower: bool, unit_diagonal: bool) -> Any:
    return _scipy("solve_triangular")(a, b, trans=int(trans), lower=lower, unit_diagonal=unit_diagonal)


def _columns(x: Any) -> Any:
    return x[:, None] if x.ndim == 1 else x


def _triangular_pull(g: Any, a: Any, y: Any, trans: bool, lower: bool, unit_diagonal: bool) -> Any:
    """With z = a⁻ᵀ g: z is the gradient of b, the triangle of -z yᵀ that of a (-y zᵀ where a is transposed)."""
    z = triangular(a, g, not trans, lower, unit_diagonal)
    d = -_columns(z) @ _columns(y).mT
    return _triangle(d.mT if trans else d, lower, unit_diagonal), z


def _triangular_push_a(t: Any, a: Any, y: Any, trans: bool, lower: bool, unit_diagonal: bool) -> Any:
    t = _triangle(t, lower, unit_diagonal)
    return -triangular(a, (t.mT if trans else t) @ y, trans, lower, unit_diagonal)


triangular: Operation = primitive(
    _triangular,
    _triangular_pull,
    [
        _triangular_push_a,
        lambda t, a, trans, lower, unit_diagonal: triangular(a, t, trans, lower, unit_diagonal),
    ],
    inputs=["a", "b"],
    joint=True,
    name="solve_triangular",
)


def solve_triangular(a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False) -> Any:
    """The y with a y = b (``trans`` 1 or "T": aᵀ y = b; 2 or "C": aᴴ y = b), a one triangle of a matrix."""
    a, b = _square("solve_triangular", a), array(b)
    if a.ndim != 2 or b.ndim not in (1, 2):
        raise ValueError(f"solve_triangular takes one matrix a and a vector or matrix b, got {a.shape} and {b.shape}")
    if trans in (2, "C"):
        return conj(triangular(a, conj(b), True, lower, unit_diagonal))
    if trans not in (0, "N", 1, "T"):
        raise ValueError(f"trans must be 0 ('N'), 1 ('T') or 2 ('C'), got {trans!r}")
    return triangular(a, b, trans in (1, "T"), lower, unit_diagonal)


def cho_factor(a: Any, lower: bool = False) -> tuple[Any, bool]:
    """The Cholesky factor of a and which triangle it is, for ``cho_solve``; its other triangle is 0."""
    return np.linalg.cholesky(array(a), upper=not lower), lower


def cho_solve(c_and_lower: tuple[Any, bool], b: Any) -> Any:
    """The y with a y = b, by the Cholesky factor of a."""
    c, lower = c_and_lower
    first, then = (0, 2) if lower else (2, 0)
    return solve_triangular(c, solve_triangular(c, b, first, lower), then, lower)


# ---------------------------------------------------------------- matrices made of others


def block_diag(*arrs: Any) -> Any:
    """Matrices along a diagonal, zeros beside them; a vector counts as one row."""
    blocks = [np.atleast_2d(array(x)) for x in arrs]
    if any(x.ndim > 2 for x in blocks):
        raise ValueError(f"block_diag takes matrices, got shapes {[x.shape for x in blocks]}")
    width, start, rows = sum(x.shape[1] for x in blocks), 0, []
    for x in blocks:
        n = x.shape[1]
        rows.append(np.pad(x, ((0, 0), (start, width - start - n))))
        start += n
    return np.concatenate(rows, axis=0)


def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix whose diagonals are constant: c its first column, r its first row (c's conjugate if left out)."""
    c = np.ravel(array(c))
    r = conj(c) if r is None else np.ravel(array(r))
    values = np.concatenate([c[::-1], r[1:]])
    return values[np.arange(c.size)[::-1, None] + np.arange(r.size)]
