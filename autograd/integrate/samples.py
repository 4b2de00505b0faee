"""Integrals of functions that are known at some points: the trapezium rule, Simpson's and Romberg's.

Convention: y holds the values along one axis and is differentiable, as are the points x, a vector or an array like y,
or their distance dx. They need NumPy alone. ValueError is raised where values and points differ in number, for a number
of points that a rule cannot take, and for an ``initial`` that has no meaning.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ops.arguments import array, floats
from ..typing import A, ArrayLike

__all__ = ["cumulative_simpson", "cumulative_trapezoid", "romb", "simpson", "trapezoid"]


def trapezoid(y: A, x: ArrayLike | None = None, dx: float = 1.0, axis: int = -1) -> A:
    """∫ y dx = Σ (y_i + y_i+1) (x_i+1 - x_i) / 2.

    ``y``     the values, any array; the integral has its shape without the axis
    ``x``     their points, (n,) or shaped as y
    ``dx``    the distance of the points, where there is no x
    ``axis``  the axis of the points
    """
    values, h = _along(y, x, dx, axis)
    return np.sum((values[..., 1:] + values[..., :-1]) * h, axis=-1) / 2


def simpson(y: A, x: ArrayLike | None = None, *, dx: float = 1.0, axis: int = -1) -> A:
    """∫ y dx by the parabolas through three points each.

    ``y``     the values, any array; the integral has its shape without the axis
    ``x``     their points, (n,) or shaped as y
    ``dx``    the distance of the points, where there is no x
    ``axis``  the axis of the points

    An even number of points leaves one interval over, which is integrated under the parabola through the last three
    (K. Cartwright, "Simpson's rule cumulative integration", 2017).
    """
    values, h = _along(y, x, dx, axis)
    n = values.shape[-1]
    if n < 3:
        return np.sum((values[..., 1:] + values[..., :-1]) * h, axis=-1) / 2
    a, b = h[..., : n - 2 : 2], h[..., 1 : n - 1 : 2]
    left, middle, right = values[..., : n - 2 : 2], values[..., 1 : n - 1 : 2], values[..., 2:n:2]
    whole = a + b
    parts = left * (2 - _over(b, a)) + middle * whole * _over(whole, a * b) + right * (2 - _over(a, b))
    found = np.sum(whole * parts, axis=-1) / 6
    if n % 2 == 0:
        a, b = h[..., -2], h[..., -1]
        last = values[..., -1] * _over(b * (2 * b + 3 * a), a + b) + values[..., -2] * _over(b * (b + 3 * a), a)
        found = found + (last - values[..., -3] * _over(b**3, a * (a + b))) / 6
    return found


def cumulative_trapezoid(
    y: A, x: ArrayLike | None = None, dx: float = 1.0, axis: int = -1, initial: float | None = None
) -> A:
    """∫ y dx from the first point to each of the others, by trapezia.

    ``y``        the values, any array; the integrals have its shape, with one fewer along the axis
    ``x``        their points, (n,) or shaped as y
    ``dx``       the distance of the points, where there is no x
    ``axis``     the axis of the points
    ``initial``  0 to put the integral up to the first point in front
    """
    values, h = _along(y, x, dx, axis)
    found = np.cumsum((values[..., 1:] + values[..., :-1]) * h, axis=-1) / 2
    if initial not in (None, 0):
        raise ValueError(f"cumulative_trapezoid: initial is 0 or None, got {initial}")
    return _started(found, initial, axis)


def cumulative_simpson(
    y: A, *, x: ArrayLike | None = None, dx: float = 1.0, axis: int = -1, initial: float | None = None
) -> A:
    """∫ y dx from the first point to each of the others, by the parabolas through three points each.

    ``y``        the values, any array; the integrals have its shape, with one fewer along the axis
    ``x``        their points, (n,) or shaped as y, growing
    ``dx``       the distance of the points, where there is no x
    ``axis``     the axis of the points
    ``initial``  a number to put in front and to add to all
    """
    values, h = _along(y, x, dx, axis)
    if values.shape[-1] < 3:
        found = np.cumsum((values[..., 1:] + values[..., :-1]) * h, axis=-1) / 2
        return _started(found, initial, axis)
    first, second = _first_part(values, h), _first_part(values[..., ::-1], h[..., ::-1])[..., ::-1]
    count = values.shape[-1] - 1  # intervals: by turns the first and the second under a parabola; the last a second one
    turn = np.arange(count)
    even = (turn % 2 == 0) & (turn < count - 1)
    parts = np.where(even, first[..., np.minimum(turn, count - 2)], second[..., np.maximum(turn - 1, 0)])
    return _started(np.cumsum(parts, axis=-1), initial, axis)


def romb(y: A, dx: float = 1.0, axis: int = -1) -> A:
    """∫ y dx of 2ᵏ + 1 points of equal distance, by Romberg's extrapolation of trapezia to the distance 0.

    ``y``     the values, any array; the integral has its shape without the axis
    ``dx``    the distance of the points
    ``axis``  the axis of the points
    """
    values, h = _along(y, None, dx, axis)
    n = values.shape[-1] - 1
    if n < 1 or n & (n - 1):
        raise ValueError(f"romb takes 2ᵏ + 1 points along the axis, got {n + 1}")
    column: list[Any] = []
    while n:
        part = values[..., ::n]
        sums = np.sum(part[..., 1:] + part[..., :-1], axis=-1) * h[..., 0] * n / 2
        column = [sums, *column]
        for k in range(1, len(column)):
            column[k] = column[k - 1] + (column[k - 1] - column[k]) / (4**k - 1)
        n //= 2
    return column[-1]


def _along(y: Any, x: Any, dx: Any, axis: int) -> tuple[Any, Any]:
    """The values with their axis last, and the distances of the points, of their shape or (n - 1,)."""
    values = np.moveaxis(floats(y), axis, -1)
    n = values.shape[-1]
    if x is None:
        return values, dx * np.ones(n - 1)
    points = array(x)
    if points.ndim > 1:
        points = np.moveaxis(points, axis, -1)
    if points.shape[-1] != n:
        raise ValueError(f"there are {n} values along the axis, and {points.shape[-1]} points x")
    return values, np.diff(points)


def _over(a: Any, b: Any) -> Any:
    """a / b, and 0 where b is 0."""
    zero = b == 0
    return np.where(zero, 0, a / np.where(zero, 1, b))


def _first_part(y: Any, h: Any) -> Any:
    """The integral over the first interval under the parabola through each three points."""
    a, b = h[..., :-1], h[..., 1:]
    share, bend = a / (a + b), a * a / ((a + b) * b)
    return a / 6 * ((3 - share) * y[..., :-2] + (3 + bend + share) * y[..., 1:-1] - bend * y[..., 2:])


def _started(found: Any, initial: Any, axis: int) -> Any:
    """The integrals with a first one in front, and their axis in its place."""
    if initial is not None:
        found = np.concatenate([np.zeros_like(found[..., :1]), found], axis=-1) + initial
    return np.moveaxis(found, -1, axis)
