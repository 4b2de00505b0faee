"""Step through a graph as on the blackboard: ``play(E)`` in a notebook, ``play(E, "steps.html")`` for a file.

Convention: a player is plain data, taken when it was made; what happens to the graph afterwards does not change it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeGuard, get_args

from ...whole_files import write_whole
from ..arguments import check_choice, check_count, check_switch, check_width, ending, width_of_rows
from ..diagram import Diagram, Line, Span
from ..faces import board, lecture
from ..formula import fold
from ..graph import Graph
from ..layout import Direction, Placed, place
from ..output import ThemeName, pdf, png, svg
from ..output.sheet import Sheet
from ..subject import subject
from .files import gif, write_numbered
from .frames import frames
from .narrate import narrate
from .page import framed, page
from .story import Story, filled

__all__ = ["Player", "play"]

Style = Literal["lecture", "board"]
LIMIT = 1000  # quantities
ENDINGS = (".html", ".gif", ".pdf", ".png")
LATER = ("gradient", "delta", "parameter", "reused")  # what is said of gradients
SLIDE = 1600.0  # pixels: the width of a slide
MOST, LARGEST = 500, 8000.0  # frames, and pixels of one
WIDEST, WIDE = len("-1.235e-07"), len("-0.01235")  # characters of a number: any in a box, nearly any at an arrow


class Player:
    """A page that steps through a graph: shows itself in a notebook; ``save`` writes it to a file.

    ``graph``      the description of what was recorded
    ``style``      "lecture": a step for each formula as a person writes it; "board": for each operation
    ``direction``  of the computation: LR, TB, RL or BT
    ``wrap``       how wide rows are, as for ``play``
    ``theme``      of pictures: "board" or "paper"

    Its attributes are ``story``, the steps with all numbers, and ``html``, the page: one file that needs no other.
    """

    def __init__(
        self, graph: Graph, style: Style = "lecture", *, direction: Direction = "LR",
        wrap: float | bool | None = None, theme: ThemeName = "board",
    ) -> None:  # fmt: skip
        self.graph = graph
        self._direction, self._theme = direction, theme
        every = frozenset(q.key for q in graph.quantities)
        formulas = fold(graph, every if style == "board" else frozenset())
        self.diagram: Diagram
        if style == "board":
            named = [
                replace(q, name=q.name or formulas.steps[q.key].name) if q.key in formulas.steps else q
                for q in graph.quantities
            ]
            self.diagram = board(replace(graph, quantities=named))
        else:
            self.diagram = lecture(graph)
        _silence(self.diagram)
        title = graph.title or (formulas.steps[graph.roots[0]].name if len(graph.roots) == 1 else "Graph")
        self.diagram.title = ""
        self.story: Story = narrate(graph, formulas, self.diagram, title)
        _make_room(self.diagram, self.story)
        self.placed: Placed = place(self.diagram, direction, width_of_rows(wrap), "builtin")

    @cached_property
    def html(self) -> str:
        return page(self.story, svg(self.placed, self._theme))

    @cached_property
    def frames(self) -> list[Sheet]:
        """A picture for each step; long chains are folded into rows that fit."""
        placed = self.placed
        if placed.width > SLIDE and self._direction in ("LR", "RL"):
            placed = place(self.diagram, self._direction, SLIDE, "builtin")
        steps = len(self.story.steps)
        if steps > MOST or max(placed.width, placed.height) > LARGEST:
            raise ValueError(
                f"save: {steps} pictures of {placed.width:.0f} x {placed.height:.0f} pixels are too many or too large. "
                "Save an .html, or play a part: one sample instead of a batch, or an inner value"
            )
        return list(frames(self.story, placed, self._theme))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the steps; the ending of the ``path`` is the format.

            .html  the page
            .gif   an animation
            .pdf   a page for each step, for slides
            .png   a picture for each step: ``steps.png`` writes ``steps-000.png``, ``steps-001.png``, ...; the first
                   one's path is returned

        Files appear whole or not at all. All but .html need matplotlib, .gif also Pillow (the extra ``draw``).
        """
        path = Path(path)
        kind = ending(path, "steps", ENDINGS)
        if kind == ".png":
            return write_numbered(path, map(png, self.frames))
        if kind == ".html":
            return write_whole(path, self.html)
        return write_whole(
            path, gif(self.frames) if kind == ".gif" else pdf(*self.frames, title=f"{self.story.title}, step by step")
        )

    def __repr__(self) -> str:
        steps = len(self.story.steps) - 1
        return f'<Player of {self.story.title}: {steps} steps; .save("steps.html") writes it to a file>'

    def _repr_html_(self) -> str:
        return framed(self.html, self.story.title)


