"""Derivatives of special functions at single points where a formula overflows, cancels or meets a pole.

Convention: the table gives exact values; both modes must find them, for one number and for many at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import elementwise_grad, jvp

from ..tables.special_functions import POINTS, Point

every_point = pytest.mark.parametrize("point", POINTS, ids=[str(point) for point in POINTS])
PRECISION = {np.float64: 1e-9, np.float32: 1e-4}
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's own, of infinite slopes that are not used


def forward(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The derivative of an elementwise function in forward mode."""
    return lambda x: jvp(function, (x,), (np.ones_like(x),))[1]


def check(found: Any, right: Any, dtype: Any) -> None:
    """To the dtype's precision relative to what is right; where that is 0, absolutely."""
    right = np.array(right)
    close = np.abs(found - right) <= PRECISION[dtype] * np.where(right == 0, 1e-6, np.abs(right))
    assert np.all(close | (np.isnan(found) & np.isnan(right))), (found, right)


@every_point
@pytest.mark.parametrize("mode", [elementwise_grad, forward], ids=["reverse", "forward"])
def test_the_derivative_at_a_point_is_the_exact_one(point: Point, mode: Any) -> None:
    f: Any = point.function
    for _ in range(point.order):
        f = mode(f)
    check(f(np.asarray(point.x, point.dtype)), point.derivative, point.dtype)


def of_function(point: Point) -> tuple[Any, int, Any]:
    return point.function, point.order, point.dtype


@pytest.mark.parametrize(
    "points", [list(p) for _, p in itertools.groupby(POINTS, of_function)], ids=lambda points: str(points[0])
)
def test_special_and_ordinary_points_in_one_array_do_not_disturb_each_other(points: list[Point]) -> None:
    f: Any = points[0].function
    for _ in range(points[0].order):
        f = elementwise_grad(f)
    ordinary = np.array([0.3, 0.45, 0.6])
    x = np.concatenate([np.array([p.x for p in points]), ordinary]).astype(points[0].dtype)
    alone = [f(v) for v in ordinary.astype(points[0].dtype)]
    check(f(x), [*[p.derivative for p in points], *alone], points[0].dtype)
