"""Arguments of every kind, layout and nesting, changed in place or shared."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from .worlds import Table, X, laws, outcome

pytestmark = pytest.mark.usefixtures("without_numba")
WORLDS = Table()


@WORLDS.row(1)
def an_argument_changed_in_place(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        x += 1
        x[0] = x[1] * 2
        return x

    g = captured(f)
    x = X.copy()
    for _ in range(3):
        yield g(x) is x, x


@WORLDS.row(1)
def an_argument_whose_decisions_fail_is_as_it_was(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        x *= 2
        return x.sum() if x[0] > 10 else x

    g = captured(f)
    x = X.copy()
    for _ in range(4):
        yield g(x), x


@WORLDS.row(2)
def the_same_array_twice(captured: Any) -> Iterator[Any]:
    def f(x: Any, y: Any) -> Any:
        x += 1
        return x * y

    g = captured(f)
    x = X.copy()
    yield g(x, X.copy()), x
    yield g(x, x), x
    yield g(x, X.copy()), x
    yield g(x, x), x


@WORLDS.row(1)
def the_same_number_twice(captured: Any) -> Iterator[Any]:
    """It may be two in the next call: numbers have no identity."""
    g = captured(lambda x, y, more: x * 10 + y - more[0])
    x = np.float32(3.0)
    yield g(x, x, [x])
    yield g(x, np.float32(4.0), [np.float32(5.0)])
    yield g(np.float32(4.0), x, [x])


@WORLDS.row(1)
def views_of_one_array(captured: Any) -> Iterator[Any]:
    def f(x: Any, y: Any) -> Any:
        x += 1
        return x * y

    g = captured(f)
    base = np.arange(5.0)
    yield g(np.ones(3), X), base
    yield g(base[:3], base[2:]), base
    yield g(base[2:], base[:3]), base
    yield g(base[:3], X), base


@WORLDS.row(1)
def read_only_arguments(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        x += 1
        return x.sum()

    g = captured(f)
    yield g(X.copy())
    x = X.copy()
    x.flags.writeable = False
    yield outcome(g, x), x
    yield g(X.copy())


@WORLDS.row(4)
def layouts(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (x.sum(), x.T @ x, x + 1))
    a = np.random.default_rng(0).integers(-9, 9, (6, 6)).astype(float)
    for x in (a, np.asfortranarray(a), a[::2, ::-1], a.astype(">f8"), a + 1):
        yield f(x)


@WORLDS.row(2)
def empty_arrays(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (x.sum(), x * 2, np.concatenate([x, x])))
    for x in (np.zeros(0), np.zeros((0, 3)), np.zeros(0)):
        yield f(x)


@WORLDS.row(5)
def numbers(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (x * 2, x + np.ones(2, np.float32), x > 0))
    for x in (1.5, -2.5, np.float32(1.5), np.float64(2.5), 3, np.float64(-1.0)):
        yield f(x)


class Pair(NamedTuple):
    a: Any
    b: Any


@dataclasses.dataclass
class State:
    w: Any
    n: Any
    name: str = "state"


@WORLDS.row(4)
def nests(captured: Any) -> Iterator[Any]:
    f = captured(lambda s: s)
    g = captured(lambda s: Pair(s["a"].w * 2, {"n": s["a"].n + 1, "c": s.get("c"), "p": s["p"]}))
    for k in range(3):
        s = {"a": State(X * k, float(k)), "p": Pair(1.0 + k, [X, None])}
        yield g(s), f(s) is s
        yield g(s | {"c": k * 2.0}), f(Pair(X, 1.0))


@WORLDS.row(1)
def a_dict_of_parameters_updated(captured: Any) -> Iterator[Any]:
    def step(params: dict[str, Any], x: Any) -> Any:
        for name in params:
            params[name] = params[name] - 0.1 * x
        params["w"] *= 2
        return params

    f = captured(step)
    p = {"w": X.copy(), "b": np.zeros(3)}
    for _ in range(3):
        yield f(p, X) is p, p


@WORLDS.row(0, warns=True)
def a_dict_that_the_function_adds_to(captured: Any) -> Iterator[Any]:
    def f(d: dict[str, Any]) -> Any:
        d[f"y{len(d)}"] = d["x"] * 2
        return d["x"] + 1

    g = captured(f)
    d = {"x": X}
    for _ in range(4):
        yield g(d), d


@WORLDS.row(1)
def a_dataclass_whose_fields_change(captured: Any) -> Iterator[Any]:
    def step(s: State) -> Any:
        s.n = s.n + 1
        s.w = s.w * s.n
        return s.w.sum()

    f = captured(step)
    s = State(X.copy(), 1.0)
    for _ in range(4):
        yield f(s), s


test_captured_equals_eager, test_so_does_a_checked_one, test_so_does_one_without_room = laws(WORLDS)