def play(
    *what: object, style: Style = "lecture", direction: Direction = "LR", wrap: float | bool | None = None,
    names: object = True, inputs: object = None, unfold: bool | None = None, scalars: bool = False,
    limit: int | None = None, theme: ThemeName = "board",
) -> Player:  # fmt: skip
    """The steps of a computation and of its backward pass: ``play(E)`` of Values or tensors, ``play(f, *inputs)`` of a
    function, which is run for it; ``play(..., "steps.html")`` also writes them to a file.

    Forward each step computes a number; backward each takes one contribution along its edge, and where several arrive
    at a number they are added. Gradients are computed for the page alone: no ``.grad`` is touched. Of Values the inputs
    can be edited in the page.

    ``style``      "lecture": a step for each formula as a person writes it; "board": for each operation
    ``direction``  of the computation: LR (left to right), TB (top to bottom), RL or BT
    ``wrap``       fold long chains into rows of so many pixels (True: 1,100)
    ``names``      names for what has none: True (the variables of the caller), a dict of them, or a module
    ``inputs``     the leaves that are data; the others are parameters
    ``unfold``     True opens kernels into the small operations that they stand for; False leaves neurons closed
    ``scalars``    step through the single numbers of small tensors, whose inputs can then be edited too
    ``limit``      a graph of more quantities than this raises ValueError; None stands for 1000
    ``theme``      of .gif, .pdf and .png: "board" (dark) or "paper" (white); the page follows its reader's system
    """
    check_choice("play", "style", style, get_args(Style))
    check_choice("play", "direction", direction, get_args(Direction))
    check_choice("play", "theme", theme, get_args(ThemeName))
    check_width("play", wrap)
    check_count("play", "limit", limit, 1)
    check_switch("play", "unfold", unfold)
    check_switch("play", "scalars", scalars)
    path = what[-1] if len(what) > 1 and _is_path(what[-1], of_function=callable(what[0])) else None
    if path is not None:
        what = what[:-1]
    if not what:
        raise TypeError("play: pass a Value, a tensor, or a function and its inputs: play(E), play(f, x)")
    limit = LIMIT if limit is None else limit
    caller = sys._getframe(1)
    graph = subject(
        "play", what, grads=True, names=names, inputs=inputs, unfold=unfold, scalars=scalars, caller=caller,
        limit=limit if scalars else None,
    )  # fmt: skip
    if len(graph.quantities) > limit:
        raise ValueError(
            f"play: this graph has {len(graph.quantities)} quantities, too many to step through (limit={limit}). Play "
            "one sample instead of a batch or an inner value, use tensors instead of single Values, or pass a larger "
            "limit and be patient"
        )
    player = Player(graph, style, direction=direction, wrap=wrap, theme=theme)
    if path is not None:
        player.save(path)
    return player


def _is_path(last: object, of_function: bool) -> TypeGuard[str | os.PathLike[str]]:
    """Is the last argument a file to write? A function may be given other texts."""
    if isinstance(last, str):
        return not of_function or Path(last).suffix.lower() in ENDINGS
    return isinstance(last, os.PathLike)


def _silence(diagram: Diagram) -> None:
    """Let nothing tell what is not computed yet: no tips, and words about a gradient appear with it."""
    quantities = {box.key: box.quantity for box in diagram.boxes}
    for box in diagram.boxes:
        box.tip = ""
        for span in _spans(box.lines):
            if span.shows is None and span.role in LATER and box.quantity is not None:
                span.shows = ("beside", f"gradient {box.quantity}")
    for arrow in diagram.arrows:
        arrow.tip = ""
        if arrow.kind == "backward":
            of, by = quantities[arrow.source], quantities[arrow.target]
            for span in _spans(arrow.lines):
                span.shows = span.shows or ("beside", f"derivative {of} {by}")


def _make_room(diagram: Diagram, story: Story) -> None:
    """Let each text have room for all that it is going to show; where inputs can be edited, for other numbers too."""
    edited = story.program is not None and not story.reason
    for parts, least in (diagram.boxes, WIDEST), (diagram.arrows, WIDE):
        for part in parts:
            for span in _spans(part.lines):
                what = " ".join(map(str, span.shows or ()))
                shown = [(filled(story, piece), len(after)) for _, piece, after in story.appear.get(what, [])]
                if shown and span.text.endswith(shown[-1][0]):
                    longest = max(max(len(number), least * edited) + after for number, after in shown)
                    span.room = len(span.text) - len(shown[-1][0]) + longest


def _spans(lines: Iterable[Line]) -> Iterator[Span]:
    for line in lines:
        yield from (*line.left, *line.right)
