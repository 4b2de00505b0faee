"""The summary of a model adds up, and leaves the model as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor


class Gives(nn.Module):
    """It has several outputs, as a recurrent layer has."""

    def forward(self, x: Any) -> Any:
        return x, (x[0], None), {"a": x[:, 0]}


class Net(nn.Module):
    def __init__(self) -> None:
        self.scale = nn.Parameter(2.0)
        self.encoder = nn.Sequential({"wide": nn.Linear(20, 100), "act": nn.ReLU(), "back": nn.Linear(100, 20, False)})
        self.heads = {"a": nn.Linear(20, 3), "unused": nn.Linear(20, 1)}
        self.gives = Gives()
        self.again = [self.encoder[2]]
        self.heads["a"].bias.requires_grad_(False)  # type: ignore[union-attr]
        self.calls = 0

    def forward(self, x: Any) -> Any:
        self.calls += 1
        assert not self.training
        h = self.encoder.back(self.encoder.act(self.encoder.wide(self.encoder(x))))
        return self.gives(self.heads["a"](h) * self.scale)[0]


TABLE = """\
module                                 output              parameters  multiply-adds
────────────────────────────────────────────────────────────────────────────────────
Net                                    (5, 3)                       1
  encoder: Sequential                  (5, 20)
    wide: Linear(20, 100)              (5, 100)                 2,100         20,000
    act: ReLU()                        (5, 100)
    back: Linear(100, 20, bias=False)  (5, 20)                  2,000         20,000
  heads.a: Linear(20, 3)               (5, 3)                      63            300
  heads.unused: Linear(20, 1)                                      21
  gives: Gives()                       (5, 3), (3,), (5,)
────────────────────────────────────────────────────────────────────────────────────
total, 3 of them frozen                                         4,185         40,300"""


def test_summary_is_a_table_that_adds_up() -> None:
    net = Net()
    net.encoder.eval()
    table = nn.summary(net, (5, 20))
    assert str(table) == TABLE
    assert (table.parameters, table.trainable, table.multiply_adds) == (4185, 4182, 40300)
    assert table.parameters == sum(p.size for p in net.parameters())
    assert [row.name for row in table.rows][2] == "encoder.wide"
    assert table.rows[-1].output == [(5, 3), (3,), (5,)]


def test_a_summary_calls_the_model_once_and_leaves_it_as_it_was() -> None:
    net = Net()
    net.encoder.eval()
    nn.summary(net, (5, 20))
    assert net.training and not net.encoder.training and net.calls == 1
    assert not any(module._hooks.after for module in net.modules() if module._hooks)


def test_a_summary_in_a_notebook() -> None:
    html = nn.summary(Net(), (5, 20))._repr_html_()
    assert html.count("<tr>") == 10 and "<th" in html and ">    wide: Linear(20, 100)</td>" in html
    assert "&lt;lambda&gt;" not in nn.summary(nn.Sequential(lambda x: x), (1,))._repr_html_()


def test_summary_takes_shapes_arrays_and_tensors() -> None:
    layer = nn.Linear(3, 2, dtype=float)
    for given in ((4, 3), np.ones((4, 3)), Tensor(np.ones((4, 3)), requires_grad=True)):
        assert nn.summary(layer, given).rows[0].output == [(4, 2)]
    assert "Gives" in str(nn.summary(Gives(), (1, 1)))


@pytest.mark.parametrize("beside", [[], [nn.Parameter(np.ones(2))]], ids=["alone", "beside a parameter"])
def test_for_a_shape_an_embedding_gets_integers(beside: list[Any]) -> None:
    model = nn.Sequential(nn.Embedding(5, 2), nn.Linear(2, 3))
    model.beside = beside
    assert nn.summary(model, (1, 4)).rows[0].output == [(1, 4, 3)]


def test_a_summary_says_what_it_made_for_a_shape() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            self.first, self.table = nn.Linear(2, 2), nn.Embedding(5, 2)

        def forward(self, x: Any, i: Any) -> Any:
            return self.first(x) + self.table(i)

    with pytest.raises(TypeError, match="integers") as caught:
        nn.summary(Two(), (4, 2), (4,))
    assert "float32 of shape (4, 2), float32 of shape (4,); give arrays" in caught.value.__notes__[-1]
    assert nn.summary(Two(), (4, 2), np.zeros(4, int)).rows[0].output == [(4, 2)]


def test_a_summary_that_fails_leaves_the_model_as_it_was() -> None:
    layer = nn.Linear(3, 2)
    with pytest.raises(nn.ShapeError, match=r"model\[0\]: Linear\(3, 2\) got \(3, 3, 4\)"):
        nn.summary(nn.Sequential(layer), (3, 3, 4))
    assert layer.training and not layer._hooks.after  # type: ignore[union-attr]


@pytest.mark.parametrize("batch_first", [False, True])
def test_attention_costs_its_maps_and_two_products_for_each_score(batch_first: bool) -> None:
    shapes = [(2, 3, 8), (2, 5, 4), (2, 5, 8)] if batch_first else [(3, 2, 8), (5, 2, 4), (5, 2, 8)]
    query, key, value = map(np.ones, shapes)
    layer = nn.MultiheadAttention(8, 2, kdim=4, batch_first=batch_first)
    maps, scores = 3 * 8 * 8 + 5 * 4 * 8 + 5 * 8 * 8 + 3 * 8 * 8, 2 * 3 * 5 * 4
    assert nn.summary(layer, query, value=value, key=key).multiply_adds == 2 * maps + 2 * 2 * scores
    alone = [x[0] if batch_first else x[:, 0] for x in (query, key, value)]
    assert nn.summary(layer, *alone).multiply_adds == maps + 2 * scores


def test_an_rbf_layer_costs_a_product_for_each_distance() -> None:
    assert nn.summary(nn.RBF(3, 2), (5, 3)).multiply_adds == 5 * 2 * 3
