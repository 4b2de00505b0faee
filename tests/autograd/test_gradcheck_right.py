"""gradcheck accuses nobody wrongly, and lets no wrong derivative of float64 pass.

Functions are drawn: compositions of smooth functions, of corners, of reductions, at points beside corners and on them,
where they are stationary, far from 0, at ties, on small and large scales.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from autograd.declare import Operation
from autograd.testing import gradcheck

SMOOTH: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "arctan": np.arctan,
    "exp(-x²)": lambda x: np.exp(-x * x),
    "log(1 + x²)": lambda x: np.log(1 + x * x),
    "sqrt(1 + x²)": lambda x: np.sqrt(1 + x * x),
    "1 / (1 + x²)": lambda x: 1 / (1 + x * x),
    "x²": lambda x: x**2,
    "x³": lambda x: x**3,
    "softplus": lambda x: np.logaddexp(x, 0.0),
    "1000 x": lambda x: 1000 * x,
    "x / 1000": lambda x: x / 1000,
    "x + 100": lambda x: x + 100,
    "x sum": lambda x: x * np.sum(x),
    "x - mean": lambda x: x - np.mean(x),
    "prod": lambda x: x + np.prod(x),
    "softmax": lambda x: np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x))),
}
CORNERS: dict[str, Callable[[Any], Any]] = {
    "abs": np.abs,
    "relu": lambda x: np.maximum(x, 0.0),
    "max(x, 1)": lambda x: np.maximum(x, 1.0),
    "clip": lambda x: np.clip(x, -0.5, 0.5),
    "x |x|": lambda x: x * np.abs(x),
    "max": lambda x: x * np.max(x),
    "sort": lambda x: np.sort(np.ravel(x)),
    "norm": lambda x: x + np.linalg.norm(np.ravel(x)),
    "median": lambda x: x - np.median(x),
}
PAIRS: dict[str, Callable[[Any, Any], Any]] = {
    "x + y": lambda x, y: x + y,
    "x y": lambda x, y: x * y,
    "x - y": lambda x, y: x - y,
    "x / (1 + y²)": lambda x, y: x / (1 + y * y),
    "max(x, y)": np.maximum,
    "min(x, y)": np.minimum,
}
SPECIAL = [0.0, 1.0, -1.0, 0.5, -0.5, 1e-6, -1e-6, 1e-9, 1e-12, 1e-3, 2.0, 30.0, -30.0, 1e4, 1e8 + 0.3, float(np.pi)]
NAMES = [*SMOOTH, *CORNERS]


class Program:
    """A composition of these functions of two arrays; its repr says which."""

    def __init__(self, steps: list[Any]) -> None:
        self.steps = steps

    def __call__(self, x: Any, y: Any) -> Any:
        for step in self.steps:
            x = PAIRS[step](x, y) if step in PAIRS else {**SMOOTH, **CORNERS}[step](x)
        return x

    def __repr__(self) -> str:
        return " -> ".join(self.steps)


programs = st.lists(st.sampled_from([*NAMES, *PAIRS]), min_size=1, max_size=3).map(Program)
numbers = st.sampled_from(SPECIAL) | st.floats(-3, 3) | st.floats(-100, 100)
shapes = st.sampled_from([(), (1,), (2,), (3,)])


@st.composite
def points(draw: Any, dtype: Any = None) -> tuple[Any, Any]:
    """Two arrays of one shape, sometimes with ties."""
    shape, kind = draw(shapes), dtype or draw(st.sampled_from([np.float64, np.float32]))
    size = int(np.prod(shape, dtype=int))
    flat = [draw(st.lists(numbers, min_size=size, max_size=size)) for _ in range(2)]
    if draw(st.integers(0, 4)) == 0:
        flat[1] = flat[0]
    x, y = (np.asarray(part, kind).reshape(shape) for part in flat)
    return x, y


@pytest.mark.parametrize("part", range(4))
def test_no_right_function_is_accused(part: int) -> None:
    """1,000 of them, in four parts that can run side by side; each part draws others."""

    @seed(part)
    @settings(max_examples=250)
    @given(f=programs, at=points())
    def none(f: Any, at: Any) -> None:
        report = gradcheck(f, *at, disconnected=True, raises=False, seed=part)
        assert report.kind not in ("wrong", "form", "random", "nothing"), str(report)

    none()


DEVIATIONS: dict[str, Callable[[Any], Any]] = {
    "factor": lambda g: g * 1.0001,
    "sign": lambda g: -g,
    "one element": lambda g: g + 1e-4 * np.where(np.abs(g) == np.max(np.abs(g)), g, 0),
    "a term": lambda g: g + 1e-4 * np.max(np.abs(g)),
    "a missing part": lambda g: g - 1e-4 * np.mean(np.abs(g)),
}


@pytest.mark.parametrize("kind", DEVIATIONS)
def test_deviations_of_one_in_ten_thousand_are_caught(kind: str) -> None:
    deviate = DEVIATIONS[kind]

    @settings(max_examples=50)
    @given(f=programs, at=points(np.float64), forward=st.booleans())
    def caught(f: Any, at: Any, forward: bool) -> None:
        right = gradcheck(f, *at, disconnected=True, raises=False)
        slopes = [finding for finding in right.findings if finding.input.startswith("input 0")]
        smooth = all(abs(q.left - q.right) < 0.1 * abs(q.analytic) for q in slopes if q.left is not None)
        seen = all(10 * q.uncertainty < 1e-5 * abs(q.analytic) for q in slopes if q.numeric is not None)
        if right.kind != "correct" or not smooth or not seen:
            return  # there is nothing to deviate from, or any slope between two is right, or rounding hides it
        rules: dict[str, Any] = {"pull": lambda g: g, "push": lambda t: t}
        rules["push" if forward else "pull"] = deviate
        planted = Operation(lambda x: x * 1.0, "primitive", [rules["pull"]], push=rules["push"], name="planted")
        report = gradcheck(lambda x, y: f(planted(x), y), *at, disconnected=True, raises=False)
        assert not report, f"{kind} passed: {report}"

    caught()
