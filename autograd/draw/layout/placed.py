"""A diagram whose boxes, arrows and frames have their places.

Convention: pixels, x to the right and y down; a rectangle is (left, top, width, height). A route is a chain of cubic
Bezier curves: its start, then three points for each curve (two that it heads for, and where it ends).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from ..diagram import Box, Diagram, Group

__all__ = ["Placed", "Point", "Rectangle", "Route", "all_groups", "joined", "line_to", "rounded"]

NEAR = 0.01  # pixels: what is nearer is at one place
Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]


@dataclass(slots=True)
class Route:
    """Where an arrow runs, its head at the end, and the left top corner of its text, if it has one."""

    points: list[Point]
    text: Point | None = None


@dataclass(slots=True)
class Placed:
    """``boxes`` and ``groups`` by their keys, ``routes`` in the order of the diagram's arrows."""

    diagram: Diagram
    width: float = 0.0
    height: float = 0.0
    boxes: dict[str, Rectangle] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    groups: dict[str, Rectangle] = field(default_factory=dict)

    def box(self, key: str) -> Box:
        """The box of this key."""
        return next(box for box in self.diagram.boxes if box.key == key)


def all_groups(diagram: Diagram) -> list[Group]:
    """All groups, each before those within it."""
    return [group for group, begins in diagram.each_group() if begins]


def line_to(points: list[Point], end: Point) -> None:
    """Add a straight line to a route."""
    (x0, y0), (x1, y1) = points[-1], end
    if (x0, y0) != end:
        points += [(x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3), (x1 - (x1 - x0) / 3, y1 - (y1 - y0) / 3), end]


def joined(points: list[Point]) -> list[Point]:
    """The same route with as few curves as possible: neighbours that lie on one line along an axis are one line."""
    found = points[:1]
    straight = -1  # the axis along which the last curve is a line: 0 for x, 1 for y
    for k in range(0, len(points) - 3, 3):
        curve = points[k : k + 4]
        if all(abs(p[0] - curve[0][0]) + abs(p[1] - curve[0][1]) < NEAR for p in curve):
            continue
        along = next((axis for axis in (0, 1) if _straight(curve, axis)), -1)
        if along >= 0 and along == straight and _straight([found[-4], *curve], along):
            del found[-3:]
            line_to(found, curve[3])
        else:
            found += curve[1:]
        straight = along
    return found if len(found) > 1 else points


def _straight(points: list[Point], axis: int) -> bool:
    """Do they follow each other along this axis, and stay where they are across it?"""
    steps = [b[axis] - a[axis] for a, b in pairwise(points)]
    across = [abs(p[1 - axis] - points[0][1 - axis]) for p in points]
    return max(across) < NEAR and (min(steps) >= 0 or max(steps) <= 0)


def rounded(corners: list[Point], radius: float = 8.0) -> list[Point]:
    """A route along straight lines from corner to corner, the corners rounded off."""
    points = [corners[0]]
    for (x0, y0), (x1, y1), (x2, y2) in zip(corners, corners[1:], corners[2:], strict=False):
        before, after = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        r = min(radius, before / 2, after / 2)
        if r < 0.1:
            continue
        line_to(points, (x1 + (x0 - x1) * r / before, y1 + (y0 - y1) * r / before))
        end = (x1 + (x2 - x1) * r / after, y1 + (y2 - y1) * r / after)
        points += [(x1 + (x0 - x1) * r / before / 2, y1 + (y0 - y1) * r / before / 2),
                   (x1 + (x2 - x1) * r / after / 2, y1 + (y2 - y1) * r / after / 2), end]  # fmt: skip
    line_to(points, corners[-1])
    return points
