"""Broadcasting and casting undone: a gradient gets the shape and dtype of its input.

Convention: plain NumPy functions, so that they work on tensors too and are recorded for higher orders. The other
direction, ``np.broadcast_to``, is declared with ``sum_to`` as its rule in ``ops/broadcast.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..typing import Shape


def sum_to(x: Any, shape: Shape) -> Any:
    """The dual of ``broadcast_to``: sum over the axes along which an array of this shape was broadcast."""
    extra = max(x.ndim - len(shape), 0)
    inner = shape[len(shape) + extra - x.ndim :]
    axes = tuple(range(extra)) + tuple(i + extra for i, n in enumerate(inner) if n == 1 and x.shape[i + extra] != 1)
    y = _sum(x, axes) if axes else x
    return y.reshape(y.shape[extra:]) if extra else y


def _sum(x: Any, axes: tuple[int, ...]) -> Any:
    """Half precision is summed in single: a sum over the first axes would stop growing at 2048."""
    if x.dtype == np.float16:
        return np.add.reduce(x, axis=axes, dtype=np.float32, keepdims=True).astype(x.dtype)
    return np.add.reduce(x, axis=axes, keepdims=True)


def fit(d: Any, shape: Shape, dtype: Any) -> Any:
    """The gradient d in the shape and dtype of its input."""
    if d.shape != shape:
        d = sum_to(d, shape)
        if d.shape != shape:  # a rule may leave its result to be broadcast
            d = np.broadcast_to(d, shape)
    if d.dtype != dtype:
        d = (d.real if d.dtype.kind == "c" and dtype.kind != "c" else d).astype(dtype)
    return d
