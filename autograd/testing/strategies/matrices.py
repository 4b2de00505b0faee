"""Matrices whose inverse is tame: cond(A) = max σ / min σ ≤ ``condition``, by construction.

A = U diag(σ) Vᴴ with orthogonal (unitary) U and V, each a Cayley transform (I - S)(I + S)⁻¹ of a skew S = -Sᴴ. At
S = 0 and σ = 1, where shrinking ends, A is the identity.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ...typing import DTypeLike, NDArray, Shape
from .numbers import numbers


def well_conditioned(
    shape: int | Shape = (2, 2), *, condition: float = 10.0, distinct: bool = False, scale: float = 1.0,
    dtype: DTypeLike = float,
) -> st.SearchStrategy[NDArray[Any]]:  # fmt: skip
    """Matrices (..., m, n), real or complex, that are far from singular.

    ``shape``      of the matrices, or n for (n, n)
    ``condition``  cond(A) is at most this
    ``distinct``   no two singular values are alike, neighbours differ by a factor condition^(1 / 2k) or more: for svd
    ``scale``      the singular values lie around it, within a factor √condition
    ``dtype``      of real or complex numbers
    """
    batch, (m, n) = _sides(shape)
    k = min(m, n)

    def made(u: Any, v: Any, powers: Any, signs: Any) -> NDArray[Any]:
        sigma = scale * condition**powers * signs
        a = (_cayley(u)[..., :, :k] * sigma[..., None, :]) @ np.conj(np.swapaxes(_cayley(v)[..., :, :k], -1, -2))
        return np.asarray(a, dtype)

    signs = hnp.arrays(float, (*batch, k), elements=st.sampled_from([1.0, -1.0]), fill=st.nothing())
    powers = _powers((*batch, k), condition, distinct)
    return st.builds(made, _parts((*batch, m, m), dtype), _parts((*batch, n, n), dtype), powers, signs)


def positive_definite(
    shape: int | Shape = (2, 2), *, condition: float = 10.0, distinct: bool = False, scale: float = 1.0,
    dtype: DTypeLike = float,
) -> st.SearchStrategy[NDArray[Any]]:  # fmt: skip
    """Symmetric (Hermitian) positive definite matrices (..., n, n).

    ``shape``      of the matrices, or n
    ``condition``  cond(A) is at most this
    ``distinct``   no two eigenvalues are alike, neighbours differ by a factor condition^(1 / 2n) or more: for eigh
    ``scale``      the eigenvalues lie around it, within a factor √condition
    ``dtype``      of real or complex numbers
    """
    batch, (m, n) = _sides(shape)
    if m != n:
        raise ValueError(f"positive_definite: the last two sides are equal, got shape {shape}")

    def made(s: Any, powers: Any) -> NDArray[Any]:
        q = _cayley(s)
        a = (q * (scale * condition**powers)[..., None, :]) @ np.conj(np.swapaxes(q, -1, -2))
        return np.asarray((a + np.conj(np.swapaxes(a, -1, -2))) / 2, dtype)

    return st.builds(made, _parts((*batch, n, n), dtype), _powers((*batch, n), condition, distinct))


def _sides(shape: int | Shape) -> tuple[Shape, tuple[int, int]]:
    full = (shape, shape) if isinstance(shape, int) else tuple(shape)
    if len(full) < 2 or min(full[-2:]) < 1:
        raise ValueError(f"matrices have a shape (..., m, n) or a side n, got {shape}")
    return full[:-2], (full[-2], full[-1])


def _parts(shape: Shape, dtype: DTypeLike) -> st.SearchStrategy[Any]:
    """What skew matrices are made of; it is as wide as the result, so that rounding is the result's alone."""
    wide = complex if np.dtype(dtype).kind == "c" else float
    return hnp.arrays(wide, shape, elements=numbers(-1.0, 1.0, dtype=wide), fill=st.just(wide(0.0)))


def _cayley(x: Any) -> Any:
    """(I - S)(I + S)⁻¹ with the skew part S of x: orthogonal (unitary)."""
    s = (x - np.conj(np.swapaxes(x, -1, -2))) / 2
    one = np.eye(x.shape[-1])
    return np.linalg.solve(one + s, one - s)  # the two commute


def _powers(shape: Shape, condition: float, distinct: bool) -> st.SearchStrategy[Any]:
    """Logarithms of singular values to the base ``condition``, from -1/2 to 1/2."""
    if not condition >= 1 or (distinct and condition == 1 and shape[-1] > 1):
        raise ValueError(f"the condition number of a matrix is at least 1 (distinct: more), got {condition!r}")
    margin = 1e-9  # rounding in the product must not lift the condition above its bound
    if not distinct:
        return hnp.arrays(float, shape, elements=numbers(margin - 0.5, 0.5 - margin), fill=st.nothing())
    k = shape[-1]
    places = np.arange(k) / k + margin - 0.5
    jitter = hnp.arrays(float, shape, elements=numbers(0.0, 0.5 / k - 2 * margin), fill=st.nothing())
    return jitter.map(lambda up: places + up)
