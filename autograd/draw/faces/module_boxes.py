"""What the boxes, frames and arrows of a picture of modules say: names, classes, parameters, shapes.

Convention: a name is written within the frame around it: ``[2]`` in ``encoder`` for the module ``encoder[2]``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

import numpy as np

from ..diagram import Arrow, Box, Line, Span
from ..graph import Graph, Quantity, Scope
from .calls import Calls
from .content import SMALL, operation_box, recorded
from .layers import Layer
from .numbers import by, number
from .repeats import Tree

__all__ = [
    "bundle", "carried_text", "frame_title", "layer_pill", "local_name", "mask_scale", "module_box", "parameters_of",
    "pill", "weights_box", "within",
]  # fmt: skip

WIDEST = 26  # characters of a line of a title
LISTED = 4  # parameters that a closed module names; of more it gives their number alone


def module_box(tree: Tree, scope: Scope, elsewhere: Set[int], name: str) -> Box:
    """The box of a closed module: name, class, result, and the parameters that are not shown ``elsewhere``."""
    run = tree.runs.get(scope.key, [scope.key])
    times = [Span(f"× {len(run)}", "operation", bold=True)] if len(run) > 1 else []
    lines = [Line([Span(name, "name", bold=True)], times)] if name or times else []
    lines += [Line([Span(part, "value")]) for part in broken(scope.title)]
    owned = [(label, tree.graph.quantities[key]) for label, key in parameters_of(tree, scope) if key not in elsewhere]
    if len(owned) <= LISTED:
        lines += [parameter_line(label, q) for label, q in owned]
    count = len(run) * sum(size(q) for _, q in owned)
    said = [Span(counted(count), "dust", SMALL)] if count else []
    lines.append(Line(said, [Span(results_text(tree, scope), "dust", 10.0)]))
    tips = [": ".join(filter(None, [full_name(tree, run), scope.title]))]
    tips += [f"{label} {by(q.shape) or 'a number'}" for label, q in owned]
    return Box(f"s{scope.key}", "module", lines, tip="\n".join(tips))


def parameter_line(name: str, q: Quantity) -> Line:
    return Line([Span(name, "parameter", 10.0)], [Span(by(q.shape), "dust", 10.0)])


def weights_box(tree: Tree, calls: Calls, framed: bool) -> Box:
    """The box of what several calls of a module share, with its name unless a frame has it."""
    first = tree.graph.scopes[calls.scopes[0]]
    names = {key: name for name, key in parameters_of(tree, first)}
    quantities = [tree.graph.quantities[key] for key in calls.weights]
    lines = [] if framed else [Line([Span(local_name(tree, first), "name", bold=True)])]
    lines += [parameter_line(names.get(q.key, q.name or "weight"), q) for q in quantities]
    lines.append(Line([Span(counted(sum(map(size, quantities))), "dust", SMALL)]))
    tip = "\n".join([f"shared by {calls.count}", *(f"{q.name} {by(q.shape)}" for q in quantities)])
    return Box(calls.box, "parameter", lines, tip=tip)


def bundle(calls: Calls, target: str) -> Arrow:
    """The one arrow that stands for all uses of shared weights."""
    text = Line([Span(f"shared by {calls.count}", "dust", SMALL)], centred=True)
    return Arrow(calls.box, target, [text], "bundle")


def frame_title(tree: Tree, scope: Scope, name: str, brief: bool = False) -> str:
    """``encoder[2]: Linear(64, 10) · 650 parameters · → 32×10``; in brief, without what the frame around says."""
    if brief:
        return " · ".join([name, results_text(tree, scope)])
    run = tree.runs.get(scope.key, [scope.key])
    times = f" × {len(run)}" if len(run) > 1 else ""
    said = [(": ".join(filter(None, [name, scope.title])) or scope.name) + times]
    if scope.kind != "kernel":
        count = len(run) * sum(size(tree.graph.quantities[key]) for _, key in parameters_of(tree, scope))
        said += [counted(count)] if count else []
        said.append(results_text(tree, scope))
    return " · ".join(filter(None, said))


def carried_text(graph: Graph, source: str, keys: Iterable[int]) -> list[Line]:
    """The shapes of what an arrow carries, unless the box that it comes from says it."""
    if source.startswith("q"):
        return []
    shapes = [_shape(graph, key) for key in keys]
    if source.startswith("s") and len(shapes) == 1:
        return []
    return [Line([Span(text, "dust", 10.0)], centred=True) for text in _few(shapes)]


def pill(graph: Graph, q: Quantity, key: str) -> Box:
    """An operation, in a module without the arguments that the module's title says.

    The product with a dropout mask, which is 0 or 1 / (1 - p), is ``× mask / 0.8``.
    """
    if q.scope is not None and graph.scopes[q.scope].title and q.operation != "getitem":
        q = replace(q, options=[])
    box = operation_box(q, key)
    for o in q.operands if q.operation == "multiply" else ():
        scale = None if o.source is None else mask_scale(graph.quantities[o.source])
        if scale:
            box.lines[0].left[0].text = f"× mask / {number(1 / scale, 3)}"
    return box


def mask_scale(q: Quantity) -> float | None:
    """1 / (1 - p) of a dropout mask, whose elements are that or 0."""
    if q.kind != "constant" or not q.shape or q.value is None:
        return None
    x = np.asarray(q.value)
    top = x.max(initial=0)
    return float(top) if x.dtype.kind == "f" and top > 1 and ((x == 0) | (x == top)).all() else None


def layer_pill(tree: Tree, q: Quantity, layer: Layer) -> Box:
    """A module without parameters that is one operation: ``[1] ReLU()``."""
    scope = tree.graph.scopes[layer.scope]
    name, title = local_name(tree, scope), scope.title.split("(")[0] if len(scope.title) > WIDEST else scope.title
    spans = [Span(f"{name} ", "dust", 10.0)] if name else []
    line = Line([*spans, Span(title or q.operation, "operation", bold=True)], centred=True)
    box = Box(f"o{q.key}", "operation", [line])
    box.tip = "\n".join([f"{scope.name}: {scope.title}", q.operation, *recorded(q)])
    return box


# ---------------------------------------------------------------- names and numbers


def local_name(tree: Tree, scope: Scope) -> str:
    """The name of a scope within the one around it, and of those that repeat it the range: ``[0] … [11]``."""
    run = tree.runs.get(scope.key, [scope.key])
    first, last = (_within(tree, tree.graph.scopes[key]) for key in (run[0], run[-1]))
    if len(run) == 1 or not last:
        return first
    shared = first.rpartition("[")[0]
    return f"{first} … {last.removeprefix(shared)}"


def _within(tree: Tree, scope: Scope) -> str:
    around = next((s.name for s in map(tree.graph.scopes.__getitem__, list(tree.around(scope.parent))) if s.name), "")
    return within(scope.name, around)


def within(name: str, around: str) -> str:
    """A name within what has the other name: ``weight`` of ``encoder[2].weight``."""
    if not around or not name.startswith((f"{around}.", f"{around}[")):
        return name
    return name.removeprefix(around).removeprefix(".")


def broken(title: str) -> list[str]:
    """A long title on several lines, broken after commas."""
    lines = [""]
    for part in re.split(r"(?<=, )", title):
        if lines[-1] and len(lines[-1] + part.rstrip()) > WIDEST:
            lines.append("  ")
        lines[-1] += part
    return [line.rstrip() for line in lines if line.strip()]


def full_name(tree: Tree, run: Sequence[int]) -> str:
    return " … ".join(dict.fromkeys(tree.graph.scopes[key].name for key in (run[0], run[-1])))


def parameters_of(tree: Tree, scope: Scope) -> list[tuple[str, int]]:
    """The parameters of a module and of those in it that the graph shows, each once, with their names in it."""
    found: dict[int, str] = {}
    for key in tree.below(scope.key):
        inner = tree.graph.scopes[key]
        path = within(inner.name, scope.name) if key != scope.key else ""
        for name, k in inner.parameters:
            found.setdefault(k, f"{path}.{name}" if path else name)
    for k in tree.inside[scope.key]:
        for o in tree.graph.quantities[k].operands:
            if o.source is not None and tree.graph.quantities[o.source].kind == "parameter":
                found.setdefault(o.source, tree.graph.quantities[o.source].name or "parameter")
    return [(name, key) for key, name in found.items()]


def results_text(tree: Tree, scope: Scope) -> str:
    """The shapes of what a module gives: ``→ 32×10``."""
    keys = scope.results or tree.leaving(scope.key)
    shapes = [_shape(tree.graph, key) for key in keys]
    return f"→ {', '.join(_few(shapes))}" if shapes else ""


def _few(shapes: list[str]) -> list[str]:
    """The shapes, or of many the different ones."""
    shapes = shapes if len(shapes) <= 2 else list(dict.fromkeys(shapes))
    return shapes if len(shapes) <= 3 else [*shapes[:2], "…"]


def _shape(graph: Graph, key: int) -> str:
    q = graph.quantities[key]
    return by(q.shape) or "1"


def size(q: Quantity) -> int:
    return math.prod(q.shape)


def counted(count: int) -> str:
    return f"{count:,} parameter{'' if count == 1 else 's'}"
