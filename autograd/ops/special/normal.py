"""The standard normal distribution Φ in NumPy alone, to full relative precision in its left tail too.

Convention: it is computed from the error function, see ``erf``; in the left tail from its complement.
"""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from ...declare import Late, as_array, elementwise
from .erf import FAR, _blocks, _near_and_far, _quotient, _single
from .scipy import bare
from .sigmoid import quietly

ROOT_HALF, HEIGHT = math.sqrt(0.5), math.sqrt(0.5 / math.pi)
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
        return _from_erf(_single, x.astype(np.float32, copy=False), -2.5).astype(x.dtype, copy=False)
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
        return lambda x: _from_erf(_near_and_far, x, -1.0)


def _from_erf(function: Callable[[Any], Any], x: Any, start: float) -> Any:
    """(1 + erf(x/√2)) / 2; left of ``start``, where that would round its digits off, from the complement of erf."""
    y = _blocks(function, as_array(x * x.dtype.type(ROOT_HALF)))
    y += 1
    y *= 0.5
    far = x < start
    if np.count_nonzero(far):
        key = np.nonzero(far) if x.ndim else np.newaxis  # indices are ten times as fast as the mask itself
        y[key] = _tail(x[key].astype(np.float64))
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
