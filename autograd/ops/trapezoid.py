"""The integral by the trapezoidal rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed
from ..typing import Array
from .arguments import array, axes_of
from .diff import diff, part


@composed(np.trapezoid)
def trapezoid(y: Array, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Σ (y[i] + y[i+1]) (x[i+1] - x[i]) / 2; differentiable in y, x and dx."""
    y = array(y)
    (axis,) = axes_of(axis, y.ndim)
    if x is None:
        step: Any = dx
    else:
        x = array(x)
        step = diff(x, axis=-1 if x.ndim == 1 else axis)
        if x.ndim == 1:
            step = step.reshape([-1 if k == axis else 1 for k in range(y.ndim)])
    return np.sum(step * (part(y, axis, 1, None) + part(y, axis, None, -1)) / 2, axis)
