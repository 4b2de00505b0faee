"""Formulas: each operation's formula and derivative against the engine's numbers, all languages against the tree."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from autograd import Value
from autograd.draw.formula import Expression, Symbol, evaluate, fold, to_text
from autograd.draw.formula.expression import add, call, divide, multiply, negate, power
from autograd.draw.formula.functions import holds
from autograd.draw.formula.names import latex_name, shown, text_name
from autograd.draw.formula.pull import pull
from autograd.draw.graph import Graph
from autograd.draw.record import describe
from autograd.value.graph import MAPS
from autograd.value.many import dot, hypot
from autograd.value.many import sum as total

from ..test_value import CONSTANTS, NEAR, TWO
from .blackboard import read

# ---------------------------------------------------------------- the table


def numbers(graph: Graph) -> dict[Symbol, float]:
    return {step.symbol: step.value for step in fold(graph).steps.values()}


def check(y: Value) -> None:
    """Every formula of the graph gives the number, every local derivative the slope."""
    graph = describe(y)
    values = numbers(graph)
    for step in fold(graph).inner:
        assert step.expression is not None
        assert evaluate(step.expression, values) == pytest.approx(step.value, rel=1e-9, abs=1e-12), to_text(
            step.expression
        )
        for use in step.uses:
            assert use.local is not None
            assert evaluate(use.local, values) == pytest.approx(use.slope, rel=1e-9, abs=1e-11), to_text(use.local)


@pytest.mark.parametrize("name", sorted(NEAR))
@given(u=st.floats(0, 1))
def test_functions_of_one_number(name: str, u: float) -> None:
    low, high = NEAR[name]
    x = low + u * (high - low)
    assume(min(abs(x), abs(x - 1), abs(x + 1)) > 1e-6)  # corners
    check(getattr(Value(x), name)(*CONSTANTS.get(name, ())))


@pytest.mark.parametrize("name", ["elu", "selu", "hardswish", "copysign"])
@pytest.mark.parametrize("x", [-1000.0, -0.0, 0.0, 1000.0])
def test_pieces_are_themselves_alone(name: str, x: float) -> None:
    """Whatever the other pieces are there."""
    check(getattr(Value(x), name)(*CONSTANTS.get(name, ())) if name != "copysign" else np.copysign(Value(2.0), x))


@pytest.mark.parametrize("name", TWO)
@given(a=st.floats(0.3, 2.0), b=st.floats(0.3, 2.0), flip=st.booleans())
def test_functions_of_two_numbers(name: str, a: float, b: float, flip: bool) -> None:
    a = -a if flip and name != "power" else a
    assume(abs(a / b - round(a / b)) > 1e-6 and abs(2 * a / b - round(2 * a / b)) > 1e-6)
    for args in ((Value(a), Value(b)), (Value(a), b), (a, Value(b))):
        check(MAPS[f"{name} both"].call(*args))


@given(a=st.lists(st.floats(0.1, 2), min_size=3, max_size=3), b=st.lists(st.floats(0.1, 2), min_size=3, max_size=3))
def test_functions_of_many_numbers(a: list[float], b: list[float]) -> None:
    xs, ys = [*map(Value, a)], [*map(Value, b)]
    for y in (total(xs), dot(xs, ys), dot(xs, b), dot(a, ys), hypot(*xs)):
        check(y * 2)


# ---------------------------------------------------------------- the languages

NAMES = ["x", "h1", "w12", "β", "bias"]
leaves = st.sampled_from([Symbol(name, key) for key, name in enumerate(NAMES)]).map(lambda s: s)
constants = st.sampled_from([0, 1, 2, -1, 3, 0.5, -0.25, 1.5, 10])
WORDS = ["tanh", "exp", "sin", "absolute", "sigmoid", "relu", "arctan", "cbrt"]
trees = st.recursive(
    leaves | constants.map(lambda c: add(c)),
    lambda part: (
        st.lists(part, min_size=2, max_size=4).map(lambda p: add(*p))
        | st.lists(part, min_size=2, max_size=4).map(lambda p: multiply(*p))
        | st.builds(divide, part, part)
        | st.builds(negate, part)
        | st.builds(power, part, st.sampled_from([2, 3, -1, -2, 0.5, 1, 12]))
        | st.builds(power, constants.filter(lambda c: c > 0).map(lambda c: add(c)), part)
        | st.builds(call, st.sampled_from(WORDS), part)
        | st.builds(lambda a, b: call("maximum", a, b), part, part)
        | st.builds(lambda a, b: holds(a, ">", b), part, part)
    ),
    max_leaves=8,
)
points = st.lists(st.floats(-2, 2).map(lambda x: round(x, 3) or 0.3), min_size=len(NAMES), max_size=len(NAMES))


def value(x: Expression, point: list[float]) -> float:
    """The number of x, if it is an ordinary one."""
    y = float(evaluate(x, {Symbol(name, key): v for (key, name), v in zip(enumerate(NAMES), point, strict=True)}))
    assume(math.isfinite(y) and abs(y) < 1e12)
    return y


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(trees, points)
def test_text_says_what_is_meant(x: Expression, point: list[float]) -> None:
    y = value(x, point)
    text = to_text(x)
    try:
        found = read(text, dict(zip(NAMES, point, strict=True)))
    except (ZeroDivisionError, OverflowError):
        assume(False)
    assert found == pytest.approx(y, rel=2e-3, abs=1e-6), text  # numbers have four digits


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(trees, points)
def test_derivatives_of_trees(x: Expression, point: list[float]) -> None:
    """Differences, at two widths that agree."""
    for symbol, d in pull(x, add(1)).items():
        k = NAMES.index(symbol.name)

        def at(step: float, k: int = k) -> float:
            return value(x, [v + step * (i == k) for i, v in enumerate(point)])

        wide, narrow = [(at(h) - at(-h)) / (2 * h) for h in (1e-4, 1e-5)]
        assume(abs(wide - narrow) < 1e-5 * (1 + abs(wide)) and abs(wide) < 1e5)
        assume(abs(at(1e-4) + at(-1e-4) - 2 * at(0)) < 1e-6)  # no corner
        assert value(d, point) == pytest.approx(narrow, rel=1e-3, abs=1e-3), to_text(d)


SIMPLE = {  # written with Python's operators, read as a person writes
    "x": lambda x, y: 1 * x,
    "x²": lambda x, y: x * x,
    "x³": lambda x, y: x * x**2,
    "x - y": lambda x, y: 2 * (x - y) / 2,
    "½ (x - y)²": lambda x, y: 0.5 * (x - y) ** 2,
    "(x - y)² / 2": lambda x, y: (x - y) ** 2 / 2,
    "-x y": lambda x, y: x * -y,
    "x y": lambda x, y: -x * -y,
    "1 - x": lambda x, y: 1 - x,
    "x + 3": lambda x, y: x + 1 + 2,
    "6 x y": lambda x, y: 2 * x * 3 * y,
    "2 x": lambda x, y: x + x,
    "0": lambda x, y: x - x,
    "x / (2 y)": lambda x, y: x / 2 / y,
    "x y / 3": lambda x, y: x / 3 * y,
    "2 x / 3": lambda x, y: 4 * x / 6,
    "x - (y - 1)": lambda x, y: x - (y - 1),
    "-(x + y)": lambda x, y: -(x + y),
    "(-x)²": lambda x, y: (-x) ** 2,
    "x⁻¹": lambda x, y: x**-1,
    "2^x": lambda x, y: power(2, x),
    "3 · 2^x": lambda x, y: 3 * power(2, x),
    "x^(y + 1)": lambda x, y: power(x, y + 1),
    "1 - tanh² x": lambda x, y: 1 - call("tanh", x) ** 2,
    "tanh(x) y": lambda x, y: call("tanh", x) * y,
    "y tanh x": lambda x, y: y * call("tanh", x),
    "tanh²(x + y)": lambda x, y: call("tanh", x + y) ** 2,
    "tanh(x)⁻¹": lambda x, y: call("tanh", x) ** -1,
    "√x": lambda x, y: call("sqrt", x),
    "√(x + y) / 2": lambda x, y: call("sqrt", x + y) / 2,
    "σ(x) (1 - σ(x))": lambda x, y: call("sigmoid", x) * (1 - call("sigmoid", x)),
    "[x > 0] y": lambda x, y: holds(x, ">", 0) * y,
    "|x - y|": lambda x, y: call("absolute", x - y),
    "1e-05 x": lambda x, y: 1e-5 * x,
}


@pytest.mark.parametrize("text", SIMPLE)
def test_simple_expressions_read_as_written(text: str) -> None:
    make: Any = SIMPLE[text]
    assert to_text(make(Symbol("x", 0), Symbol("y", 1))) == text


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x1", "x_{1}"), ("x", "x"), ("δ4", r"\delta_{4}"), ("alpha", r"\alpha"), ("theta_2", r"\theta_{2}"),
        ("E", "E"), ("loss", r"\mathrm{loss}"), ("loss1", r"\mathrm{loss}_{1}"), ("x′", r"x^{\prime}"),
        ("w1⁽⁴⁾", r"w_{1}^{(4)}"), ("encoder[2].weight", r"\mathrm{encoder[2].weight}"), ("W_o", "W_{o}"),
        ("a_bc", r"\mathrm{a\_bc}"), ("W[0,1]", "W_{0,1}"), ("b[2]", "b_{2}"), ("x1[0,1]", "x_{1}[0,1]"),
    ],
)  # fmt: skip
def test_names_in_latex(name: str, latex: str) -> None:
    assert latex_name(name) == latex


@given(st.text(max_size=60))
def test_names_cannot_act(name: str) -> None:
    """One line, no control characters; in LaTeX braces balance and no dollar, percent sign or command gets through."""
    line = shown(name)
    assert line.isprintable() or line == ""
    assert len(line) <= 48
    assert text_name(name).count("\n") == 0
    latex = latex_name(name)
    bare = latex.replace(r"\backslash", "").replace(r"\{", "").replace(r"\}", "").replace(r"\$", "")
    assert bare.count("{") == bare.count("}")
    assert "$" not in bare
    assert "%" not in bare.replace(r"\%", "")
