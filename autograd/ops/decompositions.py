"""Decompositions of matrices: Cholesky, QR, eigenvalues and singular values.

Convention: a decomposition is differentiated as the function that NumPy computes. Where it reads one
triangle of a Hermitian matrix, only that triangle has a gradient. Vectors that belong to equal eigenvalues or
singular values have no derivative: a gradient that needs it raises, a tangent is NaN; the values
themselves have one (for a function that treats equal values alike). Complex ``eigh`` and ``svd`` leave
the phase of each vector open: functions of the vectors must not depend on it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import Late, composed, plain, primitive
from .linalg import adjoint, dtype_epsilon, mirrored, turn
from .shape import array


def conj(x: Any) -> Any:
    return np.conjugate(x) if x.dtype.kind == "c" else x


def diagonal(x: Any) -> Any:
    return np.diagonal(x, axis1=-2, axis2=-1)


def on_diagonal(v: Any) -> Any:
    """Diagonal matrices with these vectors on them."""
    return v[..., None] * np.eye(v.shape[-1], dtype=bool)


def divided(d: Any, gap: Any, scale: Any, name: str) -> Any:
    """d / gap, and 0 where both are 0.

    A gap of 0 (to rounding, beside the largest eigenvalue ``scale``) under a d that is not 0 asks for the
    derivative of vectors that are not determined: in a gradient (``name`` says of what) that raises, in a tangent (no
    name) it is NaN.
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


def off_diagonal(x: Any) -> Any:
    return x * ~np.eye(x.shape[-1], dtype=bool)


def differences(w: Any) -> Any:
    """w_j - w_i at i, j."""
    return w[..., None, :] - w[..., :, None]


def largest(w: Any) -> Any:
    """The greatest modulus, with two axes to divide matrices by; 1 for an empty matrix."""
    return np.max(np.abs(plain(w)), axis=-1, initial=0)[..., None, None]


# ---------------------------------------------------------------- Cholesky


def _half(x: Any) -> Any:
    """φ(x): the lower triangle with half of the diagonal, which is real. It is its own adjoint."""
    return np.tril(x, -1) + 0.5 * np.real(x) * np.eye(x.shape[-1], dtype=bool)


def _cholesky_pull(g: Any, y: Any) -> Any:
    inverse = np.linalg.inv(y)
    return turn(inverse) @ _half(turn(y) @ g) @ conj(inverse)


def _cholesky_push(t: Any, y: Any) -> Any:
    inverse = np.linalg.inv(y)
    return y @ _half(inverse @ t @ adjoint(inverse))


# a = y yᴴ:  dy = y φ(y⁻¹ t y⁻ᴴ), φ the lower triangle with half of the diagonal.
# I. Murray, "Differentiation of the Cholesky decomposition", 2016.
lower_cholesky = primitive(lambda a: np.linalg.cholesky(a), _cholesky_pull, _cholesky_push, name="cholesky")


