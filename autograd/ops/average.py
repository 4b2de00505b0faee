"""The weighted average.

Convention: the weights may be tracked, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, plain
from ..typing import Array, ArrayLike, Axis
from .arguments import array, axes_of
from .reduce import count


@composed(np.average)
def average(
    a: Array, axis: Axis = None, weights: ArrayLike | None = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    """Σ w x / Σ w; ``returned`` gives Σ w as well."""
    a = array(a)
    if weights is None:
        y = np.mean(a, axis, keepdims=keepdims)
        scale: Any = np.full_like(plain(y), count(a.shape, axis))
    else:
        w = array(weights)
        if w.shape != a.shape:
            if axis is None:
                raise TypeError(f"average: weights of shape {w.shape} for {a.shape}: say along which axis")
            axes = axes_of(axis, a.ndim)
            if w.shape != tuple(a.shape[k] for k in axes):
                raise ValueError(f"average: weights of shape {w.shape} do not fit axis {axis} of shape {a.shape}")
            order = tuple(int(k) for k in np.argsort(axes))  # from the order of ``axis`` to that of a
            w = np.transpose(w, order).reshape(tuple([n if k in axes else 1 for k, n in enumerate(a.shape)]))
            w = np.broadcast_to(w, a.shape)
        if w.dtype.kind not in "fc" and a.dtype.kind in "fc":
            w = w.astype(a.dtype)
        scale = np.sum(w, axis, keepdims=keepdims)
        if np.any(plain(scale) == 0):
            raise ZeroDivisionError("average: the weights sum to zero and cannot be normalised")
        y = np.sum(a * w, axis, keepdims=keepdims) / scale
    return (y, np.broadcast_to(scale, y.shape)) if returned else y
