"""What a sheet is made of: rectangles, curves and texts, with their places and colours.

Convention: pixels. An item is what a page can address: a box, an arrow, a frame, the title, the legend.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..layout import Point
from .theme import Fill

__all__ = ["Curve", "Item", "Rect", "Sheet", "Words"]


@dataclass(slots=True)
class Rect:
    """A rectangle, filled and framed; "" for no fill or no frame."""

    x: float
    y: float
    width: float
    height: float
    look: Fill
    role: str = ""


@dataclass(slots=True)
class Curve:
    """A route (see layout), as a line; or a polygon, filled with the same colour."""

    points: list[Point]
    color: str
    width: float = 1.2
    dash: str = ""
    polygon: bool = False


@dataclass(slots=True)
class Words:
    """A text from ``x`` on its base line ``y``; ``width`` is the room that it is given; ``shows`` says
    which number of the graph it ends with; ``anchor`` which end stays where it is in another font."""

    x: float
    y: float
    text: str
    size: float
    color: str
    role: str
    bold: bool
    width: float
    shows: str = ""
    anchor: str = "start"


@dataclass(slots=True)
class Item:
    """``kind`` are the words by which a style sheet finds it, ``data`` its keys, ``tip`` what a reader sees who points
    at it."""

    kind: str
    data: list[tuple[str, str]] = field(default_factory=list)
    tip: str = ""
    marks: list[Rect | Curve | Words] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """A picture; ``words`` say in a sentence what is on it."""

    width: float
    height: float
    ground: str
    items: list[Item]
    words: str
