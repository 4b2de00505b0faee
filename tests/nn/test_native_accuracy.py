"""Compiled activations are as near to the truth as the table says, in units in the last place of single precision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

from autograd.native import TWINS
from tests.tables.twins import ACTIVATIONS, OPTIONS, RESULTS, RULE_OPTIONS, STRAIGHT, forward

# The greatest error of each function, from -30 to 30. It is rounded up to a half: machines fuse x y + z differently
ULPS = {
    "relu": 0.0, "sigmoid": 2.5, "softplus": 3.0, "logsigmoid": 3.0, "gaussian": 1.5, "silu": 3.0, "elu": 1.5,
    "selu": 2.5, "mish": 4.5, "gelu": 9.5, "hardtanh": 0.0, "hardsigmoid": 1.5, "hardswish": 2.0, "leaky_relu": 1.0,
    "threshold": 0.0, "softsign": 1.5,
}  # fmt: skip
SLOPE = 4e-7  # the greatest error of each slope, absolute
X = np.concatenate([np.linspace(-30, 30, 30_011), np.linspace(-3, 3, 30_011), np.geomspace(1e-20, 1, 1003)])
X = X.astype(np.float32)
PATHS = [path for path in TWINS if path.startswith((ACTIVATIONS, STRAIGHT)) and "prelu" not in path]
EACH = {path.rpartition(":")[2]: path for path in PATHS}
SLOPES = sorted(name for name in EACH if "slope" in name)


def error(name: str, spoil: float = 0.0) -> float:
    """The greatest error of a function, in units in the last place; ``spoil`` is added, in these units."""
    options = OPTIONS.get(name, [()])[0]
    pair, least = TWINS[EACH[name]], np.finfo(np.float32).smallest_normal
    y, right = pair.native(X, *options), pair.numpy(X.astype(float), *options)  # type: ignore[misc]
    unit = np.spacing(np.maximum(np.abs(right), least).astype(np.float32)).astype(float)
    return float(np.max(np.abs(y - right) / unit + spoil))


def slope_error(name: str) -> float:
    kind = name.partition("_slope")[0]
    options = OPTIONS.get(kind, [()])[0]
    y = forward(EACH[name])(X, *options)
    kept: tuple[Any, ...] = {"x": (X,), "y": (y,)}.get(RESULTS.get(name, RESULTS.get(kind, "")), (X, y))
    given = RULE_OPTIONS.get(name, [options])[0]
    found = TWINS[EACH[name]].native(np.ones_like(X), *kept, *given)  # type: ignore[misc]
    right = TWINS[EACH[name]].numpy(np.ones_like(X, float), *[a.astype(float) for a in kept], *given)
    return float(np.max(np.abs(found - right)))


def test_each_has_a_row() -> None:
    assert set(ULPS) == set(EACH) - set(SLOPES)


@pytest.mark.parametrize("name", ULPS)
def test_the_error_is_within_the_stated_units(name: str) -> None:
    with np.errstate(all="ignore"):
        assert error(name) <= ULPS[name] < error(name, 3)


@pytest.mark.parametrize("name", SLOPES)
def test_slopes_are_right_where_they_cross_zero_too(name: str) -> None:
    with np.errstate(all="ignore"):
        assert slope_error(name) <= SLOPE
