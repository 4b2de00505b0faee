"""What a program cannot do, and recording does not see, is told by the code: then calls run eagerly."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable, Iterator
from time import perf_counter as tick
from typing import Any

import numpy as np
import pytest

from autograd import grad
from autograd.capture import capture

from .worlds import Table, X, laws

pytestmark = pytest.mark.usefixtures("without_numba")
WORLDS = Table()
KINDS = (int, float)


class Trainer:
    """Its methods name a clock, or call one that does."""

    k = 2.0

    def scaled(self, x: Any) -> Any:
        return x * self.k

    def fit(self) -> float:
        return time.time()

    def timed(self, x: Any) -> Any:
        return x * (self.fit() > 0)


def by_type(x: Any) -> Any:
    return x * 2 if type(x) is float else x * 3


def by_types(x: Any) -> Any:
    return x * 2 if type(x[0]) in KINDS or type(x) == np.ndarray else x * 3  # noqa: E721


REFUSED: dict[str, tuple[Callable[[Any], Any], Any, str]] = {
    "a clock": (lambda x: x * (time.time() > 0), X, "a clock"),
    "a clock by another name": (lambda x: x * (tick() > 0), X, "a clock"),
    "the day": (lambda x: x * (datetime.datetime.now().year > 0), X, "a clock"),
    "a clock in a method that it calls": (Trainer().timed, X, "a clock"),
    "the environment": (lambda x: x * (float(os.environ.get("K", 1))), X, "environment"),
    "a generator without a seed": (lambda x: x + 0 * np.random.default_rng().normal(), X, "without a seed"),
    "the type of a number": (by_type, 1.5, "isinstance"),
    "the type of an element": (by_types, X, "isinstance"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hidden_things_are_refused(name: str) -> None:
    f, x, reason = REFUSED[name]
    g = capture(f)
    with pytest.warns(RuntimeWarning, match=reason):
        assert np.array_equal(g(x), f(x))
    assert np.array_equal(g(x), f(x))
    assert g.count == 0


SEEN: dict[str, tuple[Callable[..., Any], Any]] = {
    "a method that names no clock": (Trainer().scaled, X),
    "time that is not asked": (lambda x: x * (time is not None), X),
    "a generator with a seed": (lambda x: x + np.random.default_rng(3).normal(), X),
    "the type of a text": (lambda x, s="": x * 2 if type(s) is str else x, X),
    "errors that are ignored": (lambda x: ignoring(x), X),
}


def ignoring(x: Any) -> Any:
    with np.errstate(all="ignore"):
        return np.log(x)


@pytest.mark.parametrize("name", SEEN)
def test_others_are_recorded(name: str) -> None:
    f, x = SEEN[name]
    g = capture(f)
    for k in range(3):
        assert np.array_equal(g(x + k), f(x + k), equal_nan=True)
    assert g.count == 1


@WORLDS.row(0, warns=True)
def errors_that_numpy_raises(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        with np.errstate(all="raise"):
            try:
                return np.log(x)
            except FloatingPointError:
                return -x

    g = captured(f)
    for k in (1.0, 2.0, -1.0, 0.0, 3.0):
        yield g(np.full(2, k))


@WORLDS.row(0, warns=True)
def errors_that_a_decorator_has_numpy_raise(captured: Any) -> Iterator[Any]:
    @np.errstate(all="raise")
    def raising(x: Any) -> Any:
        return np.log(x)

    def f(x: Any) -> Any:
        try:
            return raising(x)
        except FloatingPointError:
            return -x

    g = captured(f)
    for k in (1.0, 2.0, -1.0, 0.0, 3.0):
        yield g(np.full(2, k))


@WORLDS.row(1)
def errors_that_call_a_function(captured: Any) -> Iterator[Any]:
    told: list[str] = []
    f = captured(lambda x: x / 0)
    yield f(X)
    with np.errstate(divide="call", call=lambda kind, flag: told.append(kind)):
        yield f(X), told


@WORLDS.row(0, warns=True)
def iterators(captured: Any) -> Iterator[Any]:
    batches = iter([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    f = captured(lambda x: x * next(batches))
    for _ in range(6):
        yield f(X)


@WORLDS.row(1)
def iterators_that_are_not_asked(captured: Any) -> Iterator[Any]:
    batches: Any = iter([1.0, 2.0])
    f = captured(lambda x: x if batches is None else x * 2)
    for _ in range(3):
        yield f(X)
    yield next(batches)


@WORLDS.row(0, warns=True)
def generators_that_are_spawned(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)
    f = captured(lambda x: x + rng.spawn(1)[0].normal(size=3))
    for _ in range(5):
        yield f(X)


@WORLDS.row(0, warns=True)
def functions_by_type(captured: Any) -> Iterator[Any]:
    functions = {float: np.sin, np.ndarray: np.cos}
    f = captured(lambda x: functions[type(x)](x))
    for k in range(5):
        yield f(X + k)


@WORLDS.row(0, warns=True)
def what_is_written_through_an_ordinary_array(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        y = np.asarray(x)
        y[0] = 7.0
        return x.sum(), y

    g = captured(f)
    for k in range(5):
        x = X + k
        made, y = g(x)
        yield made, y is x, x


@WORLDS.row(1)
def an_ordinary_array_that_is_returned(captured: Any) -> Iterator[Any]:
    f = captured(np.asarray)
    for _ in range(3):
        x = X.copy()
        yield f(x) is x


def test_a_clock_in_a_derivative() -> None:
    g = capture(grad(lambda x: np.sum(x) * (time.time() > 0)))
    with pytest.warns(RuntimeWarning, match="a clock"):
        assert np.array_equal(g(X), np.ones(3))


test_captured_equals_eager, test_so_does_a_checked_one, test_so_does_one_without_room = laws(WORLDS)
