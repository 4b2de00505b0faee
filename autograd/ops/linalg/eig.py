"""Eigenvalues and eigenvectors of any square matrix.

Convention: it is differentiated as LAPACK scales its vectors: of length 1 and, where complex, with a real largest
component. For equal eigenvalues see ``eigh``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed, plain, primitive
from ..complex import conj
from .degenerate import differences, divided, largest, off_diagonal, on_diagonal
from .eigh import EQUAL_EIGENVALUES


def _leading(v: Any) -> Any:
    """In each column a 1 at the component of largest modulus, which LAPACK makes real."""
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
    """v⁻ᵀ (diag g_w + vᵀ g_v / (w_j - w_i)) vᵀ, where g_v is first pulled back through the scaling."""
    w, v = y
    m = divided(off_diagonal(v.mT @ _scaled_pull(g[1], v)), differences(w), largest(w), EQUAL_EIGENVALUES)
    return np.linalg.solve(v.mT, (on_diagonal(g[0]) + m) @ v.mT)


def _eig_push(t: Any, y: Any) -> Any:
    """With f = v⁻¹ t v: dw = diag f, dv = v (f / (w_j - w_i)), scaled."""
    w, v = y
    f = np.linalg.solve(v, t @ v)
    return np.linalg.diagonal(f), _scaled(v @ divided(off_diagonal(f), differences(w), largest(w), ""), v)


# M. Giles, 2008, section 3.1 (see eigh); C. Boeddeker and others, "On the computation of complex-valued gradients with
# application to statistically optimum beamforming", 2017.
eigen = primitive(np.linalg.eig, _eig_pull, _eig_push, results=True)


@composed(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    """The eigenvalues of a square matrix; real if all of them are."""
    return eigen(a)[0]
