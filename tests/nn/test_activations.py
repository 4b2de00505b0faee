"""Activations far from 0, at their special points, and what they refuse; the error function against Python's."""

from __future__ import annotations

import copy
import inspect
import math
import pickle
import re
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from autograd.ops import activation
from autograd.ops.special import erf as error_function
from nn import functional as F

from ..tables.refused import refused

FAR = np.array([-np.inf, -1e4, -800.0, 0.0, 800.0, 1e4, np.inf])
FINITE = np.isfinite(FAR)
# Their values there, to the last digit: the limits on either side, and at 0.
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
def test_nothing_overflows_far_from_0(name: str) -> None:
    with np.errstate(over="raise", divide="raise"):
        x = Tensor(FAR[FINITE], requires_grad=True)
        y = getattr(F, name)(x)
        y.sum().backward()
    np.testing.assert_allclose(y.data, np.array(LIMITS[name])[FINITE], rtol=1e-14)
    assert np.isfinite(x.grad).all()


@pytest.mark.parametrize("name", LIMITS)
def test_limits_at_infinity(name: str) -> None:
    with np.errstate(invalid="ignore"):
        y = getattr(F, name)(FAR)
    np.testing.assert_allclose(y, LIMITS[name], rtol=1e-14)


@pytest.mark.parametrize("name", LIMITS | {"elu": 0, "hardswish": 0})
def test_second_derivatives_are_0_far_from_0(name: str) -> None:
    for dtype in (np.float32, np.float64):
        x = Tensor(np.array([-1e4, -800, -200, 200, 800, 1e4], dtype), requires_grad=True)
        getattr(F, name)(x).sum().backward(create_graph=True)
        slope, x.grad = x.grad, None
        slope.sum().backward()
        np.testing.assert_allclose(x.grad, 0, atol=1e-6)


OF_NUMBERS = {name: operation for name, operation in activation.ACTIVATIONS.items() if operation.number}


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("name", OF_NUMBERS)
def test_a_value_behaves_as_a_tensor_does(name: str) -> None:
    """Also at 0 and at corners, and in their first and second derivatives; and NaN stays."""
    operation: Any = getattr(F, name)
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


def test_a_neuron_knows_every_activation_of_a_number() -> None:
    assert set(OF_NUMBERS) < set(nn.scalar.ACTIVATIONS)


def test_a_copy_of_an_activation_is_the_activation() -> None:
    for operation in activation.ACTIVATIONS.values():
        assert copy.deepcopy(operation) is pickle.loads(pickle.dumps(operation)) is operation


def test_an_activation_shows_its_own_signature() -> None:
    expected = ["x", "negative_slope"]
    for function in (F.leaky_relu, Tensor.leaky_relu, Value.leaky_relu):
        assert list(inspect.signature(function).parameters) == expected


def test_a_hard_swish_is_straight_at_infinity() -> None:
    x = Tensor([-np.inf, np.inf], requires_grad=True)
    with np.errstate(invalid="ignore"):
        F.hardswish(x).backward(np.ones(2))
    assert x.grad.tolist() == [0, 1] and Value(np.inf).hardswish().slopes == (1.0,)


def test_nan_is_not_below_a_threshold() -> None:
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
def test_the_error_function_agrees_with_pythons(function: Any, dtype: Any, limit: float) -> None:
    x = np.concatenate([np.linspace(-7, 7, 20001), np.geomspace(1e-3, 1, 100), [np.inf, -np.inf]]).astype(dtype)
    expected = np.array([math.erf(v) for v in x.tolist()])
    y = function(x)
    assert y.dtype == dtype and abs(y).max() == 1
    np.testing.assert_allclose(y.astype(float), expected, rtol=limit)
    assert np.isnan(function(np.array([np.nan], dtype))).all()


REFUSED = [
    refused("GELU, unknown approximation", ValueError, "'none' or 'tanh'", nn.GELU, "erf"),
    refused("gelu, unknown approximation", ValueError, "'none' or 'tanh'", F.gelu, np.ones(2), "fast"),
    refused("Hardtanh, no interval", ValueError, "below", nn.Hardtanh, 1.0, 1.0),
    refused("GLU, odd length", ValueError, "no halves", nn.GLU(), np.ones((2, 3))),
    refused("PReLU, channels", nn.ShapeError, r"PReLU\(3\) got \(2, 4\); it takes \(n, 3, \.\.\.\)", nn.PReLU(3),
            np.ones((2, 4))),
    refused("prelu, channels", ValueError, "4 channels", F.prelu, np.ones((2, 4)), np.ones(3)),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "says"), REFUSED)
def test_what_is_refused(call: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()


def test_layers_show_their_options() -> None:
    shown = [nn.PReLU(3), nn.ELU(0.5), nn.GELU(), nn.GELU("tanh"), nn.Softplus(2.0), nn.Softmax(1), nn.Threshold(0, 1)]
    assert list(map(repr, shown)) == [
        "PReLU(3)", "ELU(0.5)", "GELU()", "GELU('tanh')", "Softplus(2.0, 20.0)", "Softmax(axis=1)", "Threshold(0, 1)",
    ]  # fmt: skip


def test_type_checkers_know_every_activation_as_a_method() -> None:
    """``Methods`` names them for type checkers alone, so that nothing else would notice a name that is missing."""
    named = inspect.getsource(activation.Methods)
    assert not [name for name in activation.ACTIVATIONS if not re.search(rf"\b{name}\b", named)]


@pytest.mark.parametrize("shape", [(24_000,), (4, 6000), (1,), ()])
def test_gelu_of_numpy_is_right_in_single_precision(shape: tuple[int, ...]) -> None:
    """By NumPy alone: to 40 units in the last place, on both sides of where the tail begins, block after block."""
    x = np.linspace(-12, 12, math.prod(shape), dtype=np.float32).reshape(shape)
    gelu = activation.gelu.function.__wrapped__  # type: ignore[attr-defined]
    y, right = gelu(x.T).T, gelu(x.astype(float))
    assert y.shape == shape
    assert y.dtype == np.float32
    unit = np.spacing(np.maximum(np.abs(right), np.finfo(np.float32).smallest_normal).astype(np.float32))
    assert np.max(np.abs(y - right) / unit) < 40
