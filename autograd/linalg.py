"""``scipy.linalg`` for tensors and arrays: same names, same arguments, differentiable.

Convention: this module offers what SciPy writes in Python, where tensors cannot enter. Call by NumPy's name what NumPy
has, too: ``np.linalg.cholesky(t)``. ``block_diag``, ``toeplitz`` and ``cho_factor`` need NumPy alone; the others import
SciPy at their first call. Arrays that are no matrices of the right shape raise ValueError, arrays of libraries that
SciPy does not take TypeError, and a missing SciPy ImportError. A function f of matrices is differentiated by

    f([[A, E], [0, A]]) = [[f(A), L], [0, f(A)]],  L the change of f(A) with a change E of A,

which, differentiated in turn, gives every higher order (N. Higham, "Functions of Matrices", 2008, ch. 3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, overload

import numpy as np

from .declare import Late, Operation, plain, primitive
from .ops.arguments import array, floats
from .ops.complex import conj
from .ops.linalg import systems
from .ops.linalg.degenerate import size_of
from .ops.linalg.systems import scipys as _scipy
from .typing import A as M  # SciPy calls a matrix A
from .typing import ArrayLike

__all__ = [
    "block_diag", "cho_factor", "cho_solve", "expm", "expm_frechet", "logm", "solve_banded",
    "solve_sylvester", "solve_triangular", "sqrtm", "toeplitz",
]  # fmt: skip

Transposed: TypeAlias = Literal[0, "N", 1, "T", 2, "C"]  # a as it is, its transpose, its conjugate transpose


# ---------------------------------------------------------------- functions of matrices


def _change(function: Callable[[Any], Any], t: Any, a: Any) -> Any:
    """L, the change of function(a) with a change t of a.

    L is linear in t, which is made as large as a first: beside a much larger block a would be rounded off.
    """
    n = a.shape[-1]
    zero = np.zeros_like(plain(a))
    scale = size_of(t) / size_of(a)
    rows = np.concatenate([a, t / scale], -1), np.concatenate([zero, a], -1)
    return function(np.concatenate(rows, -2))[..., :n, n:] * scale


def _double(a: Any) -> Any:
    """The matrices in double precision, the one that SciPy's error bounds assume and all its steps know."""
    return a.astype(np.complex128 if a.dtype.kind == "c" else np.float64, copy=False)


def _exponential_change(t: Any, a: Any) -> Any:
    """L of the exponential; SciPy's own algorithm is faster but takes only single matrices that are not tracked."""
    if a.ndim == 2 and not isinstance(a, Late.Tensor) and not isinstance(t, Late.Tensor):
        y = _scipy("expm_frechet", a, t)(_double(a), _double(t), compute_expm=False)
        return y.astype(np.result_type(a, t), copy=False)
    return _change(exponential, t, a)


def _of_matrices(name: str, change: Callable[[Any, Any], Any]) -> Operation:
    """Declare a function of square matrices; its adjoint is its change at the transposed matrix."""

    def function(a: Any) -> Any:
        real = a.real.dtype
        y = _scipy(name, a)(_double(a))
        return y.astype(np.result_type(real, 1j) if y.dtype.kind == "c" else real, copy=False)

    return primitive(function, lambda g, a: change(g, a.mT), lambda t, a: change(t, a), name=name)


exponential: Operation = _of_matrices("expm", _exponential_change)
root: Operation = _of_matrices("sqrtm", lambda t, a: _change(root, t, a))
logarithm: Operation = _of_matrices("logm", lambda t, a: _change(logarithm, t, a))


def _square(name: str, a: Any) -> Any:
    """Square matrices of floats or complex numbers."""
    a = array(a)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError(f"{name} takes square matrices, got shape {a.shape}")
    return floats(a)


def expm(A: M) -> M:
    """y = 1 + A + A²/2! + A³/3! + ... of square matrices (..., n, n)."""
    return exponential(_square("expm", A))


def sqrtm(A: M) -> M:
    """The y with y y = A (..., n, n) and no eigenvalue of negative real part; complex if A has negative eigenvalues."""
    return root(_square("sqrtm", A))


def logm(A: M) -> M:
    """The y with expm(y) = A (..., n, n) whose eigenvalues have imaginary parts between -π and π."""
    return logarithm(_square("logm", A))


