"""Which engine lays a diagram out: ``dot`` where it is installed, else graphviz-pure, else our own."""

from __future__ import annotations

import contextlib
from typing import Literal

from ..diagram import Diagram
from .check import faults
from .layered import Direction, layered
from .placed import Placed
from .programs import PROGRAMS, by_program, program

__all__ = ["ENGINES", "Engine", "installed", "place"]

Engine = Literal["dot", "graphviz-pure", "builtin"]
ENGINES: tuple[Engine, ...] = ("dot", "graphviz-pure", "builtin")
LARGE = 1000  # boxes and texts; above that programs think for long
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
    size = len(diagram.boxes) + sum(bool(arrow.lines) for arrow in diagram.arrows)
    if size <= LARGE and not any(arrow.kind == "backward" for arrow in diagram.arrows):
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


def installed() -> list[Engine]:
    """The engines that are here."""
    return [engine for engine in ENGINES if engine == "builtin" or program(engine) is not None]
