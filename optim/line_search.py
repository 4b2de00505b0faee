"""A line search for a length that decreases enough and leaves the slope flat enough: the strong Wolfe conditions.

Convention: φ(t) is the function along a direction; a ``Point`` is (t, φ(t), φ'(t), the gradient there). The safeguards
are those of Schmidt's minFunc, which PyTorch took over too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

DECREASE, CURVATURE = 1e-4, 0.9  # c₁ and c₂ of the conditions, as usual for quasi-Newton directions


class Point(NamedTuple):
    """Where on the line, and what is there."""

    t: float
    f: float
    slope: float
    g: Any


def strong_wolfe(along: Callable[[float], Point], start: Point, t: float, tolerance: float, most: int) -> Point:
    """A point with φ(t) ≤ φ(0) + c₁ t φ'(0) and |φ'(t)| ≤ c₂ |φ'(0)|, or the best of ``most`` trials after t.

    Nocedal and Wright, "Numerical optimization", 2nd edition, 2006, algorithms 3.5 (until two points are known with
    such a one between them) and 3.6 (until it is found, or they are closer than ``tolerance``).
    """

    def too_high(p: Point) -> bool:
        return not p.f <= start.f + DECREASE * p.t * start.slope  # NaN is

    def flat(p: Point) -> bool:
        return abs(p.slope) <= -CURVATURE * start.slope

    last, now = start, along(t)
    trials = 0
    while True:
        if trials >= most:
            last = start
            break
        if too_high(now) or (trials > 1 and now.f >= last.f) or (now.slope >= 0 and not flat(now)):
            break
        if flat(now):
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
        if min(right - t, t - left) < margin:  # at an end: once is fine, then a tenth away from it
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
        elif flat(now):
            return now
        else:
            low, high = now, low if now.slope * (high.t - low.t) >= 0 else high
    return low


def cubic(p: Point, q: Point, least: float, most: float) -> float:
    """Where the cubic through two points with their slopes is smallest, within bounds (their middle if it has no such).

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
