"""The derivatives of ``np.i0`` are SciPy's modified Bessel functions, near to 0, far out and beside NaN."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.special

from autograd import grad, jvp

X = np.array([0.0, 1e-8, 0.5, 3.0, 20.0, 39.9, 40.1, 100.0, 700.0, 710.0])


def after(order: int) -> Any:
    """The derivative of I₀ of this order: its Taylor coefficients by Iₙ' = (Iₙ₋₁ + Iₙ₊₁)/2."""
    i = scipy.special.iv
    return {
        1: lambda x: i(1, x),
        2: lambda x: (i(0, x) + i(2, x)) / 2,
        3: lambda x: (3 * i(1, x) + i(3, x)) / 4,
    }[order]


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivatives(order: int, sign: float) -> None:
    f: Any = np.i0
    for _ in range(order):
        f = grad(lambda x, f=f: np.sum(f(x)))
    np.testing.assert_allclose(f(sign * X), after(order)(sign * X), rtol=1e-12, atol=1e-24)


def test_beyond_the_range_and_beside_nan() -> None:
    x = np.array([math.nan, 1.0, 0.0, 1e12, -math.inf])
    for slope in (grad(lambda x: np.sum(np.i0(x)))(x), jvp(np.i0, (x,), (np.ones(5),))[1]):
        np.testing.assert_allclose(slope, [math.nan, scipy.special.i1(1.0), 0.0, math.inf, -math.inf], rtol=1e-14)
