"""What a box says of a quantity: name, shape, value and gradient as far as they are known, and more on pointing at it.

Convention: a row begins with a small word for what it is. What is not known has no row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, Literal

from ..diagram import Box, BoxKind, Line, Role, Span
from ..graph import Graph, Quantity
from .heat import beside, heat
from .numbers import by, fits, literal, number, plain, statistics, table, troubles
from .symbols import INFIX, SYMBOLS

__all__ = ["COLUMNS", "ROWS", "add_maps", "arrow_text", "legend", "operation_box", "quantity_box", "recorded", "tip"]

SMALL = 9.0  # the size of words beside the point
Known = tuple[Literal["value", "gradient"], Role, Any]
WORDS = {"value": "value", "gradient": "grad"}
ROWS, COLUMNS, FEW = 6, 6, 16  # a table has at most so many rows, columns and elements
KINDS: dict[BoxKind, str] = {"input": "input", "parameter": "parameter", "constant": "constant", "result": "result"}


def quantity_box(q: Quantity, key: str) -> Box:
    """The box of a quantity, of the quantity's own kind."""
    lines = _title(q)
    known = _known(q)
    box = Box(key, q.kind, lines, tip=tip(q), quantity=q.key)
    if not q.shape or (fits(q.shape, ROWS, COLUMNS) and math.prod(q.shape) <= FEW):
        for word, role, x in known:
            rows = table(x) if q.shape else [number(x)]
            role = role if q.shape or not troubles(x) else "warning"
            for k, row in enumerate(rows):
                words = "" if k else WORDS[word]
                lines.append(Line([Span(words, "dust", SMALL)], [Span(row, role, shows=(word, q.key))]))
        if q.shape:
            lines.extend(_alarm(known))
        return box
    add_maps(box, q)
    return box


def add_maps(box: Box, q: Quantity) -> None:
    """Show a large array's value and gradient as heat-maps, below what is said of them."""
    known = _known(q)
    if not known or not math.prod(q.shape):
        return
    maps = [heat(x) for _, _, x in known]
    captions = [
        [Span(f"{WORDS[word]} ", "dust", SMALL), Span(_range(x), role, SMALL, shows=(word, q.key))]
        for word, role, x in known
    ]
    stacked = len(maps[0]) <= 1 or len(captions) == 1
    box.lines += [Line(caption) for caption in captions] if stacked else [Line(captions[0], captions[1])]
    box.lines += _alarm(known)
    if all(maps):
        box.heat = maps[0] if len(maps) == 1 else beside(*maps)
        box.cell = 12.0 if len(box.heat[0]) <= 13 else 8.0


def operation_box(q: Quantity, key: str) -> Box:
    """The operation that computed a quantity, as written: ``tanh``, ``* 2``, ``1 -``, ``[:, 0]``, ``sum axis=0``."""
    symbol, options = SYMBOLS.get(q.operation, q.operation), q.options
    if q.operation == "getitem" and [name for name, _ in options] == ["key"]:
        symbol, options = f"[{literal(options[0][1])}]", []
    spans = [Span(operation_text(q, symbol), "operation", bold=True)]
    said = " ".join(f"{name}={literal(value)}" for name, value in options)
    if said:
        spans.append(Span(f" {said}", "dust", SMALL))
    return Box(key, "operation", [Line(spans, centred=True)], tip="\n".join([q.operation, *recorded(q)]))


def operation_text(q: Quantity, symbol: str) -> str:
    """The symbol with the numbers that were written beside it."""
    operands = q.operands
    said = [None if o.source is not None else "…" if o.literal is None else literal(o.literal) for o in operands]
    if q.operation in INFIX and len(operands) == 2 and any(said):
        left, right = said
        return " ".join(text for text in (left, symbol, right) if text)
    return " ".join([symbol, *[text for o, text in zip(operands, said, strict=True) if text and o.literal is not None]])


def arrow_text(q: Quantity, k: int) -> list[Line]:
    """The local derivative of a quantity by its k-th operand, if it is one number."""
    slope = q.operands[k].slope
    if slope is None:
        return []
    return [Line([Span(number(slope), "slope", 10.0, shows=("slope", q.key, k))], centred=True)]


def tip(q: Quantity) -> str:
    """What a quantity is, in words: shape, dtype, statistics, where it was recorded."""
    shape = by(q.shape) if q.shape else "a number"
    said = [f"{q.name or q.kind}: {', '.join(filter(None, [shape, q.dtype]))}"]
    for word, _, x in _known(q):
        said.append(f"{word}: {statistics(x) if q.shape else repr(plain(x))}")
    return "\n".join([*said, *recorded(q)])


def recorded(q: Quantity) -> list[str]:
    """The file and line where a quantity was recorded, with its folder only: pictures are handed on."""
    where = "/".join(re.split(r"[/\\]", q.line)[-2:])
    return [f"recorded at {where}"] if where else []


def legend(graph: Graph, quantities: Iterable[Quantity]) -> list[tuple[BoxKind | Role, str]]:
    """What the kinds of boxes and the colours of texts mean, of those that occur."""
    shown = list(quantities)
    kinds = {q.kind for q in shown}
    found: list[tuple[BoxKind | Role, str]] = [(kind, word) for kind, word in KINDS.items() if kind in kinds]
    if any(q.gradient is not None for q in shown):
        found.append(("gradient", f"gradient {_of(graph)}".rstrip()))
    if any(o.slope is not None for q in shown for o in q.operands):
        found.append(("slope", "local derivative"))
    return found


def _of(graph: Graph) -> str:
    if graph.summed:
        return "of the sum of all results' elements"
    name = graph.quantities[graph.roots[0]].name if len(graph.roots) == 1 else ""
    return f"∂{name}/∂…" if name else ""


def _title(q: Quantity) -> list[Line]:
    """The name, broken where it has line breaks, and the shape."""
    lines = [Line([Span(part, "name", bold=True)]) for part in q.name.split("\n")] if q.name else []
    if q.shape:
        lines = lines or [Line()]
        lines[0].right = [Span(by(q.shape), "dust", 10.0)]
    return lines


def _known(q: Quantity) -> list[Known]:
    facts: list[Known] = [("value", "value", q.value), ("gradient", "gradient", q.gradient)]
    return [fact for fact in facts if fact[2] is not None]


def _range(x: Any) -> str:
    said = dict(part.split(" ", 1) for part in statistics(x).split(", ") if part.startswith(("min ", "max ")))
    return f"{said['min']} … {said['max']}" if said else ""


def _alarm(known: list[Known]) -> list[Line]:
    found = [(word, troubles(x)) for word, _, x in known]
    return [Line([Span(f"{word}: {said}", "warning", bold=True)]) for word, said in found if said]
