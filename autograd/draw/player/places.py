"""Where in a picture a step is looked at: the box of a quantity, the arrow between two of them.

Convention: a box tells which quantity it shows. Where an operation has a box of its own, the arrow of a contribution
is the one that enters it.
"""

from __future__ import annotations

from ..diagram import Diagram
from ..graph import Graph

__all__ = ["Places", "heats"]


class Places:
    """The boxes and arrows of a diagram, by quantities."""

    def __init__(self, diagram: Diagram) -> None:
        self.boxes: dict[int, str] = {}
        kinds = {box.key: box.kind for box in diagram.boxes}
        for box in diagram.boxes:
            if box.quantity is not None and (box.kind != "operation" or box.quantity not in self.boxes):
                self.boxes[box.quantity] = box.key
        self.forward = {(a.source, a.target) for a in diagram.arrows if a.kind != "backward"}
        self.back = {(a.source, a.target) for a in diagram.arrows if a.kind == "backward"}
        self.operations = {a.target: a.source for a in diagram.arrows if kinds.get(a.source) == "operation"}

    def box(self, key: int) -> str:
        """The box of a quantity; "" if it has none."""
        return self.boxes.get(key, "")

    def passes(self, target: int, source: int) -> bool:
        """Does the picture show that ``target`` passes its gradient to ``source``?"""
        return not self.back or (self.box(target), self.box(source)) in self.back

    def arrow(self, target: int, source: int) -> str:
        """The arrow on which ``target`` passes its gradient to ``source``; "" if there is none."""
        to, of = self.box(target), self.box(source)
        if (to, of) in self.back:
            return f"{to} {of} back"
        for end in (to, self.operations.get(to, "")):
            if (of, end) in self.forward:
                return f"{of} {end}"
        return ""


def heats(graph: Graph, diagram: Diagram) -> dict[str, list[str]]:
    """What each cell of each heat-map shows, row by row: the value, and after a gap the gradient."""
    found: dict[str, list[str]] = {}
    for box in diagram.boxes:
        if not box.heat or box.quantity is None:
            continue
        first = "value" if graph.quantities[box.quantity].value is not None else "gradient"
        cells: list[str] = []
        past = False
        for row in box.heat:
            if not any(row):
                past = True
                continue
            beyond = past
            for color in row:
                beyond = beyond or not color
                if color:
                    cells.append(f"{'gradient' if beyond else first} {box.quantity}")
        found[box.key] = cells
    return found
