"""A diagram as DOT, for other programs: all texts, colours and groups, no places.

Convention: names are n0, n1, ...; what a user named stands only in labels, as text of HTML-like labels with every sign
escaped that could be markup.
"""

from __future__ import annotations

import itertools

from ..diagram import Box, Diagram, Line, Span
from .svg import escaped
from .theme import THEMES, Theme, ThemeName

__all__ = ["dot"]

FONT = "Courier"  # every renderer knows its widths


def dot(diagram: Diagram, direction: str = "LR", theme: ThemeName = "board") -> str:
    """The source of the graph."""
    colors = THEMES[theme]
    dust = colors.texts["dust"]
    rows = [
        "digraph computation {",
        f'graph [rankdir={direction}, bgcolor="{colors.ground}", pad=0.3, nodesep=0.2, ranksep=0.4, fontname="{FONT}", '
        f'fontcolor="{dust}", fontsize=11{_title(diagram.title, colors)}];',
        f'node [shape=plain, fontname="{FONT}", fontsize=12];',
        f'edge [fontname="{FONT}", fontsize=10, arrowsize=0.6];',
    ]
    names = {box.key: f"n{k}" for k, box in enumerate(diagram.boxes)}
    rows += [f"{names[box.key]} [label=<{_table(box, colors)}>{_tip(box.tip)}];" for box in diagram.boxes]
    clusters = itertools.count()
    for group, begins in diagram.each_group():
        if not begins:
            rows.append("}")
            continue
        rows.append(
            f'subgraph cluster_{next(clusters)} {{ style=rounded; color="{colors.frame}"; labeljust=l; '
            f"label={_text(group.title, dust)};"
        )
        rows += [f"{names[key]};" for key in group.boxes]
    for arrow in diagram.arrows:
        color = colors.texts[arrow.role] if arrow.role else colors.arrows[arrow.kind]
        options = f'color="{color}"{_tip(arrow.tip)}'
        if arrow.lines:
            lines = '<BR ALIGN="LEFT"/>'.join(_spans([*line.left, *line.right], colors) for line in arrow.lines)
            options += f", label=<{lines}>"
        if arrow.kind == "bundle":
            options += ", penwidth=2.4"
        source, target = names[arrow.source], names[arrow.target]
        if arrow.kind == "backward":
            rows.append(f"{target} -> {source} [dir=back, {options}];")
        else:
            rows.append(f"{source} -> {target} [{options}];")
    return "\n".join([*rows, "}", ""])


def _table(box: Box, colors: Theme) -> str:
    """A box as a table: a row for each line of text, the heat-map in a table of its own below."""
    look = colors.boxes[box.kind]
    rows = [_row(line, colors) for line in box.lines]
    if box.heat:
        cells = "".join(
            "<TR>" + "".join(f"<TD{_cell(color, box.cell)}></TD>" for color in row) + "</TR>" for row in box.heat
        )
        table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{cells}</TABLE>'
        rows.append(f'<TR><TD COLSPAN="2">{table}</TD></TR>')
    style = "ROUNDED,DASHED" if look.dash else "ROUNDED"
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="2" CELLPADDING="1" STYLE="{style}" COLOR="{look.border}" '
        f'BGCOLOR="{look.fill}">{"".join(rows) or "<TR><TD></TD></TR>"}</TABLE>'
    )


def _row(line: Line, colors: Theme) -> str:
    left, right = _spans(line.left, colors), _spans(line.right, colors)
    if line.left and line.right and not line.centred:
        return f'<TR><TD ALIGN="LEFT">{left}</TD><TD ALIGN="RIGHT">{right}</TD></TR>'
    align = "CENTER" if line.centred else "RIGHT" if line.right else "LEFT"
    return f'<TR><TD COLSPAN="2" ALIGN="{align}">{left}{" " if left and right else ""}{right}</TD></TR>'


def _cell(color: str, size: float) -> str:
    ground = f' BGCOLOR="{color}"' if color else ""
    return f' FIXEDSIZE="TRUE" WIDTH="{size:g}" HEIGHT="{size:g}"{ground}'


def _spans(spans: list[Span], colors: Theme) -> str:
    parts = []
    for span in spans:
        if span.text:
            text = f"<B>{_escaped(span.text)}</B>" if span.bold else _escaped(span.text)
            parts.append(f'<FONT COLOR="{colors.texts[span.role]}" POINT-SIZE="{span.size:g}">{text}</FONT>')
    return "".join(parts)


def _text(text: str, color: str) -> str:
    return f'<<FONT COLOR="{color}">{_escaped(text)}</FONT>>' if text else '""'


def _title(text: str, colors: Theme) -> str:
    return f", labelloc=t, labeljust=l, label={_text(text, colors.texts['name'])}" if text else ""


def _tip(text: str) -> str:
    """What is said of it when pointed at, as a quoted string: programs read entities in it, and \\N and the like
    twice."""
    lines = [escaped(line).replace("\\", "\\" * 4) for line in text.split("\n")]
    return f', tooltip="{"&#10;".join(lines)}"' if text else ""


def _escaped(text: str) -> str:
    """Programs read \\N and the like in HTML-like labels too."""
    return escaped(text).replace("\\", "\\\\")
