"""Numbers where a mask is true, else 0: by bits, and exactly what ``np.where`` gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd.capture import capture
from autograd.capture.blocks.masking import masked
from autograd.capture.machines.numpy_machine import NumPyMachine

SPECIAL = [0.0, -0.0, 1.5, -1.5, np.inf, -np.inf, np.nan, 5e-324, -1e308]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("other", [0, 0.0])
def test_bits_are_those_of_where(dtype: Any, other: float) -> None:
    with np.errstate(all="ignore"):
        x = np.array(SPECIAL * 8, dtype).reshape(9, 8)
    y = np.random.default_rng(0).normal(size=x.shape).astype(dtype)

    def f(x: Any, y: Any) -> Any:
        mask = y > 0
        return np.where(mask, x, other), np.where(mask.T, x.T, other), np.where(mask[::2], x[::2], other)

    step = capture(f)
    for given in ((x, y), (x, -y), (-x, y), (y, x)):
        for a, b in zip(step(*given), f(*given), strict=True):
            assert a.dtype == b.dtype
            assert a.tobytes() == b.tobytes()
    assert [call for call, _ in NumPyMachine(step.program).calls].count(masked) == 3


def test_others_are_left_to_numpy() -> None:
    def f(x: Any, n: Any) -> Any:
        mask = x > 0
        return (
            np.where(mask, x, -0.0), np.where(mask, x, 1), np.where(mask, n, 0), np.where(n, x, 0),
            np.where(mask, 2.0, 0), np.where(mask[0], x, 0), np.where(mask, x[0], 0),
            np.where(mask, x * 1j, 0), np.where(mask, x, x),
        )  # fmt: skip

    step = capture(f)
    rng = np.random.default_rng(0)
    for _ in range(3):
        given = rng.normal(size=(4, 5)), rng.integers(0, 3, size=(4, 5))
        for a, b in zip(step(*given), f(*given), strict=True):
            assert a.dtype == b.dtype
            assert a.tobytes() == b.tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [-30, -1, 0, 2, 30])
def test_triangles_are_those_of_numpy(dtype: Any, k: int) -> None:
    def f(x: Any) -> Any:
        return np.tril(x, k), np.triu(x, k), np.tril(x.T, k), np.triu(x[:, 1:20], k), np.tril(x)

    step = capture(f)
    with np.errstate(all="ignore"):
        x = np.array(SPECIAL * 60, dtype).reshape(20, 27)
    for given in (x, -x, x[::-1].copy()):
        for a, b in zip(step(given), f(given), strict=True):
            assert a.dtype == b.dtype
            assert a.tobytes() == b.tobytes()
    assert [call for call, _ in NumPyMachine(step.program).calls].count(np.bitwise_and) == 5


def test_triangles_of_others_are_left_to_numpy() -> None:
    step = capture(lambda x, n: (np.tril(n, 1), np.triu(x * 1j), np.tril(x[0]), np.tril(x, k=1)))
    for seed in range(3):
        x = np.random.default_rng(seed).normal(size=(20, 20))
        for a, b in zip(
            step(x, x > 0), (np.tril(x > 0, 1), np.triu(x * 1j), np.tril(x[0]), np.tril(x, 1)), strict=True
        ):
            assert a.dtype == b.dtype
            assert np.array_equal(a, b)
