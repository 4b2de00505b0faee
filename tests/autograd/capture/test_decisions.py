"""Python's control flow is followed: where a decision falls otherwise, a path is recorded beside; draws go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograd import value_and_grad

from .worlds import Table, X, laws

pytestmark = pytest.mark.usefixtures("without_numba")
WORLDS = Table()


@WORLDS.row(2)
def a_branch(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: np.sum(np.sin(x)) if x[0] > 0 else np.sum(x**2))
    for x in np.random.default_rng(0).normal(size=(200, 3)):
        yield f(x)


@WORLDS.row(8)
def branches_in_branches(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        for k in range(3):
            x = x * 2 if x[k] > 0 else x + 1
        return x

    g = captured(f)
    for x in np.random.default_rng(0).normal(size=(100, 3)) - 0.8:
        yield g(x)


@WORLDS.row(1)
def what_a_thing_is(captured: Any) -> Iterator[Any]:
    def f(x: Any, k: Any) -> Any:
        match k:
            case float():
                y = x * k
            case _:
                y = -x
        asked = isinstance(x, np.ndarray), isinstance(x[0], float), np.isscalar(k), isinstance(k, int | np.ndarray)
        return y, asked, isinstance(x.sum(), np.floating), isinstance(x.argmax(), np.integer)

    g = captured(f)
    for k in (1.5, 2.5):
        yield g(X, k)


@WORLDS.row(16, warns=True)
def more_ways_than_the_limit(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: float(x[0]) * x)
    for k in range(40):
        yield f(X + k % 20)


@WORLDS.row(1)
def an_item_is_a_traced_number(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: x[0].item() * x)
    for k in range(40):
        yield f(X + k)


@WORLDS.row(2)
def a_while_loop(captured: Any) -> Iterator[Any]:
    def root(a: float) -> float:
        x = a
        while abs(x * x - a) > 1e-9:
            x = (x + a / x) / 2
        return x

    f = captured(root)
    for a in np.random.default_rng(0).uniform(3.0, 20.0, 200).tolist():
        yield f(a)


@WORLDS.row(2)
def newton_with_line_search(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        return np.sum(np.log(np.cosh(x - 1)))

    def newton(x: Any) -> Any:
        for _ in range(12):
            y, g = value_and_grad(f)(x)
            if np.abs(g).max() < 1e-6:
                break
            direction, t = -g / (1 - np.tanh(x - 1) ** 2), 1.0
            while f(x + t * direction) > y + 1e-4 * t * (g @ direction):
                t *= 0.5
            x = x + t * direction
        return x

    g = captured(newton)
    for x in np.random.default_rng(0).uniform(0.3, 1.7, (100, 2)):
        yield g(x)


def adaptive(f: Any, y: Any, end: float = 0.5, tolerance: float = 1e-3) -> Any:
    """Runge-Kutta 2(1) with steps that keep an estimate of the error below a tolerance."""
    t, h = 0.0, 0.1
    while t < end:
        h = np.minimum(h, end - t)
        k1 = f(y)
        k2 = f(y + h * k1)
        error = np.max(np.abs(h / 2 * (k2 - k1)))
        if error < tolerance:
            y, t = y + h / 2 * (k1 + k2), t + h
        h = h * np.minimum(2.0, np.maximum(0.3, 0.9 * (tolerance / (error + 1e-12)) ** 0.5))
    return np.sum(y)


@WORLDS.row(12)
def an_adaptive_solver(captured: Any) -> Iterator[Any]:
    f = captured(value_and_grad(lambda y: adaptive(lambda u: np.stack([u[1], -np.sin(u[0])]), y)))
    for y in np.random.default_rng(0).normal(size=(60, 2)):
        yield f(y)


@WORLDS.row(3)
def shapes_and_dtypes(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: x / x.sum() + 1)
    for x in (X, X + 1, X.astype(np.float32), np.ones((2, 2)), X * 3):
        yield f(x)


@WORLDS.row(2)
def options(captured: Any) -> Iterator[Any]:
    f = captured(lambda x, axis=None, *, keep=False: x.sum(axis=axis, keepdims=keep))
    x = np.arange(6.0).reshape(2, 3)
    for k in range(3):
        yield f(x * k, 1), f(x * k, axis=0, keep=True)


@WORLDS.row(1)
def a_generator_in_a_closure(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)
    f = captured(lambda x: x + rng.normal(size=3))
    for _ in range(4):
        yield f(X)
    yield rng.random()


@WORLDS.row(1)
def a_generator_as_argument(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)
    f = captured(lambda x, g: x + g.normal(size=3) * g.random())
    for _ in range(4):
        yield f(X, rng), rng.random()


@WORLDS.row(1)
def a_generator_in_an_attribute(captured: Any) -> Iterator[Any]:
    class Noise:
        def __init__(self) -> None:
            self.rng = np.random.default_rng(0)

        def add(self, x: Any) -> Any:
            return x + self.rng.uniform(-1, 1, x.shape)

    noise = Noise()
    f = captured(noise.add)
    for _ in range(4):
        yield f(X), noise.rng.random()


@WORLDS.row(2)
def a_walk_that_draws_decides_and_draws(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)

    def f(x: Any) -> Any:
        step = rng.normal()
        return x + rng.normal(size=3) if step > 0 else x - rng.random()

    g = captured(f)
    for _ in range(30):
        yield g(X)
    yield rng.random()


@WORLDS.row(1)
def errors_that_are_caught_at_the_first_call(captured: Any) -> Iterator[Any]:
    """No guard tells why it went this way."""

    def inverted(x: Any) -> Any:
        try:
            return np.linalg.inv(x.reshape(1, 1))
        except np.linalg.LinAlgError:
            return x

    f = captured(inverted)
    for k in (0.0, 1.0, 2.0, 0.0):
        yield f(np.array([k]))


@WORLDS.row(2)
def other_errors_that_are_caught_at_the_first_call(captured: Any) -> Iterator[Any]:
    def chosen(x: Any, k: Any) -> Any:
        try:
            return x[k]
        except IndexError:
            return x

    def rounded(x: Any) -> Any:
        try:
            return int(x[0]) * x
        except (ValueError, OverflowError):
            return -x

    f, g = captured(chosen), captured(rounded)
    for k in (7, 1, 2, 7):
        yield f(X, np.array([k]))
    for y in (np.nan, 1.0, np.inf, 1.0):
        yield g(np.array([y]))


@WORLDS.row(3)
def texts_of_numbers(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (f"{x!r}", repr([x[0]]), str(x[0]), x * 2))
    g = captured(lambda x: (repr(x), f"{x!r:>9}", "%d" % x, x.hex(), x.real, x.imag))  # noqa: UP031
    for k in (1.5, 2.5, 1.5):
        yield f(X * k)
    yield g(1.5)


test_captured_equals_eager, test_so_does_a_checked_one, test_so_does_one_without_room = laws(WORLDS)
