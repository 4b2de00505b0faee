"""What a captured function reads outside may change between calls: variables, objects, what they hold."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from .worlds import Table, X, laws

pytestmark = pytest.mark.usefixtures("without_numba")
WORLDS = Table()


@WORLDS.row(1)
def a_number_in_a_closure(captured: Any) -> Iterator[Any]:
    k = 1.0
    f = captured(lambda x: x * k)
    for k in (1.0, 2.0, -3.5, 0.25):  # noqa: B007
        yield f(X)


@WORLDS.row(1)
def a_counter(captured: Any) -> Iterator[Any]:
    n = 0

    def count(x: Any) -> Any:
        nonlocal n
        n += 1
        return x * n

    f = captured(count)
    for _ in range(5):
        yield f(X), n


@WORLDS.row(1)
def a_rebound_array(captured: Any) -> Iterator[Any]:
    w = np.ones(3)
    f = captured(lambda x: np.sum(w * x))
    for k in range(4):
        w = np.full(3, float(k))
        yield f(X)


@WORLDS.row(3)
def a_rebound_array_of_other_shapes(captured: Any) -> Iterator[Any]:
    w = np.ones(3)
    f = captured(lambda x: np.sum(w * x))
    for n in (3, 1, 3, 1):
        w = np.full(n, float(n))
        yield f(X)
    w = np.ones((2, 3))
    yield f(X)


@WORLDS.row(1)
def an_array_changed_in_place(captured: Any) -> Iterator[Any]:
    w = np.ones(3)
    f = captured(lambda x: np.sum(w * x))
    for _ in range(4):
        w *= 1.5
        yield f(X)


@WORLDS.row(2)
def a_replaced_function(captured: Any) -> Iterator[Any]:
    g: Any = np.sin
    f = captured(lambda x: g(x) + 1)
    for g in (np.sin, np.cos, np.sin, np.cos):  # noqa: B007
        yield f(X)


@WORLDS.row(1)
def a_list_of_numbers(captured: Any) -> Iterator[Any]:
    ws = [1.0, 2.0]
    f = captured(lambda x: ws[0] * x + ws[1])
    for k in range(4):
        ws[1] = float(k)
        yield f(X)


@WORLDS.row(2)
def a_dict_that_grows(captured: Any) -> Iterator[Any]:
    d = {"a": 1.0}
    f = captured(lambda x: x * sum(d.values()))
    for k in range(3):
        d["a"] = float(k)
        yield f(X)
    d["b"] = 5.0
    yield f(X)
    yield f(X)


@WORLDS.row(2)
def a_flag(captured: Any) -> Iterator[Any]:
    flag = True
    f = captured(lambda x: np.sin(x) if flag else np.cos(x))
    for flag in (True, False, True, False):  # noqa: B007
        yield f(X)


@WORLDS.row(2)
def a_text(captured: Any) -> Iterator[Any]:
    name = "sin"
    f = captured(lambda x: getattr(np, name)(x))
    for name in ("sin", "cos", "sin"):  # noqa: B007
        yield f(X)


FACTOR = 1.0


@WORLDS.row(1)
def a_global_number(captured: Any) -> Iterator[Any]:
    global FACTOR
    f = captured(lambda x: x * FACTOR)
    for FACTOR in (1.0, 2.0, 3.0):  # noqa: B007
        yield f(X)
    FACTOR = 1.0


def helper(x: Any) -> Any:
    return x * FACTOR + OFFSET


OFFSET = np.zeros(3)


@WORLDS.row(1)
def a_helper_that_reads_globals(captured: Any) -> Iterator[Any]:
    global FACTOR
    f = captured(lambda x: helper(x))
    for k in range(3):
        OFFSET[1] = k
        FACTOR = 1.0 + k
        yield f(X)
    FACTOR, OFFSET[1] = 1.0, 0.0


class Model:
    shared = 2.0

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.w = np.ones(3)
        self.seen: Any = None

    def predict(self, x: Any) -> Any:
        return self.rate * self.shared * (x @ self.w)

    def learn(self, x: Any) -> Any:
        self.w = self.w - self.rate * x
        self.seen = x.sum()
        return self.w

    def __call__(self, x: Any) -> Any:
        return self.predict(x)


class Slots:
    __slots__ = ("w",)

    def __init__(self) -> None:
        self.w = np.ones(3)

    def step(self, x: Any) -> Any:
        self.w = self.w + x
        return self.w.sum()


@WORLDS.row(1)
def a_bound_method(captured: Any) -> Iterator[Any]:
    m = Model(0.5)
    f = captured(m.predict)
    for k in range(3):
        m.w[0] = k
        yield f(X)
    m.rate = 0.25
    yield f(X)
    m.rate = 0.125
    yield f(X)
    Model.shared = 3.0
    yield f(X)
    Model.shared = 2.0
    yield f(X)


@WORLDS.row(2)
def a_method_that_keeps_attributes(captured: Any) -> Iterator[Any]:
    m = Model(0.5)
    f = captured(m.learn)
    for k in range(4):
        yield f(X * k), m.w, m.seen


@WORLDS.row(1)
def a_callable_object(captured: Any) -> Iterator[Any]:
    m = Model(0.5)
    f = captured(m)
    for k in range(3):
        m.w[:] = k
        yield f(X)


@WORLDS.row(2)
def an_object_as_argument(captured: Any) -> Iterator[Any]:
    a, b = Model(0.5), Model(0.25)
    f = captured(lambda m, x: m.predict(x))
    for m in (a, b, a, b):
        m.w[2] += 1
        yield f(m, X)


@WORLDS.row(1)
def slots(captured: Any) -> Iterator[Any]:
    s = Slots()
    f = captured(s.step)
    for _ in range(3):
        yield f(X), s.w


@WORLDS.row(2)
def a_decorated_method(captured: Any) -> Iterator[Any]:
    class Net:
        def __init__(self, w: float) -> None:
            self.w = np.full(3, w)

        @captured
        def f(self, x: Any) -> Any:
            return x @ self.w

    a, b = Net(1.0), Net(2.0)
    for net in (a, b, a, b):
        yield net.f(X)


@WORLDS.row(1)
def a_partial(captured: Any) -> Iterator[Any]:
    w = np.ones(3)
    f = captured(functools.partial(lambda a, b, c: a * b + c, w, c=2.0))
    for k in range(3):
        w[0] = k
        yield f(X)


@WORLDS.row(2)
def defaults(captured: Any) -> Iterator[Any]:
    def f(x: Any, w: Any = np.ones(3), *, p: int = 2) -> Any:  # noqa: B008
        return np.sum(w * x**p)

    g = captured(f)
    yield g(X)
    yield g(X, p=3)
    assert f.__defaults__
    f.__defaults__[0][:] = 4.0
    yield g(X)


@WORLDS.row(2)
def captured_in_captured(captured: Any) -> Iterator[Any]:
    w = 2.0
    inner = captured(lambda x: x * w)
    outer = captured(lambda x: inner(x).sum() + inner(x + 1).sum())
    yield inner(X)
    for w in (2.0, 3.0, 4.0):  # noqa: B007
        yield outer(X), inner(X)


@WORLDS.row(1)
def recursion(captured: Any) -> Iterator[Any]:
    def power(x: Any, n: int) -> Any:
        return x if n == 0 else power(x, n - 1) * 1.5

    f = captured(lambda x: power(x, 5))
    yield f(X)
    yield f(X + 1)


@WORLDS.row(1)
def a_local_recursive_function(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        def again(y: Any, n: int) -> Any:
            return y if n == 0 else again(np.sin(y) + x, n - 1)

        return again(x, 4)

    g = captured(f)
    yield g(X)
    yield g(X + 1)


test_captured_equals_eager, test_so_does_a_checked_one, test_so_does_one_without_room = laws(WORLDS)
