"""Norms of vectors and matrices.

Convention: where a norm is 0 it has no derivative, and the gradient is 0. Equal largest elements (of the maximum norm)
share the gradient equally.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np

from ...declare import composed, plain, primitive
from ...typing import Axis
from ..arguments import array
from ..reduce import restore
from .svd import svdvals

Order: TypeAlias = float | Literal["fro", "f", "nuc"]


def _length(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    if axis is None and not keepdims and x.__class__ is np.ndarray:
        v = x.ravel()
        return np.sqrt(np.vdot(v, v).real)
    return np.sqrt(np.sum((x * x.conj()).real, axis=axis, keepdims=keepdims))


def direction(x: Any, y: Any) -> Any:
    """conj(x) / y, and 0 where the length y is 0."""
    zero = plain(y) == 0
    if zero.any():
        y = np.where(zero, 1, y)
    return (np.conjugate(x) if x.dtype.kind == "c" else x) / y


# y = (sum |x|²)^½:  dy = Re(x* · t) / y
length = primitive(
    _length,
    name="norm",
    pull=lambda g, x, y, x_shape, axis=None, keepdims=False: (
        restore(g, x_shape, axis, keepdims) * direction(x, restore(y, x_shape, axis, keepdims))
    ),
    push=lambda t, x, y, x_shape, axis=None, keepdims=False: np.sum(
        np.real(direction(x, restore(y, x_shape, axis, keepdims)) * t), axis=axis, keepdims=keepdims
    ),
)


def _power(x: Any, p: float, axis: Axis = None, keepdims: bool = False) -> Any:
    return np.sum(np.abs(x) ** p, axis=axis, keepdims=keepdims) ** (1 / p)


def steepest(x: Any, y: Any, p: float) -> Any:
    """sign(x)* (|x| / y)^(p - 1), and 0 where the norm y is 0."""
    zero = plain(y) == 0
    if zero.any():
        y = np.where(zero, 1, y)
    sign = np.sign(x)
    share = np.abs(x) / y
    if p < 1:
        share = share + (share == 0)  # where x is 0 so is its sign, and no infinity may meet it
    return (np.conjugate(sign) if x.dtype.kind == "c" else sign) * share ** (p - 1)


# y = (sum |x|^p)^(1/p):  dy = Re(sign(x)* (|x| / y)^(p - 1) · t)
power_norm = primitive(
    _power,
    name="norm",
    pull=lambda g, x, y, x_shape, p, axis=None, keepdims=False: (
        restore(g, x_shape, axis, keepdims) * steepest(x, restore(y, x_shape, axis, keepdims), p)
    ),
    push=lambda t, x, y, x_shape, p, axis=None, keepdims=False: np.sum(
        np.real(steepest(x, restore(y, x_shape, axis, keepdims), p) * t), axis=axis, keepdims=keepdims
    ),
)


def floating(x: Any) -> Any:
    """An array of floats or complex numbers: integers become floats."""
    x = array(x)
    return x if x.dtype.kind in "fc" else x.astype(float)


def of_vectors(x: Any, ord: Order | None, axis: Axis, keepdims: bool) -> Any:
    """The norm of all elements along some axes, taken as one vector."""
    if ord is None or ord == 2:
        return length(x, axis, keepdims)
    if ord == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == math.inf:
        return np.max(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == -math.inf:
        return np.min(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == 0:  # counts the nonzero elements, so its derivative is 0
        return np.sum(np.sign(np.abs(x)), axis=axis, keepdims=keepdims)
    if isinstance(ord, str):
        raise ValueError(f"norm: invalid norm order {ord!r} for vectors")
    return power_norm(x, ord, axis, keepdims)


def of_matrices(x: Any, ord: Order | None, axes: tuple[int, int], keepdims: bool) -> Any:
    """The norm of the matrices that lie along two axes."""
    rows, columns = (n % x.ndim for n in axes)
    if rows == columns:
        raise ValueError("norm: duplicate axes given")
    if ord is None or ord == "fro" or ord == "f":
        return length(x, (rows, columns), keepdims)
    if ord in (1, -1, math.inf, -math.inf):
        inner, outer = (rows, columns) if abs(ord) == 1 else (columns, rows)
        sums = np.sum(np.abs(x), axis=inner, keepdims=True)
        y = (np.max if ord > 0 else np.min)(sums, axis=outer, keepdims=True)
    elif ord in (2, -2, "nuc"):
        s = svdvals(np.moveaxis(x, (rows, columns), (-2, -1)))
        y = np.sum(s, -1) if ord == "nuc" else s[..., 0] if ord == 2 else s[..., -1]
        return np.expand_dims(y, (rows, columns)) if keepdims else y
    else:
        raise ValueError(f"norm: invalid norm order {ord!r} for matrices")
    return y if keepdims else np.squeeze(y, axis=(rows, columns))


@composed(np.linalg.norm)
def norm(x: Any, ord: Order | None = None, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Any:
    """The norm of vectors (one axis) or matrices (two axes); without an order, of all elements as one vector."""
    x = floating(x)
    if axis is None:
        if ord is None or (ord in ("f", "fro") and x.ndim == 2) or (ord == 2 and x.ndim == 1):
            return length(x, None, keepdims)
        if x.ndim not in (1, 2):
            raise ValueError(f"norm: an order needs axis= unless x is a vector or matrix, got shape {x.shape}")
        axes = tuple(range(x.ndim))
    else:
        axes = axis if isinstance(axis, tuple) else (int(axis),)
    if len(axes) == 1:
        return of_vectors(x, ord, axes[0], keepdims)
    if len(axes) != 2:
        raise ValueError("norm: one axis (of vectors) or two (of matrices)")
    return of_matrices(x, ord, axes, keepdims)


@composed(np.linalg.vector_norm)
def vector_norm(x: Any, /, *, axis: Axis = None, keepdims: bool = False, ord: float = 2) -> Any:
    """The norm of all elements along some axes, taken as one vector."""
    return of_vectors(floating(x), ord, axis, keepdims)


@composed(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Order | None = "fro") -> Any:
    """The norm of matrices in the last two axes."""
    return of_matrices(floating(x), ord, (-2, -1), keepdims)
