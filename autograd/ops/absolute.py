"""Absolute value, sign, heaviside and copysign.

Convention: for complex x the two directions have rules of their own, see ``complex.py``. A function that is
constant between its jumps has the derivative 0 and stays in the graph.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import elementwise
from .special_points import is_complex, over, zero_slope


def _absolute_pull(g: Any, x: Any) -> Any:
    """|x|: sign(x) for real x; for complex z, d|z| = Re(conj(z/|z|) dz)."""
    s = np.sign(x)
    return g * (np.conjugate(s) if is_complex(s) else s)


def _absolute_push(t: Any, x: Any) -> Any:
    s = np.sign(x)
    return np.real(t * np.conjugate(s)) if is_complex(s) else t * s


absolute = elementwise(np.absolute, _absolute_pull, push=_absolute_push)


def _sign_pull(g: Any, x: Any, y: Any) -> Any:
    """0 for real x; y = z/|z| can only turn: dy = (dz - y Re(conj(y) dz)) / |z|."""
    return over(g - np.real(g * y) * np.conjugate(y), np.abs(x)) if is_complex(y) else zero_slope(g)


def _sign_push(t: Any, x: Any, y: Any) -> Any:
    return over(t - np.real(t * np.conjugate(y)) * y, np.abs(x)) if is_complex(y) else zero_slope(t)


sign = elementwise(np.sign, _sign_pull, push=_sign_push)


fabs = elementwise(np.fabs, lambda d, x: d * np.sign(x))
heaviside = elementwise(np.heaviside, zero_slope, lambda d, a: d * (a == 0))
copysign = elementwise(np.copysign, lambda d, a, y: d * (np.sign(a) * np.sign(y)), zero_slope)
