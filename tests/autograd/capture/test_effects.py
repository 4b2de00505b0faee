"""What a captured function leaves in tensors, Values, arrays, lists and attributes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, grad, no_grad

from .worlds import Table, X, laws

pytestmark = pytest.mark.usefixtures("without_numba")
WORLDS = Table()


@WORLDS.row(0, warns=True)
def a_list_that_is_added_to(captured: Any) -> Iterator[Any]:
    log: list[Any] = []

    def f(x: Any) -> Any:
        log.append(x.sum())
        return x * 2

    g = captured(f)
    for k in range(5):
        yield g(X + k), log


@WORLDS.row(0, warns=True)
def a_deque_and_a_cache(captured: Any) -> Iterator[Any]:
    last: deque[Any] = deque(maxlen=2)
    cache: dict[str, Any] = {}

    def f(x: Any) -> Any:
        last.append(x * 2)
        cache["x"] = [x, {"y": x + 1}]
        return x.sum()

    g = captured(f)
    for k in range(5):
        yield g(X + k), last, cache


@WORLDS.row(1)
def an_array_outside_written_to(captured: Any) -> Iterator[Any]:
    total, history = np.zeros(3), np.zeros((4, 3))[::2]

    def f(x: Any) -> Any:
        total[:] += x
        history[1] = total * 2
        return total.sum() if total[0] < 2 else total.max()

    g = captured(f)
    for _ in range(3):
        yield g(X), total, history
    total[:] = 0
    yield g(X), total, history


@WORLDS.row(1)
def a_buffer_of_the_functions_own(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        buffer, s = np.zeros(3), 0.0
        for k in range(3):
            buffer[:] = k
            s = s + x * buffer
        return s

    g = captured(f)
    yield g(X)
    yield g(X + 1)


@WORLDS.row(1)
def numbers_that_are_replaced(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        t, s = x[0], x.sum()
        u = s
        t += 1.0
        s *= 2
        x[0] = 9.0
        return t, s, u, x

    g = captured(f)
    yield g(X.copy())
    yield g(X + 1)


@WORLDS.row(1)
def nothing_at_all(captured: Any) -> Iterator[Any]:
    f = captured(lambda: None)
    yield f()
    yield f()


@WORLDS.row(2)
def leaves_as_arguments(captured: Any) -> Iterator[Any]:
    def step(w: Any, x: Any) -> Any:
        loss = ((w * x) ** 2).sum()
        loss.backward()
        return loss

    f = captured(step)
    w = Tensor(X, requires_grad=True)
    for k in range(4):
        yield f(w, X + k), w, w.grad
    w.grad = None
    yield f(w, X), w.grad


@WORLDS.row(1)
def plain_tensors(captured: Any) -> Iterator[Any]:
    f = captured(lambda t: (t * 2, t, t.sum()))
    for k in range(3):
        yield f(Tensor(X * k))


@WORLDS.row(1)
def descent(captured: Any) -> Iterator[Any]:
    w = Tensor(X, requires_grad=True)

    def step(x: Any) -> Any:
        loss = ((w * x - 1) ** 2).mean()
        loss.backward()
        w.data = w.data - 0.1 * w.grad
        w.grad = None
        return loss.item()

    f = captured(step)
    for _ in range(4):
        yield f(X), w, w.grad


@WORLDS.row(1)
def values(captured: Any) -> Iterator[Any]:
    a, b = Value(1.5), Value(-0.5)

    def step(x: float) -> Any:
        loss = (a * x + b) ** 2 / (a * a + 1)
        loss.backward()
        for p in (a, b):
            p.data = p.data - 0.1 * p.grad
            p.grad = 0.0
        return loss.data

    f = captured(step)
    for k in range(4):
        yield f(0.5 * k), a, b


@WORLDS.row(2)
def without_gradients(captured: Any) -> Iterator[Any]:
    w = Tensor(X, requires_grad=True)
    f = captured(lambda x: (w * x).sum().item())
    for k in range(4):
        with no_grad():
            yield f(X * k)
        yield f(X * k)


@WORLDS.row(1)
def gradients_of_gradients(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (grad(lambda y: np.sum(np.sin(y) ** 3))(x), grad(grad(lambda t: np.exp(t) * t))(x[0])))
    for k in range(3):
        yield f(X * k)


@WORLDS.row(1)
def an_array_outside_that_is_also_the_argument(captured: Any) -> Iterator[Any]:
    sums = np.zeros(4)

    def f(x: Any) -> Any:
        sums[1:] += x[:3]
        return sums.sum(), x.sum()

    g = captured(f)
    for x in (np.ones(4), sums, np.ones(4), sums[::-1], sums):
        yield g(x), sums


test_captured_equals_eager, test_so_does_a_checked_one, test_so_does_one_without_room = laws(WORLDS)
