"""Optimizers move tensors and Values by the published formulas, in place only where nobody can see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
import optim
import optim.optimizer
from autograd import Tensor, Value, no_grad
from optim import SGD, Adam, Muon

from ..reference import load
from ..tables.optimizers import CALLS, KEPT, LBFGS_ROWS, ROWS, STEPS, Row, expected, gradient, valley

STORED = load("optimizers")
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def tensors(row: Row, order: Any = "C") -> dict[str, Tensor]:
    return {name: Tensor(np.array(x, order=order), requires_grad=True) for name, x in row.starts.items()}


def walk(
    optimizer: Any, named: dict[str, Tensor], steps: range, each: Callable[[], Any] = lambda: None
) -> dict[str, Any]:
    """Take the steps; the positions after each, by name. ``each`` is called before each."""
    path: dict[str, list[Any]] = {name: [] for name in named}
    for t in steps:
        for p in named.values():
            p.grad = np.conj(gradient(p.data, t))
        held = each()
        optimizer.step()
        del held
        for name, p in named.items():
            path[name].append(p.data.copy())
    return {name: np.stack(xs) for name, xs in path.items()}


def make(row: Row, params: Any) -> Any:
    return getattr(optim, row.kind)(params, **row.options)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one)


@every_row
def test_tensors_move_as_pytorch_moves_them(row: Row) -> None:
    named = tensors(row)
    path = walk(make(row, named.values()), named, range(STEPS))
    for name, numbers in expected(row, STORED).items():
        np.testing.assert_allclose(path[name][KEPT], numbers, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind != "Muon"], ids=lambda row: row.name)
def test_values_move_as_tensors_do(row: Row) -> None:
    start = row.starts["matrix"]
    values = [Value(x) for x in start.reshape(-1)]
    optimizer = make(row, values)
    path = []
    for t in range(STEPS):
        g = gradient(np.array([v.data for v in values]).reshape(start.shape), t)
        for v, d in zip(values, g.reshape(-1), strict=True):
            v.grad = float(d)
        optimizer.step()
        path.append([v.data for v in values])
    assert {type(v.data) for v in values} == {float}
    numbers = expected(row, STORED)["matrix"].reshape(len(KEPT), -1)
    np.testing.assert_allclose(np.array(path)[KEPT], numbers, rtol=1e-9, atol=1e-12)


@every_row
def test_same_steps_in_place_and_not_in_blocks_and_in_any_layout(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tensors(row)
    arrays = [id(p._array) for p in named.values()]
    path = walk(make(row, named.values()), named, range(STEPS))
    assert [id(p._array) for p in named.values()] == arrays
    named = tensors(row)
    held = walk(make(row, named.values()), named, range(STEPS), lambda: [p.data for p in named.values()])
    assert same(held, path)
    named = tensors(row)
    optimizer = make(row, named.values())
    monkeypatch.setattr(optim.optimizer, "BLOCK", 3)
    first = walk(optimizer, named, range(7))  # between its blocks it may change
    monkeypatch.setattr(optim.optimizer, "BLOCK", 4)
    rest = walk(optimizer, named, range(7, STEPS))
    assert same({name: np.concatenate([first[name], rest[name]]) for name in path}, path)
    named = tensors(row, "F")
    turned = walk(make(row, named.values()), named, range(STEPS))
    for name in path:  # another order of sums in a matrix product
        np.testing.assert_allclose(turned[name], path[name], rtol=1e-9 if row.kind == "Muon" else 0)


@every_row
def test_goes_on_from_its_state_bitwise(row: Row) -> None:
    named = tensors(row)
    optimizer = make(row, named.values())
    walk(optimizer, named, range(9))
    state = optimizer.state_dict()
    middle = {name: Tensor(p.data, requires_grad=True) for name, p in named.items()}
    whole = walk(optimizer, named, range(9, STEPS))
    again = getattr(optim, row.kind)(middle.values(), lr=123.0)
    again.load_state_dict(state)
    assert same(walk(again, middle, range(9, STEPS)), whole)
    assert same(
        {str(k): v for kept in again.state_dict()["state"].values() for k, v in kept.items()},
        {str(k): v for kept in optimizer.state_dict()["state"].values() for k, v in kept.items()},
    )


@pytest.mark.parametrize("row", LBFGS_ROWS, ids=lambda row: row.name)
def test_lbfgs_goes_as_pytorchs_and_on_from_its_state(row: Row) -> None:
    p = Tensor(np.linspace(-1.5, 1.2, 4).reshape(2, 2), requires_grad=True)
    values = [Value(0.5), Value(0.5)]
    params = [p, *values]
    lbfgs = optim.LBFGS(params, **row.options)

    def closure() -> float:
        x = np.array([*p.data.reshape(-1), *(v.data for v in values)])
        f, g = valley(x)
        p.grad = g[:4].reshape(2, 2)
        values[0].grad, values[1].grad = g[4:].tolist()
        return f

    for k in range(CALLS):
        lbfgs.step(closure)
        x = np.array([*p.data.reshape(-1), *(v.data for v in values)])
        np.testing.assert_allclose(x, STORED[row.name][k], rtol=1e-5, atol=1e-7, err_msg=str(k))
        state = lbfgs.state_dict()
        lbfgs = optim.LBFGS(params)
        lbfgs.load_state_dict(state)


def test_lbfgs_steps_with_gradients_of_the_engine_and_leaves_the_frozen_alone() -> None:
    z, frozen = Tensor(np.array([1 + 2j]), requires_grad=True), nn.Parameter([1.0])
    v = Value(1.0)
    lbfgs = optim.LBFGS([z, v, frozen], line_search_fn="strong_wolfe")

    def closure() -> Any:
        lbfgs.zero_grad()
        loss = np.sum(np.abs(z - (2 - 1j)) ** 2) + np.sum((frozen - 3.0) ** 2)
        loss.backward()
        (other := (v - 2.0) ** 4).backward()
        return loss.item() + other.data

    frozen.requires_grad = False
    with no_grad():
        lbfgs.step(closure)
    np.testing.assert_allclose(z.data, 2 - 1j, atol=1e-2)
    assert v.data == pytest.approx(2, abs=0.1)
    assert frozen.item() == 1
    frozen.requires_grad = True
    lbfgs.step(closure)
    assert frozen.item() == pytest.approx(3, abs=1e-2)


def test_every_optimizer_and_option_has_a_row() -> None:
    kinds = {
        name
        for name in optim.__all__
        if isinstance(kind := getattr(optim, name), type) and issubclass(kind, optim.Optimizer)
    }
    every = ROWS + LBFGS_ROWS
    rows = {row.kind: set[str]() for row in every}
    for row in every:
        rows[row.kind] |= set(row.options)
    assert kinds - {"Optimizer"} == set(rows)
    for kind, options in rows.items():
        p = Tensor(np.ones((2, 2)), requires_grad=True)
        assert options == set(getattr(optim, kind)([p]).defaults), kind


# ------------------------------------------------ groups


def test_groups_have_options_of_their_own() -> None:
    p, q, r = (Value(1.0) for _ in range(3))
    sgd = SGD([{"params": [p]}, {"params": q, "lr": 0.1}], lr=0.5)
    sgd.add_param_group({"params": [r], "weight_decay": 1.0, "name": "decayed"})
    for v in (p, q, r):
        v.grad = 1.0
    sgd.step()
    assert [p.data, q.data, r.data] == [0.5, 0.9, 0.0]
    with pytest.raises(ValueError, match=r"0\.1, 0\.5"):
        _ = sgd.lr
    sgd.lr = 0.25
    assert sgd.lr == 0.25 == sgd.param_groups[1]["lr"]
    assert "decayed" in repr(sgd)


def test_a_rule_is_all_that_an_optimizer_needs() -> None:
    class SignDescent(optim.Optimizer):
        def __init__(self, params: Any, lr: float) -> None:
            super().__init__(params, {"lr": lr})

        @staticmethod
        def rule(t: int, x: Any, g: Any, *, lr: float) -> tuple[Any]:
            x -= lr * np.sign(g)
            return (x,)

    p, v = Tensor([1.0, 2.0], requires_grad=True), Value(3.0)
    p.grad, v.grad = np.array([5.0, -5.0]), 0.1
    SignDescent([p, v], lr=0.5).step()
    assert (p.tolist(), v.data) == ([0.5, 2.5], 2.5)


def test_state_dict_is_pytorchs() -> None:
    p, q = Tensor([1.0, 2.0], requires_grad=True), Value(3.0)
    adam = Adam([{"params": [p]}, {"params": [q], "lr": np.float64(0.5)}], betas=(0.5, 0.5))
    p.grad = np.array([1.0, 2.0])
    q.grad = 4.0
    adam.step()
    state = adam.state_dict()
    assert set(state) == {"state", "param_groups"}
    np.testing.assert_array_equal(state["state"][0].pop("exp_avg"), [0.5, 1.0])
    np.testing.assert_array_equal(state["state"][0].pop("exp_avg_sq"), [0.5, 2.0])
    assert state["state"] == {0: {"step": 1}, 1: {"step": 1, "exp_avg": 2.0, "exp_avg_sq": 8.0}}
    assert [group["params"] for group in state["param_groups"]] == [[0], [1]]
    assert type(state["param_groups"][1]["lr"]) is float
    json.dumps([state["state"][1], state["param_groups"]])


def test_a_state_of_something_else_is_refused_and_nothing_loaded() -> None:
    def adam(*shapes: tuple[int, ...], **options: Any) -> Adam:
        params = [Tensor(np.ones(shape), requires_grad=True) for shape in shapes]
        for p in params:
            p.grad = np.ones(p.shape)
        made = Adam(params, **options)
        made.step()
        return made

    sgd = SGD([Value(1.0)], momentum=0.5)
    for state, says in [
        (adam((2,), (3,)).state_dict(), r"\[1\].*\[2\]"),
        (
            {**adam((2,)).state_dict(), "state": {"0": {"step": 1, "exp_avg": 0.5}}},
            r"exp_avg of parameter 0 has the shape \(\)",
        ),
        (adam((2, 1)).state_dict(), r"exp_avg of parameter 0 has the shape \(2, 1\), the parameter \(2,\)"),
        (sgd.state_dict(), "lack betas, eps, amsgrad"),
        ({"state": {}, "param_groups": [{**adam((2,)).param_groups[0], "params": [0], "lr": -1.0}]}, "negative"),
    ]:
        own = adam((2,), lr=0.25)
        with pytest.raises(ValueError, match=says):
            own.load_state_dict(state)
        assert own.lr == 0.25
        assert own.state[own.param_groups[0]["params"][0]]["step"] == 1


# ------------------------------------------------ what the steps leave alone


@pytest.mark.parametrize(
    "hold",
    [
        lambda p: p.data,
        lambda p: p.data[1:],
        lambda p: p.detach(),
        lambda p: p._array,
        lambda p: p * p,
        lambda p: p.T,
        lambda p: np.exp(p.detach().data),  # no holder: only the result, which is another array
    ],
)
def test_what_somebody_holds_does_not_change(hold: Any) -> None:
    p = Tensor(np.arange(3.0), requires_grad=True)
    sgd = SGD([p], lr=0.5)
    held = hold(p)
    before = np.array(held.data if isinstance(held, Tensor) else held)
    p.grad = np.ones(3)
    sgd.step()
    assert np.array_equal(held.data if isinstance(held, Tensor) else held, before)
    assert np.array_equal(p.data, np.arange(3.0) - 0.5)


def test_a_step_between_forward_and_backward_leaves_the_gradient_right() -> None:
    p = Tensor(np.arange(3.0), requires_grad=True)
    loss = (p * p).sum()
    p.grad = np.ones(3)
    SGD([p], lr=1.0).step()
    p.grad = None
    loss.backward()
    assert np.array_equal(p.grad, 2 * np.arange(3.0))


def test_complex_parameters_descend() -> None:
    z = Tensor(np.array([1 + 2j, -3j]), requires_grad=True)
    sgd = SGD([z], lr=0.25)
    for _ in range(50):
        sgd.zero_grad()
        np.sum(np.abs(z - (2 - 1j)) ** 2).backward()
        sgd.step()
    np.testing.assert_allclose(z.data, 2 - 1j, atol=1e-9)


@pytest.mark.parametrize("kind", sorted({row.kind for row in ROWS}))
def test_float32_stays_and_gradients_may_be_tensors(kind: str) -> None:
    p = Tensor(np.ones((2, 2), np.float32), requires_grad=True)
    optimizer = getattr(optim, kind)([p], lr=np.float64(0.1), weight_decay=0.1)
    (p**2).sum().backward(create_graph=True)
    optimizer.step()
    assert p.dtype == np.float32
    assert np.all(p.data < 1)
    assert {v.dtype for v in optimizer.state[p].values() if isinstance(v, np.ndarray)} <= {np.dtype(np.float32)}


def test_without_gradient_nothing_moves() -> None:
    p, q = Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    sgd = SGD(iter([p, q, p]), lr=1.0, weight_decay=0.5)
    p.grad = np.array([1.0])
    sgd.step()
    assert (p.item(), q.item()) == (-0.5, 1.0)
    sgd.zero_grad(set_to_none=False)
    assert p.grad is not None
    assert not p.grad.any()
    sgd.zero_grad()
    assert p.grad is None


def test_a_closure_is_called_with_recording_on_and_its_loss_returned() -> None:
    v = Value(3.0)
    sgd = SGD([v], lr=0.5)

    def closure() -> Any:
        sgd.zero_grad()
        loss = v * v
        loss.backward()
        return loss

    with no_grad():
        loss = sgd.step(closure)
    assert (loss.data, v.data) == (9.0, 0.0)


def leaf(*shape: int) -> Tensor:
    return Tensor(np.ones(shape), requires_grad=True)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: SGD([]), ValueError, "no parameters"),
        (lambda: SGD(nn.Linear(1, 1)), TypeError, r"module\.parameters\(\)"),
        (lambda: SGD(leaf(1)), TypeError, r"\[p\]"),
        (lambda: SGD([Tensor([1.0])]), TypeError, "require a gradient"),
        (lambda: SGD([leaf(1) * 2]), TypeError, "leaf"),
        (lambda: SGD([np.ones(2)]), TypeError, "leaf"),
        (lambda: SGD([leaf(1)], lr=-1), ValueError, "lr must not be negative"),
        (lambda: SGD([leaf(1)], lr=float("nan")), ValueError, "lr must not be negative, got nan"),
        (lambda: SGD([leaf(1)], nesterov=True), ValueError, "momentum"),
        (lambda: SGD([{"params": [leaf(1)], "momentun": 0.9}]), TypeError, "no option 'momentun'; it has lr, momentum"),
        (lambda: SGD([{"params": [p := leaf(1)]}, {"params": [p]}]), ValueError, "two groups"),
        (lambda: Adam([leaf(1)], betas=(0.9, 1.0)), ValueError, r"betas must be two numbers in \[0, 1\)"),
        (lambda: optim.Adadelta([leaf(1)], rho=1.5), ValueError, "rho"),
        (lambda: optim.LBFGS([leaf(1)]).step(), TypeError, "closure"),
        (lambda: optim.LBFGS([leaf(1)]).add_param_group({"params": [leaf(1)]}), ValueError, "single group"),
        (lambda: optim.LBFGS([leaf(1)], line_search_fn="armijo"), ValueError, "strong_wolfe"),
        (lambda: optim.LBFGS([p := leaf(1)]).load_state_dict(SGD([p]).state_dict()), ValueError, "nothing was loaded"),
        (lambda: Muon([leaf(3)]), ValueError, r"matrices, not an array of shape \(3,\)"),
        (lambda: Muon([Value(1.0)]), TypeError, "leaf tensors"),
        (lambda: Muon([leaf(3, 2)], adjust_lr_fn="best"), ValueError, "match_rms_adamw"),
    ],
)
def test_refuses(make: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        make()
