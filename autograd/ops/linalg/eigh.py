"""Eigenvalues and eigenvectors of Hermitian matrices.

Convention: only the triangle that NumPy reads has a gradient. The vectors of equal eigenvalues have no derivative (see
``degenerate``). The eigenvalues themselves have one, for a function that treats equal ones alike. Nearly equal
eigenvalues amplify errors by one over their distance. Nothing determines the phase of a complex vector, so the gradient
of a function that depends on it raises.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ...declare import composed, primitive
from ..arguments import array
from ..complex import conj
from .degenerate import differences, divided, largest, off_diagonal, on_diagonal, refuse_phase
from .transposes import adjoint
from .triangles import mirrored

EQUAL_EIGENVALUES = "the matrix has equal eigenvalues"


def _eigh_pull(g: Any, y: Any) -> Any:
    """v* (diag g_w + vᵀ g_v / (w_j - w_i)) vᵀ."""
    w, v = y
    m = v.mT @ g[1]
    if v.dtype.kind == "c":
        refuse_phase(np.imag(np.linalg.diagonal(m)), g[1])
    m = divided(off_diagonal(m), differences(w), largest(w), EQUAL_EIGENVALUES)
    return conj(v) @ (on_diagonal(g[0]) + m) @ v.mT


def _eigh_push(t: Any, y: Any) -> Any:
    """With f = vᴴ t v: dw = diag f, dv = v (f / (w_j - w_i))."""
    w, v = y
    f = adjoint(v) @ t @ v
    return np.real(np.linalg.diagonal(f)), v @ divided(off_diagonal(f), differences(w), largest(w), "")


# M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation", 2008, 3.1
hermitian_eigen = primitive(lambda a, UPLO: np.linalg.eigh(a, UPLO), _eigh_pull, _eigh_push, name="eigh", results=True)


@composed(np.linalg.eigh)
def eigh(a: Any, UPLO: Literal["L", "U", "l", "u"] = "L") -> Any:
    """Eigenvalues (ascending) and orthonormal eigenvectors of a Hermitian matrix; reads one triangle."""
    if UPLO.upper() not in ("L", "U"):
        raise ValueError(f"UPLO must be 'L' or 'U', got {UPLO!r}")
    return hermitian_eigen(mirrored(array(a), UPLO.upper() == "L"), UPLO)


@composed(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: Literal["L", "U", "l", "u"] = "L") -> Any:
    """Eigenvalues (ascending) of a Hermitian matrix; reads one triangle."""
    return eigh(a, UPLO)[0]
