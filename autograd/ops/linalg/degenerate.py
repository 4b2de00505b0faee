"""Equal eigenvalues and free phases: where eigenvectors and singular vectors have no derivative; and matrices' sizes.

Convention: a gradient that needs the derivative of undetermined vectors raises; a tangent is NaN. Numbers count as
equal if they differ by a few roundings of the largest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import plain


def dtype_epsilon(x: Any) -> float:
    """The machine epsilon of an array's dtype."""
    return float(np.finfo(x.dtype).eps)


def divided(d: Any, gap: Any, scale: Any, name: str) -> Any:
    """d / gap, and 0 where both are 0.

    Where the gap is 0 (within rounding, relative to the largest eigenvalue ``scale``) but d is not, the vectors have no
    derivative. In a gradient, for which ``name`` says what is equal, that raises; in a tangent (no name) it gives NaN.
    """
    size = np.abs(plain(gap))
    equal = size <= 4 * dtype_epsilon(size) * plain(scale)
    if not equal.any():
        return d / gap
    undetermined = equal & (plain(d) != 0)
    if undetermined.any():
        if name:
            raise np.linalg.LinAlgError(f"{name}, so the vectors that belong to them have no derivative")
        d = np.where(undetermined, np.nan, d)
    return np.where(equal, d, 0) + np.where(equal, 0, d) / np.where(equal, 1, gap)


def differences(w: Any) -> Any:
    """The matrix of w_j - w_i."""
    return w[..., None, :] - w[..., :, None]


def largest(w: Any) -> Any:
    """The largest modulus, with two axes of length 1 so that it divides matrices; 0 of an empty matrix."""
    return np.max(np.abs(plain(w)), axis=-1, initial=0)[..., None, None]


def size_of(x: Any) -> Any:
    """The largest modulus in each matrix, 1 of zeros; with two axes of length 1."""
    size = np.maximum.reduce(np.abs(plain(x)), axis=(-2, -1), keepdims=True, initial=0)
    return size + (size == 0)


def unusual(x: Any) -> Any:
    """Powers of 2 like the sizes of matrices, or None if products of three of them neither overflow nor vanish."""
    limit = dtype_epsilon(x)
    if x.ndim == 2 and limit < np.maximum.reduce(np.abs(plain(x)), None, initial=0) < 1 / limit:
        return None
    size = size_of(x)
    low, high = np.minimum.reduce(size, None, initial=1), np.maximum.reduce(size, None, initial=1)
    return None if limit < low <= high < 1 / limit else np.ldexp(np.ones_like(size), np.frexp(size)[1])


def refuse_phase(turning: Any, *gradients: Any) -> None:
    """Raise if a function changes when complex vectors are given other phases."""
    size = max(np.abs(plain(g)).max(initial=0) for g in gradients)
    if np.abs(plain(turning)).max(initial=0) > dtype_epsilon(plain(turning)) ** 0.5 * size:
        raise np.linalg.LinAlgError(
            "the function depends on the phases of complex vectors, which are not determined, so it has no derivative"
        )


def on_diagonal(v: Any) -> Any:
    """Diagonal matrices with these vectors on them."""
    return v[..., None] * np.eye(v.shape[-1], dtype=bool, like=plain(v))


def off_diagonal(x: Any) -> Any:
    """The matrices with zeros on their diagonals."""
    return x * ~np.eye(x.shape[-1], dtype=bool, like=plain(x))
