"""Positions from the programs of Graphviz: ``dot``, or the wheel graphviz-pure, which takes dot's arguments.

Convention: a program sees sizes and connections, no text at all: boxes are n0, n1, ..., and a text on an arrow is a
node between the two ends. One point of the program is one pixel.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from ..diagram import Diagram, text_width
from .layered import TITLE, Direction
from .placed import Placed, Point, Route, line_to
from .ranks import order_of_flow

__all__ = ["PROGRAMS", "Program", "by_program", "program"]

Program = str
PROGRAMS = ("dot", "graphviz-pure")
PATIENCE = 120.0  # seconds
MARGIN = 4.0
EMPTY = (
    '<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0" FIXEDSIZE="TRUE" WIDTH="{}" HEIGHT="{}">'
    "<TR><TD></TD></TR></TABLE>>"
)


def program(name: Program) -> Path | None:
    """Where a program is: on PATH; the wheel's also beside this Python, or where the wheel installed it."""
    candidates: list[Any] = [shutil.which(name) or ""]
    if name == "graphviz-pure":
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            files = importlib.metadata.distribution(name).files or []
            candidates += [f.locate() for f in files if f.stem == name and f.parent.name in ("bin", "Scripts")]
        candidates.append(Path(sys.executable).parent / name)
    return next((Path(c) for c in map(str, candidates) if c and Path(c).is_file()), None)


def by_program(diagram: Diagram, direction: Direction, command: Path) -> Placed:
    """The places that a program gives a diagram. OSError or ValueError where it does not do its work."""
    against = _against(diagram)
    source = _source(diagram, direction, against)
    try:
        done = subprocess.run(
            [str(command), "-Kdot", "-Tjson0"], input=source.encode(), capture_output=True, timeout=PATIENCE, check=True
        )
        return _read(diagram, json.loads(done.stdout), direction, against)
    except (subprocess.SubprocessError, ValueError, KeyError, IndexError) as error:
        said = getattr(error, "stderr", b"") or b""
        raise ValueError(f"{command.name} could not lay the picture out: {said.decode(errors='replace')}") from error


def _against(diagram: Diagram) -> list[bool]:
    """Which arrows run against the flow of the computation."""
    numbers = {box.key: k for k, box in enumerate(diagram.boxes)}
    ends = [(numbers[arrow.source], numbers[arrow.target]) for arrow in diagram.arrows]
    forward = [pair for pair, arrow in zip(ends, diagram.arrows, strict=True) if arrow.kind != "backward"]
    order = order_of_flow(len(diagram.boxes), forward)
    return [order[a] > order[b] for a, b in ends]


def _source(diagram: Diagram, direction: Direction, against: list[bool]) -> str:
    texts = any(arrow.lines for arrow in diagram.arrows)
    rows = [
        "digraph {",
        f'graph [rankdir={direction}, nodesep=0.2, ranksep={0.2 if texts else 0.42}, margin=0, pad=0, fontsize=8];',
        'node [shape=box, fixedsize=true, label=""]; edge [dir=none];',
    ]  # fmt: skip
    numbers = {box.key: k for k, box in enumerate(diagram.boxes)}
    rows += [_node(f"n{k}", *diagram.boxes[k].size) for k in _from_results(diagram, numbers, against)]
    texts_in: dict[str, list[str]] = {}
    homes = _homes(diagram)
    into, out = {"LR": ("w", "e"), "RL": ("e", "w"), "TB": ("n", "s"), "BT": ("s", "n")}[direction]
    for i, (arrow, back) in enumerate(zip(diagram.arrows, against, strict=True)):
        a, b = numbers[arrow.source], numbers[arrow.target]
        if back:
            a, b = b, a
        if not arrow.lines:
            rows.append(f"n{a} -> n{b} [id=a{i}{', minlen=2' if texts else ''}];")
            continue
        w, h = arrow.size
        rows.append(_node(f"t{i}", w + 6, h + 2))
        rows.append(f"n{a} -> t{i} [id=a{i}, headport={into}];")
        rows.append(f"t{i} -> n{b} [id=b{i}, tailport={out}];")
        common = [key for key in homes.get(arrow.source, []) if key in homes.get(arrow.target, [])]
        if common:
            texts_in.setdefault(common[-1], []).append(f"t{i}")
    clusters = itertools.count()
    for group, begins in diagram.each_group():
        if not begins:
            rows.append("}")
            continue
        label = EMPTY.format(round(text_width(group.title, TITLE) + 8), 14) if group.title else '""'
        rows.append(f"subgraph cluster_{next(clusters)} {{ margin=10; labeljust=l; label={label};")
        rows += [f"n{numbers[key]};" for key in group.boxes] + [f"{text};" for text in texts_in.get(group.key, [])]
    return "\n".join([*rows, "}"])


