"""Reductions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import linear


def restore(g: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Any:
    """The gradient of a reduction, spread again over the axes that were reduced."""
    if not keepdims and axis is not None:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, shape)


total = linear(np.sum, lambda g, x_shape, axis=None, keepdims=False: restore(g, x_shape, axis, keepdims))
