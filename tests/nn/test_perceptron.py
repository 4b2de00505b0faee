"""The perceptron learns what a line separates, with at most the proved number of mistakes, but never XOR."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Tensor

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND, OR, NOT_FIRST, XOR = [0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 0, 0], [0, 1, 1, 0]


@pytest.mark.parametrize("d", [AND, OR, NOT_FIRST])
@pytest.mark.parametrize("lr", [1.0, 0.1])
def test_what_a_line_separates_is_learned(d: list[int], lr: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        perceptron = nn.Perceptron(2).fit(CORNERS, d, lr=lr)
    assert perceptron(CORNERS).tolist() == d
    assert perceptron.mistakes[-1] == 0 and all(perceptron.mistakes[:-1])


def test_and_by_hand() -> None:
    """From 0, as on the blackboard: weights, bias and mistakes after each epoch."""
    perceptron, steps = nn.Perceptron(2), []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(6):
            perceptron.fit(CORNERS, AND, epochs=1)
            steps.append((*perceptron.weight.tolist(), perceptron.bias.item(), *perceptron.mistakes))
    assert steps == [(1, 1, 1, 1), (2, 1, 0, 3), (2, 1, -1, 3), (2, 2, -1, 2), (2, 1, -2, 1), (2, 1, -2, 0)]


def test_xor_is_never_learned() -> None:
    """Minsky and Papert 1969: every epoch makes a mistake, and the weights stay bounded (the cycling theorem)."""
    perceptron = nn.Perceptron(2)
    with pytest.warns(UserWarning, match="no line separates"):
        perceptron.fit(CORNERS, XOR, epochs=1000)
    assert len(perceptron.mistakes) == 1000 and min(perceptron.mistakes) > 0
    assert abs(perceptron.weight.data).max() <= 2 and abs(perceptron.bias.data) <= 2


@given(seed=st.integers(0, 2**32 - 1))
def test_no_more_mistakes_than_proved(seed: int) -> None:
    """(R/γ)², Novikoff 1962."""
    rng = np.random.default_rng(seed)
    x, line = rng.uniform(-1, 1, (30, 2)), rng.normal(size=3)
    line /= np.linalg.norm(line)
    distance = x @ line[:2] + line[2]
    x, distance = x[abs(distance) > 0.1], distance[abs(distance) > 0.1]
    if len(x):
        perceptron = nn.Perceptron(2).fit(x, distance > 0, epochs=1000)
        assert sum(perceptron.mistakes) <= max(1 + (x**2).sum(1)) / min(abs(distance)) ** 2
        assert np.array_equal(perceptron(x), distance > 0)


def test_it_is_a_module_without_parameters() -> None:
    perceptron = nn.Perceptron(2).fit(Tensor(CORNERS), Tensor(OR))
    assert repr(perceptron) == "Perceptron(2)" and not list(perceptron.parameters())
    other = nn.Perceptron(2)
    other.load_state_dict(perceptron.state_dict())
    assert other(CORNERS.reshape(2, 2, 2)).tolist() == [[0, 1], [1, 1]]
    assert other(Tensor(CORNERS[3], requires_grad=True)) == 1


REFUSED: dict[str, tuple[Any, Any, dict[str, Any], type[Exception], str]] = {
    "labels -1 and 1": (CORNERS, [-1, 1, 1, 1], {}, ValueError, r"0 and 1, got \[-1, 1\]"),
    "label 0.5": (CORNERS, [0.5, 1, 1, 1], {}, ValueError, "0 and 1"),
    "too few labels": (CORNERS, [0, 1], {}, ValueError, r"\(4, 2\) and \(2,\)"),
    "one sample without an axis": (CORNERS[0], [0, 1], {}, ValueError, r"\(2,\)"),
    "no samples": (CORNERS[:0], [], {}, ValueError, "no samples"),
    "NaN": (CORNERS + np.nan, AND, {}, ValueError, "not finite"),
    "no epochs": (CORNERS, AND, {"epochs": 0}, ValueError, "positive, got 0 and 1.0"),
    "negative rate": (CORNERS, AND, {"lr": -1}, ValueError, "positive, got 100 and -1"),
    "transposed samples": (CORNERS.T, AND, {}, nn.ShapeError, r"Perceptron\(2\) got \(2, 4\)"),
}


@pytest.mark.parametrize(("x", "d", "options", "error", "says"), REFUSED.values(), ids=REFUSED)
def test_a_fit_that_is_refused_changes_nothing(x: Any, d: Any, options: Any, error: type[Exception], says: str) -> None:
    perceptron = nn.Perceptron(2)
    with pytest.raises(error, match=says):
        perceptron.fit(x, d, **options)
    assert not perceptron.weight.data.any()


def test_inputs_of_the_wrong_width_are_refused() -> None:
    with pytest.raises(nn.ShapeError, match=r"\(3,\); it takes \(\.\.\., 2\)"):
        nn.Perceptron(2)(np.ones(3))
