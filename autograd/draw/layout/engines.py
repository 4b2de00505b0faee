"""Which engine lays a diagram out: ``dot`` where it is installed, else graphviz-pure, else our own."""

from __future__ import annotations

import contextlib
from typing import Literal

from ..diagram import Diagram
from .check import faults
from .layered import Direction, layered
from .placed import Placed
from .programs import PROGRAMS, by_program, program
from .ranks import order_of_flow, ranks

__all__ = ["ENGINES", "Engine", "installed", "place"]

Engine = Literal["dot", "graphviz-pure", "builtin"]
ENGINES: tuple[Engine, ...] = ("dot", "graphviz-pure", "builtin")
LARGE = 1200  # boxes, texts, and columns that arrows pass: above that programs think for long
INSTALL = {
    "dot": "install Graphviz itself (graphviz.org; on Debian: apt-get install graphviz)",
    "graphviz-pure": "pip install 'chalkgrad[draw]'",
}


def place(
    diagram: Diagram, direction: Direction = "LR", wrap: float | None = None, engine: Engine | None = None
) -> Placed:
    """Give everything its place; with ``wrap``, long chains fold into rows of this width, by our own layout.

    Without ``engine`` the first program that is there and does its work, else our own layout; ours for pictures with
    backward arrows, which it puts side by side with the forward ones. RuntimeError where the one asked for is not
    installed.
    """
    if direction in ("TB", "BT"):
        wrap = None  # a column is as long as it is
    if engine == "builtin":
        return layered(diagram, direction, wrap)
    if engine is not None:
        command = program(engine)
        if command is None:
            raise RuntimeError(f"engine={engine!r} is not installed: {INSTALL[engine]}, or leave engine out")
        placed = by_program(diagram, direction, command)
        return layered(diagram, direction, wrap) if wrap is not None and placed.width > wrap else placed
    if not any(arrow.kind == "backward" for arrow in diagram.arrows) and _size(diagram) <= LARGE:
        for name in PROGRAMS:
            command = program(name)
            if command is not None:
                with contextlib.suppress(OSError, ValueError):
                    placed = by_program(diagram, direction, command)
                    if wrap is not None and placed.width > wrap:
                        break
                    if not faults(placed):
                        return placed
    return layered(diagram, direction, wrap)


def _size(diagram: Diagram) -> int:
    """How much there is to place: an arrow takes a place in each column that it passes."""
    numbers = {box.key: k for k, box in enumerate(diagram.boxes)}
    count = len(numbers)
    size = count + sum(bool(arrow.lines) for arrow in diagram.arrows)
    if size > LARGE:
        return size
    ends = [(numbers[arrow.source], numbers[arrow.target]) for arrow in diagram.arrows]
    order = order_of_flow(count, ends)
    links = [
        (min(pair, key=order.__getitem__), max(pair, key=order.__getitem__)) for pair in ends if pair[0] != pair[1]
    ]
    rank = ranks(count, links, order)
    return size + sum(rank[b] - rank[a] - 1 for a, b in links)


def installed() -> list[Engine]:
    """The engines that are here."""
    return [engine for engine in ENGINES if engine == "builtin" or program(engine) is not None]
