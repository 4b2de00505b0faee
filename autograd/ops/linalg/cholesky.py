"""Cholesky and QR decompositions.

Convention: a decomposition is differentiated as the function that NumPy computes. Where it reads one triangle
of a Hermitian matrix, only that triangle has a gradient. Both need full rank: else they raise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed, primitive
from ..arguments import array
from .matmul import conj
from .solve import adjoint, mirrored, turn

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
