"""Derivatives by differences, ``np.gradient``.

Convention: it is written with slices, so spacings may be tracked, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, plain
from ..typing import Array, Axis
from .arguments import array, axes_of
from .diff import diff, part


@composed(np.gradient)
def gradient(f: Array, *varargs: Any, axis: Axis = None, edge_order: int = 1) -> Any:
    """df/dx along each axis: central differences inside, one-sided ones of order 1 or 2 at the edges.

    Inside, with h to the left and k to the right: (h² f₊ + (k² - h²) f - k² f₋) / (h k (h + k)).
    """
    f = array(f)
    if f.dtype.kind not in "fc":
        f = f.astype(float)
    axes = axes_of(axis, f.ndim)
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order must be 1 or 2, got {edge_order}")
    if len(varargs) not in (0, 1, len(axes)):
        raise TypeError(f"gradient: {len(varargs)} spacings for {len(axes)} axes")
    if len(varargs) == 1 and len(axes) > 1 and np.ndim(plain(varargs[0])):
        raise TypeError(f"gradient: one array of coordinates for {len(axes)} axes")
    spacings = varargs * len(axes) if len(varargs) == 1 else varargs or (1.0,) * len(axes)
    found = [_slopes(f, k, _steps(h, f.shape[k]), edge_order) for k, h in zip(axes, spacings, strict=True)]
    return found[0] if len(found) == 1 else tuple(found)


def _steps(spacing: Any, n: int) -> Any:
    """A number as it is; for coordinates, the steps between them."""
    if np.ndim(plain(spacing)) == 0:
        return spacing
    x = array(spacing)
    if x.ndim != 1 or len(x) != n:
        raise ValueError(f"gradient: coordinates of shape {x.shape} for an axis of {n} elements")
    if x.dtype.kind not in "fc":
        x = x.astype(float)
    return diff(x)


def _slopes(f: Any, axis: int, steps: Any, edge_order: int) -> Any:
    if f.shape[axis] < edge_order + 1:
        raise ValueError(f"gradient: an axis of {f.shape[axis]} elements is too short for edge_order={edge_order}")

    def at(start: int | None, stop: int | None) -> Any:
        return part(f, axis, start, stop)

    def along(h: Any) -> Any:
        return h.reshape([-1 if k == axis else 1 for k in range(f.ndim)])

    if np.ndim(plain(steps)) == 0:
        inner = (at(2, None) - at(None, -2)) / (2 * steps)
        if edge_order == 1:
            first, last = (at(1, 2) - at(0, 1)) / steps, (at(-1, None) - at(-2, -1)) / steps
        else:
            first = (-1.5 * at(0, 1) + 2 * at(1, 2) - 0.5 * at(2, 3)) / steps
            last = (0.5 * at(-3, -2) - 2 * at(-2, -1) + 1.5 * at(-1, None)) / steps
    else:
        h, k = along(steps[:-1]), along(steps[1:])
        inner = (h * h * at(2, None) + (k * k - h * h) * at(1, -1) - k * k * at(None, -2)) / (h * k * (h + k))
        if edge_order == 1:
            first, last = (at(1, 2) - at(0, 1)) / steps[0], (at(-1, None) - at(-2, -1)) / steps[-1]
        else:
            h, k = steps[0], steps[1]
            first = _one_sided(at(0, 1), at(1, 2), at(2, 3), h, k)
            h, k = steps[-1], steps[-2]
            last = -_one_sided(at(-1, None), at(-2, -1), at(-3, -2), h, k)
    return np.concatenate([first, inner, last], axis)


def _one_sided(a: Any, b: Any, c: Any, h: Any, k: Any) -> Any:
    """The slope at a of the parabola through a, b (h further) and c (k further still)."""
    return -(2 * h + k) / (h * (h + k)) * a + (h + k) / (h * k) * b - h / (k * (h + k)) * c
