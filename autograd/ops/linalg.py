"""Inverses, linear systems and determinants: ``numpy.linalg`` without the decompositions.

Convention: dy is written for a change t of the input, the gradient g goes back by the transposed map, never
the conjugate transposed one. A singular matrix raises where NumPy would raise. Source of most rules:
M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..operation import composed, constant, linear, plain, primitive
from .products import matmul
from .shape import array


def turn(x: Any) -> Any:
    """The transposed matrices, not conjugated."""
    return x.swapaxes(-1, -2)


def adjoint(x: Any) -> Any:
    """The conjugate transposed matrices."""
    return np.conjugate(x.swapaxes(-1, -2)) if x.dtype.kind == "c" else x.swapaxes(-1, -2)


def dtype_epsilon(x: Any) -> float:
    """The relative precision of an array's numbers."""
    return float(np.finfo(x.dtype).eps)


def _mirrored(x: Any, lower: bool = True) -> Any:
    y = np.tril(x, -1) if lower else np.triu(x, 1)
    return y + adjoint(y) + np.real(x) * np.eye(x.shape[-1], dtype=bool)


def _mirrored_pull(g: Any, lower: bool = True) -> Any:
    both = g + adjoint(g)
    off = np.tril(both, -1) if lower else np.triu(both, 1)
    return off + np.real(g) * np.eye(g.shape[-1], dtype=bool)


# The Hermitian matrix that one triangle of x stands for: what NumPy sees of x where it takes it for Hermitian.
mirrored = linear(_mirrored, _mirrored_pull)

# ---------------------------------------------------------------- inverse and linear systems

# y = a⁻¹:  dy = -y t y
inverse = primitive(
    np.linalg.inv,
    pull=lambda g, y: -turn(y) @ g @ turn(y),
    push=lambda t, y: -y @ t @ y,
)


def _columns(x: Any, b_shape: tuple[int, ...]) -> Any:
    """A vector on the right-hand side as a matrix of one column. Only b of one axis counts as a vector."""
    return x[..., None] if len(b_shape) == 1 else x


def _solve(a: Any, b: Any, b_shape: tuple[int, ...]) -> Any:
    """a⁻¹ b, for stacks of vectors where the system was one of vectors."""
    if len(b_shape) == 1 and b.ndim > 1:
        return np.linalg.solve(a, b[..., None])[..., 0]
    return np.linalg.solve(a, b)


def _solve_pull(g: Any, a: Any, y: Any, b_shape: tuple[int, ...], tracked: tuple[bool, ...]) -> Any:
    """With z = a⁻ᵀ g: z is the gradient of b, -z yᵀ that of a."""
    z = _solve(turn(a), g, b_shape)
    return (-_columns(z, b_shape) @ turn(_columns(y, b_shape)) if tracked[0] else None), (z if tracked[1] else None)


def _solve_push_a(t: Any, a: Any, y: Any, b_shape: tuple[int, ...]) -> Any:
    return -_solve(a, t @ y if len(b_shape) > 1 else (t @ y[..., None])[..., 0], b_shape)


# a y = b:  dy = a⁻¹ (db - da y)
solve = primitive(
    np.linalg.solve,
    pull=_solve_pull,
    push=[_solve_push_a, lambda t, a, b_shape: _solve(a, t, b_shape)],
    inputs=["a", "b"],
    joint=True,
)


def _pinv(a: Any, rcond: Any = None, rtol: Any = None) -> Any:
    return np.linalg.pinv(a, rcond) if rtol is None else np.linalg.pinv(a, rtol=rtol)


def _pinv_pull(g: Any, x: Any, y: Any) -> Any:
    m = turn(g) @ y @ adjoint(y)  # of the second term
    n = adjoint(y) @ y @ turn(g)  # of the third
    return -turn(y) @ g @ turn(y) + np.conjugate(m - x @ (y @ m)) + np.conjugate(n - (n @ y) @ x)


def _pinv_push(t: Any, x: Any, y: Any) -> Any:
    h = adjoint(t)
    m, n = y @ (adjoint(y) @ h), h @ (adjoint(y) @ y)
    return -y @ t @ y + (m - (m @ x) @ y) + (n - y @ (x @ n))


