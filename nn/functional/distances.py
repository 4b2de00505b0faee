"""How near vectors are: distances, similarities, and the lecture's template matching.

Convention: vectors lie along the last axis unless ``axis`` says otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.declare import plain, primitive

from .precision import operand

NEAR = 0.01  # of |x|² + |w|²: where |x - w|² is less, two digits or more have cancelled
BLOCK = 1 << 16  # numbers


def cosine_similarity(x1: Any, x2: Any, axis: int = 1, eps: float = 1e-8) -> Any:
    """x₁·x₂ / (|x₁| |x₂|) along an axis, the lengths at least ``eps``; the operands are broadcast."""
    x1, x2 = operand(x1), operand(x2)
    lengths = [np.maximum(np.linalg.norm(x, axis=axis), eps) for x in (x1, x2)]
    return np.sum(x1 * x2, axis=axis) / (lengths[0] * lengths[1])


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdims: bool = False) -> Any:
    """|x₁ - x₂ + eps|ₚ along the last axis; the operands are broadcast."""
    return np.linalg.norm(operand(x1) - operand(x2) + eps, p, axis=-1, keepdims=keepdims)


# ---------------------------------------------------------------- of all from all


def _squared_distances(x: Any, w: Any) -> Any:
    """d_ik = |xᵢ - w_k|² for x (n, in) and w (m, in).

    As |x|² - 2 x·w + |w|² it is a product of matrices, many times faster than n m in differences. That cancels where
    |x - w| is small beside |x| and |w|: so both are measured from the middle of w, and what is near is done again
    by differences.
    """
    x, w = _centred(x, w)
    sums = np.einsum("ij,ij->i", x, x)[:, None] + np.einsum("ij,ij->i", w, w)
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
    """Both measured from the middle of w: a constant, since distances do not depend on it."""
    middle = plain(w).mean(axis=0)
    return x - middle, w - middle


def _pull_x(g: Any, x: Any, w: Any) -> Any:
    """2 Σ_k g_ik (xᵢ - w_k)."""
    x, w = _centred(x, w)
    return (np.sum(g, axis=1, keepdims=True) * x - g @ w) * 2


def _push_x(t: Any, x: Any, w: Any) -> Any:
    """2 tᵢ·(xᵢ - w_k)."""
    x, w = _centred(x, w)
    return (np.sum(t * x, axis=1, keepdims=True) - t @ w.T) * 2


squared_distances = primitive(
    _squared_distances,
    pull=[_pull_x, lambda g, x, w: _pull_x(g.T, *_turned(x, w))],
    push=[_push_x, lambda t, x, w: _push_x(t, *_turned(x, w)).T],
)


def _turned(x: Any, w: Any) -> tuple[Any, Any]:
    """Who is measured from whom, exchanged; the middle is still that of w."""
    x, w = _centred(x, w)
    return w, x


def rbf(x: Any, centers: Any, widths: Any) -> Any:
    """y_k = exp(-|w_k - x|² / σ_k²): how well x matches each template. Lecture, "Other options".

    x is (..., in), the centers w are (out, in), the widths σ (out,); y is (..., out).
    """
    rows = x if x.ndim == 2 else x.reshape(-1, x.shape[-1])
    y = np.exp(-squared_distances(rows, centers) / np.square(widths))
    return y if x.ndim == 2 else y.reshape(*x.shape[:-1], len(centers))
