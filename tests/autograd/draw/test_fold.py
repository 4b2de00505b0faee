"""Folding: what a person would write on one line, with names of its own, and numbers that are the engine's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from autograd.draw import explain
from autograd.draw.formula import Formulas, fold, to_text
from autograd.draw.record import describe
from autograd.value.many import dot

from .test_formula import check


def lines(result: Any, **names: Any) -> list[str]:
    formulas = fold(describe(result, names=names))
    return [f"{step.name} = {to_text(step.expression)}" for step in formulas.inner if step.expression is not None]


def test_arithmetic_is_one_line_and_functions_begin_another() -> None:
    a, b, c = (Value(float(k), label=n) for k, n in enumerate("abc", 2))
    assert lines((a * b + c) ** 2 / 2 - 1) == ["y = (a b + c)² / 2 - 1"]
    assert lines(np.tanh(a * b + c) * b) == ["z1 = a b + c", "z2 = tanh z1", "y = z2 b"]
    shared = a + b
    assert lines(shared * shared * c) == ["z1 = a + b", "y = z1² c"]
    inner = a - b
    assert lines(inner * c, d=inner) == ["d = a - b", "y = d c"]
    # A sign stands before a function, or in it.
    assert lines(-np.log(1 / (a + np.exp(-b)))) == ["z1 = exp(-b)", "z2 = 1 / (a + z1)", "y = -log z2"]
    # What derivatives would repeat has a name of its own, if it is long.
    assert lines((a * b + b * c - a) ** 2 / 2) == ["z1 = a b + b c - a", "y = z1² / 2"]
    assert lines((a * b + b * c - a) * 2 - c) == ["y = 2 (a b + b c - a) - c"]
    assert lines((a + b + c - 1) * c) == ["z1 = a + b + c - 1", "y = z1 c"]


def test_names_never_clash() -> None:
    z1, other = Value(1.0, label="z1"), Value(2.0, label="z1")
    y = np.exp(z1 * other) + Value(3.0)
    assert lines(y) == ["z2 = z1 z1′", "z3 = exp z2", "y = z3 + p1"]
    names = [step.name for step in fold(describe([np.exp(Value(0.1 * k, label="h")) for k in range(7)])).steps.values()]
    assert len(set(names)) == len(names)
    assert "h⁽⁵⁾" in names
    first, second = np.exp(z1), np.exp(other)  # elements of y: the result is not y
    assert lines(first * second, **{"y[0]": first, "y[1]": second})[-1] == "y1 = y[0] · y[1]"
    x, neurons = Value(1.0, label="x"), [(Value(1.0, label="w"), Value(0.0, label="b")) for _ in range(3)]
    for w, b in neurons:  # the marks tell which belong together
        x = np.tanh(w * x + b)
    assert lines(x)[::2] == ["z1 = w x + b", "z3 = w′ z2 + b′", "z5 = w″ z4 + b″"]


def test_long_sums_are_written_with_dots() -> None:
    xs = [Value(float(k), label=f"x{k}") for k in range(1, 785)]
    ws = [Value(1.0, label=f"w{k}") for k in range(1, 785)]
    b = Value(0.0, label="b")
    for y in (dot(xs, ws) + b, sum((x * w for x, w in zip(xs[1:], ws[1:], strict=True)), xs[0] * ws[0]) + b):
        assert lines(y) == ["y = x1 w1 + x2 w2 + … + x784 w784 + b"]
        check(y)


@pytest.mark.parametrize(
    "step", [lambda y, x: y * 0.9 + x, lambda y, x: y + x * x, lambda y, x: y * x, lambda y, x: -y / x]
)
def test_deep_graphs_have_short_lines(step: Any) -> None:
    x = y = Value(0.999, label="x")
    for _ in range(2000):
        y = step(y, x)
    found = lines(y)
    assert max(map(len, found)) < 400
    check(y)


def test_gradients_are_named_in_the_order_of_the_backward_pass() -> None:
    """Level by level from the result; within a level as the formula names them."""
    x = Value(0.5, label="x")
    a, b = np.sin(x), np.cos(x)
    c = np.exp(a)
    y = b * c
    formulas = fold(describe(y, names={"a": a, "b": b, "c": c, "y": y}))
    found = {step.name: to_text(step.delta) for step in formulas.inner if step.delta is not None}
    assert found == {"b": "δ1", "c": "δ2", "a": "δ3"}
    assert [formulas.steps[key].name for key in formulas.backward] == ["y", "b", "c", "a", "x"]
    delta = Value(1.0, label="δ1")
    assert "δ1" not in [
        to_text(step.delta) for step in fold(describe(np.exp(delta * 2) * delta)).inner if step.delta is not None
    ]


OPERATIONS = [
    lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / (2 + b * b), lambda a, b: np.tanh(a),
    lambda a, b: -a, lambda a, b: a * 2 - 1, lambda a, b: a**2, lambda a, b: np.maximum(a, b),
    lambda a, b: 1 / (1.5 + b * b),
]  # fmt: skip


def spelled(formulas: Formulas, key: int) -> float:
    """The gradient of a step as the sum over the uses of it: slope times gradient of the user."""
    step = formulas.steps[key]
    return float(key in formulas.roots) + sum(use.amount or 0.0 for use in step.arrivals)


@given(
    st.lists(
        st.tuples(st.integers(0, len(OPERATIONS) - 1), st.integers(0, 99), st.integers(0, 99), st.booleans()),
        max_size=25,
    ),
    st.lists(st.floats(-2, 2).filter(lambda x: abs(x) > 1e-3), min_size=3, max_size=3),
)
def test_random_graphs(steps: list[tuple[int, int, int, bool]], numbers: list[float]) -> None:
    """Formulas give the values, what arrives at a step sums to its gradient, and explain agrees with backward."""
    made = [Value(x, label=name) for x, name in zip(numbers, ("a", "b", "c"), strict=True)]
    leaves = list(made)
    for n, (k, i, j, named) in enumerate(steps):
        y = OPERATIONS[k](made[-1 - i % len(made)], made[-1 - j % len(made)])
        if named:
            y.label = f"v{n}"
        made.append(y)
    y = made[-1] + sum(leaves, 0.0 * leaves[0])
    graph = describe(y, grads=True)
    formulas = fold(graph)
    for key, step in formulas.steps.items():
        if step.grad is not None:
            assert spelled(formulas, key) == pytest.approx(step.grad, rel=1e-9, abs=1e-9)
    found = explain(y, wrt=leaves).gradient
    y.backward()
    assert [*found.values()] == pytest.approx([leaf.grad for leaf in leaves], rel=1e-9, abs=1e-9)
