"""The QR decomposition.

Convention: it is differentiated as NumPy computes it, which needs full rank: a singular matrix raises.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed, primitive
from ..complex import conj
from ..shape import array
from .transposes import adjoint, turn


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
    if mode not in ("reduced", "r", "complete") or (mode == "complete" and m > n):
        raise TypeError(
            f"qr(mode={mode!r}) of shape {a.shape} cannot be differentiated"
            + (": the last columns of q are any basis of what a leaves over. " if mode == "complete" else ". ")
            + 'Use mode="reduced" or "r".'
        )
    found = tall_qr(a if m >= n else a[..., :m])
    if m < n:
        found = type(found)(found[0], np.concatenate([found[1], adjoint(found[0]) @ a[..., m:]], axis=-1))
    return found[1] if mode == "r" else found
