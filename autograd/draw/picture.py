"""Draw a graph as on the blackboard: ``draw(y)`` for a notebook, ``draw(y).save("graph.svg")`` for a file.

Convention: a picture is plain data, taken when it was drawn; what happens to the graph afterwards does not change it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from ..extras import extra
from ..whole_files import write_whole
from .arguments import PAGE, check_choice, check_count, check_switch, check_width, ending, width_of_rows
from .diagram import Diagram
from .faces import board, lecture, modules
from .graph import Graph
from .layout import ENGINES, Direction, Engine, Placed, place
from .output import ThemeName, dot, pdf, png, sheet, svg
from .subject import subject

__all__ = ["Picture", "Style", "draw", "render"]

Style = Literal["board", "lecture"]
LIMIT = 2000  # boxes
SHRUNK = 1.4  # so much longer than that a picture is still legible when it is shrunk to a page
FACES: dict[str, Callable[[Graph], Diagram]] = {"board": board, "lecture": lecture}
ENDINGS = (".svg", ".png", ".pdf", ".dot", ".gv")


class Picture:
    """A picture of a computation graph: shows itself in a notebook; ``save`` writes it to a file.

    ``graph``      the description of what was recorded
    ``diagram``    what the picture shows of it
    ``direction``  of the computation: LR, TB, RL or BT
    ``wrap``       how wide rows are, as for ``draw``
    ``theme``      "board" or "paper"
    ``engine``     what finds the places, as for ``draw``
    ``placed``     the diagram with a place for everything
    ``svg``        the picture as SVG
    ``source``     the diagram in the language DOT, for other programs
    """

    def __init__(
        self, graph: Graph, diagram: Diagram, *, direction: Direction = "LR", wrap: float | bool | None = None,
        theme: ThemeName = "board", engine: Engine | None = None,
    ) -> None:  # fmt: skip
        self.graph = graph
        self.diagram = diagram
        self._direction, self._wrap, self._theme, self._engine = direction, wrap, theme, engine

    @cached_property
    def placed(self) -> Placed:
        """Everything in its place: unless ``wrap`` says otherwise, what no page can show in one row folds into several.

        A program that is asked for by name shows what it makes.
        """
        own = self._engine in (None, "builtin")
        placed = place(self.diagram, self._direction, width_of_rows(self._wrap), self._engine)
        if self._wrap is None and own and self._direction in ("LR", "RL") and placed.width > SHRUNK * PAGE:
            return place(self.diagram, self._direction, PAGE, "builtin")
        return placed

    @property
    def svg(self) -> str:
        return svg(self.placed, self._theme)

    @property
    def source(self) -> str:
        return dot(self.diagram, self._direction, self._theme)

    def digraph(self) -> Any:
        """The same for the Python package graphviz: a ``graphviz.Source``, to render or change with its means."""
        return extra("graphviz", "draw", "a Digraph").Source(self.source)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture; the ending of the ``path`` is the format: .svg, .png, .pdf, or .dot (.gv).

        The file appears whole or not at all. .png and .pdf need matplotlib (the extra ``draw``).
        """
        path = Path(path)
        kind = ending(path, "pictures", ENDINGS)
        if kind in (".dot", ".gv"):
            return write_whole(path, self.source)
        if kind == ".svg":
            return write_whole(path, self.svg)
        page = sheet(self.placed, self._theme)
        return write_whole(path, png(page) if kind == ".png" else pdf(page))

    def __repr__(self) -> str:
        boxes, arrows = len(self.diagram.boxes), len(self.diagram.arrows)
        title = f" of {self.diagram.title}" if self.diagram.title else ""
        counts = f"{boxes} box{'es' * (boxes != 1)}, {arrows} arrow{'s' * (arrows != 1)}"
        return f'<Picture{title}: {counts}; .save("graph.svg") writes it to a file>'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": repr(self)}


