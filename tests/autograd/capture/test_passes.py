"""What makes programs shorter: what is left out, and what must not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd.capture import capture


def names(f: Callable[..., Any]) -> list[str]:
    """The instructions of a program of two arrays, which gives what eager calls give."""
    step = capture(f)
    for seed in range(3):
        given, eager = (np.random.default_rng(seed).normal(size=(2, 3, 4)) for _ in range(2))
        given[0, 0, :2] = eager[0, 0, :2] = np.nan, -0.0
        found, right = step(*given), f(*eager)
        assert np.array_equal(found, right, equal_nan=True)
        assert np.array_equal(np.signbit(found[found == found]), np.signbit(right[right == right]))
        assert np.array_equal(given, eager, equal_nan=True)
    return [getattr(s, "name", "guard") for s in step.program.steps]


def copied_and_changed(x: Any, y: Any) -> Any:
    z = x.copy()
    z += y
    return z


def of_itself(x: Any, y: Any) -> Any:
    z = x.copy()
    np.multiply(z, z, out=z)
    return z - y


def not_of_itself(x: Any, y: Any) -> Any:
    z = x.copy()
    np.multiply(y, y, out=z)
    return z - y


@pytest.mark.parametrize("f", [copied_and_changed, of_itself, not_of_itself])
def test_a_copy_that_is_overwritten_is_not_made(f: Callable[..., Any]) -> None:
    assert "copy" not in names(f)


def source_changes(x: Any, y: Any) -> Any:
    z = x.copy()
    x += y
    z *= y
    return z


def copy_is_read(x: Any, y: Any) -> Any:
    z = x.copy()
    w = z * y
    z += w
    return z * w - x


def part_changes(x: Any, y: Any) -> Any:
    z = x.copy()
    row = z[0]
    np.add(row, y[0], out=row)
    return z


def rows_change_places(x: Any, y: Any) -> Any:
    z = x.copy()
    np.add(z[::-1], y, out=z)
    return z


def some_change(x: Any, y: Any) -> Any:
    z = x.copy()
    np.add(z, y, out=z, where=y > 0)
    return z


def decided(x: Any, y: Any) -> Any:
    z = x.copy()
    x *= 2
    if z[0, 1] > 1e9:
        return x
    z += y
    return z


@pytest.mark.parametrize("f", [source_changes, copy_is_read, part_changes, rows_change_places, some_change, decided])
def test_a_copy_that_is_needed_is_made(f: Callable[..., Any]) -> None:
    names(f)


@pytest.mark.parametrize(
    ("f", "left"),
    [
        (lambda x, y: x * 1.0 * y, ["multiply"]),
        (lambda x, y: 1.0 * x * y, ["multiply"]),
        (lambda x, y: x / 1.0 - 0.0 + y, ["add"]),
        (lambda x, y: x + 0.0 + y, ["add", "add"]),  # -0 + 0 is 0
        (lambda x, y: 1.0 / (x + 9) + y, ["add", "divide", "add"]),
        (lambda x, y: 0.0 - x + y, ["subtract", "add"]),
        (lambda x, y: np.ones_like(x[0, 0]) * x * y, ["multiply"]),
        (lambda x, y: (x * y) + (x * y), ["multiply", "add"]),
        (lambda x, y: (x * y) + (y * x), ["multiply", "add"]),
        (lambda x, y: (x - y) + (y - x), ["subtract", "subtract", "add"]),
        (lambda x, y: (x * y.T.reshape(3, 4)) * (y.T.reshape(3, 4) * x), ["reshape", "multiply", "multiply"]),
        (lambda x, y: x[0][:, None] + y.T + (x[0][:, None].copy() + y.T), ["add", "add"]),
    ],
)
def test_neutral_numbers_and_repetitions_are_left_out(f: Callable[..., Any], left: list[str]) -> None:
    assert names(f) == left


@pytest.mark.parametrize(
    ("f", "left"),
    [
        (lambda x, y: np.power(x, 2) + y * y, ["multiply", "multiply", "add"]),
        (lambda x, y: x**2 - x * x * y, ["multiply", "multiply", "subtract"]),
        (lambda x, y: np.abs(y) ** 0.5 + (x + 3) ** -1, ["absolute", "sqrt", "add", "reciprocal", "add"]),
    ],
)
def test_powers_are_what_numpys_operator_makes_of_them(f: Callable[..., Any], left: list[str]) -> None:
    with np.errstate(invalid="ignore"):
        assert names(f) == left


@pytest.mark.parametrize(
    ("f", "left"),
    [
        (lambda x, y: -np.negative(x) * y, ["multiply"]),
        (lambda x, y: np.exp(-np.negative(x)) + np.exp(x), ["exp", "add"]),
        (lambda x, y: -(2 * x) + y, ["multiply", "add"]),
        (lambda x, y: -(x * -0.5) + y, ["multiply", "add"]),
        (lambda x, y: np.exp(-(2 * x)) * np.exp(-2 * x), ["multiply", "exp", "multiply"]),
        (lambda x, y: -(0 * x) * y, ["multiply", "negative", "multiply"]),  # 0 has no sign that would change
        (lambda x, y: -(x * y) + y, ["multiply", "subtract"]),
        (lambda x, y: -np.negative(x).T.T + y, ["add"]),
        (lambda x, y: x + -y, ["subtract"]),
        (lambda x, y: x - -y, ["add"]),
        (lambda x, y: -x - y, ["negative", "subtract"]),
        (lambda x, y: -x + -y, ["negative", "subtract"]),
        (lambda x, y: x * y - x * -y, ["multiply", "add"]),
        (lambda x, y: x - x * -y, ["negative", "multiply", "subtract"]),
        (lambda x, y: x + (-y).astype(np.float32), ["negative", "astype", "add"]),
        (lambda x, y: (x > y) + -y, ["greater", "subtract"]),
        (lambda x, y: -np.negative(x).T + y.T, ["negative", "subtract"]),
    ],
)
def test_negations_are_part_of_a_product_or_undo_each_other(f: Callable[..., Any], left: list[str]) -> None:
    assert names(f) == left
