"""The QR decomposition.

Convention: it is differentiated as the function that NumPy computes. It needs full rank; a singular matrix raises.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ...core import recording
from ...declare import Late, composed, constant_tensor, plain, primitive, tracked
from ..arguments import array
from ..complex import adjoint, conj
from .triangles import fold, mirror


def _qr_pull(g: Any, y: Any) -> Any:
    """(g_q + q* h) r⁻ᵀ, where h is the Hermitian matrix with the upper triangle of w = g_r rᵀ - qᵀ g_q."""
    q, r = y
    w = g[1] @ r.mT - q.mT @ g[0]
    return np.linalg.solve(r, (g[0] + conj(q) @ mirror(w, lower=False)).mT).mT


def _qr_push(t: Any, y: Any) -> Any:
    """With c = qᴴ t r⁻¹: dr = (the upper triangle of c + cᴴ, with c's real diagonal) r, dq = (t - q dr) r⁻¹."""
    q, r = y
    c = adjoint(q) @ np.linalg.solve(r.mT, t.mT).mT
    dr = fold(c, lower=False) @ r
    return np.linalg.solve(r.mT, (t - q @ dr).mT).mT, dr


# S. Walter, L. Lehmann, "Algorithmic differentiation of linear algebra functions", 2010;
# H. Liao and others, "Differentiable programming tensor networks", 2019.
tall_qr = primitive(lambda a: np.linalg.qr(a), _qr_pull, _qr_push, name="qr", results=True)


@composed(np.linalg.qr)
def qr(a: Any, mode: Literal["reduced", "r", "complete"] = "reduced") -> Any:
    """a = q r, q with orthonormal columns, r upper triangular; a wide a needs full rank in its first columns.

    ``mode``  "reduced"; "r" for r alone; "complete", differentiable only where a determines every column of q
    """
    a = array(a)
    m, n = a.shape[-2:]
    rest = mode == "complete" and m > n  # columns of q that a says nothing of
    if rest and not (recording.on and tracked(a)):
        found: Any = np.linalg.qr(plain(a), "complete")
        return found._make(map(constant_tensor, found)) if isinstance(a, Late.Tensor) else found
    if mode not in ("reduced", "r", "complete") or rest:
        raise TypeError(
            f"qr(mode={mode!r}) of shape {a.shape} cannot be differentiated"
            + (": the last columns of q may be any basis of what a leaves over. " if rest else ". ")
            + 'Use mode="reduced" or "r".'
        )
    found = tall_qr(a if m >= n else a[..., :m])
    if m < n:
        found = type(found)(found[0], np.concatenate([found[1], adjoint(found[0]) @ a[..., m:]], axis=-1))
    return found[1] if mode == "r" else found
