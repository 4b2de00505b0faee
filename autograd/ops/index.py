"""Indexing and its dual, scattering."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import OPERATIONS, linear


def _getitem(x: Any, key: Any) -> Any:
    return x[key]


def _scatter(x: Any, shape: tuple[int, ...], key: Any) -> Any:
    """Zeros of this shape with x added at x's places."""
    y = np.zeros_like(x, shape=shape)
    np.add.at(y, key, x)
    return y


getitem = linear(_getitem, lambda g, x_shape, key: scatter(g, x_shape, key), name="getitem")
OPERATIONS["getitem"] = getitem
scatter = linear(_scatter, lambda g, key: getitem(g, key), name="scatter")
