"""Dropout's laws: which elements are zeroed, how the others are scaled, and where the randomness comes from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, grad
from nn import functional as F

X = np.random.default_rng(0).uniform(1, 2, (200, 5, 4, 5))
every_kind = pytest.mark.parametrize(("function", "layer"), [(F.dropout, nn.Dropout), (F.dropout2d, nn.Dropout2d)])


@every_kind
@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_an_element_is_zeroed_with_probability_p_else_scaled(function: Any, layer: Any, p: float) -> None:
    y = function(X, p, generator=0)
    stays = y != 0
    np.testing.assert_allclose(y[stays], X[stays] / (1 - p))
    tries = stays.size if function is F.dropout else stays[..., 0, 0].size
    assert abs(stays.mean() - (1 - p)) < 5 * np.sqrt(p * (1 - p) / tries)  # five standard deviations
    np.testing.assert_allclose(grad(lambda x: np.sum(function(x, p, generator=0)))(X), stays / (1 - p))
    if function is F.dropout2d:  # whole channels
        assert (stays.all((2, 3)) | ~stays.any((2, 3))).all()


@every_kind
def test_the_same_seed_zeroes_the_same_elements(function: Any, layer: Any) -> None:
    one, two = layer(0.5, generator=3), layer(0.5, generator=3)
    x = Tensor(X)
    first = one(x).data
    np.testing.assert_array_equal(first, two(x).data)
    assert not np.array_equal(first, one(x).data)  # the next draw differs
    np.testing.assert_array_equal(first != 0, function(X.astype(np.float32), 0.5, generator=3) != 0)
    nn.seed(3)
    np.testing.assert_array_equal(first, layer(0.5)(x).data)
    assert one.eval()(x) is x


@pytest.mark.parametrize("p", [-0.1, 1.5, float("nan")])
def test_p_is_a_probability(p: float) -> None:
    with pytest.raises(ValueError, match="p is the probability"):
        nn.Dropout(p)


def test_dropout2d_takes_maps() -> None:
    with pytest.raises(ValueError, match=r"takes an input \(n, channels, height, width\), got \(3, 4, 5\)"):
        nn.Dropout2d()(np.ones((3, 4, 5)))