def _from_results(diagram: Diagram, numbers: dict[str, int], against: list[bool]) -> list[int]:
    """The boxes as a walk back from the results meets them, operands in their order: programs keep to that."""
    before: list[list[int]] = [[] for _ in diagram.boxes]
    ends = set(range(len(diagram.boxes)))
    for arrow, back in zip(diagram.arrows, against, strict=True):
        if not back:
            before[numbers[arrow.target]].append(numbers[arrow.source])
            ends.discard(numbers[arrow.source])
    seen: dict[int, None] = {}
    stack = sorted(ends, reverse=True)
    while stack:
        k = stack.pop()
        if k not in seen:
            seen[k] = None
            stack.extend(before[k][::-1])
    return [*seen, *(k for k in range(len(diagram.boxes)) if k not in seen)]


def _node(name: str, width: float, height: float) -> str:
    return f"{name} [width={width / 72:.4f}, height={height / 72:.4f}];"


def _homes(diagram: Diagram) -> dict[str, list[str]]:
    """For each box the groups around it, outer ones first."""
    found: dict[str, list[str]] = {}
    stack = [(group, [group.key]) for group in diagram.groups]
    while stack:
        group, path = stack.pop()
        found.update((key, path) for key in group.boxes)
        stack += [(inner, [*path, inner.key]) for inner in group.groups]
    return found


def _read(diagram: Diagram, found: Any, direction: Direction, against: list[bool]) -> Placed:
    left, low, right, high = map(float, found["bb"].split(","))
    placed = Placed(diagram, right - left + 2 * MARGIN, high - low + 2 * MARGIN)

    def at(x: float, y: float) -> Point:
        return (x - left + MARGIN, high - y + MARGIN)

    nodes = {thing["name"]: thing for thing in found.get("objects", [])}
    for k, box in enumerate(diagram.boxes):
        w, h = box.size
        x, y = at(*map(float, nodes[f"n{k}"]["pos"].split(",")))
        placed.boxes[box.key] = (x - w / 2, y - h / 2, w, h)
    groups, count = diagram.groups[::-1], 0
    while groups:
        group = groups.pop()
        cluster = nodes.get(f"cluster_{count}", {})
        count += 1
        groups += group.groups[::-1]
        if cluster.get("bb") and ("nodes" in cluster or "subgraphs" in cluster):
            x0, y0, x1, y1 = map(float, cluster["bb"].split(","))
            placed.groups[group.key] = (*at(x0, y1), x1 - x0, y1 - y0)
    lines = {edge["id"]: edge for edge in found.get("edges", [])}
    for i, (arrow, back) in enumerate(zip(diagram.arrows, against, strict=True)):
        points = [at(x, y) for x, y in _spline(lines[f"a{i}"])]
        text = None
        if arrow.lines:
            w, h = arrow.size
            x, y = at(*map(float, nodes[f"t{i}"]["pos"].split(",")))
            text = (x - w / 2, y - h / 2)
            rest = [at(x, y) for x, y in _spline(lines[f"b{i}"])]
            line_to(points, rest[0])
            points += rest[1:]
        placed.routes.append(Route(points[::-1] if back else points, text))
    return placed


def _spline(edge: Any) -> list[Point]:
    """The points of an edge, from its tail to its head."""
    points: list[Point] = []
    for part in edge["pos"].split(";")[0].split():
        if part[0] in "se":  # where an arrow's head would be
            continue
        x, y = map(float, part.split(","))
        points.append((x, y))
    return points
