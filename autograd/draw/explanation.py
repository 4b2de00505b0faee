"""A derivation as lines of equations, which shows itself as text, as LaTeX and in notebooks.

Convention: a line is a chain of equal things, ``δ2 = ∂E/∂u1 = δ1 w5 = -0.2 · 0.7 = -0.14``, each in text and in LaTeX.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .formula import number_latex, number_text

__all__ = ["LONGEST", "Explanation", "Line", "Section", "array_text", "number_pair"]

LONGEST = 200  # lines that are shown
FEW = 24  # elements of an array that are written out
ROW = 108  # characters of an equation in a row
SIGNS = re.compile(r"[{}^_\\ ]")
MARKS = re.compile(r"[!-/:-@\[-`{-~]")  # what Markdown or HTML may read as their own


@dataclass(slots=True)
class Line:
    """``text`` and ``latex`` are the sides of the equation; ``lead`` words before it, ``table`` rows of an array."""

    text: list[str]
    latex: list[str]
    lead: str = ""
    table: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The text, one side after another; where it is too long for one row, the signs of equality stand below each
        other."""
        first = f"{self.lead}{self.text[0]}"
        rows = _rows(self.text[1:], ROW - len(first), len)
        equation = f"\n{' ' * len(first)}".join([first + rows[0] if rows else first, *rows[1:]])
        return [*f"{equation}{' =' * bool(self.table)}".split("\n"), *[f"    {row}" for row in self.table]]

    def aligned(self) -> str:
        """The LaTeX as rows that are aligned at their signs of equality."""
        rows = _rows(self.latex[1:], ROW - _seen(self.latex[0]), _seen) or [""]
        return " \\\\\n".join([f"{self.latex[0]} &{rows[0]}", *[f"&{row}" for row in rows[1:]]])


@dataclass(slots=True)
class Section:
    """Lines that belong together, under a title; ``missing`` steps in the middle were not written at all."""

    title: str
    lines: list[Line] = field(default_factory=list)
    missing: int = 0


class Explanation:
    """How a derivative comes about, line by line; ``print`` shows it, and a notebook in mathematics.

    ``result``    the name of what was differentiated
    ``gradient``  the derivatives by name: numbers, or arrays
    ``sections``  the forward pass, the backward pass, the derivatives
    ``hint``      what else to ask for, if anything
    """

    def __init__(self, result: str, gradient: dict[str, Any], sections: list[Section], hint: str) -> None:
        self.result = result
        self.gradient = gradient
        self.sections = [section for section in sections if section.lines]
        self.hint = hint

    def shown(self) -> Iterator[tuple[str, list[Line], int]]:
        """Title, lines and how many were left out, of each section; together at most ``LONGEST`` lines."""
        count = sum(len(line.lines()) for section in self.sections for line in section.lines)
        share = LONGEST // max(len(self.sections), 1)
        for section in self.sections:
            lines = section.lines
            if count > LONGEST:
                lines = _within(lines, share)
            yield section.title, lines, section.missing + len(section.lines) - len(lines)

    @property
    def text(self) -> str:
        """The derivation as text."""
        out: list[str] = []
        for title, lines, missing in self.shown():
            out += ["", title] if out else [title]
            half = (len(lines) + 1) // 2
            for k, line in enumerate(lines):
                if missing and k == half:
                    out.append(f"  ... {missing:,} more lines: {self.hint}")
                out += [f"  {each}" for each in line.lines()]
        return "\n".join(out)

    @property
    def latex_lines(self) -> list[str]:
        """Each equation in LaTeX, by itself, without dollars."""
        return [" = ".join(line.latex) for _, lines, _ in self.shown() for line in lines]

    @property
    def latex(self) -> str:
        """The derivation in LaTeX, its equations aligned."""
        return "\n\n".join(self._aligned(lines, missing) for _, lines, missing in self.shown())

    def _aligned(self, lines: list[Line], missing: int) -> str:
        half = (len(lines) + 1) // 2
        rows = [line.aligned() for line in lines]
        if missing:
            rows.insert(half, r"&\ \ \vdots")
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return "\n\n".join(f"$$\n{self._aligned(lines, missing)}\n$$" for _, lines, missing in self.shown())

    def _repr_markdown_(self) -> str:
        out = []
        for title, lines, missing in self.shown():
            note = f"\n\n({missing:,} lines are left out: {self.hint})" if missing else ""
            out.append(f"**{_literally(title)}**\n\n$$\n{self._aligned(lines, missing)}\n$$" + note)
        return "\n\n".join(out)


def _literally(text: str) -> str:
    """Text as it is in Markdown: a name in it is no markup, no HTML and no formula."""
    return MARKS.sub(lambda found: "＄" if found[0] == "$" else f"&#{ord(found[0])};", text)


def _rows(sides: list[str], room: int, size: Callable[[str], int]) -> list[str]:
    """Sides of an equation in rows of so much room: ``= a = b``, ``= c``, and a side that is too long term by term."""
    pieces = [piece for side in sides for piece in _terms(f" = {side}", max(room, ROW // 3), size)]
    rows: list[str] = []
    for piece in pieces:
        if rows and size(rows[-1] + piece) <= room:
            rows[-1] += piece
        else:
            rows.append(piece)
    return rows


def _terms(side: str, room: int, size: Callable[[str], int]) -> list[str]:
    """A side, taken apart before its signs + and - if it is too long: those that are in no bracket."""
    if size(side) <= room:
        return [side]
    starts, depth = [0], 0
    for k, c in enumerate(side):
        escaped = k > 0 and side[k - 1] == "\\"
        depth += 0 if escaped else (c in "([{‹") - (c in ")]}›")
        if depth == 0 and k > 3 and side.startswith((" + ", " - "), k):
            starts.append(k)
    return [side[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]


def _seen(latex: str) -> int:
    """About how many characters are seen of it: a command is one, and of a fraction both parts are counted."""
    return len(SIGNS.sub("", re.sub(r"\\[a-zA-Z]+", "x", latex)))


def _within(lines: list[Line], most: int) -> list[Line]:
    """The first and the last lines, as many as fit."""
    first: list[Line] = []
    last: list[Line] = []
    used = 0
    for k in range(len(lines)):
        line = lines[k // 2] if k % 2 == 0 else lines[-1 - k // 2]
        used += len(line.lines())
        if used > most and k:
            break
        (first if k % 2 == 0 else last).append(line)
    return first + last[::-1]


def array_text(x: Any) -> tuple[str, list[str], str]:
    """An array: in a line, or as rows of a table, or by its shape; and in LaTeX."""
    x = np.asarray(x)
    latex = r" \times ".join(map(str, x.shape))
    kind = rf"\mathbb{{R}}^{{{latex}}}"
    if x.size > FEW or x.ndim > 2 or not x.size:
        return f"({' x '.join(map(str, x.shape))} array)", [], kind
    if x.ndim < 2:
        return f"[{' '.join(map(number_text, np.atleast_1d(x).tolist()))}]", [], kind
    cells = [[number_text(v) for v in row] for row in x.tolist()]
    wide = [max(len(row[k]) for row in cells) for k in range(x.shape[1])]
    return "", [f"[{'  '.join(cell.rjust(w) for cell, w in zip(row, wide, strict=True))}]" for row in cells], kind


def number_pair(x: float) -> tuple[str, str]:
    """A number in text and in LaTeX."""
    return number_text(x), number_latex(x)
