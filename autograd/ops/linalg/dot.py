"""dot, inner and vdot.

Convention: all are written with ``matmul`` or, where the operands have more axes, with ``tensordot``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed
from ..arguments import array, refuse
from ..complex import conj
from .matmul import matmul
from .tensordot import tensordot


@composed(np.dot)
def dot(a: Any, b: Any, out: None = None) -> Any:
    """The sum of products over the last axis of a and the second last (or only) axis of b."""
    refuse("dot", out)
    a, b = array(a), array(b)
    if a.ndim == 0 or b.ndim == 0:
        return np.multiply(a, b)
    return matmul(a, b) if b.ndim <= 2 else tensordot(a, b, (-1, -2))


@composed(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    """The sum of products over the last axes of a and b, without a conjugate."""
    a, b = array(a), array(b)
    if a.ndim == 0 or b.ndim == 0:
        return np.multiply(a, b)
    return tensordot(a, b, (-1, -1))


def flattened(x: Any) -> Any:
    """All elements along one axis."""
    x = array(x)
    return x if x.ndim == 1 else np.ravel(x)


@composed(np.vdot)
def vdot(a: Any, b: Any, /) -> Any:
    """sum_i conj(a_i) b_i over all elements."""
    return matmul(conj(flattened(a)), flattened(b))
