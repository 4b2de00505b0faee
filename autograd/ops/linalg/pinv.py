"""The pseudo-inverse.

Convention: the derivative holds while the rank stays the same; singular values below the cut-off count as zero.
G. Golub, V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems", 1973.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...declare import composed, primitive
from ..arguments import array
from .transposes import adjoint
from .triangles import mirrored


def _pinv(a: Any, rcond: Any = None, rtol: Any = None) -> Any:
    return np.linalg.pinv(a, rcond) if rtol is None else np.linalg.pinv(a, rtol=rtol)


def _pinv_pull(g: Any, x: Any, y: Any) -> Any:
    m = g.mT @ y @ adjoint(y)  # for the second term
    n = adjoint(y) @ y @ g.mT  # for the third
    return -y.mT @ g @ y.mT + np.conjugate(m - x @ (y @ m)) + np.conjugate(n - (n @ y) @ x)


def _pinv_push(t: Any, x: Any, y: Any) -> Any:
    h = adjoint(t)
    m, n = y @ (adjoint(y) @ h), h @ (adjoint(y) @ y)
    return -y @ t @ y + (m - (m @ x) @ y) + (n - y @ (x @ n))


# dy = -y t y + y yᴴ tᴴ (1 - x y) + (1 - y x) tᴴ yᴴ y while the rank stays the same.
# G. Golub, V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems", 1973.
pseudo_inverse = primitive(_pinv, pull=_pinv_pull, push=_pinv_push, name="pinv")


@composed(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """The pseudo-inverse; with ``hermitian`` of the lower triangle, which alone has a gradient then."""
    if rtol is np._NoValue:
        rtol = None
    if hermitian:
        a = mirrored(array(a))
    return pseudo_inverse(a, rcond, rtol)
