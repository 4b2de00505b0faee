"""What a picture shows, before anything has a place: boxes of text, arrows between them, groups around them.

Convention: sizes are in pixels; text is set in a monospaced font, so that its width is known without any renderer. A
face (``faces/``) makes a diagram of a graph, a layout (``layout/``) gives it places, an output writes both down.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Arrow", "Box", "Diagram", "Group", "Line", "Shows", "Span", "text_width"]

# What a text or a line says; the output chooses its colour.
Role = Literal[
    "name", "operation", "value", "gradient", "slope", "formula", "delta", "dust", "activation", "parameter", "reused",
    "warning",
]  # fmt: skip
# What a box stands for; the output chooses its shape and colours.
BoxKind = Literal["input", "parameter", "constant", "inner", "result", "operation", "module", "note"]
ArrowKind = Literal["forward", "backward", "bundle"]

# Which number of the graph a text ends with, so that a page can leave it blank and fill it in: ("value", key),
# ("gradient", key), or a local derivative: ("slope", key, k), of a quantity by its k-th operand; ("derivative", key,
# source), of a quantity by another from which a folded formula computes it. ("beside", "gradient 3"): a text that
# appears together with such a number and holds none itself.
Shows = (
    tuple[Literal["value", "gradient"], int] | tuple[Literal["slope", "derivative"], int, int]
    | tuple[Literal["beside"], str]
)  # fmt: skip

ADVANCE = 0.602  # the width of a character of a monospaced font, in font sizes
SIZE = 12.0
PAD = 6.0  # between a box's border and its text


@dataclass(slots=True)
class Span:
    """A piece of text in one style; ``shows``, if given, says which number of the graph it ends with, and ``room`` how
    many characters it may grow to."""

    text: str
    role: Role = "value"
    size: float = SIZE
    bold: bool = False
    shows: Shows | None = None
    room: int = 0

    @property
    def width(self) -> float:
        return max(text_width(self.text, self.size), self.room * self.size * ADVANCE)


@dataclass(slots=True)
class Line:
    """A line of text in a box or at an arrow: spans from the left, spans from the right, or all of it in the middle."""

    left: list[Span] = field(default_factory=list)
    right: list[Span] = field(default_factory=list)
    centred: bool = False

    @property
    def width(self) -> float:
        gap = 10.0 if self.left and self.right else 0.0
        return sum(span.width for span in [*self.left, *self.right]) + gap

    @property
    def height(self) -> float:
        return max((span.size for span in [*self.left, *self.right]), default=SIZE) * 1.3


@dataclass(slots=True)
class Box:
    """A box of text.

    ``key``   names it, within its diagram
    ``lines`` its text, from the top
    ``heat``  a small picture of an array below the text: rows of colours (``#rrggbb``; "" is a gap), all of one length
    ``cell``  the size of one cell of ``heat``
    ``tip``   what a reader sees who points at it
    ``quantity``  the key of the quantity in the graph that it shows, if it is one
    """

    key: str
    kind: BoxKind
    lines: list[Line] = field(default_factory=list)
    heat: list[list[str]] = field(default_factory=list)
    cell: float = 8.0
    tip: str = ""
    quantity: int | None = None

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        pad = 4.0 if self.kind == "operation" else PAD
        width = max([line.width for line in self.lines] + [len(self.heat[0]) * self.cell if self.heat else 0.0])
        height = sum(line.height for line in self.lines) + len(self.heat) * self.cell + (4.0 if self.heat else 0.0)
        return max(width + 2 * pad + 4.0, 24.0), max(height + 2 * pad - 2.0, 20.0)


@dataclass(slots=True)
class Arrow:
    """From box to box. A "backward" arrow is drawn from ``source`` to ``target`` against the flow of the computation;
    a "bundle" stands for several. ``role``, if given, is what it carries: it has the colour of such texts."""

    source: str
    target: str
    lines: list[Line] = field(default_factory=list)
    kind: ArrowKind = "forward"
    tip: str = ""
    role: Role | None = None

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of its text."""
        return max((line.width for line in self.lines), default=0.0), sum(line.height for line in self.lines)


@dataclass(slots=True)
class Group:
    """A frame with a title around boxes and other groups."""

    key: str
    title: str
    boxes: list[str] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    tip: str = ""


@dataclass(slots=True)
class Diagram:
    """What is drawn: each box after those that lead to it by forward arrows; ``legend`` says what colours mean."""

    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    legend: list[tuple[BoxKind | Role, str]] = field(default_factory=list)
    title: str = ""

    def each_group(self) -> Iterator[tuple[Group, bool]]:
        """Each group as it begins (True) and as it ends (False), those within it between."""
        stack = [(group, True) for group in reversed(self.groups)]
        while stack:
            group, begins = stack.pop()
            yield group, begins
            if begins:
                stack.append((group, False))
                stack.extend([(inner, True) for inner in reversed(group.groups)])


def text_width(text: str, size: float) -> float:
    """The width of a text in a monospaced font of this size; East Asian characters are twice as wide."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    narrow = sum(unicodedata.combining(c) != 0 for c in text)
    return (len(text) + wide - narrow) * size * ADVANCE
