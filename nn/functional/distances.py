"""Distances and similarities: those of vectors, and the lecture's template matching.

Convention: vectors lie along the last axis unless ``axis`` says otherwise. Half precision is computed in single.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.declare import plain, primitive
from autograd.typing import A, Array, ArrayLike

from ..words import translated
from . import composed
from .precision import in_single, operand, single

__all__ = ["cosine_similarity", "pairwise_distance", "rbf", "squared_distances"]

NEAR = 0.01  # of |x|² + |w|²: where |x - w|² is less, two or more digits have cancelled
BLOCK = 1 << 16  # elements of a block of differences


@in_single
@translated
def cosine_similarity(x1: A, x2: ArrayLike, axis: int = 1, eps: float = 1e-8) -> A:
    """x₁·x₂ / (max(|x₁|, eps) max(|x₂|, eps)), the cosine of the angle between vectors.

    ``x1``, ``x2``  x₁ and x₂, broadcast to one shape; the result lacks the axis of the vectors
    ``axis``        along which the vectors lie
    ``eps``         the least length
    """
    a, b = operand(x1), operand(x2)
    lengths: Any = [np.maximum(length(x, 2, axis, True), eps) for x in (a, b)]
    if all(np.maximum.reduce(plain(x), None, initial=0) < _root(x) for x in lengths):
        return np.sum(a * b, axis=axis) / np.squeeze(lengths[0] * lengths[1], axis)
    return np.sum((a / lengths[0]) * (b / lengths[1]), axis=axis)  # the products would overflow


@in_single
@translated
def pairwise_distance(x1: A, x2: ArrayLike, p: float = 2.0, eps: float = 1e-6, keepdims: bool = False) -> A:
    """|x₁ - x₂ + eps|ₚ along the last axis.

    ``x1``, ``x2``  vectors x₁ and x₂ (..., d), broadcast to one shape; the result is (...)
    ``p``           the order of the norm
    ``eps``         added to the differences
    ``keepdims``    whether the result is (..., 1)
    """
    return length(operand(x1) - operand(x2) + eps, p, -1, keepdims)


def length(x: Any, p: float, axis: Any, keepdims: bool) -> Any:
    """‖x‖ₚ of the vectors along an axis, even where powers of their numbers overflow or vanish."""
    x = single(x)
    with np.errstate(over="ignore"):
        y: Any = np.linalg.vector_norm(x, ord=p, axis=axis, keepdims=keepdims)
    if p in (1, math.inf) or (p == 2 and np.maximum.reduce(plain(y), None, initial=0) < np.inf):
        return y
    largest = np.max(np.abs(plain(x)), axis=axis, keepdims=True, initial=0)
    scale = np.where((largest > 0) & (largest < np.inf), largest, 1)
    y = np.linalg.vector_norm(x / scale, ord=p, axis=axis, keepdims=True) * scale
    return y if keepdims else np.squeeze(y, axis)


def _root(x: Any) -> float:
    """A number whose square is within the precision of x."""
    return float(np.finfo(x.dtype).max) ** 0.5


def _squared_distances(x: Any, w: Any) -> Any:
    """d_ik = |xᵢ - w_k|² (n, m) for x (n, in) and w (m, in).

    Computed as |x|² - 2 x·w + |w|², a matrix product, many times faster than n m differences. That cancels where
    |x - w| is small beside |x| and |w|: so both lose the mean of w, and near pairs are computed again by differences.
    """
    x, w = _centred(single(x), single(w))
    squares = [np.einsum("ij,ij->i", a, a) for a in (x, w)]
    if x.dtype.itemsize < 8 and not all(np.maximum.reduce(a, initial=0) < np.inf for a in squares):
        return _squared_distances(x.astype(float), w.astype(float))
    sums = squares[0][:, None] + squares[1]
    d = x @ w.T
    d *= -2
    d += sums
    sums *= NEAR
    rows, columns = np.nonzero(d < sums)
    step = max(1, BLOCK // max(1, x.shape[1]))
    for start in range(0, len(rows), step):
        i, k = rows[start : start + step], columns[start : start + step]
        apart = x[i] - w[k]
        d[i, k] = np.einsum("ij,ij->i", apart, apart)
    return d


def _centred(x: Any, w: Any) -> tuple[Any, Any]:
    """Both minus the mean of w: a constant, as distances do not depend on it."""
    mean = plain(w).mean(axis=0) if len(w) else 0
    return x - mean, w - mean


def _pull_x(g: Any, x: Any, w: Any) -> Any:
    """2 Σ_k g_ik (xᵢ - w_k)."""
    x, w = _centred(x, w)
    return (np.sum(g, axis=1, keepdims=True) * x - g @ w) * 2


def _push_x(t: Any, x: Any, w: Any) -> Any:
    """2 tᵢ·(xᵢ - w_k)."""
    x, w = _centred(x, w)
    return (np.sum(t * x, axis=1, keepdims=True) - t @ w.T) * 2


def _of_their_dtype(x: Any, w: Any) -> Any:
    """d_ik = |xᵢ - w_k|², the squares of all distances between two sets of vectors.

    ``x``, ``w``  (n, in) and (m, in); d is (n, m)
    """
    return _squared_distances(x, w).astype(np.result_type(x.dtype, w.dtype), copy=False)


squared_distances: Callable[[Array, A], A] = primitive(
    _of_their_dtype,
    name="squared_distances",
    pull=[_pull_x, lambda g, x, w: _pull_x(g.T, *_exchanged(x, w))],
    push=[_push_x, lambda t, x, w: _push_x(t, *_exchanged(x, w)).T],
    unfold=composed.squared_distances,
)


def _exchanged(x: Any, w: Any) -> tuple[Any, Any]:
    """w and x, exchanged; the mean subtracted is still that of w."""
    x, w = _centred(x, w)
    return w, x


@in_single
def rbf(x: Array, centers: A, widths: Array) -> A:
    """y_k = exp(-|w_k - x|² / σ_k²): how well x matches each template. Lecture, "Other options".

    ``x``        (..., in); y is (..., out)
    ``centers``  the templates w (out, in)
    ``widths``   σ (out,)
    """
    rows = x if x.ndim == 2 else x.reshape(-1, x.shape[-1])
    matches: Any = np.exp(-squared_distances(rows, centers) / np.square(widths))
    return matches if x.ndim == 2 else matches.reshape(*x.shape[:-1], len(centers))
