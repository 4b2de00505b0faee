"""A line search for a step that decreases the loss enough and flattens its slope: the strong Wolfe conditions.

Convention: φ(t) is the loss along a direction; a ``Point`` is (t, φ(t), φ'(t), the gradient there). The safeguards are
those of Schmidt's minFunc, as in PyTorch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd.typing import NDArray

DECREASE, CURVATURE = 1e-4, 0.9  # c₁ and c₂ of the conditions, as usual for quasi-Newton directions


class Point:
    """A place on the line: the loss, its slope along the line and its gradient."""

    def __init__(self, t: float, f: float, slope: float, g: NDArray[Any]) -> None:
        self.t, self.f, self.slope, self.g = t, f, slope, g


def strong_wolfe(along: Callable[[float], Point], start: Point, t: float, tolerance: float, most: int) -> Point:
    """A point with φ(t) ≤ φ(0) + c₁ t φ'(0) and |φ'(t)| ≤ c₂ |φ'(0)|, or the best of ``most`` trials after t.

    Nocedal and Wright, "Numerical optimization", 2nd edition, 2006: algorithm 3.5 finds two points that enclose such a
    point, and algorithm 3.6 narrows them down, to no less than ``tolerance``.
    """

    def too_high(p: Point) -> bool:
        return not p.f <= start.f + DECREASE * p.t * start.slope  # so is NaN

    def level(p: Point) -> bool:
        return abs(p.slope) <= -CURVATURE * start.slope

    last, now = start, along(t)
    trials = 0
    while True:
        if trials >= most:
            last = start
            break
        if too_high(now) or (trials > 1 and now.f >= last.f) or (now.slope >= 0 and not level(now)):
            break
        if level(now):
            return now
        t = cubic(last, now, now.t + 0.01 * (now.t - last.t), 10 * now.t)
        last, now = now, along(t)
        trials += 1

    low, high = (now, last) if now.f < last.f else (last, now)
    slow = False
    while trials < most and abs(high.t - low.t) >= tolerance:
        left, right = sorted((low.t, high.t))
        t = cubic(low, high, left, right)
        margin = 0.1 * (right - left)
        if min(right - t, t - left) < margin:  # near an end: allowed once, then a tenth away from it
            if slow or t in (left, right):
                t = right - margin if right - t < t - left else left + margin
                slow = False
            else:
                slow = True
        else:
            slow = False
        now = along(t)
        trials += 1
        if too_high(now) or now.f >= low.f:
            low, high = (now, low) if now.f < low.f else (low, now)
        elif level(now):
            return now
        else:
            low, high = now, low if now.slope * (high.t - low.t) >= 0 else high
    return low


def cubic(p: Point, q: Point, least: float, most: float) -> float:
    """The minimum of the cubic through two points with their slopes, kept within bounds (without one, their middle).

    Nocedal and Wright, equation 3.59.
    """
    p, q = (p, q) if p.t <= q.t else (q, p)
    u = p.slope + q.slope - 3 * (p.f - q.f) / (p.t - q.t)
    square = u * u - p.slope * q.slope
    if not 0 <= square < math.inf:
        return (least + most) / 2
    v = math.sqrt(square)
    t = q.t - (q.t - p.t) * ((q.slope + v - u) / (q.slope - p.slope + 2 * v))
    return min(max(t, least), most)
