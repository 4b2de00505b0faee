"""The lecture's picture: at each node its formula, activations going forward, derivatives going back.

Convention: the box of the quantity k is ``q<k>``. Beside each arrow forward runs one back, from a node to what it is
computed from, with the local derivative. A parameter's gradient stands at the parameter; the gradient of an inner node
has a name, δ1, δ2, ..., by which those before it use it again.
"""

from __future__ import annotations

import itertools

from ...typing import Shape
from ..diagram import Arrow, Box, BoxKind, Diagram, Line, Role, Shows, Span
from ..formula import Formulas, Number, Step, Use, fold, to_text
from ..formula.expression import symbols
from ..graph import Graph
from .content import COLUMNS, ROWS, add_maps, tip
from .numbers import by, fits, number, table

__all__ = ["lecture"]

NARROW, WIDE = 20, 34  # characters: what is shorter stays on one line, what is longer is broken
TIGHT = 16  # a gradient that is shorter stays on one line with its number
SHORT = 10  # a local derivative that is longer stands above its number
SIGNS = ("+", "-", "·", "⊙", "/")


def lecture(graph: Graph) -> Diagram:
    """The diagram of a graph, each step of its formulas once."""
    formulas = fold(graph)
    diagram = Diagram(title=graph.title)
    root = _root(graph, formulas)
    asked = _asked(graph, formulas)
    for step in formulas.steps.values():
        result = step.key in formulas.roots and step.delta is None  # its derivative by itself says nothing
        diagram.boxes.append(_box(step, root if step.key in asked and not result else ""))
    for step in formulas.steps.values():
        for use in step.uses:
            source = formulas.steps[use.key]
            diagram.arrows.append(_forward(source, step))
            if use.key in asked:
                diagram.arrows.append(_backward(use, source, step))
        for key in _untracked(formulas, step):
            diagram.arrows.append(_forward(formulas.steps[key], step))
    diagram.legend = _legend(formulas, asked)
    return diagram


def _root(graph: Graph, formulas: Formulas) -> str:
    """What is differentiated: ``E``, or ``Σy`` where y is no number."""
    if len(formulas.roots) != 1:
        return "Σ"
    name = to_text(formulas.steps[formulas.roots[0]].symbol)
    return f"Σ{name}" if graph.summed else name


def _asked(graph: Graph, formulas: Formulas) -> set[int]:
    """The steps whose gradients are shown: none before a backward pass; those of data only if all leaves are data."""
    if not graph.differentiated:
        return set()
    leaves = {step.quantity.kind for step in formulas.steps.values() if step.expression is None}
    hidden = {"constant"} | ({"input"} if "parameter" in leaves else set())
    return {
        step.key for step in formulas.steps.values()
        if step.gradient is not None and (step.expression is not None or step.quantity.kind not in hidden)
    }  # fmt: skip


def _untracked(formulas: Formulas, step: Step) -> list[int]:
    """What a step's formula speaks of without being differentiated by it."""
    used = {use.key for use in step.uses}
    spoken = [] if step.expression is None else symbols(step.expression)
    return [symbol.key for symbol in spoken if symbol.key in formulas.steps and symbol.key not in used]


# ---------------------------------------------------------------- boxes


def _box(step: Step, root: str) -> Box:
    """Name, formula, value and, if ``root`` is given, the gradient by it."""
    q = step.quantity
    lines = _equation(to_text(step.symbol), "" if step.expression is None else to_text(step.expression), "formula")
    held: Role = "formula" if q.kind == "parameter" else "activation"
    _result(lines, "", q.value, q.shape, held, ("value", q.key))
    if root:
        role: Role = "parameter" if step.expression is None else "reused"
        more = _equation(f"∂{root}/∂{to_text(step.symbol)}", _symbols(step), role)
        delta = "" if step.delta is None else to_text(step.delta)
        _result(more, delta, q.gradient, q.shape, role, ("gradient", q.key))
        lines += more
    box = Box(f"q{q.key}", q.kind, lines, tip=tip(q), quantity=q.key)
    if q.shape and not fits(q.shape, ROWS, COLUMNS):
        lines[0].right = [Span(by(q.shape), "dust", 10.0)]
        add_maps(box, q)
    return box


def _symbols(step: Step) -> str:
    """The gradient in symbols, unless it is just a number."""
    return "" if step.gradient is None or isinstance(step.gradient, Number) else to_text(step.gradient)


def _equation(name: str, formula: str, role: Role) -> list[Line]:
    """``name = formula``, broken into lines where it is long."""
    lines = [Line([Span(name, role, bold=role == "formula")])]
    if formula:
        indent = " " * (len(name) + 3)
        first, *rest = _broken(formula, max(WIDE - len(name) - 3, 12))
        lines[0].left.append(Span(f" = {first}", role))
        lines += [Line([Span(f"{indent}{part}", role)]) for part in rest]
    return lines


