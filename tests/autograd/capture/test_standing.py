"""Parameters and gradients are read and written where they stand, and nobody can tell: all is as after eager steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor
from autograd.capture import capture
from tests.tables.optimizers import ROWS, Row

STEPS = 6
SHAPE = (64, 40)


def leaf(array: Any) -> Tensor:
    return Tensor(array, requires_grad=True)


class Training:
    """A large and a small parameter, and a step that changes them."""

    def __init__(self, kind: str = "SGD", **options: Any) -> None:
        rng = np.random.default_rng(0)
        self.w, self.b = leaf(rng.normal(size=SHAPE)), leaf(rng.normal(size=(3, SHAPE[1])))
        self.optimizer = getattr(optim, kind)([self.w, self.b], **options)

    def loss(self, x: Any) -> Any:
        return ((x @ self.w).tanh() * self.b).sum() + (self.w.sin() ** 2).sum()

    def step(self, x: Any) -> Any:
        self.optimizer.zero_grad()
        loss = self.loss(x)
        loss.backward()
        self.optimizer.step()
        return loss


def inputs() -> list[np.ndarray[Any, Any]]:
    return list(np.random.default_rng(1).normal(size=(STEPS, 3, SHAPE[0])))


def equal(a: Training, b: Training) -> None:
    for p, q in ((a.w, b.w), (a.b, b.b)):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-7, atol=1e-10)
        np.testing.assert_allclose(p.grad, q.grad, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_optimizers_leave_what_they_leave_eagerly(row: Row) -> None:
    eager, captured = Training(row.kind, **row.options), Training(row.kind, **row.options)
    step = capture(captured.step)
    for x in inputs():
        np.testing.assert_allclose(step(x).data, eager.step(x).data, rtol=1e-7)
        equal(captured, eager)


def test_checked_steps_are_done_once() -> None:
    eager, captured = Training("Adam"), Training("Adam")
    step = capture(captured.step, check=True)
    for x in inputs():
        np.testing.assert_allclose(step(x).data, eager.step(x).data, rtol=1e-7)
        equal(captured, eager)
    assert any(step.program.standing.values())


@pytest.mark.parametrize("kind", ["SGD", "Adam", "AdamW", "RMSprop"])
def test_parameters_and_gradients_change_where_they_are(kind: str) -> None:
    training = Training(kind, lr=0.01, **({"momentum": 0.9} if kind == "SGD" else {}))
    step = capture(training.step)
    for x in inputs():
        step(x)
    place = training.w._array.__array_interface__["data"]
    for x in inputs():
        step(x)
    assert training.w._array.__array_interface__["data"] == place
    program = step.program
    large = [k for k, view in enumerate(program.inputs) if view.shape == SHAPE and program.standing.get(k)]
    assert len(large) == {"SGD": 3, "Adam": 4, "AdamW": 4, "RMSprop": 3}[kind]


@pytest.mark.parametrize("size", [3, 1000])
def test_arrays_that_are_replaced_stay_as_they_are(size: int) -> None:
    """Only what the function itself does in place is done where an array is."""
    state = {"w": np.ones(size), "sum": np.zeros(size)}

    def step(x: Any) -> Any:
        state["w"] = state["w"] * x
        state["sum"] += state["w"]
        return state["w"]

    f = capture(step)
    held, total = [(state["w"], np.ones(size))], state["sum"]
    for k in range(6):
        y = f(np.full(size, 2.0))
        held += [(y, y.copy()), (state["w"], np.full(size, 2.0 ** (k + 1)))]
        assert all(np.array_equal(array, then) for array, then in held)
        assert state["sum"] is total and total[0] == 2.0 ** (k + 2) - 2
    assert f.count > 0


def test_views_that_somebody_holds_do_not_change() -> None:
    eager, captured = Training(lr=0.1), Training(lr=0.1)
    step = capture(captured.step)
    held = []
    for x in inputs():
        before = captured.w.data, captured.w.data.copy()
        held.append(before)
        step(x), eager.step(x)
        held.append((captured.w.grad, np.array(captured.w.grad)))
        equal(captured, eager)
    for view, then in held:
        np.testing.assert_array_equal(view, then)


def test_other_arrays_in_the_place_of_parameters() -> None:
    eager, captured = Training("Adam"), Training("Adam")
    step = capture(captured.step)
    for k, x in enumerate(inputs() * 3):
        if k % 2:
            for training in (eager, captured):
                training.w.data = training.w.data * 0.5
        step(x), eager.step(x)
        equal(captured, eager)


def changed_twice(t: Training, x: Any) -> Any:
    first = t.step(x)
    return first.item() + t.step(x + 1).item()


def judged_afterwards(t: Training, x: Any) -> Any:
    """A decision on numbers that the update has changed."""
    t.step(x)
    return t.loss(x).item() if t.w.data[0, 0] > t.w.data[3, 3] + 0.1 * x[0, 0] else t.b.data.sum() * 1.0


def judged_in_the_middle(t: Training, x: Any) -> Any:
    loss = t.step(x)
    if x[0, 0] > 0:
        t.w.update_(lambda w: np.multiply(w, 0.9, out=w))
    return loss


def exchanged(t: Training, x: Any) -> Any:
    w, v = t.w.data.copy(), t.other.data.copy()  # type: ignore[attr-defined]
    t.w.data, t.other.data = v, w  # type: ignore[attr-defined]
    return t.step(x)


def returned(t: Training, x: Any) -> Any:
    before = t.w.data * 1.0
    t.step(x)
    return before, t.w.data * 1.0, t.w.data.T[1] + x[0, 0]


@pytest.mark.parametrize("f", [changed_twice, judged_afterwards, judged_in_the_middle, exchanged, returned])
def test_what_is_read_after_and_before_the_update(f: Callable[[Training, Any], Any]) -> None:
    eager, captured = Training(lr=0.1, momentum=0.9), Training(lr=0.1, momentum=0.9)
    for training in (eager, captured):
        training.other = leaf(np.random.default_rng(5).normal(size=SHAPE))  # type: ignore[attr-defined]
    step = capture(lambda x: f(captured, x))
    for x in inputs() * 2:
        found, expected = step(x), f(eager, x)
        for a, b in zip(*[y if isinstance(y, tuple) else (y,) for y in (found, expected)], strict=True):
            np.testing.assert_allclose(plain(a), plain(b), rtol=1e-9)
        equal(captured, eager)
        np.testing.assert_allclose(captured.other.data, eager.other.data, rtol=1e-9, atol=1e-12)  # type: ignore[attr-defined]
    assert len(step.program) > 0


def plain(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else x


def test_a_network_of_large_layers() -> None:
    def training() -> tuple[Any, Any]:
        nn.seed(0)
        model = nn.Sequential(nn.Linear(64, 80), nn.ReLU(), nn.BatchNorm1d(80), nn.Linear(80, 70), nn.Tanh())
        optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)

        def step(x: Any) -> Any:
            optimizer.zero_grad()
            loss = (model(Tensor(x)) ** 2).mean()
            loss.backward()
            optimizer.step()
            return loss

        return model, step

    (eager, plain_step), (captured, step) = training(), training()
    step = capture(step)
    for x in np.random.default_rng(0).normal(size=(STEPS, 8, 64)).astype(np.float32):
        np.testing.assert_allclose(step(x).data, plain_step(x).data, rtol=1e-5)
    for name, array in eager.state_dict().items():
        np.testing.assert_allclose(captured.state_dict()[name], array, rtol=1e-4, atol=1e-6)
    assert any(step.program.standing.values())


def test_an_error_after_the_update() -> None:
    """Where the program cannot go on, the eager call begins with the old numbers."""

    def solved(t: Training, x: Any) -> Any:
        t.step(x)
        t.b.data = np.linalg.inv(x[:, :3] * t.w.data[:3, :3])[:, :1] + t.b.data
        return t.step(x).item()

    eager, captured = Training(lr=0.1), Training(lr=0.1)
    step = capture(lambda x: solved(captured, x))
    for k, x in enumerate(inputs()):
        if k == 3:
            x[:, 0] = 0.0
            with pytest.raises(np.linalg.LinAlgError):
                step(x)
            with pytest.raises(np.linalg.LinAlgError):
                solved(eager, x)
        else:
            assert step(x) == pytest.approx(solved(eager, x), rel=1e-9)
        equal(captured, eager)
    assert len(step.program) > 0
