"""Conjugate transposes. The plain transpose is ``x.mT``.

Convention: a gradient goes back by the transposed map, never the conjugate transposed one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed
from ..complex import conj


def adjoint(x: Any) -> Any:
    """The conjugate transposed matrices."""
    return conj(x.mT)


@composed(np.linalg.matrix_transpose)
def linalg_matrix_transpose(x: Any, /) -> Any:
    """The transposed matrices."""
    return np.swapaxes(x, -1, -2)
