"""The weighted average.

Convention: the weights are differentiated too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, plain
from .arguments import array, axes_of
from .reduce import count


@composed(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False) -> Any:
    """Σ w x / Σ w, differentiable in the weights too; ``returned`` gives Σ w as well."""
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
            order = tuple(int(k) for k in np.argsort(axes))  # the weights' axes in the order of a's
            w = np.transpose(w, order).reshape(tuple([n if k in axes else 1 for k, n in enumerate(a.shape)]))
            w = np.broadcast_to(w, a.shape)
        if w.dtype.kind not in "fc" and a.dtype.kind in "fc":
            w = w.astype(a.dtype)
        scale = np.sum(w, axis, keepdims=keepdims)
        if np.any(plain(scale) == 0):
            raise ZeroDivisionError("average: the weights sum to zero, and cannot be normalised")
        y = np.sum(a * w, axis, keepdims=keepdims) / scale
    return (y, np.broadcast_to(scale, y.shape)) if returned else y
