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


def _absolute_pull(g: Any, x: Any) -> Any:
    """|x|: sign(x) for real x; for complex z, d|z| = Re(conj(z/|z|) dz)."""
    s = np.sign(x)
    return g * (np.conjugate(s) if is_complex(s) else s)


def _absolute_push(t: Any, x: Any) -> Any:
    s = np.sign(x)
    return np.real(t * np.conjugate(s)) if is_complex(s) else t * s


absolute = elementwise(np.absolute, _absolute_pull, push=_absolute_push)


def _sign_pull(g: Any, x: Any, y: Any) -> Any:
    """0 for real x; for complex z, z/|z| turns only: d(z/|z|) = (dz - y Re(conj(y) dz)) / |z|."""
    return over(g - np.real(g * y) * np.conjugate(y), np.abs(x)) if is_complex(y) else flat(g)


def _sign_push(t: Any, x: Any, y: Any) -> Any:
    return over(t - np.real(t * np.conjugate(y)) * y, np.abs(x)) if is_complex(y) else flat(t)


sign = elementwise(np.sign, _sign_pull, push=_sign_push)


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