# dy = -y t y + y yᴴ tᴴ (1 - x y) + (1 - y x) tᴴ yᴴ y while the rank stays the same.
# G. Golub, V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems", 1973.
pseudo_inverse = primitive(_pinv, pull=_pinv_pull, push=_pinv_push, name="pinv")


@composed(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """The pseudo-inverse; its derivative holds while the rank stays what it is (the cut-off counts as zero).

    ``hermitian=True`` reads the lower triangle only, so only that has a gradient.
    """
    if rtol is np._NoValue:
        rtol = None
    if hermitian:
        a = mirrored(array(a))
    return pseudo_inverse(a, rcond, rtol)


@composed(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The shortest y that minimises |a y - b|², the squared residuals, the rank, the singular values of a.

    y = a⁺ b; so the derivative holds for any rank, while it stays what it is.
    """
    a, b = array(a), array(b)
    if a.ndim != 2 or b.ndim not in (1, 2):
        raise np.linalg.LinAlgError(f"lstsq takes a matrix a and a vector or matrix b, got {a.shape} and {b.shape}")
    m, n = a.shape
    if rcond is None:
        rcond = dtype_epsilon(a) * max(m, n) if a.dtype.kind in "fc" else float(np.finfo(float).eps) * max(m, n)
    elif rcond == -1:
        rcond = dtype_epsilon(a)
    s = np.linalg.svdvals(a)
    rank = int((plain(s) > rcond * plain(s)[:1]).sum())
    y = matmul(pinv(a, rcond), b)
    if rank < n or m <= n:
        return y, np.zeros_like(plain(b), shape=(0,), dtype=plain(s).dtype), rank, s
    rest = b - matmul(a, y)
    square = np.sum(np.real(rest * np.conjugate(rest)), axis=0)
    return y, np.reshape(square, (1,)) if b.ndim == 1 else square, rank, s


@composed(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of a as a linear map from its last axes to its first ``ind`` ones."""
    if ind <= 0:
        raise ValueError(f"tensorinv: ind must be positive, got {ind}")
    a = array(a)
    rows, columns = a.shape[:ind], a.shape[ind:]
    return np.reshape(inverse(np.reshape(a, (math.prod(rows), math.prod(columns)))), (*columns, *rows))


@composed(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """The tensor y whose product with a over all axes of y is b."""
    a, b = array(a), array(b)
    if axes is not None:
        last = [n % a.ndim for n in axes]
        a = np.transpose(a, [n for n in range(a.ndim) if n not in last] + last)
    columns = a.shape[b.ndim :]
    size = math.prod(columns)
    return np.reshape(solve(np.reshape(a, (b.size, size)), np.ravel(b)), columns)


# ---------------------------------------------------------------- determinants


def trace_of(x: Any) -> Any:
    return np.trace(x, axis1=-2, axis2=-1)


def _products_of_others(s: Any) -> Any:
    """The product of all singular values but one, for each."""
    n = s.shape[-1]
    return np.prod(np.where(np.eye(n, dtype=bool), 1, s[..., None, :]), axis=-1)


def _products_of_all_but_two(s: Any) -> Any:
    """The product of all singular values but two, for each pair; 0 where the two are the same."""
    n = s.shape[-1]
    one, all_ = np.eye(n, dtype=bool), ~np.eye(n, dtype=bool)
    kept = np.where(one[:, None, :] | one[None, :, :], 1, s[..., None, None, :])
    return np.prod(kept, axis=-1) * all_


def _sided(x: Any) -> tuple[Any, Any, Any, Any]:
    """x = u s v and the cofactors of u and v: det(u) conj(u), det(v) conj(v)."""
    u, s, v = np.linalg.svd(x)
    du, dv = np.linalg.det(u)[..., None, None], np.linalg.det(v)[..., None, None]
    return (u, s, v, (du * np.conjugate(u), dv * np.conjugate(v)))


def _cofactors(x: Any) -> Any:
    """The gradient of det: det(x) x⁻ᵀ, and what that tends to where x is singular.

    Cofactors of a product are the product of cofactors, and those of a diagonal matrix are products.
    """
    try:
        inv = np.linalg.inv(x)
        size = np.linalg.norm(x, axis=(-2, -1)) * np.linalg.norm(inv, axis=(-2, -1))
        if np.all(size * dtype_epsilon(x) < 1e-6 if x.dtype.itemsize > 4 else size < 1e3):
            return np.linalg.det(x)[..., None, None] * turn(inv)
    except np.linalg.LinAlgError:
        pass
    _, s, _, (u, v) = _sided(x)
    return (u * _products_of_others(s)[..., None, :]) @ v


def _cofactors_change(t: Any, x: Any) -> Any:
    """The change of the cofactors of x with a change t: the Hessian of det, applied to t.

    With x = u s v, f = uᴴ t vᴴ and p_ij the product of all singular values but two: the cofactors of s + f
    change by diag(p diag f) - p ∘ fᵀ.
    """
    u, s, v, (cu, cv) = _sided(x)
    f = adjoint(u) @ t @ adjoint(v)
    p = _products_of_all_but_two(s)
    n = s.shape[-1]
    diagonal = (p @ np.diagonal(f, axis1=-2, axis2=-1)[..., None]) * np.eye(n, dtype=s.dtype)
    return cu @ (diagonal - p * turn(f)) @ cv


def _third(g: Any, t: Any, x: Any) -> Any:
    """The third derivative of det in two directions, by the inverse: a singular x raises."""
    b = np.linalg.inv(x)
    bt, bg = b @ t, b @ g
    both = trace_of(bt) * trace_of(bg) - trace_of(bt @ bg)
    first = both[..., None, None] * b - trace_of(bg)[..., None, None] * (bt @ b) - trace_of(bt)[..., None, None] * (bg @ b)
    return np.linalg.det(x)[..., None, None] * turn(first + bt @ bg @ b + bg @ bt @ b)


cofactors = primitive(
    _cofactors,
    pull=lambda g, x: cofactors_change(g, x),  # the Hessian is symmetric
    push=lambda t, x: cofactors_change(t, x),
)
cofactors_change = primitive(
    _cofactors_change,
    pull=[lambda g, x: cofactors_change(g, x), lambda g, t, x: _third(g, t, x)],
    push=[lambda d, x: cofactors_change(d, x), lambda d, t, x: _third(d, t, x)],
    inputs=["t", "x"],
)

# dy = sum of (cofactors ∘ t), right for singular matrices too
det = primitive(
    np.linalg.det,
    pull=lambda g, x: g[..., None, None] * cofactors(x),
    push=lambda t, x: np.sum(cofactors(x) * t, (-2, -1)),
)


def _slogdet_pull(g: Any, x: Any, y: Any) -> Any:
    """d log det = tr(x⁻¹ t): its real part changes the logarithm, its imaginary part turns the sign."""
    c = g[1]
    if x.dtype.kind == "c":
        c = c - np.real(g[0] * y[0] * 1j) * 1j
    return c[..., None, None] * turn(np.linalg.inv(x))


def _slogdet_push(t: Any, x: Any, y: Any) -> Any:
    d = trace_of(np.linalg.solve(x, t))
    if x.dtype.kind == "c":
        return y[0] * np.imag(d) * 1j, np.real(d)
    return 0 * d, d


slogdet = primitive(np.linalg.slogdet, pull=_slogdet_pull, push=_slogdet_push, inputs=["a"], results=True)

# ---------------------------------------------------------------- diagonals


@composed(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    """The sum of a diagonal."""
    return np.sum(np.diagonal(array(a), offset, axis1, axis2), axis=-1, dtype=dtype)


@composed(np.linalg.trace)
def linalg_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """The sum of a diagonal of each matrix."""
    return trace(x, offset, -2, -1, dtype)


@composed(np.linalg.diagonal)
def linalg_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """A diagonal of each matrix."""
    return np.diagonal(x, offset, -2, -1)


@composed(np.linalg.matrix_transpose)
def linalg_matrix_transpose(x: Any, /) -> Any:
    """The transposed matrices."""
    return np.swapaxes(x, -1, -2)


constant(np.linalg.matrix_rank)
