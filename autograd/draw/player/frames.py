"""A step as a picture of its own, for slides: the graph as far as it is computed, and below it the line of the step.

Convention: all frames of a story have one size. A frame is a sheet of shapes and texts, as every picture is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..diagram import Box, Line, Span, text_width
from ..layout import Placed
from ..output import ThemeName
from ..output.sheet import Curve, Item, Rect, Sheet, Words, sheet
from ..output.theme import THEMES, Fill, Theme
from .story import Piece, Step, Story, filled

__all__ = ["at_step", "frames"]

NOW = {"board": "#ffd166", "paper": "#d97706"}  # what is looked at
MARGIN, ABOUT, LINE = 16.0, 13.0, 16.0  # around the text, and its sizes
LEAST = 560.0  # the width of a frame, however small its graph
ROLES = {"value": "value", "gradient": "gradient", "slope": "slope", "local": "slope"}


def frames(story: Story, placed: Placed, theme: ThemeName = "board") -> Iterator[Sheet]:
    """The frames of all steps."""
    width = max(sheet(placed, theme).width, LEAST)
    told = [_rows(story, step, width - 2 * MARGIN) for step in story.steps]
    room = 2 * MARGIN + ABOUT * 1.6 + LINE * 1.6 * max(map(len, told))
    for k, (step, rows) in enumerate(zip(story.steps, told, strict=True)):
        page = sheet(at_step(story, placed, k), theme)
        _look_at(page, step, NOW[theme])
        height = page.height
        page.width, page.height = width, height + room
        page.items.append(_text(step, f"{k} / {len(story.steps) - 1}", rows, height, width, THEMES[theme]))
        yield page


# ---------------------------------------------------------------- the picture


def at_step(story: Story, placed: Placed, k: int) -> Placed:
    """The picture as it is at step k: what is not computed yet is blank, and takes its room all the same."""
    diagram = placed.diagram
    boxes = [replace(box, lines=_lines(story, box.lines, k), heat=_heat(story, box, k)) for box in diagram.boxes]
    arrows, routes = [], []
    for arrow, route in zip(diagram.arrows, placed.routes, strict=True):
        lines = _lines(story, arrow.lines, k)
        blank = not any(span.text.strip() for line in lines for span in [*line.left, *line.right])
        arrows.append(replace(arrow, lines=lines))
        routes.append(replace(route, text=None) if blank else route)
    return replace(placed, diagram=replace(diagram, boxes=boxes, arrows=arrows), routes=routes)


def _lines(story: Story, lines: list[Line], k: int) -> list[Line]:
    def now(spans: list[Span]) -> list[Span]:
        return [replace(span, text=_at(story, span, k)) for span in spans]

    return [replace(line, left=now(line.left), right=now(line.right)) for line in lines]


def _at(story: Story, span: Span, k: int) -> str:
    """The text of a span at step k."""
    if span.shows is None:
        return span.text
    what = " ".join(map(str, span.shows))
    shown = story.appear.get(what.removeprefix("beside "), [])
    now = [(piece, after) for step, piece, after in shown if step <= k]
    if not now:
        return " " * len(span.text)
    if span.shows[0] == "beside":
        return span.text
    piece, after = now[-1]
    ending, last = filled(story, piece) + after, filled(story, shown[-1][1])
    return span.text.removesuffix(last) + ending if last and span.text.endswith(last) else span.text


def _heat(story: Story, box: Box, k: int) -> list[list[str]]:
    """The cells of what is known at step k."""
    known = {what for what, steps in story.appear.items() if steps[0][0] <= k}
    whats = iter(story.heats.get(box.key, []))
    return [[color if color and next(whats, "") in known else "" for color in row] for row in box.heat]


def _look_at(page: Sheet, step: Step, color: str) -> None:
    """Frame the box and draw the arrow of a step in another colour."""
    for item in page.items:
        data = dict(item.data)
        if step.box and data.get("key") == step.box:
            for mark in item.marks:
                if isinstance(mark, Rect) and mark.role == "border":
                    mark.look = Fill(mark.look.fill, color, 3.0, "", mark.look.radius)
        back = " back" if "backward" in item.kind else ""
        if item.kind.startswith("arrow") and f"{data.get('source')} {data.get('target')}{back}" == step.arrow:
            for mark in item.marks:
                if isinstance(mark, Curve):
                    mark.color = color
                    mark.width = max(mark.width, 2.6)


# ---------------------------------------------------------------- the line


def _rows(story: Story, step: Step, width: float) -> list[list[tuple[str, str]]]:
    """The line, broken where it is too long: rows of (text, role)."""
    rows: list[list[tuple[str, str]]] = [[]]
    room = width
    for part in step.line:
        texts = [(filled(story, piece), _role(piece)) for piece in part]
        need = text_width(" ".join(["".join(text for text, _ in texts), ""]), LINE)
        if rows[-1] and need > room:
            rows.append([])
            room = width
        rows[-1] += [*texts, (" ", "formula")]
        room -= need
    return rows


def _role(piece: Piece) -> str:
    return "formula" if isinstance(piece, str) else ROLES.get(piece[0], "gradient")


def _text(step: Step, count: str, rows: list[list[tuple[str, str]]], top: float, width: float, theme: Theme) -> Item:
    """What is said of a step, below the picture."""
    item = Item("step")
    rule = Rect(MARGIN, top, width - 2 * MARGIN, 1.0, Fill(theme.frame, "", radius=0.0), "rule")
    item.marks.append(rule)
    y = top + MARGIN + ABOUT
    about = f"{step.phase}: {step.about}" if step.phase != "start" else step.about
    for text, x in ((about, MARGIN), (count, width - MARGIN - text_width(count, ABOUT))):
        item.marks.append(Words(x, y, text, ABOUT, theme.texts["dust"], "dust", False, text_width(text, ABOUT)))
    y += ABOUT * 0.6
    for row in rows:
        x, y = MARGIN, y + LINE * 1.6
        for text, role in row:
            if text.strip():
                bold = role != "formula"
                wide = text_width(text, LINE)
                item.marks.append(Words(x, y, text, LINE, theme.texts[role], role, bold, wide))
            x += text_width(text, LINE)
    return item
