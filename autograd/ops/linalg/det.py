"""Determinants, of singular matrices too.

Convention: dy is written for a change t of the input. ``det`` is a polynomial, so its derivatives exist for every
matrix; near a singular one, where rounding spoils the inverse, they are computed without it. ``slogdet`` is a
logarithm, whose derivative at a singular matrix raises.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import Operation, plain, primitive
from ..complex import adjoint
from .degenerate import dtype_epsilon, size_of


def _products_of_others(s: Any) -> Any:
    """For each singular value, the product of all others."""
    n = s.shape[-1]
    return np.prod(np.where(np.eye(n, dtype=bool, like=plain(s)), 1, s[..., None, :]), axis=-1)


def _products_of_all_but_two(s: Any) -> Any:
    """For each pair of singular values, the product of all others; 0 on the diagonal."""
    n = s.shape[-1]
    one = np.eye(n, dtype=bool, like=plain(s))
    others = np.where(one[:, None, :] | one[None, :, :], 1, s[..., None, None, :])
    return np.prod(others, axis=-1) * ~one


def _sided(x: Any) -> tuple[Any, Any, Any, Any]:
    """u, s, v with x = u s v, and the cofactors of u and v: det(u) conj(u), det(v) conj(v)."""
    u, s, v = np.linalg.svd(x)
    du, dv = np.linalg.det(u)[..., None, None], np.linalg.det(v)[..., None, None]
    return u, s, v, (du * np.conjugate(u), dv * np.conjugate(v))


def _precise_inverse(x: Any) -> Any:
    """The inverses, or None if one of the matrices is singular or so near to it that rounding spoils its inverse."""
    try:
        inv = np.linalg.inv(x)
    except np.linalg.LinAlgError:
        return None
    size = np.linalg.norm(x, axis=(-2, -1)) * np.linalg.norm(inv, axis=(-2, -1))
    return inv if np.all(size * dtype_epsilon(x) < 1e-6 if x.dtype.itemsize > 4 else size < 1e3) else None


def _cofactors(x: Any) -> Any:
    """The gradient of det: det(x) x⁻ᵀ, or its limit where x is singular.

    The cofactors of a product are the product of the cofactors; those of a diagonal matrix are products.
    """
    inv = _precise_inverse(x)
    if inv is not None:
        return np.linalg.det(x)[..., None, None] * inv.mT
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
    diagonal = (p @ np.linalg.diagonal(f)[..., None]) * np.eye(n, dtype=s.dtype, like=plain(s))
    return cu @ (diagonal - p * f.mT) @ cv


def _third(g: Any, t: Any, x: Any) -> Any:
    """The third derivative of det in two directions: from the inverse, or near singular matrices without it."""
    if _precise_inverse(plain(x)) is None:
        return _third_of_singular(g, t, x)
    b = np.linalg.inv(x)
    bt, bg = b @ t, b @ g
    both = np.linalg.trace(bt) * np.linalg.trace(bg) - np.linalg.trace(bt @ bg)
    first = np.linalg.trace(bg)[..., None, None] * bt + np.linalg.trace(bt)[..., None, None] * bg
    inside = both[..., None, None] * np.eye(x.shape[-1], dtype=bool, like=plain(x)) - first + bt @ bg + bg @ bt
    return np.linalg.det(x)[..., None, None] * (inside @ b).mT


def _third_of_singular(g: Any, t: Any, x: Any) -> Any:
    """The cofactors' change at x + z g is a polynomial in z of degree n - 2, whose linear coefficient is wanted.

    That is the mean of its values, divided by z, over enough points z on a circle (exact, as in a discrete Fourier
    transform). The radius makes x and z g alike in size. All this is recorded again for the fourth derivative.
    """
    r = size_of(x) / size_of(g)
    count = max(2, x.shape[-1] - 2)
    roots = [1, -1] if count == 2 else np.exp(np.arange(count) * (2j * np.pi / count)).tolist()
    y = sum(cofactors_change(t, x + (r * w) * g) / w for w in roots) / (count * r)
    return y if x.dtype.kind == "c" or g.dtype.kind == "c" or t.dtype.kind == "c" else np.real(y)


cofactors: Operation = primitive(
    _cofactors,
    pull=lambda g, x: cofactors_change(g, x),  # the Hessian is symmetric
    push=lambda t, x: cofactors_change(t, x),
)
cofactors_change: Operation = primitive(
    _cofactors_change,
    pull=[lambda g, x: cofactors_change(g, x), lambda g, t, x: _third(g, t, x)],
    push=[lambda d, x: cofactors_change(d, x), lambda d, t, x: _third(d, t, x)],
    inputs=["t", "x"],
)

# dy = sum of (cofactors ∘ t), for singular matrices too
det = primitive(
    np.linalg.det,
    pull=lambda g, x: g[..., None, None] * cofactors(x),
    push=lambda t, x: np.sum(cofactors(x) * t, (-2, -1)),
)


def _slogdet_pull(g: Any, x: Any, y: Any) -> Any:
    """d log det = tr(x⁻¹ t); its real part changes the logarithm, its imaginary part turns the sign."""
    c = g[1]
    if x.dtype.kind == "c":
        c = c - np.real(g[0] * y[0] * 1j) * 1j
    return c[..., None, None] * np.linalg.inv(x).mT


def _slogdet_push(t: Any, x: Any, y: Any) -> Any:
    d = np.linalg.trace(np.linalg.solve(x, t))
    if x.dtype.kind == "c":
        return y[0] * np.imag(d) * 1j, np.real(d)
    return 0 * d, d


slogdet = primitive(np.linalg.slogdet, pull=_slogdet_pull, push=_slogdet_push, inputs=["a"], results=True)
