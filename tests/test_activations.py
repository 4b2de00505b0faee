"""Activations far from 0, at their special points, and of what they refuse; the error function against Python's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.ops import error_function
from nn import functional as F

FAR = np.array([-np.inf, -1e4, -800.0, 0.0, 800.0, 1e4, np.inf])
# What each is there, to the last digit: the limits on either side, and at 0.
LIMITS: dict[str, list[float]] = {
    "sigmoid": [0, 0, 0, 0.5, 1, 1, 1],
    "logsigmoid": [-np.inf, -1e4, -800, -math.log(2), 0, 0, 0],
    "softplus": [0, 0, 0, math.log(2), 800, 1e4, np.inf],
    "softsign": [np.nan, -1e4 / 10001, -800 / 801, 0, 800 / 801, 1e4 / 10001, np.nan],
    "gelu": [np.nan, 0, 0, 0, 800, 1e4, np.inf],
    "silu": [np.nan, 0, 0, 0, 800, 1e4, np.inf],
    "mish": [np.nan, 0, 0, 0, 800, 1e4, np.inf],
    "selu": [-1.7580993408473766] * 3 + [0, 800 * 1.0507009873554805, 1e4 * 1.0507009873554805, np.inf],
}


@pytest.mark.parametrize("name", LIMITS)
def test_far_away_nothing_overflows(name: str) -> None:
    finite = np.isfinite(FAR)
    with np.errstate(over="raise", divide="raise"):
        x = Tensor(FAR[finite], requires_grad=True)
        y = getattr(F, name)(x)
        y.sum().backward()
    np.testing.assert_allclose(y.data, np.array(LIMITS[name])[finite], rtol=1e-14)
    assert np.isfinite(x.grad).all()
    with np.errstate(invalid="ignore"):
        y = getattr(F, name)(FAR)
    np.testing.assert_allclose(y, LIMITS[name], rtol=1e-14)


@pytest.mark.parametrize(
    ("function", "dtype", "limit"),
    [
        (error_function.erf, np.float64, 1e-15),
        (lambda x: error_function._blocks(error_function._near_and_far, x), np.float64, 6e-16),  # without SciPy
        (error_function.erf, np.float32, 4e-7),
        (error_function.erf, np.float16, 1e-3),
    ],
)
def test_the_error_function_is_pythons(function: Any, dtype: Any, limit: float) -> None:
    x = np.concatenate([np.linspace(-7, 7, 20001), np.geomspace(1e-3, 1, 100), [np.inf, -np.inf]]).astype(dtype)
    expected = np.array([math.erf(v) for v in x.tolist()])
    y = function(x)
    assert y.dtype == dtype and abs(y).max() == 1
    np.testing.assert_allclose(y.astype(float), expected, rtol=limit)
    assert np.isnan(function(np.array([np.nan], dtype))).all()


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: nn.GELU("erf"), ValueError, "'none' or 'tanh'"),
        (lambda: F.gelu(np.ones(2), "fast"), ValueError, "'none' or 'tanh'"),
        (lambda: nn.Hardtanh(1.0, 1.0), ValueError, "below"),
        (lambda: nn.GLU()(np.ones((2, 3))), ValueError, "no halves"),
        (lambda: nn.PReLU(3)(np.ones((2, 4))), nn.ShapeError, r"PReLU\(3\) got \(2, 4\); it takes \(n, 3, \.\.\.\)"),
        (lambda: F.prelu(np.ones((2, 4)), np.ones(3)), ValueError, "4 channels"),
        (lambda: nn.ReLU(inplace=True), TypeError, "takes no arguments"),  # type: ignore[call-arg]
    ],
)
def test_what_is_refused(call: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()


def test_layers_show_their_options() -> None:
    shown = [nn.PReLU(3), nn.ELU(0.5), nn.GELU(), nn.GELU("tanh"), nn.Softplus(2.0), nn.Softmax(1), nn.Threshold(0, 1)]
    assert list(map(repr, shown)) == [
        "PReLU(3)", "ELU(0.5)", "GELU()", "GELU('tanh')", "Softplus(2.0, 20.0)", "Softmax(axis=1)", "Threshold(0, 1)",
    ]  # fmt: skip
