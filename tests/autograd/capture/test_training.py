"""Networks, optimizers and generators of ``nn`` in captured functions: all steps are right, the first ones quiet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, checkpoint, grad, jvp, no_grad

from .worlds import Table, X, laws, outcome

pytestmark = pytest.mark.usefixtures("without_numba")
WORLDS = Table()
BATCH = np.linspace(-1, 1, 12).reshape(4, 3).astype(np.float32)


def network(seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(3, 4, generator=rng), nn.BatchNorm1d(4), nn.Tanh(), nn.Dropout(0.3, generator=rng),
                         nn.Linear(4, 1, generator=rng))  # fmt: skip


def state(model: Any) -> Any:
    """Parameters and statistics; a few of the engine's kernels round differently for arrays that are traced."""
    return [np.round(p, 4) + 0 for _, p in sorted(model.state_dict().items())]


@WORLDS.row(2)
def a_training(captured: Any) -> Iterator[Any]:
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss

    predict = captured(lambda x: model(x).numpy())
    f = captured(step)
    for _ in range(5):
        yield round(f(BATCH, BATCH[:, :1]).item(), 4), state(model)
    model.eval()
    with no_grad():
        yield np.round(predict(BATCH), 4), np.round(predict(BATCH * 2), 4)


@WORLDS.row(1)
def a_rate_that_is_scheduled(captured: Any) -> Iterator[Any]:
    w = Tensor(X, requires_grad=True)
    optimizer = optim.SGD([w], lr=0.5)

    def step() -> Any:
        optimizer.zero_grad()
        (w**2).sum().backward()
        optimizer.step()

    f = captured(step)
    for k in range(5):
        optimizer.lr = 0.5 / (k + 1)
        yield f(), w, w.grad


@WORLDS.row(2)
def modes_of_a_network(captured: Any) -> Iterator[Any]:
    model = network()
    f = captured(lambda x: model(x).detach())
    for k in range(6):
        model.train(k % 2 == 0)
        yield f(BATCH), state(model)


@WORLDS.row(1)
def seeds(captured: Any) -> Iterator[Any]:
    model = nn.Dropout(0.5)
    f = captured(lambda x: model(Tensor(x)))
    for k in range(4):
        nn.seed(k // 2)
        yield f(BATCH), f(BATCH)


@WORLDS.row(0, warns=True)
def numbers_of_the_generator_that_all_share(captured: Any) -> Iterator[Any]:
    np.random.seed(0)
    f = captured(lambda x: x + np.random.normal(size=3))
    for _ in range(5):
        yield f(X)


@WORLDS.row(0, warns=True)
def a_legacy_generator(captured: Any) -> Iterator[Any]:
    old = np.random.RandomState(0)
    f = captured(lambda x: x + old.normal(size=3))
    for _ in range(5):
        yield f(X)


@WORLDS.row(1)
def a_shuffle(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)

    def f(x: Any) -> Any:
        y = x.copy()
        rng.shuffle(y)
        return y, rng.permutation(x), x[rng.integers(0, 3, 2)]

    g = captured(f)
    for k in range(4):
        yield g(X + k)


@WORLDS.row(0, warns=True)
def derivatives_taken_of_it(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (x**3).sum())
    for k in range(3):
        yield grad(f)(X + k), jvp(f, (X,), (X + k,))


@WORLDS.row(1, warns=True)
def inside_a_checkpoint(captured: Any) -> Iterator[Any]:
    w = Tensor(X, requires_grad=True)
    f = captured(lambda x: np.sin(x) * 2)
    yield f(X)
    for _ in range(2):
        y = checkpoint(f, w * 2).sum()
        y.backward()
        yield y.item(), w.grad


@WORLDS.row(1)
def a_checkpoint_inside(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)
    drop = nn.Dropout(0.5, generator=rng)
    w = Tensor(X, requires_grad=True)

    def step(x: Any) -> Any:
        checkpoint(lambda t: drop(t * x), w).sum().backward()
        g = w.grad
        w.grad = None
        return g

    f = captured(step)
    for k in range(4):
        yield f(X + k), w.grad


@WORLDS.row(1)
def a_checkpoint_that_draws_from_the_default_generator(captured: Any) -> Iterator[Any]:
    drop, w = nn.Dropout(0.5), Tensor(np.ones(20), requires_grad=True)
    nn.seed(0)

    def step(x: Any) -> Any:
        y = checkpoint(lambda t: drop(t * x), w) + drop(w)
        y.sum().backward()
        g = w.grad
        w.grad = None
        return g, y.detach()

    f = captured(step)
    for k in range(4):
        yield f(np.ones(20) + k), w.grad


@WORLDS.row(0, warns=True)
def a_generator_that_is_set_back(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)
    start = rng.bit_generator.state

    def f(x: Any) -> Any:
        rng.bit_generator.state = start
        return x + rng.normal(size=3)

    g = captured(f)
    for _ in range(5):
        yield g(X), rng.random()


@WORLDS.row(0, warns=True)
def tensors_computed_from_others(captured: Any) -> Iterator[Any]:
    w = Tensor(X, requires_grad=True)
    f = captured(lambda t: (t**2).sum())
    for k in range(3):
        f(w * k).backward()
        yield w.grad


@WORLDS.row(0, warns=True)
def a_state_that_is_kept_as_a_tensor(captured: Any) -> Iterator[Any]:
    class Cell:
        def __init__(self) -> None:
            self.h: Any = Tensor(X)

        def __call__(self, x: Any) -> Any:
            self.h = (self.h * x).tanh()
            return self.h.sum()

    cell = Cell()
    f = captured(cell)
    for k in range(5):
        yield f(X + k), cell.h


@WORLDS.row(2)
def errors_of_the_function(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: x.reshape(2, 2) if x.size == 4 else x @ np.ones(3))
    for x in (X, np.ones(4), np.ones(5), np.ones(2), X * 2):
        yield outcome(f, x)


@WORLDS.row(4)
def parameters_frozen_and_freed(captured: Any) -> Iterator[Any]:
    w, v = (Tensor(X * k, requires_grad=True) for k in (1.0, 2.0))
    optimizer = optim.SGD([w, v], lr=0.1, momentum=0.9)

    def step(x: Any) -> Any:
        optimizer.zero_grad()
        loss = ((w * v - x) ** 2).sum()
        loss.backward()
        optimizer.step()
        return loss

    f = captured(step)
    for k in range(9):
        if k % 3 == 0:
            w.requires_grad = k != 3
        yield f(X), w, v


test_captured_equals_eager, test_so_does_a_checked_one, test_so_does_one_without_room = laws(WORLDS)
