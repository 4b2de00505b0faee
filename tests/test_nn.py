"""Modules and layers: what a module finds, names and says."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, no_grad
from nn import functional as F

# ---------------------------------------------------------------- layers


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
    y = layer(np.ones(shape))
    assert y.shape == (*shape[:-1], 2)
    y.sum().backward()
    assert np.all(layer.bias.grad == np.prod(shape[:-1]))


@pytest.mark.parametrize(
    ("shapes", "says"),
    [
        ([(4, 3), (4, 3), (1, 3, 2)], r"\(4, 3\) and .* \(4, 3\) do not fit the weight .* \(1, 3, 2\)"),
        ([(4, 3), (1, 2), (1, 3, 2)], "differ in more than their last axis"),
    ],
)
def test_bilinear_takes_pairs_of_inputs(shapes: list[Any], says: str) -> None:
    a, b, weight = map(np.ones, shapes)
    with pytest.raises(ValueError, match=says):
        F.bilinear(a, b, weight)
    with pytest.raises(nn.ShapeError, match=r"it takes \(\.\.\., 3\) and \(\.\.\., 2\)"):
        nn.Bilinear(3, 2, 1)(a, b)
    assert nn.Bilinear(3, 2, 1)(np.ones((0, 3)), np.ones((0, 2))).shape == (0, 1)


def test_linear_takes_a_bias_of_another_precision() -> None:
    x, w = np.ones((2, 3), np.float32), np.ones((4, 3), np.float32)
    assert F.linear(x, w, np.ones(4)).dtype == np.float64
    assert F.linear(x, w, np.ones(4, complex)).dtype == np.complex128


def test_the_gradient_of_an_untracked_input_is_not_computed() -> None:
    x = Tensor(np.ones((4, 3)))
    nn.Linear(3, 2, dtype=float)(x).sum().backward()
    assert x.grad is None


# ---------------------------------------------------------------- modules


class Net(nn.Module):
    """No base __init__ is called; parameters hang on attributes, in lists, dicts, tuples, and twice."""

    def __init__(self) -> None:
        self.scale = nn.Parameter([1.0, 2.0])
        self.blocks = [nn.Linear(2, 2, generator=0), nn.ReLU()]
        self.heads = {"a": nn.Linear(2, 1, bias=False, generator=1)}
        self.pair = (nn.Parameter(3.0), self.blocks[0])
        self.mean = Tensor([0.0, 0.0])  # a buffer: kept, not trained
        self.owner: Any = self
        self.name = "net"

    def forward(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        return self.heads["a"](x * self.scale)


OWN = ["scale", "blocks.0.weight", "blocks.0.bias", "heads.a.weight", "pair.0"]


def test_parameters_are_found_in_order_and_once() -> None:
    net = Net()
    assert [name for name, _ in net.named_parameters()] == OWN
    assert [name for name, _ in net.named_modules()] == ["", "blocks.0", "blocks.1", "heads.a"]
    net.heads["b"] = nn.Linear(1, 1)
    del net.scale
    assert [name for name, _ in net.named_parameters()] == [*OWN[1:4], "heads.b.weight", "heads.b.bias", "pair.0"]


def test_training_mode_and_gradients_reach_everything() -> None:
    net = Net()
    assert net.training
    assert not any(module.training for module in net.eval().modules())
    assert all(module.training for module in net.train().modules())
    net(np.ones((3, 2), np.float32)).sum().backward()
    assert [p.grad is not None for p in net.parameters()] == [True, True, True, True, False]
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_state_dict_goes_out_and_in() -> None:
    net, other = Net(), Net()
    state = net.state_dict()
    assert list(state) == [*OWN, "pair.1.weight", "pair.1.bias", "mean"]
    with no_grad():
        for p in other.parameters():
            p.data = p.data + 1
    other.load_state_dict(state)
    assert all(np.array_equal(a, b) for a, b in zip(state.values(), other.state_dict().values(), strict=True))
    assert list(nn.Sequential(nn.Linear(1, 1), nn.Tanh(), nn.Linear(1, 1, False)).state_dict()) == [
        "0.weight",
        "0.bias",
        "2.weight",
    ]


def test_load_state_dict_says_all_that_is_wrong_and_loads_nothing() -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    before = {name: array.copy() for name, array in net.state_dict().items()}
    wrong = {"0.weight": np.ones((3, 2)), "0.bias": np.ones(4), "1.wieght": np.ones((1, 3)), "1.bias": np.ones(1)}
    with pytest.raises(ValueError) as error:
        net.load_state_dict(wrong)
    for part in ("0.bias: shape (4,), this module has (3,)", "1.weight: missing", "1.wieght: unexpected"):
        assert part in str(error.value)
    assert all(np.array_equal(before[name], array) for name, array in net.state_dict().items())
    net.load_state_dict({"1.bias": np.array([5.0]), "more": 1}, strict=False)
    assert net[1].bias.data == 5


def test_errors_name_the_way_to_the_module() -> None:
    model = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    model.layers[0] = lambda x: x
    with pytest.raises(nn.ShapeError, match=r"^model\[2\]: Linear\(64, 10\) got \(32, 128\)"):
        model(np.zeros((32, 128), np.float32))

    class Outer(nn.Module):
        def __init__(self) -> None:
            self.encoder = [nn.ReLU(), model]
            self.tail = Tail()

        def forward(self, x: Any) -> Any:
            return self.tail(self.encoder[1](x))

    class Tail(nn.Module):
        def forward(self, x: Any) -> Any:
            return x @ np.ones((3, 3))

    with pytest.raises(nn.ShapeError, match=r"^model\.encoder\[1\]\[2\]: Linear\(64, 10\) got \(32, 128\)"):
        Outer()(np.zeros((32, 128), np.float32))
    with pytest.raises(ValueError) as error:
        Outer()(np.zeros((32, 64), np.float32))
    assert error.value.__notes__ == ["in model.tail: Tail()"]


def test_any_callable_is_a_layer() -> None:
    model = nn.Sequential(nn.Linear(2, 2, generator=0), np.tanh, lambda x: x * 2)
    x = np.ones((1, 2), np.float32)
    np.testing.assert_allclose(model(x).data, 2 * np.tanh(model[0](x).data))
    assert len(model) == 3
    assert len(model[:2]) == 2
    assert list(model)[1] is np.tanh
    assert repr(model) == "Sequential(\n  (0): Linear(2, 2)\n  (1): tanh\n  (2): <lambda>\n)"
    assert repr(nn.Sequential()) == "Sequential()"
    outer = "Sequential(\n  (0): Sequential(\n    (0): ReLU()\n  )\n)"
    assert repr(nn.Sequential(nn.Sequential(nn.ReLU()))) == outer


def test_a_module_without_forward_says_so() -> None:
    with pytest.raises(NotImplementedError, match="write forward"):
        nn.Module()(1)


def test_models_are_copied_and_pickled() -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert np.array_equal(other[0].weight.data, net[0].weight.data)
        other[0].weight.data = other[0].weight.data + 1
        assert not np.array_equal(other[0].weight.data, net[0].weight.data)
        assert other[0].weight.requires_grad
