"""The Cholesky decomposition.

Convention: only the triangle that NumPy reads has a gradient. A matrix that is not positive definite raises.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed, primitive
from ..arguments import array
from ..complex import adjoint, conj
from .triangles import half, mirrored


def _cholesky_pull(g: Any, y: Any) -> Any:
    inverse = np.linalg.inv(y)
    return inverse.mT @ half(y.mT @ g) @ conj(inverse)


def _cholesky_push(t: Any, y: Any) -> Any:
    inverse = np.linalg.inv(y)
    return y @ half(inverse @ t @ adjoint(inverse))


# a = y yᴴ:  dy = y φ(y⁻¹ t y⁻ᴴ), φ the lower triangle with half of the diagonal.
# I. Murray, "Differentiation of the Cholesky decomposition", 2016.
lower_cholesky = primitive(lambda a: np.linalg.cholesky(a), _cholesky_pull, _cholesky_push, name="cholesky")


@composed(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """The lower triangular y with y yᴴ = a, or the upper one with yᴴ y = a; reads one triangle of a."""
    y = lower_cholesky(mirrored(array(a), not upper))
    return adjoint(y) if upper else y