@composed(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """The lower triangular y with y yᴴ = a, or the upper one with yᴴ y = a; one triangle of a is read."""
    y = lower_cholesky(mirrored(array(a), not upper))
    return adjoint(y) if upper else y


# ---------------------------------------------------------------- QR


def _qr_pull(g: Any, y: Any) -> Any:
    """(g_q + q* (u + uᴴ + real diagonal)) r⁻ᵀ, where u is the part above the diagonal of w = g_r rᵀ - qᵀ g_q."""
    q, r = y
    w = g[1] @ turn(r) - turn(q) @ g[0]
    u = np.triu(w, 1)
    h = u + adjoint(u) + np.real(w) * np.eye(w.shape[-1], dtype=bool)
    return turn(np.linalg.solve(r, turn(g[0] + conj(q) @ h)))


def _qr_push(t: Any, y: Any) -> Any:
    """With c = qᴴ t r⁻¹: dr = (the upper triangle of c, its diagonal real, + lowerᴴ) r, dq = (t - q dr) r⁻¹."""
    q, r = y
    c = adjoint(q) @ turn(np.linalg.solve(turn(r), turn(t)))
    dr = (np.triu(c, 1) + adjoint(np.tril(c, -1)) + np.real(c) * np.eye(c.shape[-1], dtype=bool)) @ r
    return turn(np.linalg.solve(turn(r), turn(t - q @ dr))), dr


# S. Walter, L. Lehmann, "Algorithmic differentiation of linear algebra functions", 2010;
# H. Liao and others, "Differentiable programming tensor networks", 2019.
tall_qr = primitive(lambda a: np.linalg.qr(a), _qr_pull, _qr_push, name="qr", results=True)


@composed(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """a = q r; a needs full rank (in its first columns where it is wide).

    mode "reduced" or "r"; "complete" where q has no columns beyond those that a determines.
    """
    a = array(a)
    m, n = a.shape[-2:]
    if mode not in ("reduced", "r", "complete") or mode == "complete" and m > n:
        raise TypeError(
            f"qr(mode={mode!r}) of shape {a.shape} cannot be differentiated"
            + (": the last columns of q are any basis of what a leaves over. " if mode == "complete" else ". ")
            + 'Use mode="reduced" or "r".'
        )
    found = tall_qr(a if m >= n else a[..., :m])
    if m < n:
        found = type(found)(found[0], np.concatenate([found[1], adjoint(found[0]) @ a[..., m:]], axis=-1))
    return found[1] if mode == "r" else found


# ---------------------------------------------------------------- Hermitian eigenvalues

EQUAL_EIGENVALUES = "the matrix has equal eigenvalues"


def _eigh_pull(g: Any, y: Any) -> Any:
    """v* (diag g_w + vᵀ g_v / (w_j - w_i)) vᵀ."""
    w, v = y
    m = divided(off_diagonal(turn(v) @ g[1]), differences(w), largest(w), EQUAL_EIGENVALUES)
    return conj(v) @ (on_diagonal(g[0]) + m) @ turn(v)


def _eigh_push(t: Any, y: Any) -> Any:
    """With f = vᴴ t v: dw = diag f, dv = v (f / (w_j - w_i))."""
    w, v = y
    f = adjoint(v) @ t @ v
    return np.real(diagonal(f)), v @ divided(off_diagonal(f), differences(w), largest(w), "")


# M. Giles, 2008, section 3.1
hermitian_eigen = primitive(
    lambda a, UPLO: np.linalg.eigh(a, UPLO), _eigh_pull, _eigh_push, name="eigh", results=True
)


@composed(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:
    """Eigenvalues (ascending) and orthonormal eigenvectors of a Hermitian matrix; one triangle of a is read."""
    if UPLO.upper() not in ("L", "U"):
        raise ValueError(f"UPLO must be 'L' or 'U', got {UPLO!r}")
    return hermitian_eigen(mirrored(array(a), UPLO.upper() == "L"), UPLO)


@composed(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """Eigenvalues (ascending) of a Hermitian matrix; one triangle of a is read."""
    return eigh(a, UPLO)[0]


# ---------------------------------------------------------------- eigenvalues


def _leading(v: Any) -> Any:
    """A 1 in each column at its component of largest modulus, which LAPACK makes real."""
    size = np.abs(plain(v))
    return (np.arange(size.shape[-2])[:, None] == np.argmax(size, axis=-2)[..., None, :]).astype(size.dtype)


def _scaled(d: Any, v: Any) -> Any:
    """The change d of eigenvectors, each with a multiple of itself taken off so that NumPy's scaling holds.

    They keep length 1 and, where they are complex, their largest component real.
    """
    d = d - v * np.real(np.sum(conj(v) * d, -2, keepdims=True))
    if v.dtype.kind == "c":
        lead = _leading(v)
        turned = np.imag(np.sum(lead * d, -2, keepdims=True)) / np.real(np.sum(lead * v, -2, keepdims=True))
        d = d - 1j * v * turned
    return d


def _scaled_pull(g: Any, v: Any) -> Any:
    """The adjoint of ``_scaled``."""
    if v.dtype.kind == "c":
        lead = _leading(v)
        turned = np.imag(np.sum(g * v, -2, keepdims=True)) / np.real(np.sum(lead * v, -2, keepdims=True))
        g = g - 1j * lead * turned
    return g - conj(v) * np.real(np.sum(g * v, -2, keepdims=True))


def _eig_pull(g: Any, y: Any) -> Any:
    """v⁻ᵀ (diag g_w + vᵀ g_v / (w_j - w_i)) vᵀ, g_v first undone of the scaling."""
    w, v = y
    m = divided(off_diagonal(turn(v) @ _scaled_pull(g[1], v)), differences(w), largest(w), EQUAL_EIGENVALUES)
    return np.linalg.solve(turn(v), (on_diagonal(g[0]) + m) @ turn(v))


def _eig_push(t: Any, y: Any) -> Any:
    """With f = v⁻¹ t v: dw = diag f, dv = v (f / (w_j - w_i)), scaled."""
    w, v = y
    f = np.linalg.solve(v, t @ v)
    return diagonal(f), _scaled(v @ divided(off_diagonal(f), differences(w), largest(w), ""), v)


# M. Giles, 2008, section 3.1; C. Boeddeker and others, "On the computation of complex-valued gradients with
# application to statistically optimum beamforming", 2017.
eigen = primitive(np.linalg.eig, _eig_pull, _eig_push, results=True)


@composed(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    """The eigenvalues of a square matrix; real numbers where all of them are."""
    return eigen(a)[0]


# ---------------------------------------------------------------- singular values

EQUAL_SINGULAR = "the matrix has equal singular values"
ZERO_SINGULAR = "the matrix does not have full rank"


def _over_squares(d: Any, s: Any, name: str) -> Any:
    """d over s_j² - s_i² = (s_j - s_i) (s_j + s_i)."""
    sums = s[..., None, :] + s[..., :, None]
    sums = np.where(plain(sums) == 0, 1, sums)
    return divided(off_diagonal(d) / sums, differences(s), largest(s), name)


def _used(*gradients: Any) -> bool:
    """Can any of these gradients be other than 0, or be differentiated?"""
    return any((isinstance(g, Late.Tensor) and g.requires_grad) or plain(g).any() for g in gradients)


def _svd_pull(g: Any, y: Any) -> Any:
    """u* p v* + (what u and v leave over), p = diag g_s + (skew uᵀ g_u) s / e + s (skew vᵀ g_v) / e, e = s_j² - s_i².

    u and v are reduced to the vectors that belong to singular values. The others of a full decomposition are
    a basis of what is left: they turn with the first ones, g_1 takes -u_0* (g_0ᵀ u_1)* or so.
    """
    u, s, vh = y
    v = adjoint(vh)
    k = s.shape[-1]
    gu, gv = _without_rest(conj(g[0]), u, k), _without_rest(turn(g[2]), v, k)
    u, v = u[..., :k], v[..., :k]
    if not _used(g[0], g[2]):
        return conj(u) @ (g[1][..., :, None] * turn(v))
    m, n = adjoint(u) @ gu, adjoint(v) @ gv
    scale = largest(s)
    p = _over_squares(m - adjoint(m), s, EQUAL_SINGULAR) * s[..., None, :]
    p = p + s[..., :, None] * _over_squares(n - adjoint(n), s, EQUAL_SINGULAR) + on_diagonal(g[1])
    if u.dtype.kind == "c":  # the common phase of u_j and v_j is open; half of it is given to each
        p = p + 0.5j * on_diagonal(divided(np.imag(diagonal(m) - diagonal(n)), s, scale[..., 0], ZERO_SINGULAR))
    y = u @ p @ adjoint(v)
    if u.shape[-2] > k:
        y = y + divided(gu - u @ m, s[..., None, :], scale, ZERO_SINGULAR) @ adjoint(v)
    if v.shape[-2] > k:
        y = y + u @ adjoint(divided(gv - v @ n, s[..., None, :], scale, ZERO_SINGULAR))
    return conj(y)


def _without_rest(g: Any, u: Any, k: int) -> Any:
    """The gradient of the first k vectors, with that of the others, which turn with them, added to it."""
    if u.shape[-1] == k:
        return g
    rest = u[..., k:]
    turning = adjoint(rest) @ g[..., k:]
    if np.abs(plain(turning - adjoint(turning))).max(initial=0) > 1e3 * dtype_epsilon(turning) * np.abs(plain(g)).max():
        raise np.linalg.LinAlgError(
            "svd(full_matrices=True): the vectors that belong to no singular value are any basis of what is left, "
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
    fs, sf = f * s[..., None, :], s[..., :, None] * f
    scale = largest(s)
    du, dv = _over_squares(fs + adjoint(fs), s, ""), _over_squares(sf + adjoint(sf), s, "")
    if f.dtype.kind == "c":
        phase = 0.5j * on_diagonal(divided(np.imag(diagonal(f)), s, scale[..., 0], ""))
        du, dv = du + phase, dv - phase
    du, dv = u1 @ du, v1 @ dv
    if u.shape[-2] > k:
        du = du + divided(tv - u1 @ f, s[..., None, :], scale, "")
    if v.shape[-2] > k:
        dv = dv + divided(tu - v1 @ adjoint(f), s[..., None, :], scale, "")
    return _with_rest(du, u, k), np.real(diagonal(f)), adjoint(_with_rest(dv, v, k))


def _with_rest(d: Any, u: Any, k: int) -> Any:
    """The change of all vectors: those that belong to no singular value stay orthogonal to the first k."""
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
    """a = u diag(s) vᴴ, singular values descending. ``hermitian=True`` reads the lower triangle only."""
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
