"""The lecture's worked example, a 2-2-1 network with tanh and half the squared error: derivatives as by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value

NAMES = ["w1", "w2", "w3", "w4", "w5", "w6", "b1", "b2", "b3", "x1", "x2", "y"]
numbers = st.lists(st.floats(-2, 2), min_size=len(NAMES), max_size=len(NAMES))


def forward_pass(p: dict[str, Any]) -> dict[str, Any]:
    """h, u, f and E as on the slides, in plain NumPy: for Values, tensors and numbers alike."""
    h1 = p["x1"] * p["w1"] + p["x2"] * p["w2"] + p["b1"]
    h2 = p["x1"] * p["w3"] + p["x2"] * p["w4"] + p["b2"]
    u1, u2 = np.tanh(h1), np.tanh(h2)
    f = u1 * p["w5"] + u2 * p["w6"] + p["b3"]
    E = 0.5 * (f - p["y"]) ** 2
    return {"h1": h1, "h2": h2, "u1": u1, "u2": u2, "f": f, "E": E}


def by_hand(p: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """The slides' backward pass: δ1 ... δ5, and the derivatives by the nine parameters, x1, x2 and y."""
    s = {name: float(v) for name, v in forward_pass(p).items()}
    d1 = s["f"] - p["y"]
    d2, d3 = d1 * p["w5"], d1 * p["w6"]
    d4, d5 = d2 * (1 - math.tanh(s["h1"]) ** 2), d3 * (1 - math.tanh(s["h2"]) ** 2)
    deltas = {"f": d1, "u1": d2, "u2": d3, "h1": d4, "h2": d5}
    return deltas, {
        "b3": d1, "w5": d1 * s["u1"], "w6": d1 * s["u2"],
        "b1": d4, "w1": d4 * p["x1"], "w2": d4 * p["x2"],
        "b2": d5, "w3": d5 * p["x1"], "w4": d5 * p["x2"],
        "x1": d4 * p["w1"] + d5 * p["w3"], "x2": d4 * p["w2"] + d5 * p["w4"], "y": -d1,
    }  # fmt: skip


@pytest.mark.parametrize("make", [Value, lambda x: Tensor(x, requires_grad=True)], ids=["Value", "Tensor"])
@given(given_numbers=numbers)
def test_worked_example(make: Callable[[float], Any], given_numbers: list[float]) -> None:
    p = dict(zip(NAMES, given_numbers, strict=True))
    deltas, gradients = by_hand(p)
    leaves = {name: make(x) for name, x in p.items()}
    steps = forward_pass(leaves)
    for step in steps.values():
        if isinstance(step, Tensor):
            step.retain_grad()
    steps["E"].backward()
    assert len(gradients) == 12
    for name, expected in gradients.items():
        assert float(leaves[name].grad) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    for name, expected in deltas.items():
        assert float(steps[name].grad) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_gradient_descent_is_the_same_on_both_engines() -> None:
    p = dict(zip(NAMES, np.linspace(-1, 1, len(NAMES)).tolist(), strict=True))
    ends = []
    for make in (Value, lambda x: Tensor(x, requires_grad=True)):
        leaves = {name: make(x) for name, x in p.items()}
        for _ in range(5):
            forward_pass(leaves)["E"].backward()
            for leaf in leaves.values():
                leaf.data = leaf.data - 0.1 * leaf.grad
                leaf.grad = None
        ends.append([leaf.item() for leaf in leaves.values()])
    assert np.allclose(*ends, rtol=1e-12)