def draw(
    *what: object,
    style: Style = "board",
    direction: Direction = "LR",
    wrap: float | bool | None = None,
    grads: bool | None = None,
    names: object = None,
    inputs: object = None,
    depth: int | None = None,
    unfold: bool | None = None,
    scalars: bool = False,
    limit: int | None = None,
    theme: ThemeName = "board",
    engine: Engine | None = None,
) -> Picture:
    """The picture of a graph: ``draw(y)`` of what was recorded, ``draw(f, *inputs)`` of a function or a model.

    y are Values or tensors, also in lists, dicts or object arrays. f is run with everything kept for the picture, and
    its arguments appear under their names. Each box shows name, value and gradient; each arrow into an operation the
    local derivative, if it is one number.

    ``style``      "board": every operation by itself; "lecture": formulas as a person writes them, gradients named
    ``direction``  of the computation: LR (left to right), TB (top to bottom), RL or BT
    ``wrap``       fold long chains into rows of so many pixels (True: 1,100; None: so too, where they would be far
                   longer), or not (False)
    ``grads``      None shows the gradients that a backward pass stored, True computes them for the picture alone
                   (no ``.grad`` is touched; the default of the lecture view and of functions), False shows none
    ``names``      names for what has none: True (the variables of the caller; the default of the lecture view), a dict
                   of them, or a module
    ``inputs``     the leaves that are data; the others are parameters
    ``depth``      how many levels of modules (of ``nn``, and of ``scope``) are opened: those below are a box each, with
                   parameters and shapes. None opens all, or as many as fit a page. Of equal modules in a chain one is
                   shown (× 12), of several calls of a module the weights once
    ``unfold``     True opens kernels (LSTM, attention, normalisation, cross-entropy, ...) into the small operations
                   that they stand for; False leaves neurons of Values closed
    ``scalars``    show tensors of a few numbers as these: a product of matrices as products and sums
    ``limit``      a picture of more boxes than this raises ValueError; None stands for 2000, with ``scalars`` for 400
    ``theme``      "board" (dark) or "paper" (white, for print)
    ``engine``     what finds the places: "dot", "graphviz-pure" or "builtin"; None takes the first that is installed
    """
    check_choice("draw", "style", style, get_args(Style))
    check_choice("draw", "direction", direction, get_args(Direction))
    check_choice("draw", "theme", theme, get_args(ThemeName))
    if engine is not None:
        check_choice("draw", "engine", engine, ENGINES)
    check_width("draw", wrap)
    check_count("draw", "limit", limit, 1)
    check_count("draw", "depth", depth, 0)
    for name, switch in (("grads", grads), ("unfold", unfold), ("scalars", scalars)):
        check_switch("draw", name, switch)
    if style == "lecture":  # a blackboard has names, and the backward pass
        names = True if names is None else names
    graph = subject(
        "draw", what, grads="kept" if grads is None and style == "lecture" else grads, names=names, inputs=inputs,
        unfold=unfold, scalars=scalars, caller=sys._getframe(1), limit=limit if scalars else None,
    )  # fmt: skip
    limit = LIMIT if limit is None else limit
    if style == "board" and graph.scopes:
        depth = len(graph.scopes) if scalars and depth is None else depth
        diagram = modules(graph, depth, lambda boxes: _affordable(boxes, limit))
    else:
        _affordable(len(graph.quantities), limit)
        diagram = FACES[style](graph)
    return Picture(graph, diagram, direction=direction, wrap=wrap, theme=theme, engine=engine)


def render(things: object, path: str | os.PathLike[str], **options: Any) -> Path:
    """Write the picture ``draw(things, **options)`` to a file; the ending of its ``path`` is the format."""
    return draw(things, **options).save(path)


def _affordable(nodes: int, limit: int) -> None:
    if nodes > limit:
        raise ValueError(
            f"draw: this graph has {nodes} nodes, too many for a readable picture (limit={limit}). Show modules as one "
            "box each (depth=1), draw one sample instead of a batch or an inner value, or pass a larger limit and be "
            "patient"
        )
