"""Eigenvalues and eigenvectors: eigh of Hermitian matrices, eig of any square ones.

Convention: the vectors of equal eigenvalues have no derivative (see ``degenerate``). The eigenvalues themselves have
one, for a function that treats equal ones alike. Nearly equal eigenvalues amplify errors by one over their distance.

``eigh``  only the triangle that NumPy reads has a gradient; nothing determines the phase of a complex vector, so the
          gradient of a function that depends on it raises
``eig``   is differentiated as LAPACK scales its vectors: of length 1 and, where complex, with a real largest component

M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008, 3.1;
C. Boeddeker and others, "On the computation of complex-valued gradients with application to statistically optimum
beamforming", 2017.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ...declare import composed, plain, primitive
from ..arguments import array
from ..complex import adjoint, conj
from .degenerate import differences, divided, largest, off_diagonal, on_diagonal, refuse_phase
from .triangles import mirrored

Triangle = Literal["L", "U", "l", "u"]


def _mixed(f: Any, w: Any, equal: str) -> Any:
    """f_ij / (w_j - w_i) off the diagonal: how much of vector i a change f mixes into vector j."""
    return divided(off_diagonal(f), differences(w), largest(w), equal)


EQUAL = "the matrix has equal eigenvalues"

# ---------------------------------------------------------------- Hermitian matrices


def _eigh_pull(g: Any, y: Any) -> Any:
    """v* (diag g_w + vᵀ g_v / (w_j - w_i)) vᵀ."""
    w, v = y
    m = v.mT @ g[1]
    if v.dtype.kind == "c":
        refuse_phase(np.imag(np.linalg.diagonal(m)), g[1])
    return conj(v) @ (on_diagonal(g[0]) + _mixed(m, w, EQUAL)) @ v.mT


def _eigh_push(t: Any, y: Any) -> Any:
    """With f = vᴴ t v: dw = diag f, dv = v (f / (w_j - w_i))."""
    w, v = y
    f = adjoint(v) @ t @ v
    return np.real(np.linalg.diagonal(f)), v @ _mixed(f, w, "")


hermitian_eigen = primitive(lambda a, UPLO: np.linalg.eigh(a, UPLO), _eigh_pull, _eigh_push, name="eigh", results=True)


@composed(np.linalg.eigh)
def eigh(a: Any, UPLO: Triangle = "L") -> Any:
    """Eigenvalues (ascending) and orthonormal eigenvectors of a Hermitian matrix; reads one triangle."""
    if UPLO.upper() not in ("L", "U"):
        raise ValueError(f"UPLO must be 'L' or 'U', got {UPLO!r}")
    return hermitian_eigen(mirrored(array(a), UPLO.upper() == "L"), UPLO)


@composed(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: Triangle = "L") -> Any:
    """Eigenvalues (ascending) of a Hermitian matrix; reads one triangle."""
    return eigh(a, UPLO)[0]


# ---------------------------------------------------------------- square matrices


def _leading(v: Any) -> Any:
    """In each column a 1 at the component of largest modulus, which LAPACK makes real."""
    size = np.abs(plain(v))
    return (np.arange(size.shape[-2], like=size)[:, None] == np.argmax(size, axis=-2)[..., None, :]).astype(size.dtype)


def _turn(d: Any, v: Any, lead: Any) -> Any:
    """The imaginary part of each column of d, relative to the vector's largest component."""
    return np.imag(np.sum(d, -2, keepdims=True)) / np.real(np.sum(lead * v, -2, keepdims=True))


def _scaled(d: Any, v: Any) -> Any:
    """The change d of eigenvectors, each with a multiple of itself taken off so that NumPy's scaling holds.

    They keep length 1 and, where they are complex, their largest component real.
    """
    d = d - v * np.real(np.sum(conj(v) * d, -2, keepdims=True))
    if v.dtype.kind == "c":
        lead = _leading(v)
        d = d - 1j * v * _turn(lead * d, v, lead)
    return d


def _scaled_pull(g: Any, v: Any) -> Any:
    """The adjoint of ``_scaled``."""
    if v.dtype.kind == "c":
        lead = _leading(v)
        g = g - 1j * lead * _turn(g * v, v, lead)
    return g - conj(v) * np.real(np.sum(g * v, -2, keepdims=True))


def _eig_pull(g: Any, y: Any) -> Any:
    """v⁻ᵀ (diag g_w + vᵀ g_v / (w_j - w_i)) vᵀ, where g_v is first pulled back through the scaling."""
    w, v = y
    m = on_diagonal(g[0]) + _mixed(v.mT @ _scaled_pull(g[1], v), w, EQUAL)
    return np.linalg.solve(v.mT, m @ v.mT)


def _eig_push(t: Any, y: Any) -> Any:
    """With f = v⁻¹ t v: dw = diag f, dv = v (f / (w_j - w_i)), scaled."""
    w, v = y
    f = np.linalg.solve(v, t @ v)
    return np.linalg.diagonal(f), _scaled(v @ _mixed(f, w, ""), v)


eigen = primitive(np.linalg.eig, _eig_pull, _eig_push, results=True)


@composed(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    """The eigenvalues of a square matrix; real if all of them are."""
    return eigen(a)[0]
