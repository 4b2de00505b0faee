"""Activations far from 0, at their special points, and of what they refuse; the error function against Python's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from autograd.declare.operation import OPERATIONS
from autograd.ops import activation
from autograd.ops.special import erf as error_function
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


@pytest.mark.parametrize("name", LIMITS | {"elu": 0, "hardswish": 0})
def test_far_away_second_derivatives_are_0(name: str) -> None:
    for dtype in (np.float32, np.float64):
        x = Tensor(np.array([-1e4, -800, -200, 200, 800, 1e4], dtype), requires_grad=True)
        getattr(F, name)(x).sum().backward(create_graph=True)
        slope, x.grad = x.grad, None
        slope.sum().backward()
        np.testing.assert_allclose(x.grad, 0, atol=1e-6)


SHAPED = [operation.function for operation in activation.ACTIVATIONS.values() if operation.number]


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("function", SHAPED, ids=lambda f: f.__name__)
def test_a_value_goes_as_a_tensor_does(function: Any) -> None:
    """Also at 0 and at corners, in their first and second derivatives; and NaN stays."""
    operation: Any = F.relu if function is activation.relu.function else OPERATIONS[function]
    for number in (0.0, 1.0, -1.0, 3.0, -3.0, 0.7, -800.0, 800.0, math.nan):
        found = []
        for x in (Value(number), Tensor(number, requires_grad=True)):
            y = operation(x)
            y.backward(create_graph=True)
            slope, x.grad = x.grad, 0.0 if isinstance(x, Value) else None
            if getattr(slope, "requires_grad", isinstance(slope, Value)):
                slope.backward()
            numbers = [v.item() if hasattr(v, "item") else v or 0.0 for v in (y, slope, x.grad)]
            found.append(numbers if number == number else numbers[:1])
        np.testing.assert_allclose(*found, rtol=1e-9, atol=1e-12)
        assert math.isnan(found[0][0]) == math.isnan(number)


def test_at_infinity_a_hard_swish_is_straight() -> None:
    x = Tensor([-np.inf, np.inf], requires_grad=True)
    with np.errstate(invalid="ignore"):
        F.hardswish(x).backward(np.ones(2))
    assert x.grad.tolist() == [0, 1] and Value(np.inf).hardswish().slopes == (1.0,)
    assert math.isnan(F.threshold(np.nan, 0.0, 1.0))


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
