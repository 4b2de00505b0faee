"""Small functions that distributions are made of, with derivatives of every order.

Convention: each is written with NumPy's functions or declared as an operation; a helper named after a formula computes
it without overflow or cancellation.
"""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import special as _special
from ..declare import Operation, elementwise, native, plain
from ..ops.special.pieces import piecewise

LOG_2, LOG_PI, LOG_2PI = math.log(2), math.log(math.pi), math.log(2 * math.pi)
EULER = 0.57721566490153286


class Found:
    """The functions of ``autograd.special``, each looked up once."""

    def __getattr__(self, name: str) -> Any:
        function = getattr(_special, name)
        setattr(self, name, function)
        return function


special: Any = Found()


@functools.cache
def incomplete(which: str) -> Any:
    """The engine's incomplete functions, "gamma" or "beta", which need SciPy."""
    _ = special.gammainc  # declares the rules, or raises
    return importlib.import_module(f"..ops.special.incomplete_{which}", __package__)


def _log1mexp(x: Any) -> Any:
    """log(1 - exp(x)) for x <= 0."""
    x = native(x)
    with np.errstate(all="ignore"):
        return np.where(x > -LOG_2, np.log(-np.expm1(x)), np.log1p(-np.exp(x)))


log1mexp: Operation = elementwise(_log1mexp, lambda d, x: d * (-1 / np.expm1(-x)))


def of_logarithm(function: Callable[[Any], Any], y: Any) -> Any:
    """A function of y = log p; of -∞, where p has the derivative 0 however fast its logarithm falls, its limit."""
    nothing = plain(y) == -np.inf
    if not np.any(nothing):
        return function(y)
    return np.where(nothing, function(-np.inf), function(np.where(nothing, -1.0, y)))


def either_tail(p: Any, q: Any) -> Any:
    """log p of two probabilities p + q = 1, from the smaller one."""
    return piecewise(plain(p) < 0.5, lambda p, q: np.log(p), lambda p, q: np.log1p(-q), p, q)


def mean_over(count: int, f: Callable[..., Any], *given: Any) -> Any:
    """∫ f(s, *given) ds over 0..1, element by element, by Gauss's rule of so many nodes."""
    nodes, weights = _gauss(count)
    return np.sum(weights * f(nodes, *[np.expand_dims(x, -1) for x in given]), axis=-1)


@functools.cache
def _gauss(count: int) -> tuple[Any, Any]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1) / 2, weights / 2


def times_log(k: Any, z: Any) -> Any:
    """k log z, and 0 where both k and z are 0."""
    both = (plain(k) == 0) & (plain(z) == 0)
    return k * np.log(np.where(both, 1.0, z)) if np.any(both) else k * np.log(z)


def _log1p_ratio(u: Any, order: int) -> Any:
    """The derivative of this order of log(1 + u)/u, which is 1 at u = 0."""
    u = native(u)
    x = u.astype(np.float64)
    with np.errstate(all="ignore"):
        near = np.abs(x) < 0.3
        small = np.where(near, x, 0)
        series: Any = 0.0
        for k in range(order + 32, order - 1, -1):
            series = series * small + (-1) ** k * math.perm(k, order) / (k + 1)
        far = np.where(near, 1.0, x)
        y = np.log1p(far) / far
        for n in range(1, order + 1):
            y = ((-1) ** (n - 1) * math.factorial(n - 1) / (1 + far) ** n - n * y) / far
        y = np.where(near, series, y)
    return y.astype(u.dtype) if u.dtype.kind == "f" else y


log1p_ratio_derivative: Operation = elementwise(
    _log1p_ratio, lambda d, u, order: d * log1p_ratio_derivative(u, order + 1)
)


def log1p_over(c: Any, z: Any) -> Any:
    """log(1 + c z)/c, which is z where c = 0."""
    return z * log1p_ratio_derivative(c * z, 0)


def expm1_over(c: Any, w: Any) -> Any:
    """(exp(c w) - 1)/c, which is w where c = 0."""
    return w * special.exprel(c * w)