@overload
def expm_frechet(A: M, E: ArrayLike, *, compute_expm: Literal[True] = True) -> tuple[M, M]: ...
@overload
def expm_frechet(A: M, E: ArrayLike, *, compute_expm: Literal[False]) -> M: ...
def expm_frechet(A: Any, E: Any, *, compute_expm: bool = True) -> Any:
    """expm(A) and its change L with a change E of A, both (..., n, n); without ``compute_expm``, L alone."""
    A, E = _square("expm_frechet", A), _square("expm_frechet", E)
    change = _exponential_change(E, A)
    return (expm(A), change) if compute_expm else change


# ---------------------------------------------------------------- triangular systems


def _triangle(x: Any, lower: bool, unit_diagonal: bool) -> Any:
    """The part of a matrix that ``solve_triangular`` reads."""
    return np.tril(x, -int(unit_diagonal)) if lower else np.triu(x, int(unit_diagonal))


def _triangular(a: Any, b: Any, trans: bool, lower: bool, unit_diagonal: bool) -> Any:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return _scipy("solve_triangular")(a, b, trans=int(trans), lower=lower, unit_diagonal=unit_diagonal)
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
    x: Any = _square("solve_triangular", a)
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


# ---------------------------------------------------------------- other systems


def solve_sylvester(a: M, b: M, q: M) -> M:
    """The y with a y + y b = q; a is (m, m), b (n, n), and q and y are (m, n).

    There is one if no eigenvalue of a is one of -b.
    """
    x, z = _square("solve_sylvester", a), _square("solve_sylvester", b)
    right: Any = floats(q)
    if x.ndim != 2 or z.ndim != 2 or right.shape != (x.shape[0], z.shape[0]):
        raise ValueError(f"solve_sylvester takes a (m, m), b (n, n) and q (m, n), got {x.shape}, {z.shape}, {q.shape}")
    y: Any = systems.sylvester(x, z, right)
    return y


def solve_banded(l_and_u: tuple[int, int], ab: M, b: M) -> M:
    """The y with a y = b, of a banded matrix a (n, n).

    ``l_and_u``  how many diagonals below and above the main one are not 0
    ``ab``       these diagonals, (l + u + 1, n): ab[u + i - j, j] is a[i, j]; what is none of a's is not read
    ``b``        (n,) or (n, k), and y too
    """
    below, above = (int(n) for n in l_and_u)
    bands: Any = floats(ab)
    right: Any = floats(b)
    if bands.ndim != 2 or bands.shape[0] != below + above + 1:
        raise ValueError(f"solve_banded: {below + above + 1} diagonals are (l + u + 1, n), got shape {bands.shape}")
    if right.ndim not in (1, 2) or right.shape[0] != bands.shape[1]:
        raise ValueError(f"solve_banded: b is (n,) or (n, k) with n = {bands.shape[1]}, got shape {right.shape}")
    y: Any = systems.banded(systems.within(bands, below, above), right, below, above)
    return y


# ---------------------------------------------------------------- matrices made of others


def block_diag(*arrs: ArrayLike) -> Any:
    """The matrix with the matrices ``arrs`` along its diagonal and 0 elsewhere.

    Of (m₁, n₁), (m₂, n₂), ... it is (m₁ + m₂ + ..., n₁ + n₂ + ...); a vector counts as one row.
    """
    blocks = [np.atleast_2d(array(x)) for x in arrs]
    if any(x.ndim > 2 for x in blocks):
        raise ValueError(f"block_diag takes matrices, got shapes {[x.shape for x in blocks]}")
    width, start, rows = sum(x.shape[1] for x in blocks), 0, []
    for x in blocks:
        n = x.shape[1]
        rows.append(np.pad(x, ((0, 0), (start, width - start - n))))
        start += n
    return np.concatenate(rows, axis=0)


def toeplitz(c: M, r: ArrayLike | None = None) -> M:
    """The matrix (m, n) with constant diagonals.

    ``c``  its first column (m,)
    ``r``  its first row (n,), whose first number is not read; the conjugate of c by default
    """
    column: Any = np.ravel(array(c))
    row: Any = conj(column) if r is None else np.ravel(array(r))
    values: Any = np.concatenate([column[::-1], row[1:]])
    return values[np.arange(column.size)[::-1, None] + np.arange(row.size)]
