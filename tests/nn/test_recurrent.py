"""Recurrent networks: sequences of different lengths, states from call to call, directions, dropout, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.functional.nests import leaves as flat

from ..reference import load, part, weights
from ..tables import packed

rng = np.random.default_rng(0)


def small(kind: str, *args: Any, **options: Any) -> Any:
    return getattr(nn, kind)(*args, generator=0, dtype=np.float64, **options)


def states(result: Any) -> list[Any]:
    """The arrays in (output, state)."""
    return [t.data for t in flat(result)]


every_kind = pytest.mark.parametrize("kind", packed.KINDS)


@every_kind
@pytest.mark.parametrize("masked", [False, True], ids=["lengths", "mask"])
def test_lengths_match_pytorchs_packed_sequences(kind: str, masked: bool) -> None:
    numbers = part(load("packed"), f"{kind}/")
    model = small(kind, **packed.OPTIONS)
    model.load_state_dict(part(numbers, "state."))
    x = Tensor(packed.x(), requires_grad=True)
    lengths = np.arange(x.shape[1]) < packed.LENGTHS[:, None] if masked else packed.LENGTHS
    results = flat(model(x, lengths=lengths))
    sum(np.sum(y * weights(y)) for y in results).backward()
    found = {f"y{k}": y.data for k, y in enumerate(results)} | {"dx": x.grad}
    found |= {f"grad.{name}": p.grad for name, p in model.named_parameters()}
    for name, array in found.items():
        np.testing.assert_allclose(array, numbers[name], rtol=1e-7, atol=1e-9, err_msg=name)


@every_kind
def test_a_sequence_in_two_parts_gives_the_same_as_the_whole(kind: str) -> None:
    model = small(kind, 2, 3, num_layers=2)
    x = Tensor(rng.normal(size=(5, 2, 2)))
    y, last = model(x)
    first, state = model(x[:2])
    second, state = model(x[2:], state)
    np.testing.assert_allclose(np.concatenate([first.data, second.data]), y.data)
    for got, expected in zip(states(state), states(last), strict=True):
        np.testing.assert_allclose(got, expected)


@every_kind
def test_a_cell_is_one_step_of_the_layer(kind: str) -> None:
    layer, cell = small(kind, 2, 3), small(f"{kind}Cell", 2, 3)
    cell.load_state_dict({name.removesuffix("_l0"): array for name, array in layer.state_dict().items()})
    x = Tensor(rng.normal(size=(4, 2, 2)))
    state = None
    for step in x:
        state = cell(step, state)
    for got, expected in zip(states(state), states(layer(x)[1]), strict=True):
        np.testing.assert_allclose(got, expected[0])


def test_the_backward_direction_is_a_network_over_the_reversed_sequence() -> None:
    both, back = small("GRU", 2, 3, bidirectional=True), small("GRU", 2, 3)
    back.load_state_dict(
        {name.removesuffix("_reverse"): v for name, v in both.state_dict().items() if name.endswith("_reverse")}
    )
    x = Tensor(rng.normal(size=(4, 2, 2)))
    y, h = both(x)
    y_back, h_back = back(np.flip(x, 0))
    np.testing.assert_allclose(y.data[:, :, 3:], y_back.data[::-1])
    np.testing.assert_allclose(h.data[1], h_back.data[0])


def test_elements_beyond_the_end_change_nothing() -> None:
    model = small("LSTM", 2, 3, bidirectional=True)
    x = rng.normal(size=(4, 2, 2))
    elsewhere = x.copy()
    elsewhere[2:, 0] = 1e3
    for a, b in zip(*[states(model(Tensor(v), lengths=[2, 4])) for v in (x, elsewhere)], strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_sequence_of_no_steps_keeps_its_first_state() -> None:
    model = small("GRU", 2, 3)
    h = Tensor(rng.normal(size=(1, 2, 3)))
    y, last = model(Tensor(rng.normal(size=(4, 2, 2))), h, lengths=[0, 4])
    np.testing.assert_array_equal(last.data[:, 0], h.data[:, 0])
    assert not y.data[:, 0].any()


@every_kind
def test_a_batch_of_no_sequences(kind: str) -> None:
    layer = small(kind, 2, 3, bidirectional=True)
    y, state = layer(Tensor(np.zeros((4, 0, 2)), requires_grad=True))
    y.sum().backward()
    assert y.shape == (4, 0, 6) and states(state)[0].shape == (2, 0, 3)
    assert not layer.weight_ih_l0.grad.any()


def test_dropout_acts_between_layers_while_training() -> None:
    options = {"num_layers": 2, "nonlinearity": "relu"}
    model, plain = small("RNN", 2, 3, dropout=1.0, **options), small("RNN", 2, 3, **options)
    x = Tensor(rng.normal(size=(4, 2, 2)))
    np.testing.assert_array_equal(model.eval()(x)[0].data, plain(x)[0].data)
    silent = plain(Tensor(np.zeros((4, 2, 2))))[0]
    assert not np.array_equal(silent.data, plain(x)[0].data)
    model.train()
    _, h = model(x)
    np.testing.assert_array_equal(h.data[0], plain(x)[1].data[0])  # dropout does not act on the first layer
    alone = small("RNN", 3, 3, nonlinearity="relu")
    alone.load_state_dict({k.replace("1", "0"): v for k, v in model.state_dict().items() if k.endswith("l1")})
    np.testing.assert_array_equal(h.data[1], alone(Tensor(np.zeros((4, 2, 3))))[1].data[0])


def test_dropout_with_a_single_layer_warns() -> None:
    with pytest.warns(UserWarning, match="only one"):
        nn.GRU(2, 2, dropout=0.5)


def call(kind: str, *args: Any, x: Any = (3, 2, 2), state: Any = None, **options: Any) -> Any:
    """A layer or cell on zeros of a shape, with a state of zeros."""
    given = None if state is None else tuple(map(zeros, state)) if isinstance(state, list) else zeros(state)
    return small(kind, *args)(zeros(x), given, **options)


def zeros(shape: tuple[int, ...]) -> Any:
    return Tensor(np.zeros(shape))


F = nn.functional
ERRORS = {
    "width": (
        lambda: call("LSTM", 2, 3, x=(3, 2, 4)),
        ValueError,
        r"LSTM\(2, 3\) got \(3, 2, 4\); it takes \(t, n, 2\)",
    ),
    "axes": (lambda: call("GRU", 2, 3, x=(2,)), ValueError, r"got \(2,\)"),
    "state": (lambda: call("GRU", 2, 3, state=(1, 1, 3)), ValueError, r"got a state .* it takes h \(1, 2, 3\)"),
    "one of two": (lambda: call("LSTM", 2, 3, state=[(1, 2, 3)]), ValueError, r"it takes \(h, c\), each \(1, 2, 3\)"),
    "a pair": (lambda: call("GRU", 2, 3, state=[(1, 2, 3)]), ValueError, r"got a state tuple; it takes h \(1, 2, 3\)"),
    "too long": (lambda: call("RNN", 2, 3, lengths=[3, 4]), ValueError, "from 0 to the number of steps 3, got 3 to 4"),
    "float lengths": (lambda: call("RNN", 2, 3, lengths=[1.0, 2.0]), ValueError, r"lengths: whole numbers .* float64"),
    "mask's shape": (
        lambda: call("RNN", 2, 3, lengths=np.ones((3, 2), bool)),
        ValueError,
        r"\(n, t\) = \(2, 3\)",
    ),
    "no steps": (lambda: call("GRU", 2, 3, x=(0, 2, 2)), ValueError, "at least one step"),
    "cell's state": (lambda: call("GRUCell", 2, 3, x=(5, 2), state=(4, 3)), ValueError, r"it takes a state \(5, 3\)"),
    "cell's width": (lambda: call("LSTMCell", 2, 3, x=(5, 3)), ValueError, r"it takes \(n, 2\) or \(2,\)"),
    "proj_size": (lambda: nn.LSTM(2, 3, proj_size=2), NotImplementedError, "Linear layer"),
    "nonlinearity": (lambda: nn.RNN(2, 3, nonlinearity="sin"), ValueError, "'tanh' or 'relu', not 'sin'"),
    "dropout": (lambda: nn.GRU(2, 3, 2, dropout=2.0), ValueError, "between 0 and 1, got 2.0"),
    "hidden_size": (lambda: nn.GRUCell(2, 0), ValueError, "at least 1, got 0"),
    "weights": (
        lambda: F.gru(zeros((3, 2, 2)), None, zeros((9, 2)), zeros((12, 3))),
        ValueError,
        r"gru: weight_hh is \(12, 3\), where .* 3 hidden units ask for \(9, 3\)",
    ),
    "integers": (
        lambda: F.rnn(
            Tensor(np.ones((1, 1, 1), int)), None, Tensor(np.ones((1, 1), int)), Tensor(np.ones((1, 1), int))
        ),
        TypeError,
        "floating-point numbers, got int64",
    ),
    "inside": (
        lambda: F.rnn(zeros((1, 1, 1)), None, zeros((1, 1)), zeros((1, 1)), inside=np.ones((1, 1))),
        TypeError,
        "inside holds truth values",
    ),
}


@pytest.mark.parametrize(("wrong", "error", "says"), ERRORS.values(), ids=ERRORS.keys())
def test_errors_say_what_fits(wrong: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        wrong()


def test_layers_compute_in_the_precision_of_their_weights() -> None:
    layer = nn.LSTM(2, 3, generator=0)
    x = Tensor(rng.normal(size=(3, 2, 2)))
    y, (h, c) = layer(x, (Tensor(np.zeros((1, 2, 3))), Tensor(np.zeros((1, 2, 3)))))
    assert {y.dtype, h.dtype, c.dtype} == {np.dtype(np.float32)}
    mixed = F.gru(x, None, *[p.detach() for p in nn.GRU(2, 3).parameters()])[0]
    assert mixed.dtype == np.float64


def test_multiply_adds() -> None:
    layer = nn.LSTM(2, 3, 2, bidirectional=True)
    weights_of_layers = 2 * 12 * (2 + 3) + 2 * 12 * (6 + 3)
    assert nn.summary(layer, (5, 4, 2)).multiply_adds == 5 * 4 * weights_of_layers
    assert nn.summary(nn.GRUCell(2, 3), (4, 2)).multiply_adds == 4 * 9 * (2 + 3)


def test_a_retained_graph_gives_the_same_gradients_again() -> None:
    layer = small("LSTM", 2, 3)
    y, _ = layer(Tensor(rng.normal(size=(3, 2, 2))))
    loss = (y * y).sum()
    loss.backward(retain_graph=True)
    first = layer.weight_hh_l0.grad
    layer.zero_grad()
    loss.backward()
    np.testing.assert_array_equal(layer.weight_hh_l0.grad, first)
