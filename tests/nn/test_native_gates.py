"""Compiled gates: numbers that are not finite, large sums, and what lies beyond the end of a sequence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

from autograd.native import TWINS
from autograd.native.kernels import helper
from autograd.native.maps import mapped, mapping
from autograd.native.polynomials import tanh
from tests.tables.twins_of_gates import GATES, ROWS

KINDS = ("lstm", "gru")
ODD = [np.nan, np.inf, -np.inf, 1e30, -1e30, 100.0, -100.0]


def arguments(kind: str) -> list[Any]:
    """Of a network in which sequences end early."""
    return [
        np.array(v) if isinstance(v, np.ndarray) else v for v in ROWS[GATES + kind](np.random.default_rng(0), "f")[3]
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_odd_numbers_are_as_from_numpy(kind: str) -> None:
    pair, given = TWINS[GATES + kind], arguments(kind)
    given[0][1, : len(ODD), 0] = ODD
    with np.errstate(all="ignore"):
        for y, right in zip(pair.native(*given), pair.numpy(*given), strict=True):  # type: ignore[misc]
            if right is not None:
                np.testing.assert_allclose(y, right, 1e-4, 1e-5)


@pytest.mark.parametrize("side", ["native", "numpy"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_beyond_the_end_is_seen(kind: str, side: str) -> None:
    run, back = getattr(TWINS[GATES + kind], side), getattr(TWINS[f"{GATES}{kind}_back"], side)
    given, rng, found = arguments(kind), np.random.default_rng(1), []
    inside = given[-1]
    g = [None if v is None else rng.normal(size=v.shape).astype("f") for v in (None, given[1], given[2])]
    g[0] = rng.normal(size=(*inside.shape, given[1].shape[1])).astype("f") * inside[:, :, None]
    for number in (1.0, np.nan):
        given[0][~inside] = number
        taped = run(*given)
        found.append([*taped[:2], *back(*g, *taped, given[4], inside)])
    for y, right in zip(*found, strict=True):
        assert y is right is None or np.array_equal(y, right)


@helper
def tanh_alone(x: float) -> float:
    return tanh(x)  # type: ignore[no-any-return]


def test_tanh_is_right_to_three_ulp() -> None:
    x = np.concatenate([np.linspace(-20, 20, 9999), np.array([0.0, -0.0, 1e-40, -1e-9, np.inf, -np.inf])]).astype("f")
    y, right = mapped(mapping(tanh_alone, 1), (x,)), np.tanh(x.astype("d"))
    assert np.all(np.abs(y - right) <= 3 * np.spacing(np.abs(right).astype("f")))
    assert np.array_equal(np.signbit(y), np.signbit(x))
