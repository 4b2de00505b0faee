"""Operations that change the shape or join arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import operation
from ..operation import linear, sum_to

broadcast_to = linear(np.broadcast_to, lambda g, x_shape: sum_to(g, x_shape), inputs=["array"])
expand_dims = linear(np.expand_dims, lambda g, x_shape: np.reshape(g, x_shape))
reshape = linear(np.reshape, lambda g, x_shape: np.reshape(g, x_shape))


def _concatenate(arrays: Any, axis: int | None = 0, dtype: Any = None) -> Any:
    return np.concatenate(arrays, axis=axis, dtype=dtype)


def _split(g: Any, shapes: Any, axis: Any) -> Any:
    start, parts = 0, []
    for shape in shapes:
        stop = start + shape[axis]
        parts.append(g[(slice(None),) * (axis % len(shape)) + (slice(start, stop),)])
        start = stop
    return parts


concatenate = linear(
    np.concatenate, lambda g, arrays_shape, axis=0: _split(g, arrays_shape, axis), forward=_concatenate, many=True
)
