"""The last step of a record as a table: a row for each layer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from .record import Columns

HEADINGS = (
    "layer",
    "‖w‖",
    "‖∂E/∂w‖",
    "‖Δw‖ / ‖w‖",
    "mean",
    "std",
    "min",
    "max",
    "zeros",
    "dead",
    "saturated",
    "watch out",
)
COLUMNS = ("weight", "gradient", "ratio", "mean", "std", "min", "max", "zeros", "dead", "saturated")
SHARES = ("zeros", "dead", "saturated")


def cells(
    layers: Mapping[str, Columns], kinds: Mapping[str, str], marks: Mapping[str, list[str]]
) -> list[tuple[str, ...]]:
    """The headings, then the cells of each layer, without columns that are empty; the last cell has the marks."""
    rows: list[tuple[str, ...]] = [HEADINGS]
    for name, columns in layers.items():
        last = [float(columns[c][-1]) if c in columns else math.nan for c in COLUMNS]
        numbers = (_number(x, column in SHARES) for x, column in zip(last, COLUMNS, strict=True))
        label = f"{name or 'whole model'}  {kinds.get(name, '')}".strip()
        label = "".join(c if c.isprintable() else "\ufffd" for c in label)  # a name may not break the table
        rows.append((label, *numbers, "; ".join(marks.get(name, []))))
    kept = [k for k in range(len(HEADINGS)) if k == 0 or any(row[k] for row in rows[1:])]
    return [tuple(row[k] for k in kept) for row in rows]


def _number(x: float, share: bool) -> str:
    if math.isnan(x):
        return ""
    return f"{x:.1%}" if share else f"{x:.3g}"


def text(head: str, rows: Sequence[tuple[str, ...]]) -> str:
    """The table as text, with an arrow at each mark."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    told = rows[0][-1] == HEADINGS[-1]
    lines = []
    for k, (label, *numbers) in enumerate(rows):
        mark = [f"◀ {numbers.pop()}" if k and numbers[-1] else numbers.pop()] if told else []
        aligned = [c.rjust(width) for c, width in zip(numbers, widths[1:], strict=False)]
        lines.append("  ".join([label.ljust(widths[0]), *aligned, *mark]).rstrip())
    rule = "─" * max(map(len, lines))
    return "\n".join([head, lines[0], rule, *lines[1:]])


def html(head: str, rows: Sequence[tuple[str, ...]]) -> str:
    """The same for a notebook."""
    told = len(rows[0]) - 1 if rows[0][-1] == HEADINGS[-1] else -1
    lines = []
    for k, row in enumerate(rows):
        line, tag = "", "td" if k else "th"
        for j, cell in enumerate(row):
            look = f"text-align: {'left' if j in (0, told) else 'right'}; white-space: pre"
            look += "; color: #d55e00; font-weight: bold" if j == told and k else ""
            line += f'<{tag} style="{look}">{escape(cell)}</{tag}>'
        lines.append(f"<tr>{line}</tr>")
    return f"<p>{escape(head)}</p><table><thead>{lines[0]}</thead><tbody>{''.join(lines[1:])}</tbody></table>"
