"""The standard normal distribution Φ in NumPy alone, to full relative precision in its left tail too.

Convention: it is computed from the error function, see ``erf``; in the left tail from its complement. Rules of SciPy's
functions: see ``scipy``.
"""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from ...declare import Late, Operation, as_array, elementwise, native, plain
from .erf import BLOCK, FAR, ROOT_PI, _blocks, _near_and_far, _polynomial, _quotient
from .pieces import piecewise
from .scipy import bare
from .sigmoid import quietly
from .tails import gaussian

ROOT_HALF, HEIGHT, ROOT_2PI = math.sqrt(0.5), math.sqrt(0.5 / math.pi), math.sqrt(2 * math.pi)
# exp(x²) x (1 - erf(x)) = 1/√π - z q(z) in z = 1/x², for x > 4: the third part of the program that erf.py takes from.
FARTHEST = (
    (
        1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
        1.60837851487422766e-2, 6.58749161529837803e-4,
    ),
    (
        1.0, 2.56852019228982242, 1.87295284992346047, 5.27905102951428412e-1, 6.05183413124413191e-2,
        2.33520497626869185e-3,
    ),
)  # fmt: skip
# In float32 Φ(x) = 1 / (1 + exp(x p(x²))) from -3 on, with a p of our own, weighted for the relative error of the
# result; coefficients from the highest power down. From 5.2 on it is 1.
ODDS = (
    -3.48412216e-09, 2.68980757e-07, -8.03528805e-06, 1.1140809e-04, 6.28234491e-05, -7.26635648e-02, -1.59577063,
)  # fmt: skip
# Φ(-a) exp(a²/2) in t = 1 / (1 + 5/16 a), for 0 ≤ a ≤ 15: as in ``autograd.native.polynomials``, for its twin.
NEARBY = (
    -0.015496533893331988, 0.07122854133902853, -0.10050853432158173, 0.0015600742330422164, 0.06382540370285632,
    0.015483538104847195, 0.1062491702032268, 0.10759013497963328, 0.12546819653435118, 0.12459721813278914,
    2.7879666436303463e-06,
)  # fmt: skip
ENOUGH = np.full(BLOCK, 5.2**2, np.float32)


def density(x: Any) -> Any:
    """φ(x) = exp(-x²/2) / √(2π)."""
    y = quietly.run(np.square, x) if x.__class__ is np.ndarray else x * x
    y *= -0.5
    y = np.exp(y)
    y *= HEIGHT
    return y


def _distribution(x: Any) -> Any:
    """Φ(x) = ∫ φ(t) dt from -∞ to x, in x's own precision."""
    if not hasattr(x, "dtype") or x.dtype.kind != "f":
        x = np.asarray(x, np.float64)
    if x.dtype.itemsize <= 4:
        return _single(x.astype(np.float32, copy=False)).astype(x.dtype, copy=False)
    return _double()(x.astype(np.float64, copy=False)).astype(x.dtype, copy=False)


_recorded = elementwise(_distribution, lambda d, x: d * density(x))


def distribution(x: Any) -> Any:
    """Φ(x) of an array; of tensors and Values it is recorded."""
    if isinstance(x, Late.Value):
        return (x * -ROOT_HALF).erfc() * 0.5
    return (_distribution if x.__class__ is np.ndarray else _recorded)(x)


@functools.cache
def _double() -> Callable[[Any], Any]:
    """SciPy's function if it is installed; else ours."""
    try:
        importlib.import_module("scipy.special")
        return cast("Callable[[Any], Any]", bare().ndtr)
    except ImportError:
        return _from_erf


def _from_erf(x: Any) -> Any:
    """Φ(x) = (1 + erf(x/√2)) / 2, of numbers in double precision."""
    y = _blocks(_near_and_far, as_array(x * x.dtype.type(ROOT_HALF)))
    y += 1
    y *= 0.5
    return _with_tail(x, y, -1.0, _tail)


def _single(x: Any) -> Any:
    """The same in single precision, to 3e-6: 1 / (1 + exp(x p(x²))), block by block."""
    return _with_tail(x, _blocks(_from_odds, as_array(x)), -3.0, _single_tail)


def times_distribution(x: Any) -> Any:
    """x Φ(x) of a plain array in single precision."""
    return _with_tail(x, _blocks(lambda x: _over_odds(x, x), x), -3.0, lambda x: x * _single_tail(x))


def _from_odds(x: Any) -> Any:
    return _over_odds(1, x)


def _over_odds(above: Any, x: Any) -> Any:
    """above / (1 + exp(x p(x²)))."""
    if x.__class__ is not np.ndarray:
        return above / (np.exp(_polynomial(ODDS, np.minimum(x * x, 5.2**2)) * x) + 1)
    square = np.minimum(quietly.run(np.square, x), ENOUGH[: x.size])  # beside a row NumPy takes several at a time
    y = _polynomial(ODDS, square)
    y *= x
    quietly.run(np.exp, y, y)
    y += 1
    return quietly.run(np.divide, above, y, y)


