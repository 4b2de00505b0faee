"""Inverses and linear systems; small functions of ``numpy.linalg``.

Convention: dy is written for a change t of the input, the gradient g goes back by the transposed map, never
the conjugate transposed one. A singular matrix raises where NumPy would raise. Source of most rules:
M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...declare import composed, constant, linear, plain, primitive
from ..arguments import array, refuse
from .matmul import matmul


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


# ---------------------------------------------------------------- diagonals


@composed(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Any:
    """The sum of a diagonal."""
    refuse("trace", out)
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
