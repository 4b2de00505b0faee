"""What the derivatives of gamma functions are made of: ψ', differences of ψ, and the slope of 1/Γ, also at poles of ψ.

Convention: each takes ``sc``, the module scipy.special, and may be recorded.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...declare import plain
from ..special_points import is_complex
from .pieces import half_turns, piecewise

# Gauss's nodes and weights on [-1, 1]. Over a quarter of the distance to the next pole they are exact to rounding.
GAUSS = [values.tolist() for values in np.polynomial.legendre.leggauss(8)]


def trigamma(sc: Any, x: Any) -> Any:
    """ψ'(x) = ζ(2, x), to the left of 0 by reflection: there the sum that SciPy adds up has as many terms as |x|."""

    def reflected(x: Any) -> Any:
        sine = np.sin((x - np.round(plain(x))) * math.pi)
        return math.pi**2 / (sine * sine) - sc.zeta(2, 1 - x)

    return piecewise(plain(x) < 0, reflected, lambda x: sc.zeta(2, x), x)


def difference(sc: Any, x: Any, h: Any) -> Any:
    """ψ(x + h) - ψ(x); for small h as the integral h ∫ ψ'(x + ht) dt over 0..1, which does not cancel."""

    def integral(x: Any, h: Any) -> Any:
        return h * sum(trigamma(sc, x + h * ((node + 1) / 2)) * (w / 2) for node, w in zip(*GAUSS, strict=True))

    a = plain(x)
    to_pole = a if np.all(a > 0) else np.where(a < 0, np.abs(a - np.round(a)), a)
    close = 4 * np.abs(plain(h)) < to_pole
    return piecewise(close, integral, lambda x, h: sc.psi(x + h) - sc.psi(x), x, h)


def reciprocal_slope(sc: Any, x: Any) -> Any:
    """The derivative of 1/Γ: -ψ(x)/Γ(x), to the left of ½ that of Γ(1 - x) sin(πx)/π, where ψ has poles."""

    def reflected(x: Any) -> Any:
        angle = half_turns(x) * math.pi
        return sc.gamma(1 - x) * (np.cos(angle) - sc.psi(1 - x) * np.sin(angle) / math.pi)

    at = plain(x)
    left = at.real < 0.5
    if is_complex(x):  # far from the real axis sin(πx) overflows
        left = left & (np.abs(at.imag) < 1)
    return piecewise(left, reflected, lambda x: -sc.rgamma(x) * sc.psi(x), x)


def near_pole(x: Any) -> Any:
    """Is x beside a zero of 1/Γ (and a pole of Γ and ψ)?"""
    x = plain(x)
    return (x < 0.5) & (np.abs(x - np.round(x)) < 0.25)
