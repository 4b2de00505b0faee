"""Networks of Values: a neuron's single node is the same function as the operations that it replaces."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, no_grad
from autograd.draw import explain
from autograd.value.many import dot
from autograd.value.many import sum as total
from nn.scalar import ACTIVATIONS, MLP, Layer, Neuron

inputs = st.lists(st.floats(-2, 2), min_size=3, max_size=3)


def composed(neuron: Neuron, x: list[Any]) -> Any:
    z = neuron.b
    for w, a in zip(neuron.w, x, strict=True):
        z = z + w * a
    return z * 1.0 if neuron.activation == "linear" else getattr(z, neuron.activation)()


def derivatives(y: Any, leaves: list[Value]) -> tuple[list[float], list[float]]:
    """The gradients of y, and those of the sum of their squares."""
    for v in leaves:
        v.grad = None
    y.backward(create_graph=True)
    first = [v.grad for v in leaves]
    norm = total([g * g for g in first])
    for v in leaves:
        v.grad = None
    norm.backward()
    return [g.data for g in first], [v.grad or 0.0 for v in leaves]


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@given(x=inputs, seed=st.integers(0, 100), track=st.booleans())
def test_neuron_is_its_expression(activation: str, x: list[float], seed: int, track: bool) -> None:
    neuron = Neuron(3, activation, seed=seed)
    values: list[Any] = [Value(a) for a in x] if track else x
    leaves = neuron.parameters() + (values if track else [])
    y, z = neuron(values), composed(neuron, values)
    assert len(y.inputs) == len(leaves) and y.data == pytest.approx(z.data, rel=1e-12, abs=1e-12)
    for one, other in zip(derivatives(y, leaves), derivatives(z, leaves), strict=True):
        assert np.allclose(one, other, rtol=1e-9, atol=1e-12)
    y = neuron(values)
    y.backward(retain_graph=True)
    assert np.allclose(y.slopes, [d.data if isinstance(d, Value) else d for d in y.op.slopes(y)])


def test_networks_are_copied_and_pickled() -> None:
    net = MLP(2, [3, 1], seed=0)
    again, y = pickle.loads(pickle.dumps((net, net([1.0, 2.0]))))
    y.backward()
    assert [p.grad for p in again.parameters()][-1] == 1.0 and y.data == net([1.0, 2.0]).data


def test_assigned_weights_are_noticed() -> None:
    neuron = Neuron(2, "tanh", seed=0)
    y = neuron([Value(1.0), Value(2.0)])
    neuron.b.data = 1.0
    with pytest.raises(RuntimeError, match="assigned after it was computed"):
        y.backward(create_graph=True)


def network() -> MLP:
    return MLP(2, [3, 1], "relu", seed=7)


def test_networks_have_the_sizes_that_are_asked_for() -> None:
    net = network()
    assert repr(net) == "MLP(Layer(2, 3, 'relu'), Layer(3, 1, 'linear'))"
    assert len(net.parameters()) == 2 * 3 + 3 + 3 + 1
    assert isinstance(net([0.1, 0.2]), Value) and isinstance(net(np.array([0.1, 0.2])), Value)
    assert len(Layer(2, 4)([1, Value(2.0)])) == 4


def test_networks_are_written_as_on_the_blackboard() -> None:
    """Weights and biases are numbered through the network, and what a person calls them stays."""
    net = MLP(2, [2, 1], seed=0)
    assert [p.label for p in net.parameters()] == ["w1", "w2", "b1", "w3", "w4", "b2", "w5", "w6", "b3"]
    assert [p.label for p in Layer(1, 2).parameters()] == ["w1", "b1", "w2", "b2"]
    assert [p.label for p in Neuron(2).parameters()] == ["w1", "w2", "b"]
    net.layers[0].neurons[1].b.label = "bias"
    x1, x2 = Value(1.0, label="x1"), Value(2.0, label="x2")
    text = str(explain(net([x1, x2]), names=None))
    for formula in ("z1 = w1 x1 + w2 x2 + b1 =", "z3 = w3 x1 + w4 x2 + bias =", "y = w5 z2 + w6 z4 + b3 ="):
        assert formula in text


def test_a_seed_determines_the_weights() -> None:
    twin = MLP(2, [3, 1], "relu", seed=np.random.default_rng(7))
    assert [p.data for p in network().parameters()] == [p.data for p in twin.parameters()]


def test_gradients_are_set_to_0() -> None:
    net = network()
    net([1.0, 2.0]).backward()
    net.zero_grad()
    assert all(p.grad == 0.0 for p in net.parameters())


def test_nothing_is_recorded_under_no_grad() -> None:
    with no_grad():
        assert network()([1.0, 2.0]).is_leaf


def test_wrong_numbers_of_inputs_and_unknown_activations_are_refused() -> None:
    with pytest.raises(ValueError, match="2 weights"):
        network()([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="there are"):
        Neuron(2, "step")


def test_xor() -> None:
    """No perceptron learns it; two layers do."""
    net = MLP(2, [4, 1], "tanh", output="sigmoid", seed=1)
    x, y = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]
    for _ in range(400):
        errors = [net(a) - b for a, b in zip(x, y, strict=True)]
        net.zero_grad()
        dot(errors, errors).backward()
        for p in net.parameters():
            p.data = p.data - 1.0 * p.grad
    assert [round(net(a).data) for a in x] == y
