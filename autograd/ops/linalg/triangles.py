"""Triangles of matrices, and the Hermitian matrix that one triangle determines.

Convention: ``tril`` and ``triu`` are projections, so each is its own adjoint; ``mirror`` and ``fold`` are each other's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import linear
from .transposes import adjoint

tril = linear(np.tril, lambda g, k=0: np.tril(g, k))
triu = linear(np.triu, lambda g, k=0: np.triu(g, k))


def mirror(x: Any, lower: bool = True) -> Any:
    """The Hermitian matrix with this triangle: what NumPy reads of a matrix that it takes to be Hermitian."""
    y = np.tril(x, -1) if lower else np.triu(x, 1)
    return y + adjoint(y) + np.real(x) * np.eye(x.shape[-1], dtype=bool)


def fold(g: Any, lower: bool = True) -> Any:
    """The triangle of g + gᴴ, with the real diagonal of g."""
    both = g + adjoint(g)
    off = np.tril(both, -1) if lower else np.triu(both, 1)
    return off + np.real(g) * np.eye(g.shape[-1], dtype=bool)


mirrored = linear(mirror, fold, name="mirrored")
