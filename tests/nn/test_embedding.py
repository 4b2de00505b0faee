"""Embedding: the row for padding, pretrained tables, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, grad, jvp
from nn import functional as F

INDEX = np.array([[1, 2, 1], [0, 1, 2]])


def test_the_row_for_padding_is_looked_up_and_gets_no_gradient_of_any_order() -> None:
    layer = nn.Embedding(4, 2, padding_idx=-2, dtype=np.float64)
    assert layer.padding_idx == 2 and not layer.weight.data[2].any() and layer.weight.data[[0, 1, 3]].all()
    layer.weight.data = np.arange(8.0).reshape(4, 2)
    y = layer(INDEX)
    np.testing.assert_array_equal(y.data, layer.weight.data[INDEX])
    y.backward(np.ones(y.shape))
    np.testing.assert_array_equal(layer.weight.grad, np.array([1, 3, 0, 0])[:, None] * np.ones(2))

    def steep(w: Any) -> Any:
        return np.sum(grad(lambda v: np.sum(F.embedding(INDEX, v, 2) ** 3))(w))

    np.testing.assert_allclose(grad(steep)(layer.weight.data), 6 * layer.weight.data * [[1], [3], [0], [0]])


def test_the_row_for_padding_has_no_tangent() -> None:
    w, t = np.random.default_rng(0).normal(size=(2, 4, 2))
    _, tangent = jvp(lambda w: F.embedding(INDEX, w, 2), [w], [t])
    np.testing.assert_array_equal(tangent, (t * [[1], [1], [0], [1]])[INDEX])


def test_a_pretrained_table_is_frozen_unless_asked_otherwise() -> None:
    table = np.arange(6.0).reshape(3, 2)
    frozen, trained = nn.Embedding.from_pretrained(table), nn.Embedding.from_pretrained(table, freeze=False)
    np.testing.assert_array_equal(frozen(Tensor(np.array([2, 0]))).data, table[[2, 0]])
    assert [p.requires_grad for p in (*frozen.parameters(), *trained.parameters())] == [False, True]
    assert repr(nn.Embedding(3, 2, padding_idx=0)) == "Embedding(3, 2, padding_idx=0)"


@pytest.mark.parametrize(
    ("index", "kind", "words"),
    [
        ([0.0, 1.0], TypeError, "integers"),
        ([0, 3], IndexError, "from 0 to 2, got 0 to 3"),
        ([-1], IndexError, "from 0 to 2, got -1"),
    ],
)
def test_an_index_that_is_no_row_is_refused(index: list[Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        nn.Embedding(3, 2)(np.array(index))


def test_the_row_for_padding_must_exist() -> None:
    with pytest.raises(ValueError, match="padding_idx 3 is not one of the 3 rows"):
        nn.Embedding(3, 2, padding_idx=3)
