"""Triangles of matrices, and the Hermitian matrix that one triangle stands for.

Convention: each is linear over the real numbers; ``tril`` and ``triu`` are projections, so each is its own adjoint.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import linear
from .transposes import adjoint

tril = linear(np.tril, lambda g, k=0: np.tril(g, k))

triu = linear(np.triu, lambda g, k=0: np.triu(g, k))


def _mirrored(x: Any, lower: bool = True) -> Any:
    y = np.tril(x, -1) if lower else np.triu(x, 1)
    return y + adjoint(y) + np.real(x) * np.eye(x.shape[-1], dtype=bool)


def _mirrored_pull(g: Any, lower: bool = True) -> Any:
    both = g + adjoint(g)
    off = np.tril(both, -1) if lower else np.triu(both, 1)
    return off + np.real(g) * np.eye(g.shape[-1], dtype=bool)


# The Hermitian matrix that one triangle of x stands for: what NumPy sees of x where it takes it for Hermitian.
mirrored = linear(_mirrored, _mirrored_pull)