def _broken(formula: str, width: int) -> list[str]:
    """A formula in lines of about this width: broken before the terms of its sum, within a term only where it is long,
    and never within ``[a > b]``."""
    words = formula.split(" ")
    pieces, depth = words[:1], [0, 0]  # of brackets: any, square ones
    for before, word in itertools.pairwise(words):
        depth[1] += before.count("[") - before.count("]")
        depth[0] += before.count("[") - before.count("]") + before.count("(") - before.count(")")
        term = depth[0] == 0 and word in ("+", "-")
        long = len(pieces[-1]) + 1 + len(word) > width and not depth[1] and (word in SIGNS or before not in SIGNS)
        if term or long:
            pieces.append(word)
        else:
            pieces[-1] += f" {word}"
    lines = pieces[:1]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) > width:
            lines.append(piece)
        else:
            lines[-1] += f" {piece}"
    return lines


def _result(lines: list[Line], delta: str, x: object, shape: Shape, role: Role, shows: Shows) -> None:
    """Add ``= δ4 = -0.12``, or the rows of a small array: to the last line, or below it where that is too wide."""
    rows: list[str] = []
    if x is not None and not shape:
        rows = [number(x)]
    elif x is not None and fits(shape, ROWS, COLUMNS):
        rows = [f"[{row}]" for row in table(x)]
    name = len(lines[0].left[0].text)
    leaf = len(lines) == 1 and len(lines[0].left) == 1  # rows stand beside its name
    tail = [Span(f" = {delta}", role, bold=True)] if delta else []
    if rows and (len(rows) == 1 or leaf):
        tail.append(Span(f" = {rows.pop(0)}", role, shows=shows))
    widths = [_length(line.left) for line in lines]
    if tail and not leaf and widths[-1] + _length(tail) > max(NARROW if shows[0] == "value" else TIGHT, *widths[1:], 0):
        lines.append(Line([Span(" " * name, role), *tail]))
    else:
        lines[-1].left += tail
    room = name + 3 if leaf or not rows else min(name + 3, max(WIDE - len(rows[0]), 0))
    lines += [Line([Span(" " * room + row, role, shows=shows)]) for row in rows]


def _length(spans: list[Span]) -> int:
    return sum(len(span.text) for span in spans)


# ---------------------------------------------------------------- arrows


def _forward(source: Step, step: Step) -> Arrow:
    held = source.quantity.kind == "parameter"
    return Arrow(f"q{source.key}", f"q{step.key}", role="dust" if held else "activation")


def _backward(use: Use, source: Step, step: Step) -> Arrow:
    leaf = source.expression is None
    arrow = Arrow(f"q{step.key}", f"q{source.key}", kind="backward", role="parameter" if leaf else "reused")
    symbols, value = _local(use, source)
    shows: Shows | None = None if use.slope is None else ("derivative", step.key, source.key)
    text = " = ".join(filter(None, [symbols, value]))
    repeated = not value and len(text) > NARROW and use.local == source.gradient  # the box says it
    if text and not leaf and not repeated:
        parts = (
            [text] if not symbols or len(text) <= SHORT else _broken(symbols, WIDE) + ([f"= {value}"] if value else [])
        )
        arrow.lines = [Line([Span(part, "slope", 10.0)], centred=True) for part in parts]
        arrow.lines[-1].left[0].shows = shows
    arrow.tip = f"∂{to_text(step.symbol)}/∂{to_text(source.symbol)} = {text}" if text else ""
    return arrow


def _local(use: Use, source: Step) -> tuple[str, str]:
    """The local derivative in symbols, ``1 - tanh² h1``, and the number; of arrays that are multiplied by none, what
    arrives, if several do."""
    if use.local is None:
        return (to_text(use.arrives), "") if len(source.arrivals) > 1 else ("", "")
    value = "" if use.slope is None else number(use.slope)
    return ("" if value and isinstance(use.local, Number) else to_text(use.local)), value


def _legend(formulas: Formulas, asked: set[int]) -> list[tuple[BoxKind | Role, str]]:
    found: list[tuple[BoxKind | Role, str]] = [("activation", "activations")]
    leaves = {key for key in asked if formulas.steps[key].expression is None}
    if leaves:
        parameter = any(formulas.steps[key].quantity.kind == "parameter" for key in leaves)
        found.append(("gradient", "parameter gradients" if parameter else "gradients of the inputs"))
    if asked - leaves - set(formulas.roots):
        found += [("reused", "reused gradients"), ("slope", "local derivatives")]
    return found
