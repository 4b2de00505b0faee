"""Calls that are several others in a program give what NumPy gives."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from autograd.capture import capture
from autograd.capture.machines.composed import composed

SPECIAL = np.array([0.0, -0.0, 1.0, -1.0, 700.0, -700.0, 1e-300, 1e308, -1e308, np.inf, -np.inf, np.nan])


def pairs(dtype: Any) -> tuple[Any, Any]:
    """All pairs of special numbers, and random ones."""
    rng = np.random.default_rng(0)
    with np.errstate(over="ignore"):
        x, y = np.array([*itertools.product(SPECIAL, SPECIAL)]).T.astype(dtype)
    random = rng.normal(size=(2, 1904)).astype(dtype)
    return np.concatenate([x, random[0]]).reshape(64, 32), np.concatenate([y, random[1]]).reshape(64, 32)


@pytest.mark.parametrize("machine", ["numpy", "native"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("number", [0.0, -3, np.inf, -np.inf, np.nan, None])
def test_the_logarithm_of_a_sum(dtype: Any, number: Any, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if machine == "native":
        pytest.importorskip("numba", reason="the native machine is compiled by numba")
    monkeypatch.setenv("CHALKGRAD_MACHINE", machine)
    x, y = pairs(dtype)

    def f(x: Any, y: Any) -> Any:
        return np.logaddexp(x, y if number is None else number) + np.logaddexp(number or 0.0, y)

    step = capture(f)
    with np.errstate(all="ignore"):
        for given in ((x, y), (y, x), (x, y)):
            found, right = step(*given), f(*given)
            assert found.dtype == right.dtype
            rounding = 8 * np.finfo(dtype).eps
            np.testing.assert_allclose(found, right, rounding, rounding)


def test_equal_infinities_are_no_invalid_number(recwarn: pytest.WarningsRecorder) -> None:
    x = np.full((64, 32), np.inf)
    step = capture(np.logaddexp)
    for _ in range(3):
        assert (step(x, x) == np.inf).all()
    assert not recwarn.list


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_column_times_a_row(dtype: Any) -> None:
    x, y = pairs(dtype)
    step = capture(lambda x, y: x @ y)
    with np.errstate(all="ignore"):
        for column, row in ((x, y), (y, x), (x, y), (-x, y)):
            a, b = column.reshape(-1, 1)[:700], row.reshape(1, -1)[:, ::3]
            found, right = step(a, b), a @ b
            np.testing.assert_array_equal(found, right)
            assert np.array_equal(np.signbit(found[right == 0]), np.signbit(right[right == 0]))


def test_results_that_share_memory_with_operands_are_left_to_numpy() -> None:
    x = np.ones((64, 32))
    assert composed(np.logaddexp, (x, 0.0), np.empty_like(x))
    assert not composed(np.logaddexp, (x, 0.0), x)
    assert not composed(np.logaddexp, (x[::-1], 0.0), x)
    assert not composed(np.logaddexp, (x[:2], 0.0), np.empty_like(x[:2]))
