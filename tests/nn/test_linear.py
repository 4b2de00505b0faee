"""Linear and bilinear maps: initial values, precision, axes, errors."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional as F


def test_linear_is_reproducible_and_starts_where_pytorch_does() -> None:
    layer = nn.Linear(100, 50, generator=7)
    assert np.array_equal(layer.weight.data, nn.Linear(100, 50, generator=7).weight.data)
    nn.seed(7)
    assert np.array_equal(layer.weight.data, nn.Linear(100, 50).weight.data)
    assert layer.weight.shape == (50, 100)
    assert layer.bias is not None
    assert 0.099 < abs(layer.weight.data).max() <= 0.1
    assert abs(layer.bias.data).max() <= 0.1


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("given_dtype", [np.float32, np.float64, np.uint8])
def test_linear_computes_in_the_precision_of_its_parameters(dtype: Any, given_dtype: Any) -> None:
    layer = nn.Linear(3, 2, dtype=dtype)
    y = layer(np.ones((4, 3), given_dtype))
    y.sum().backward()
    assert y.dtype == layer.weight.grad.dtype == dtype


@pytest.mark.parametrize("shape", [(3,), (0, 3), (0, 2, 3), (2, 0, 3), (2, 4, 3)])
def test_linear_takes_any_leading_axes(shape: tuple[int, ...]) -> None:
    layer = nn.Linear(3, 2)
    x = Tensor(np.ones(shape, np.float32), requires_grad=True)
    y = layer(x)
    assert y.shape == (*shape[:-1], 2)
    y.sum().backward()
    assert x.grad.shape == shape
    assert np.all(layer.bias.grad == np.prod(shape[:-1]))


def test_linear_takes_a_bias_of_another_precision() -> None:
    x, w = np.ones((2, 3), np.float32), np.ones((4, 3), np.float32)
    assert F.linear(x, w, np.ones(4)).dtype == np.float64
    assert F.linear(x, w, np.ones(4, complex)).dtype == np.complex128


def test_the_gradient_of_an_untracked_input_is_not_computed() -> None:
    x = Tensor(np.ones((4, 3)))
    nn.Linear(3, 2, dtype=float)(x).sum().backward()
    assert x.grad is None


def test_linear_takes_a_bias_that_all_outputs_share() -> None:
    bias = Tensor([1.0], requires_grad=True)
    F.linear(np.ones((4, 3)), np.ones((2, 3)), bias).sum().backward()
    np.testing.assert_array_equal(bias.grad, [8.0])


@pytest.mark.parametrize(
    ("shapes", "says"),
    [
        ([(4, 3), (4, 3), (1, 3, 2)], r"\(4, 3\) and .* \(4, 3\) do not fit the weight .* \(1, 3, 2\)"),
        ([(4, 3), (1, 2), (1, 3, 2)], "differ in more than their last axis"),
    ],
)
def test_bilinear_refuses_inputs_that_do_not_fit(shapes: list[Any], says: str) -> None:
    a, b, weight = map(np.ones, shapes)
    with pytest.raises(ValueError, match=says):
        F.bilinear(a, b, weight)
    with pytest.raises(nn.ShapeError, match=r"it takes \(\.\.\., 3\) and \(\.\.\., 2\)"):
        nn.Bilinear(3, 2, 1)(a, b)
    assert nn.Bilinear(3, 2, 1)(np.ones((0, 3)), np.ones((0, 2))).shape == (0, 1)


def test_bilinear_multiplies_every_pair() -> None:
    assert nn.summary(nn.Bilinear(3, 2, 5), (4, 3), (4, 2)).multiply_adds == 4 * 5 * 3 * 2


def test_linear_is_pickled_by_its_name() -> None:
    assert pickle.loads(pickle.dumps(F.linear)) is F.linear
