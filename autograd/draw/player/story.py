"""What is told at each step: the computation node by node, then the chain rule edge by edge.

Convention: a line is made of parts, between which it may break, and a part of pieces: text, or a place for a number.
Numbers are filled in last, by ``filled`` here and by page.js there, so the same story tells of other inputs. Numbers
of arrays, and numbers that are not finite, are texts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ..faces.numbers import number

__all__ = ["Edge", "Leaf", "Number", "Piece", "Step", "Story", "What", "filled"]

# Of a quantity: its value, its gradient, its local derivative by the k-th operand; of an edge: what it says of itself.
What = Literal["value", "gradient", "local", "slope", "part", "before", "sum"]
# A text; or (what, of which quantity or edge, in brackets if negative), and k.
Piece = str | tuple[What, int, bool] | tuple[What, int, bool, int]
Number = float | str | None


@dataclass(slots=True)
class Edge:
    """One contribution to ∂(root)/∂source: part = ∂(root)/∂target · slope; before + part = sum.

    ``paths``   the local derivatives whose products along each path make up the slope: [quantity, operand] in turn
    ``before``  what had arrived before, and ``sum`` with this
    """

    target: int
    source: int
    paths: list[list[tuple[int, int]]]
    slope: Number = None
    part: Number = None
    before: Number = None
    sum: Number = None


@dataclass(slots=True)
class Step:
    """``phase`` and ``about`` say in words where we are; ``line`` is the mathematics; ``box`` and ``arrow`` are the
    keys of what is looked at ("source target" of an arrow, and " back" of one that is drawn backward); ``travels`` is
    what moves along the arrow."""

    phase: str
    about: str
    line: list[list[Piece]] = field(default_factory=list)
    box: str = ""
    arrow: str = ""
    travels: Piece | None = None


@dataclass(slots=True)
class Leaf:
    """An input that can be edited."""

    key: int
    name: str
    kind: str


@dataclass(slots=True)
class Story:
    """The steps, and all that a page needs to compute their numbers again.

    ``names``    of the quantities; ``values``, ``gradients`` and ``slopes``, by the operands, are theirs too
    ``program``  for each quantity None (a leaf), or its operation and operands; None if only these numbers are known,
                 and ``reason`` says why
    ``heats``    what each cell of a box's heat-map shows
    ``appear``   what a text of the picture shows ("value 3"), and from which step on what piece stands there, and what
                 after it
    """

    title: str
    names: list[str]
    values: list[Number]
    gradients: list[Number]
    slopes: list[list[Number]]
    roots: list[int]
    edges: list[Edge] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    heats: dict[str, list[str]] = field(default_factory=dict)
    appear: dict[str, list[tuple[int, Piece, str]]] = field(default_factory=dict)
    program: list[Any] | None = None
    reason: str = ""


def filled(story: Story, piece: Piece) -> str:
    """The text of a piece, as the page fills it."""
    if isinstance(piece, str):
        return piece
    what, key, bracketed, *place = piece
    x: Number
    if what == "value":
        x = story.values[key]
    elif what == "gradient":
        x = story.gradients[key]
    elif what == "local":
        x = story.slopes[key][place[0]]
    else:
        x = getattr(story.edges[key], what)
    text = number(x) if isinstance(x, float) else x or ""
    return f"({text})" if bracketed and text.startswith("-") else text
