"""Differences of neighbouring elements, and derivatives and integrals by them: diff, ediff1d, gradient, trapezoid.

Convention: they are written with slices, so values set before and after, spacings and coordinates may be tracked, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, plain
from ..typing import Array, ArrayLike, Axis, Shape
from .arguments import NO_VALUE, array, axes_of, floats
from .getitem import along
from .reshape import ravel


def part(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """x[start:stop] along an axis (not negative)."""
    return x[along(axis, slice(start, stop))]


@composed(np.diff)
def diff(a: Array, n: int = 1, axis: int = -1, prepend: Any = NO_VALUE, append: Any = NO_VALUE) -> Any:
    """y[i] = x[i+1] - x[i] along an axis, n times; first with values set before and after."""
    a = array(a)
    if n < 0:
        raise ValueError(f"diff: n must not be negative, got {n}")
    if n == 0:
        return a
    if a.ndim == 0:
        raise ValueError("diff: a number has no axis to take differences along")
    (axis,) = axes_of(axis, a.ndim)
    parts = [_beside(v, a.shape, axis) for v in (prepend, a, append) if v is not NO_VALUE]
    a = np.concatenate(parts, axis) if len(parts) > 1 else a
    for _ in range(n):
        after, before = part(a, axis, 1, None), part(a, axis, None, -1)
        a = after != before if a.dtype.kind == "b" else after - before
    return a


def _beside(value: Any, shape: Shape, axis: int) -> Any:
    """What ``diff`` sets before or after: a number becomes a slice of length 1 along the axis."""
    value = array(value)
    return value if value.ndim else np.broadcast_to(value, tuple([1 if k == axis else n for k, n in enumerate(shape)]))


@composed(np.ediff1d)
def ediff1d(ary: ArrayLike, to_end: ArrayLike | None = None, to_begin: ArrayLike | None = None) -> Any:
    """The differences of the flattened array, with values set before and after."""
    x = ravel(array(ary))
    parts = [ravel(array(v)) for v in (to_begin, x[1:] - x[:-1], to_end) if v is not None]
    parts = [p if p.dtype == x.dtype else p.astype(x.dtype) for p in parts]
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


# ---------------------------------------------------------------- derivatives and integrals


@composed(np.gradient)
def gradient(f: Array, *varargs: Any, axis: Axis = None, edge_order: int = 1) -> Any:
    """df/dx along each axis: central differences inside, one-sided ones of order 1 or 2 at the edges.

    Inside, with h to the left and k to the right: (h² f₊ + (k² - h²) f - k² f₋) / (h k (h + k)).
    """
    f = floats(f)
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
    x = floats(spacing)
    if x.ndim != 1 or len(x) != n:
        raise ValueError(f"gradient: coordinates of shape {x.shape} for an axis of {n} elements")
    return diff(x)


def _slopes(f: Any, axis: int, steps: Any, edge_order: int) -> Any:
    if f.shape[axis] < edge_order + 1:
        raise ValueError(f"gradient: an axis of {f.shape[axis]} elements is too short for edge_order={edge_order}")

    def at(start: int | None, stop: int | None) -> Any:
        return part(f, axis, start, stop)

    even = np.ndim(plain(steps)) == 0
    if even:
        inner = (at(2, None) - at(None, -2)) / (2 * steps)
    else:
        h, k = (x.reshape([-1 if n == axis else 1 for n in range(f.ndim)]) for x in (steps[:-1], steps[1:]))
        inner = (h * h * at(2, None) + (k * k - h * h) * at(1, -1) - k * k * at(None, -2)) / (h * k * (h + k))
    left, right = (steps, steps) if even else (steps[0], steps[-1])
    if edge_order == 1:
        first, last = (at(1, 2) - at(0, 1)) / left, (at(-1, None) - at(-2, -1)) / right
    else:
        first = _one_sided(at(0, 1), at(1, 2), at(2, 3), left, steps if even else steps[1])
        last = -_one_sided(at(-1, None), at(-2, -1), at(-3, -2), right, steps if even else steps[-2])
    return np.concatenate([first, inner, last], axis)


def _one_sided(a: Any, b: Any, c: Any, h: Any, k: Any) -> Any:
    """The slope at a of the parabola through a, b (h further) and c (k further still)."""
    return -(2 * h + k) / (h * (h + k)) * a + (h + k) / (h * k) * b - h / (k * (h + k)) * c


@composed(np.trapezoid)
def trapezoid(y: Array, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Σ (y[i] + y[i+1]) (x[i+1] - x[i]) / 2; differentiable in y, x and dx."""
    y = array(y)
    (axis,) = axes_of(axis, y.ndim)
    step = dx
    if x is not None:
        x = array(x)
        step = diff(x, axis=-1 if x.ndim == 1 else axis)
        step = step.reshape([-1 if k == axis else 1 for k in range(y.ndim)]) if x.ndim == 1 else step
    return np.sum(step * (part(y, axis, 1, None) + part(y, axis, None, -1)) / 2, axis)
