"""Singular values and singular vectors.

Convention: the vectors of equal singular values have no derivative (see ``degenerate``). Nothing determines the common
phase of a pair of complex vectors, nor which basis the vectors without a singular value form: the gradient of a
function that depends on either raises.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import Late, composed, plain, primitive
from ..arguments import array
from ..complex import adjoint, conj
from .degenerate import differences, divided, dtype_epsilon, largest, off_diagonal, on_diagonal, refuse_phase
from .eig import eigh

EQUAL_SINGULAR = "the matrix has equal singular values"
ZERO_SINGULAR = "the matrix does not have full rank"


def _over_squares(d: Any, s: Any, name: str) -> Any:
    """d / (s_j² - s_i²), the divisor as (s_j - s_i) (s_j + s_i)."""
    sums = s[..., None, :] + s[..., :, None]
    sums = np.where(plain(sums) == 0, 1, sums)
    return divided(off_diagonal(d) / sums, differences(s), largest(s), name)


def _relative(s: Any) -> tuple[Any, Any, Any]:
    """The largest singular value, a unit (None for 1), and s in this unit, so that its squares do not overflow."""
    scale: Any = largest(s)
    limit = dtype_epsilon(scale)
    if scale.size == 1 and limit < scale.item() < 1 / limit:
        return scale, None, s
    unit = scale + (scale == 0)
    return scale, unit, s / unit[..., 0]


def _used(*gradients: Any) -> bool:
    """Is any of these gradients tracked or other than 0?"""
    return any((isinstance(g, Late.Tensor) and g.requires_grad) or plain(g).any() for g in gradients)


def _svd_pull(g: Any, y: Any) -> Any:
    """u* p v* + (what u and v leave over), p = diag g_s + (skew uᵀ g_u) s / e + s (skew vᵀ g_v) / e, e = s_j² - s_i².

    u and v are reduced to the vectors with singular values. The rest of a full decomposition is a basis of what is left
    and turns with them (``_without_rest``).
    """
    u, s, vh = y
    v = adjoint(vh)
    k = s.shape[-1]
    gu, gv = _without_rest(conj(g[0]), u, k), _without_rest(g[2].mT, v, k)
    u, v = u[..., :k], v[..., :k]
    if not _used(g[0], g[2]):
        return conj(u) @ (g[1][..., :, None] * v.mT)
    m, n = adjoint(u) @ gu, adjoint(v) @ gv
    scale, unit, r = _relative(s)
    p = _over_squares(m - adjoint(m), r, EQUAL_SINGULAR) * r[..., None, :]
    p = p + r[..., :, None] * _over_squares(n - adjoint(n), r, EQUAL_SINGULAR)
    p = (p if unit is None else p / unit) + on_diagonal(g[1])
    if u.dtype.kind == "c":
        refuse_phase(np.imag(np.linalg.diagonal(m) + np.linalg.diagonal(n)), gu, gv)
        # what is left of p turns the phase between u_j and v_j; each takes half of it
        p = p + 0.5j * on_diagonal(
            divided(np.imag(np.linalg.diagonal(m) - np.linalg.diagonal(n)), s, scale[..., 0], ZERO_SINGULAR)
        )
    y = u @ p @ adjoint(v)
    if u.shape[-2] > k:
        y = y + divided(gu - u @ m, s[..., None, :], scale, ZERO_SINGULAR) @ adjoint(v)
    if v.shape[-2] > k:
        y = y + u @ adjoint(divided(gv - v @ n, s[..., None, :], scale, ZERO_SINGULAR))
    return conj(y)


def _without_rest(g: Any, u: Any, k: int) -> Any:
    """The gradient of the first k vectors, plus that of the others, which turn with them."""
    if u.shape[-1] == k:
        return g
    rest = u[..., k:]
    turning = adjoint(rest) @ g[..., k:]
    if np.abs(plain(turning - adjoint(turning))).max(initial=0) > 1e3 * dtype_epsilon(turning) * np.abs(plain(g)).max():
        raise np.linalg.LinAlgError(
            "svd(full_matrices=True): the vectors without a singular value may be any basis of what is left, "
            "so a function that depends on that choice has no derivative. Use full_matrices=False."
        )
    return g[..., :k] - rest @ (adjoint(g[..., k:]) @ u[..., :k])


def _svd_push(t: Any, y: Any) -> Any:
    """With f = uᴴ t v: ds = real diag f, du = u ((f s + s fᴴ) / e) + (1 - u uᴴ) t v / s, dv alike."""
    u, s, vh = y
    v = adjoint(vh)
    k = s.shape[-1]
    u1, v1 = u[..., :k], v[..., :k]
    tv, tu = t @ v1, adjoint(t) @ u1
    f = adjoint(u1) @ tv
    scale, unit, r = _relative(s)
    q = r if unit is None else r / unit[..., 0]
    fs, sf = f * q[..., None, :], q[..., :, None] * f
    du, dv = _over_squares(fs + adjoint(fs), r, ""), _over_squares(sf + adjoint(sf), r, "")
    if f.dtype.kind == "c":
        phase = 0.5j * on_diagonal(divided(np.imag(np.linalg.diagonal(f)), s, scale[..., 0], ""))
        du, dv = du + phase, dv - phase
    du, dv = u1 @ du, v1 @ dv
    if u.shape[-2] > k:
        du = du + divided(tv - u1 @ f, s[..., None, :], scale, "")
    if v.shape[-2] > k:
        dv = dv + divided(tu - v1 @ adjoint(f), s[..., None, :], scale, "")
    return _with_rest(du, u, k), np.real(np.linalg.diagonal(f)), adjoint(_with_rest(dv, v, k))


def _with_rest(d: Any, u: Any, k: int) -> Any:
    """The change of all vectors: those without a singular value stay orthogonal to the first k."""
    if u.shape[-1] == k:
        return d
    return np.concatenate([d, -u[..., :k] @ (adjoint(d) @ u[..., k:])], axis=-1)


# J. Townsend, "Differentiating the singular value decomposition", 2016; Z.-Q. Wan, S.-X. Zhang,
# "Automatic differentiation for complex valued SVD", 2019.
singular = primitive(
    lambda a, full_matrices=True: np.linalg.svd(a, full_matrices), _svd_pull, _svd_push, name="svd", results=True
)


@composed(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """a = u diag(s) vᴴ, singular values descending; with ``hermitian``, of the lower triangle alone."""
    a = array(a)
    if not hermitian:
        return singular(a, full_matrices) if compute_uv else singular(a, False)[1]
    w, v = eigh(a)
    order = np.argsort(-np.abs(plain(w)), axis=-1, kind="stable")
    w = np.take_along_axis(w, order, -1)
    if not compute_uv:
        return np.abs(w)
    v = np.take_along_axis(v, order[..., None, :], -1)
    sign = np.where(plain(w) < 0, -1, 1).astype(plain(w).dtype)
    return type(np.linalg.svd(np.eye(1)))(v, np.abs(w), adjoint(v * sign[..., None, :]))


@composed(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    """Singular values, descending."""
    return singular(x, False)[1]
