"""What one level of a layered layout is asked to place, boxes and arrows without frames, and the places it gets.

Convention: u runs along the flow, v across it; a caller who wants another direction exchanges and mirrors them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .placed import Point

__all__ = ["Flat", "Link"]


@dataclass(slots=True)
class Link:
    """An arrow along the flow; ``text`` is the size of its text, (0, 0) for none.

    ``leaves``, ``enters``  where it is fixed at the boxes' sides, from the middle; None: where there is room
    ``curve``, ``label``    the result: its route from tail to head, and the left top corner of its text
    """

    tail: int
    head: int
    text: tuple[float, float] = (0.0, 0.0)
    leaves: float | None = None
    enters: float | None = None
    curve: list[Point] = field(default_factory=list)
    label: Point | None = None


@dataclass(slots=True)
class Flat:
    """Nodes with their sizes, and the links between them.

    ``order``        a place for each node, such that all links lead forward
    ``first, last``  nodes that stand at the left and right end of all, without size: where links cross a frame
    ``corners``      the result: the left top corner of each node
    ``extent``       the result: left, top, right and bottom of everything
    """

    sizes: list[tuple[float, float]]
    links: list[Link]
    order: list[int]
    first: set[int] = field(default_factory=set)
    last: set[int] = field(default_factory=set)
    corners: list[Point] = field(default_factory=list)
    extent: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
