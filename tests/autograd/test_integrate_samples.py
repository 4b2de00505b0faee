"""Integrals of values at points are SciPy's, and so are their changes with values and points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.integrate

import autograd.integrate
from autograd import jvp, vjp

rng = np.random.default_rng(0)
POINTS = np.cumsum(rng.uniform(0.5, 1.5, 9))
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("trapezoid", {"axis": 0}), ("simpson", {}), ("simpson", {"axis": 0}), ("cumulative_trapezoid", {"initial": 0}),
    ("cumulative_trapezoid", {"axis": 0}), ("cumulative_simpson", {"axis": 0}),
    ("cumulative_simpson", {"initial": 2.0}),
    ("romb", {"dx": 0.5}),
]  # fmt: skip


@pytest.mark.parametrize("count", [2, 3, 4, 5, 9])
@pytest.mark.parametrize(("name", "options"), CALLS, ids=[f"{name} {options}" for name, options in CALLS])
def test_integrals_of_values_at_points(name: str, options: dict[str, Any], count: int) -> None:
    if name == "romb" and count == 4:
        return
    theirs, ours = getattr(scipy.integrate, name), getattr(autograd.integrate, name)
    shape = (count, 2) if options.get("axis") == 0 else (2, count)
    y, t = rng.normal(size=(2, *shape))
    for x in [None] if name == "romb" else [None, POINTS[:count]]:

        def f(y: Any, x: Any, of: Any = ours) -> Any:
            return of(y, **options) if x is None else of(y, x=x, **options)

        found, change = jvp(lambda y, x=x: f(y, x), (y,), (t,))
        np.testing.assert_allclose(found, f(y, x, theirs))
        np.testing.assert_allclose(change, f(y + t, x, theirs) - f(y, x, theirs), atol=1e-12)  # linear but for initial
        back = vjp(lambda y, x=x: f(y, x), y)[1](np.cos(found))
        np.testing.assert_allclose(
            np.sum((back[0] if isinstance(back, tuple) else back) * t), np.sum(np.cos(found) * change)
        )
        if x is not None:
            step = 1e-6 * np.sin(np.arange(count))
            slope = jvp(lambda x: f(y, x), (x,), (step * 1e6,))[1]
            np.testing.assert_allclose(slope, (f(y, x + step, theirs) - f(y, x - step, theirs)) / 2e-6, atol=1e-7)