def _with_tail(x: Any, y: Any, start: float, tail: Callable[[Any], Any]) -> Any:
    """Φ(x), where y has rounded its digits off left of ``start``: there by ``tail``."""
    if x.__class__ is np.ndarray and x.ndim > 1 and x.flags.c_contiguous and y.flags.c_contiguous:
        _with_tail(x.reshape(-1), y.reshape(-1), start, tail)  # indices of one axis are found faster
        return y
    far = x < start
    if np.count_nonzero(far):
        key = np.nonzero(far) if x.ndim else np.newaxis  # indices are ten times as fast as the mask itself
        y[key] = tail(x[key])
    return y


def _single_tail(x: Any) -> Any:
    a = np.minimum(-x, 15)
    t = np.reciprocal(a * 0.3125 + 1)
    high = a + 49152 - 49152  # so few bits that its square is exact
    y = _polynomial(NEARBY, t)
    y *= np.exp(high * high * -0.5)
    y *= np.exp((a - high) * (a + high) * -0.5)
    return y


def _tail(x: Any) -> Any:
    a = x * -ROOT_HALF
    far = a > 4
    y = _quotient(FAR, np.minimum(a, 4))
    if np.count_nonzero(far):
        z = 1 / np.square(a[far])
        y[far] = (1 / math.sqrt(math.pi) - z * _quotient(FARTHEST, z)) / a[far]
    y *= 0.5
    y *= np.exp(-a * a)
    return y


# ---------------------------------------------------------------- log Φ, and φ/Φ


def _scaled_complement(x: Any) -> Any:
    """erfcx(x) = exp(x²) (1 - erf(x)); SciPy's function if it is installed, else ours."""
    function = _scipys("erfcx")
    return _own_scaled_complement(native(x).astype(np.float64)) if function is None else function(x)


def _own_scaled_complement(x: Any) -> Any:
    if not x.ndim:  # NumPy makes numbers of arrays without axes, and numbers cannot be written into
        return _own_scaled_complement(x[None])[0]
    a = np.abs(x)
    with np.errstate(over="ignore", divide="ignore"):
        z = 1 / np.square(np.maximum(a, 4))
        y = np.where(
            a > 4, (1 / ROOT_PI - z * _quotient(FARTHEST, z)) / np.maximum(a, 4), _quotient(FAR, np.clip(a, 0.5, 4))
        )
        near = np.minimum(a, 0.5)
        y = np.where(a < 0.5, np.exp(near * near) * (1 - _near_and_far(near)), y)
        return np.where(x < 0, 2 * np.exp(x * x) - y, y)


_scaled_complement.__name__ = "erfcx"
_orders = gaussian(_scaled_complement, 1, -2 / ROOT_PI, lambda x: 1 - np.sign(x.real))


def scaled_complement(x: Any) -> Any:
    """erfcx(x) = exp(x²) (1 - erf(x)); for positive x all its derivatives are exact."""
    return _orders(x, 0)


@functools.cache
def _scipys(name: str) -> Callable[[Any], Any] | None:
    try:
        importlib.import_module("scipy.special")
        return cast("Callable[[Any], Any]", getattr(bare(), name))
    except ImportError:
        return None


def _hazard(x: Any) -> Any:
    return math.sqrt(2 / math.pi) / scaled_complement(x * -ROOT_HALF)


_near_hazard = elementwise(_hazard, lambda d, x, y: -d * y * (x + y))


def hazard(x: Any) -> Any:
    """φ/Φ = √(2/π) / erfcx(-x/√2), which neither underflows nor cancels; far to the left it is -x."""
    left = lambda x: piecewise(plain(x) < -1e9, np.negative, _hazard, x)  # noqa: E731
    return piecewise(plain(x) > -5, _near_hazard, left, x)


def _log_distribution(x: Any) -> Any:
    """log Φ(x); SciPy's function if it is installed, else ours."""
    function = _scipys("log_ndtr")
    return _own_log_distribution(x) if function is None else function(x)


def _own_log_distribution(x: Any) -> Any:
    x = native(x)
    at = x.astype(np.float64)
    with np.errstate(all="ignore"):
        left = np.minimum(at, -1)
        y = -0.5 * left * left + np.log(0.5 * _own_scaled_complement(left * -ROOT_HALF))
        y = np.where(at < -1, y, np.log1p(-_distribution(-np.maximum(at, -1))))
    return y.astype(x.dtype) if x.dtype.kind == "f" else y


log_distribution: Operation = elementwise(_log_distribution, lambda d, x: d * hazard(x))


def declare(sc: Any, rule: Callable[..., None]) -> None:
    """SciPy's Φ, log Φ and their inverses."""
    rule("ndtr", lambda d, x: d * np.exp(-x * x / 2) / ROOT_2PI)
    rule("ndtri", lambda d, y: d * np.exp(y * y / 2) * ROOT_2PI)
    rule("log_ndtr", lambda d, x: d * hazard(x))
    rule("ndtri_exp", lambda d, y: d / hazard(y))
