"""Eigenvalues and eigenvectors.

Convention: eigenvectors that belong to equal eigenvalues have no derivative: a gradient that needs it raises, a
tangent is NaN; the eigenvalues themselves have one (for a function that treats equal ones alike). Nearly equal
ones amplify errors by one over their distance. Complex ``eigh`` leaves the phase of each vector open: the
gradient of a function that depends on it raises. ``eig`` is differentiated as LAPACK scales its vectors: length 1,
and where complex, the largest component real.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed, plain, primitive
from ..arguments import array
from .matmul import conj
from .solve import adjoint, dtype_epsilon, mirrored, turn


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


def refuse_phase(turning: Any, *gradients: Any) -> None:
    """Raise where a function changes when complex vectors are given other phases, which nothing determines."""
    size = max(np.abs(plain(g)).max(initial=0) for g in gradients)
    if np.abs(plain(turning)).max(initial=0) > dtype_epsilon(plain(turning)) ** 0.5 * size:
        raise np.linalg.LinAlgError(
            "the function depends on the phases of complex vectors, which are not determined, so it has no derivative"
        )


# ---------------------------------------------------------------- Hermitian eigenvalues

EQUAL_EIGENVALUES = "the matrix has equal eigenvalues"


def _eigh_pull(g: Any, y: Any) -> Any:
    """v* (diag g_w + vᵀ g_v / (w_j - w_i)) vᵀ."""
    w, v = y
    m = turn(v) @ g[1]
    if v.dtype.kind == "c":
        refuse_phase(np.imag(diagonal(m)), g[1])
    m = divided(off_diagonal(m), differences(w), largest(w), EQUAL_EIGENVALUES)
    return conj(v) @ (on_diagonal(g[0]) + m) @ turn(v)


def _eigh_push(t: Any, y: Any) -> Any:
    """With f = vᴴ t v: dw = diag f, dv = v (f / (w_j - w_i))."""
    w, v = y
    f = adjoint(v) @ t @ v
    return np.real(diagonal(f)), v @ divided(off_diagonal(f), differences(w), largest(w), "")


# M. Giles, 2008, section 3.1
hermitian_eigen = primitive(lambda a, UPLO: np.linalg.eigh(a, UPLO), _eigh_pull, _eigh_push, name="eigh", results=True)


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
