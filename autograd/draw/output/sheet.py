"""What is on a picture, in the order in which it is drawn: shapes and texts with their colours, for every output."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagram import PAD, Line, Span, text_width
from ..layout import Placed, Point, all_groups
from ..layout.layered import TITLE
from .marks import Curve, Item, Rect, Sheet, Words
from .theme import THEMES, Fill, ThemeName
from .words import shown

__all__ = ["ANCHORS", "Curve", "Item", "Rect", "Sheet", "Words", "sheet"]

EDGE = 14.0  # around everything
HEAD, HALF = 7.0, 3.2  # an arrow's head: its length, and half its width
ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}  # which share of a text's spare room is before it
HEADING = 15.0  # the size of the title


def sheet(placed: Placed, theme: ThemeName = "board") -> Sheet:
    """The picture of a placed diagram, with its title above and its legend below."""
    colors = THEMES[theme]
    diagram = placed.diagram
    title = shown(diagram.title)
    width = max(placed.width, text_width(title, HEADING) if title else 0.0)
    top = EDGE + (HEADING * 1.7 if title else 0.0)
    legend, bottom, width = _legend(diagram.legend, theme, top + placed.height + 10.0, width)
    width += 2 * EDGE
    left = (width - placed.width) / 2
    items: list[Item] = []
    if title:
        words = Words(EDGE, EDGE + HEADING, title, HEADING, colors.texts["name"], "name", True, 0.0)
        words.width = text_width(title, HEADING)
        items.append(Item("title", marks=[words]))
    frames, texts = _frames(placed, theme, left, top)
    items += frames
    for arrow, route in zip(diagram.arrows, placed.routes, strict=True):
        color = colors.texts[arrow.role] if arrow.role else colors.arrows[arrow.kind]
        data = [("source", arrow.source), ("target", arrow.target)]
        item = Item(f"arrow {arrow.kind}" + (f" {arrow.role}" if arrow.role else ""), data, arrow.tip)
        item.marks += _arrow(
            [(x + left, y + top) for x, y in route.points], color, 2.4 if arrow.kind == "bundle" else 1.2
        )
        items.append(item)
        if route.text is not None:  # above all lines
            x, y = route.text[0] + left, route.text[1] + top
            w, h = arrow.size
            wide = max(map(_written, arrow.lines), default=0.0)
            label = Item(f"label {arrow.kind}", data, arrow.tip)
            ground = _ground(placed, theme, *route.text)
            role = "ground" if ground == colors.ground else "framed"
            label.marks.append(Rect(x + (w - wide) / 2 - 2, y, wide + 4, h, Fill(ground, "", radius=2.0), role))
            label.marks += _lines(arrow.lines, x, y, w, theme)
            texts.append(label)
    items += texts
    for box in diagram.boxes:
        x, y, w, h = placed.boxes[box.key]
        x, y = x + left, y + top
        look = colors.boxes[box.kind]
        data = [("key", box.key)] + ([] if box.quantity is None else [("quantity", str(box.quantity))])
        item = Item(f"box {box.kind}", data, box.tip)
        item.marks.append(Rect(x, y, w, h, look, "border"))
        pad = 4.0 if box.kind == "operation" else PAD
        height = sum(line.height for line in box.lines)
        spare = max(h - 2 * (pad - 1.0) - height - (len(box.heat) * box.cell + 4.0 if box.heat else 0.0), 0.0) / 2
        y += pad - 1.0 + spare
        item.marks += _lines(box.lines, x + pad + 2, y, w - 2 * pad - 4, theme)
        y += height + 4.0
        start = x + (w - len(box.heat[0]) * box.cell) / 2 if box.heat else 0.0
        for i, row in enumerate(box.heat):
            for j, color in enumerate(row):
                if not color:
                    continue
                cell = Fill(color, "", radius=0.0)
                item.marks.append(Rect(start + j * box.cell, y + i * box.cell, box.cell, box.cell, cell, "cell"))
        items.append(item)
    items += legend
    return Sheet(width, bottom + EDGE, colors.ground, items, _words(placed))


def _ground(placed: Placed, theme: ThemeName, x: float, y: float) -> str:
    """The colour of what is behind this point: the innermost frame, or the board."""
    found, groups, depth = THEMES[theme].ground, placed.diagram.groups, 0
    while groups:
        inner = []
        for group in groups:
            left, top, width, height = placed.groups.get(group.key, (0.0, 0.0, 0.0, 0.0))
            if left < x < left + width and top < y < top + height:
                found, inner = THEMES[theme].frames[depth % 2], group.groups
        groups, depth = inner, depth + 1
    return found


def _frames(placed: Placed, theme: ThemeName, left: float, top: float) -> tuple[list[Item], list[Item]]:
    """The frames, outer ones first, and their captions, which stand above all lines."""
    colors = THEMES[theme]
    items, captions = [], []
    depth = {group.key: 0 for group in placed.diagram.groups}
    for group in all_groups(placed.diagram):
        depth.update((inner.key, depth[group.key] + 1) for inner in group.groups)
        if group.key not in placed.groups:
            continue  # it holds no box
        x, y, w, h = placed.groups[group.key]
        look = Fill(colors.frames[depth[group.key] % 2], colors.frame, dash="", radius=8.0)
        item = Item("group", [("key", group.key)], group.tip)
        item.marks.append(Rect(x + left, y + top, w, h, look, "border"))
        items.append(item)
        if group.title:
            line = Line([Span(group.title, "dust", TITLE)])
            caption = Item("caption", item.data, group.tip)
            back = Fill(look.fill, "", radius=2.0)
            caption.marks.append(Rect(x + left + 6, y + top + 2, line.width + 4, line.height, back, "framed"))
            caption.marks += _lines([line], x + left + 8, y + top + 3, w, theme)
            captions.append(caption)
    return items, captions


def _arrow(points: list[Point], color: str, width: float) -> list[Rect | Curve | Words]:
    """The line of an arrow, up to its head, and the head."""
    if len(points) < 4:
        return []
    (x, y) = points[-1]
    from_x, from_y = next((p for p in points[-2::-1] if abs(p[0] - x) + abs(p[1] - y) > 0.5), (x - 1, y))
    length = ((x - from_x) ** 2 + (y - from_y) ** 2) ** 0.5
    ux, uy = (x - from_x) / length, (y - from_y) / length
    base = (x - ux * HEAD, y - uy * HEAD)
    head = [(x, y), (base[0] - uy * HALF, base[1] + ux * HALF), (base[0] + uy * HALF, base[1] - ux * HALF)]
    line = [*points[:-1], (x - ux * HEAD * 0.8, y - uy * HEAD * 0.8)]
    if length < HEAD:  # the last control point lies within the head
        line[-2] = line[-1]
    return [Curve(line, color, width), Curve(head, color, polygon=True)]


def _lines(lines: list[Line], x: float, y: float, width: float, theme: ThemeName) -> list[Rect | Curve | Words]:
    """The texts of some lines, in a room of this width."""
    colors = THEMES[theme].texts
    marks: list[Rect | Curve | Words] = []
    for line in lines:
        base = y + line.height * 0.76
        at = x + (width - line.width) / 2 if line.centred else x
        for k, span in enumerate([*line.left, *line.right]):
            if k == len(line.left):
                gap = 10.0 if k else 0.0
                at = at + gap if line.centred else max(at + gap, x + width - sum(s.width for s in line.right))
            words = _span(span, at, base, colors)
            if line.centred and len(line.left) + len(line.right) == 1:
                words.anchor = "middle"
            elif not line.centred and k >= len(line.left) and len(line.right) == 1:
                words.anchor = "end"
            words.width = text_width(words.text, span.size)
            words.x += ANCHORS[words.anchor] * (span.width - words.width)
            marks.append(words)
            at += span.width
        y += line.height
    return marks


def _written(line: Line) -> float:
    """The width of a line's text where it stands: of one in the middle without the room that it may grow into."""
    spans = [*line.left, *line.right]
    return text_width(spans[0].text, spans[0].size) if line.centred and len(spans) == 1 else line.width


