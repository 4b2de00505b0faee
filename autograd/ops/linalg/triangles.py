"""Triangles of matrices, tril and triu, and the Hermitian matrix that one triangle determines.

Convention: ``tril`` and ``triu`` are projections, so each is its own adjoint; ``mirror`` and ``fold`` are each other's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import linear, plain
from ..complex import adjoint

tril = linear(np.tril, lambda g, k=0: np.tril(g, k), selects=True)
triu = linear(np.triu, lambda g, k=0: np.triu(g, k), selects=True)


def _strict(x: Any, lower: bool) -> Any:
    """A triangle without the diagonal."""
    return np.tril(x, -1) if lower else np.triu(x, 1)


def _real_diagonal(x: Any) -> Any:
    return np.real(x) * np.eye(x.shape[-1], dtype=bool, like=plain(x))


def mirror(x: Any, lower: bool = True) -> Any:
    """The Hermitian matrix with this triangle: what NumPy reads of a matrix that it takes to be Hermitian."""
    y = _strict(x, lower)
    return y + adjoint(y) + _real_diagonal(x)


def fold(g: Any, lower: bool = True) -> Any:
    """The triangle of g + gᴴ, with the real diagonal of g."""
    return _strict(g + adjoint(g), lower) + _real_diagonal(g)


def half(x: Any) -> Any:
    """The lower triangle with half of the real diagonal; it is its own adjoint."""
    return _strict(x, True) + 0.5 * _real_diagonal(x)


mirrored = linear(mirror, fold, name="mirrored")
