"""Functions f of square matrices: exponential, square root, logarithm, cosine, sine, powers.

Convention: they are differentiated by

    f([[A, E], [0, A]]) = [[f(A), L], [0, f(A)]],  L the change of f(A) with a change E of A,

which, differentiated in turn, gives every higher order (N. Higham, "Functions of Matrices", 2008, ch. 3). Where
eigenvalues are negative, rounding would put the copies of one on both sides of a branch cut: the square root y is
differentiated by y L + L y = E instead, and the logarithm away from its cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, overload

import numpy as np

from ..declare import Late, Operation, plain, primitive
from ..ops.linalg.degenerate import size_of
from ..ops.linalg.systems import scipys as from_scipy
from ..ops.linalg.systems import sylvester
from ..typing import A as M
from ..typing import ArrayLike
from .given import square

__all__ = ["cosm", "expm", "expm_frechet", "fractional_matrix_power", "logm", "sinm", "sqrtm"]


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
        y = from_scipy("expm_frechet", a, t)(_double(a), _double(t), compute_expm=False)
        return y.astype(np.result_type(a, t), copy=False)
    return _change(exponential, t, a)


def _invertible(name: str, a: Any, power: int = 1) -> Any:
    """The eigenvalues of a; where one is 0 but for rounding, a function of the ``power`` of a has no derivative."""
    eigenvalues = np.linalg.eigvals(_double(plain(a)))
    sizes = np.abs(eigenvalues) ** power
    if np.any(sizes.min(-1) <= np.finfo(np.float64).eps * sizes.max(-1)):
        raise np.linalg.LinAlgError(f"{name}: the matrix is singular, where no power or logarithm has a derivative")
    return eigenvalues


def _root_change(t: Any, y: Any) -> Any:
    """The L with y L + L y = t."""
    _invertible("sqrtm", y, power=2)
    kind = np.result_type(plain(t), plain(y))
    return sylvester(_double(y), _double(y), _double(t)).astype(kind, copy=False)


def _computed(name: str, a: Any) -> Any:
    real = a.real.dtype
    y = from_scipy(name, a)(_double(a))
    return y.astype(np.result_type(real, 1j) if y.dtype.kind == "c" else real, copy=False)


def _logarithm_change(t: Any, a: Any, y: Any) -> Any:
    """L of the logarithm y. Negative eigenvalues are turned off the branch cut: log a = log(a c) - log c."""
    angles = np.angle(_invertible("logm", a))
    if not np.any(angles == np.pi):
        change = _change(logarithm, t, a)
        real = all(plain(x).dtype.kind == "f" for x in (t, y))  # though rounding may put eigenvalues off their pairs
        return np.real(change) if real else change
    c = np.exp(-0.5j * np.min(angles + np.pi))  # half way to the next ones below it
    return _change(logarithm, t * c, a * c)


exponential: Operation = primitive(
    lambda a: _computed("expm", a),
    lambda g, a: _exponential_change(g, a.mT),  # the adjoint is the change at the transposed matrix
    lambda t, a: _exponential_change(t, a),
    name="expm",
)
root: Operation = primitive(
    lambda a: _computed("sqrtm", a),
    lambda g, y: _root_change(g, y.mT),
    lambda t, y: _root_change(t, y),
    name="sqrtm",
)
logarithm: Operation = primitive(
    lambda a: _computed("logm", a),
    lambda g, a, y: _logarithm_change(g, a.mT, y),
    lambda t, a, y: _logarithm_change(t, a, y),
    name="logm",
)


def expm(A: M) -> M:
    """y = 1 + A + A²/2! + A³/3! + ... of square matrices (..., n, n)."""
    return exponential(square("expm", A))


def sqrtm(A: M) -> M:
    """The y with y y = A (..., n, n) and no eigenvalue of negative real part; complex if A has negative eigenvalues."""
    return root(square("sqrtm", A))


def logm(A: M) -> M:
    """The y with expm(y) = A (..., n, n) whose eigenvalues have imaginary parts between -π and π."""
    return logarithm(square("logm", A))


@overload
def expm_frechet(A: M, E: ArrayLike, *, compute_expm: Literal[True] = True) -> tuple[M, M]: ...
@overload
def expm_frechet(A: M, E: ArrayLike, *, compute_expm: Literal[False]) -> M: ...
def expm_frechet(A: Any, E: Any, *, compute_expm: bool = True) -> Any:
    """expm(A) and its change L with a change E of A, both (..., n, n); without ``compute_expm``, L alone."""
    A, E = square("expm_frechet", A), square("expm_frechet", E)
    change = _exponential_change(E, A)
    return (expm(A), change) if compute_expm else change


def _turned(name: str, A: Any) -> tuple[Any, Any]:
    """exp(iA) and, of complex matrices, exp(-iA)."""
    a = square(name, A)
    return exponential(1j * a), exponential(-1j * a) if a.dtype.kind == "c" else None


def cosm(A: M) -> M:
    """y = 1 - A²/2! + A⁴/4! - ... of square matrices A (..., n, n)."""
    y, back = _turned("cosm", A)
    found: Any = np.real(y) if back is None else (y + back) / 2
    return found


def sinm(A: M) -> M:
    """y = A - A³/3! + A⁵/5! - ... of square matrices (..., n, n)."""
    y, back = _turned("sinm", A)
    found: Any = np.imag(y) if back is None else (y - back) / 2j
    return found


def fractional_matrix_power(A: M, t: float) -> M:
    """y = expm(t logm(A)) of square matrices (..., n, n), not singular; of a whole t, the product of t factors A.

    ``t``  the exponent, a plain number
    """
    a = square("fractional_matrix_power", A)
    if t == int(t):
        whole: Any = np.linalg.matrix_power(a, int(t))
        return whole
    _invertible("fractional_matrix_power", a)
    return expm(t * logm(a))