def _span(span: Span, x: float, y: float, colors: dict[str, str]) -> Words:
    shows = " ".join(map(str, span.shows or ()))
    return Words(x, y, shown(span.text), span.size, colors[span.role], span.role, span.bold, span.width, shows)


def _legend(
    entries: Sequence[tuple[str, str]], theme: ThemeName, y: float, width: float
) -> tuple[list[Item], float, float]:
    """The legend's items, in lines no longer than the picture is wide; its lower end; the width with it."""
    if not entries:
        return [], y - 10.0, width
    colors = THEMES[theme]
    item = Item("legend")
    size, x, right = 11.0, EDGE, width
    for kind, words in entries:
        text = shown(words)
        need = 24.0 + text_width(text, size)
        if x > EDGE and x + need > EDGE + width:
            x, y = EDGE, y + 18.0
        if kind in colors.boxes:
            look = colors.boxes[kind]
            item.marks.append(
                Rect(
                    x,
                    y + 1.0,
                    16.0,
                    11.0,
                    Fill(look.fill, look.border, look.width, look.dash, min(look.radius, 5.5)),
                    f"sample {kind}",
                )
            )
        else:
            dot = Fill(colors.texts[kind], "", radius=5.5)
            item.marks.append(Rect(x + 2, y + 1.0, 11.0, 11.0, dot, f"sample {kind}"))
        item.marks.append(Words(x + 21.0, y + 10.5, text, size, colors.texts["dust"], "dust", False, need - 24.0))
        right = max(right, x + need - EDGE)
        x += need + 14.0
    return [item], y + 14.0, right


def _words(placed: Placed) -> str:
    """What the picture shows, for those who don't see it; without numbers that a page is going to fill in."""
    diagram = placed.diagram
    texts = ["".join([s.text for line in box.lines[:1] for s in (*line.left, *line.right) if not s.room])
             for box in diagram.boxes if box.kind in ("input", "parameter", "module", "result")]  # fmt: skip
    named = [shown(text) for text in texts if text.strip()]
    listed = f": {', '.join(named[:20])}{', ...' if len(named) > 20 else ''}" if named else ""
    title = f"{shown(diagram.title)}: a" if diagram.title else "A"
    return f"{title} computation graph of {len(diagram.boxes)} boxes and {len(diagram.arrows)} arrows{listed}"
