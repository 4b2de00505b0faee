"""Whole numbers among the arguments: options, each with its program, or numbers that go on from call to call."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Tensor, capture, value_and_grad
from autograd.functional import nests

pytestmark = pytest.mark.usefixtures("without_numba")

X = np.arange(1.0, 13.0).reshape(3, 4)
CALLS = [1, 2, 3, 4, 5, 3, 2, 4, 1, 5, 6]
NAMES = dict.fromkeys(range(9), 2.0)

# fmt: off
COMPUTED: dict[str, Callable[[Any, Any], Any]] = {  # one program for all
    "a product": lambda x, n: x * n,
    "powers": lambda x, n: x / (1 - 0.9**n) + x**n,
    "a rate": lambda x, n: x * (0.1 * 0.5 ** (n // 2)) + n / 7,
    "float32": lambda x, n: x.astype(np.float32) * n,
    "whole arrays": lambda x, n: np.arange(3) * n,
    "bits": lambda x, n: x * (n & 3) + (1 << n),
    "returned": lambda x, n: (x, n, n + 1),
    "in a comparison of arrays": lambda x, n: np.where(x > n, x, -n),
    "its type": lambda x, n: x if isinstance(n, int) else -x,
}
DECIDED: dict[str, Callable[[Any, Any], Any]] = {  # a program for each way that it goes
    "a parity": lambda x, n: x if n % 2 == 0 else -x,
    "a minimum": lambda x, n: x * min(1.0, (n + 1) / 4),
    "a count": lambda x, n: sum(x.sum() * k for k in range(n)),
    "a shape": lambda x, n: np.ones((n, 4)) * x[0],
    "an axis": lambda x, n: np.sum(x, axis=n % 2),
    "an index": lambda x, n: x[n % 3],
    "a slice": lambda x, n: x[:, :n],
    "a list": lambda x, n: np.stack([x[0]] * n),
    "a text": lambda x, n: x * len(f"{n}" * n),
    "a key": lambda x, n: x * NAMES[n],
    "math": lambda x, n: x * math.comb(7, n) + math.sqrt(n),
    "float": lambda x, n: x * float(n) + round(n / 3),
    "a seed": lambda x, n: x + np.random.default_rng(n).normal(),
    "too large a number": lambda x, n: x * float(n * 2**62),
}
# fmt: on


def same(a: Any, b: Any) -> bool:
    pairs = zip(nests.leaves(a), nests.leaves(b), strict=True)
    return all(type(x) is type(y) and np.allclose(x, y, rtol=1e-13, atol=0) for x, y in pairs)


@pytest.mark.parametrize("name", COMPUTED | DECIDED)
def test_captured_equals_eager(name: str) -> None:
    f = (COMPUTED | DECIDED)[name]
    g = capture(f)
    for n in CALLS:
        assert same(g(X * n, n), f(X * n, n)), n
    assert g.count == 1 or (name in DECIDED and g.count <= len(set(CALLS)))


@pytest.mark.parametrize("name", ["a product", "powers", "a rate", "a count", "a slice", "a seed"])
def test_so_do_derivatives(name: str) -> None:
    f = value_and_grad(lambda x, n: np.sum((COMPUTED | DECIDED)[name](x, n)))
    g = capture(f)
    for n in CALLS:
        assert same(g(X * n, n), f(X * n, n)), n


def test_options_have_programs_of_their_own() -> None:
    """Two values are options: nothing of them is computed by the program."""
    f = capture(lambda x, n: x**n)
    for n in [2, 3, 3, 2]:
        f(X, n)
    assert f.count == 2
    assert len(f.program.inputs) == 1


def test_one_that_is_given_twice_may_be_two() -> None:
    f = capture(lambda m, n: 10 * m + n)
    for n in [1, 2, 3, 4]:
        assert f(n, n) == 11 * n
    assert f(5, 6) == 56
    assert f.count == 1


def test_one_in_a_nest_goes_on() -> None:
    def step(state: Any) -> Any:
        state["n"] += 1
        return {"x": state["x"] / state["n"], "n": state["n"]}

    g = capture(step)
    eager, captured = {"x": X, "n": 0}, {"x": X, "n": 0}
    for _ in range(8):
        eager, captured = step(eager), g(captured)
        assert same(eager, captured)
    assert g.count == 1


def test_the_number_of_the_step_in_a_training() -> None:
    def losses(captured: Any) -> list[float]:
        w = Tensor(X.copy(), requires_grad=True)
        sgd = optim.SGD([w], lr=0.1, momentum=0.9)

        def step(k: int) -> Any:
            loss = (w * w).mean() / (1 + k)
            sgd.zero_grad()
            loss.backward()
            sgd.step()
            return loss.item()

        f = captured(step)
        return [f(k) for k in range(12)]

    assert losses(capture) == pytest.approx(losses(lambda f: f), rel=1e-13)
