"""Functions of complex numbers that are not holomorphic: conjugate, real, imag, angle; and unwrap.

Convention: the gradient of a real L is dL/dx - i dL/dy, and a pull is the transpose for the pairing
Re(u v): Re(u J(v)) = Re(Jᵀ(u) v). These maps are linear over the real numbers only, so the two directions
have rules of their own. (A gradient that reaches a real input is made real by the sweep.)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import composed, elementwise, plain
from ..typing import Array

conjugate = elementwise(np.conjugate, lambda d: np.conjugate(d))
real = elementwise(np.real, lambda g: g, push=lambda t: np.real(t))
imag = elementwise(np.imag, lambda g: g * -1j, push=lambda t: np.imag(t))


def conj(x: Any) -> Any:
    """The complex conjugate; of real numbers, themselves."""
    return np.conjugate(x) if x.dtype.kind == "c" else x


def adjoint(x: Any) -> Any:
    """The conjugate transposed matrices. (A gradient goes back by the transposed map, ``x.mT``, never by this one.)"""
    return conj(x.mT)


@composed(np.angle)
def angle(z: Array, deg: bool = False) -> Any:
    """The angle between z and the positive real axis, in radians or degrees."""
    y = np.arctan2(np.imag(z), np.real(z))
    return y * (180 / math.pi) if deg else y


unwrap = elementwise(np.unwrap, lambda d: d)  # it adds multiples of the period


@composed(np.real_if_close)
def real_if_close(a: Array, tol: float = 100) -> Any:
    """The real part where all imaginary parts are within tol machine precisions of 0, else a."""
    return a if np.iscomplexobj(np.real_if_close(plain(a), tol)) else np.real(a)
