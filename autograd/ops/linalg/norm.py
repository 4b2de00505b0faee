"""Norms of vectors and matrices, and the condition number of a matrix: norm, vector_norm, matrix_norm, cond.

Convention: where a norm is 0 it has no derivative, and the gradient is 0. Equal largest elements (of the maximum norm)
share the gradient equally.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np

from ...declare import composed, plain, primitive
from ...typing import Axis
from ..arguments import floats
from ..complex import conj
from ..reduce import keep_axes
from ..special_points import corner
from .degenerate import unusual
from .solve import inverse
from .svd import svdvals

Order: TypeAlias = float | Literal["fro", "f", "nuc"]


def _norm(x: Any, p: float = 2, axis: Axis = None, keepdims: bool = False) -> Any:
    """y = (sum |x|^p)^(1/p)."""
    if p == 2 and axis is None and not keepdims and x.__class__ is np.ndarray:
        v = x.ravel()
        total = np.vdot(v, v).real
        if SMALLEST[total.dtype] < total < math.inf:
            return np.sqrt(total)
        return _of_extremes(x, p, axis, keepdims)
    with np.errstate(over="ignore", divide="ignore"):
        total = np.sum((x * x.conj()).real if p == 2 else np.abs(x) ** p, axis=axis, keepdims=keepdims)
    low, high = np.minimum.reduce(total, None, initial=1), np.maximum.reduce(total, None, initial=1)
    if not SMALLEST[total.dtype] < low <= high < math.inf:
        return _of_extremes(x, p, axis, keepdims)
    return np.sqrt(total) if p == 2 else total ** (1 / p)


# where a sum of powers is smaller, underflow may have rounded it
SMALLEST = {np.dtype(f): float(np.finfo(f).smallest_normal / np.finfo(f).eps) for f in "efdg"}


def _of_extremes(x: Any, p: float, axis: Axis, keepdims: bool) -> Any:
    """The same, relative to the largest element (for p < 0 the smallest one), so that powers do not overflow."""
    size = np.abs(x)
    unit: Any = np.max(size, axis, None, True, 0) if p > 0 else np.min(size, axis, None, True, math.inf)
    unit = np.where((unit > 0) & (unit < math.inf), unit, 1)
    y = np.sum((size / unit) ** p, axis=axis, keepdims=True) ** (1 / p) * unit
    return y if keepdims else np.squeeze(y, axis=axis)


def _slope(x: Any, y: Any, p: float, axis: Axis, keepdims: bool) -> Any:
    """dy/dx = sign(x)* (|x| / y)^(p - 1), for p = 2 just x* / y; 0 where the norm y is 0."""
    zero = plain(y) == 0
    if zero.any():
        y = np.where(zero, 1, y) + corner(y)
    y = keep_axes(y, x.shape, axis, keepdims)
    if p == 2:
        return conj(x) / y
    share = np.abs(x) / y
    if p < 1:
        share = share + (share == 0)  # where x is 0 so is its sign, and no infinity may meet it
    return conj(np.sign(x)) * share ** (p - 1)


p_norm = primitive(
    _norm,
    pull=lambda g, x, y, p=2, axis=None, keepdims=False: (
        keep_axes(g, x.shape, axis, keepdims) * _slope(x, y, p, axis, keepdims)
    ),
    push=lambda t, x, y, p=2, axis=None, keepdims=False: np.sum(
        np.real(_slope(x, y, p, axis, keepdims) * t), axis=axis, keepdims=keepdims
    ),
    along="axis",
)


def of_vectors(x: Any, ord: Order | None, axis: Axis, keepdims: bool) -> Any:
    """The norm of all elements along some axes, taken as one vector."""
    if ord == 1 or (ord == math.inf and not x.size):  # 0 of no numbers
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    if ord in (math.inf, -math.inf):
        return (np.max if ord == math.inf else np.min)(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == 0:  # counts the nonzero elements, so its derivative is 0
        return np.sum(np.sign(np.abs(x)), axis=axis, keepdims=keepdims)
    if isinstance(ord, str):
        raise ValueError(f"norm: invalid norm order {ord!r} for vectors")
    return p_norm(x, 2 if ord is None else ord, axis, keepdims)


def of_matrices(x: Any, ord: Order | None, axes: tuple[int, int], keepdims: bool) -> Any:
    """The norm of the matrices that lie along two axes."""
    rows, columns = (n % x.ndim for n in axes)
    if rows == columns:
        raise ValueError("norm: duplicate axes given")
    if ord in (None, "fro", "f") or (not x.size and ord in (1, 2, math.inf)):
        return p_norm(x, 2, (rows, columns), keepdims)
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
    x = floats(x)
    if axis is None:
        if ord is None or (ord in ("f", "fro") and x.ndim == 2) or (ord == 2 and x.ndim == 1):
            return p_norm(x, 2, None, keepdims)
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
    return of_vectors(floats(x), ord, axis, keepdims)


@composed(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Order | None = "fro") -> Any:
    """The norm of matrices in the last two axes."""
    return of_matrices(floats(x), ord, (-2, -1), keepdims)


@composed(np.linalg.cond)
def cond(x: Any, p: Order | None = None) -> Any:
    """How much the inverse amplifies errors: |x| |x⁻¹| in the norm p (2 unless given)."""
    x = floats(x)
    if p in (None, 2, -2):
        s = svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    unit = unusual(x)
    if unit is not None:  # the product is the same for all multiples of a matrix
        x = x / unit
    return of_matrices(x, p, (-2, -1), False) * of_matrices(inverse(x), p, (-2, -1), False)
