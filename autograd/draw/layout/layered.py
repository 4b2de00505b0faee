"""Our own layout, in layers: plain and dependable, wherever Python runs.

A frame is laid out by itself and is one box in what is around it; an arrow across a frame passes a fixed place on the
frame's side. So a frame holds exactly its boxes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..diagram import Diagram, Group, text_width
from .columns import Columns
from .flat import Flat, Link
from .placed import Placed, Point, Rectangle, Route, joined, line_to
from .ranks import order_of_flow
from .rows import lay_out_rows

__all__ = ["TITLE", "Direction", "layered"]

Direction = Literal["LR", "TB", "RL", "BT"]
PAD = 12.0  # between a frame and what is in it
TITLE = 11.0  # the size of a frame's title
MARGIN = 4.0
NESTED = 2 * PAD + 60.0  # a row within a frame is so much shorter than one around it


@dataclass(slots=True)
class _Level:
    """The whole diagram, or a frame: ``nodes`` are boxes (their numbers) and frames (levels) in it."""

    group: Group | None
    nodes: list[int | _Level] = field(default_factory=list)
    parent: _Level | None = None
    index: int = 0  # its place among the nodes of what is around it
    depth: int = 0
    links: list[tuple[int, Link]] = field(default_factory=list)  # arrow, link
    forward: list[tuple[int, int]] = field(default_factory=list)
    across: list[tuple[int, int, int]] = field(default_factory=list)  # arrow, its tail and its head here
    ports: list[tuple[bool, int, Link]] = field(default_factory=list)  # left?, arrow, link
    order: list[int] = field(default_factory=list)
    flat: Flat | None = None


def layered(diagram: Diagram, direction: Direction = "LR", wrap: float | None = None) -> Placed:
    """Place a diagram; with ``wrap``, in rows of about this width, if it runs from left to right or back."""
    upright = direction in ("TB", "BT")
    home, levels = _levels(diagram)
    _share_out(diagram, home, levels)
    pieces: list[list[tuple[_Level, Link]]] = [[] for _ in diagram.arrows]
    backward = _links(diagram, home, levels, pieces, upright)
    for level in reversed(levels):
        room = None if wrap is None or upright else max(wrap - level.depth * NESTED, 150.0)
        _place(diagram, level, upright, direction, room)
    return _gather(diagram, levels, pieces, backward, direction)


def _levels(diagram: Diagram) -> tuple[list[tuple[_Level, int]], list[_Level]]:
    """For each box the level it is in and its place there; all levels, outer ones first."""
    numbers = {box.key: k for k, box in enumerate(diagram.boxes)}
    top = _Level(None)
    levels, stack = [], [(top, diagram.groups)]
    home: list[tuple[_Level, int] | None] = [None] * len(diagram.boxes)
    frames: dict[int, list[_Level]] = {}
    while stack:
        level, groups = stack.pop()
        levels.append(level)
        for key in level.group.boxes if level.group else []:
            home[numbers[key]] = (level, -1)
        frames[id(level)] = [_Level(group, parent=level, depth=level.depth + 1) for group in groups]
        stack.extend((frame, frame.group.groups) for frame in frames[id(level)][::-1] if frame.group)
    found: list[tuple[_Level, int]] = []
    for k, place in enumerate(home):  # boxes in the diagram's order, a frame where its first box is
        level = place[0] if place else top
        inner: int | _Level = k
        found.append((level, len(level.nodes)))
        around: _Level | None = level
        while around is not None:
            if isinstance(inner, _Level):
                if any(node is inner for node in around.nodes):
                    break
                inner.index = len(around.nodes)
            around.nodes.append(inner)
            inner, around = around, around.parent
    return found, [level for level in levels if level.nodes or level is top]


def _share_out(diagram: Diagram, home: list[tuple[_Level, int]], levels: list[_Level]) -> None:
    """Give each arrow to the innermost level around both its ends, and order the nodes of each level."""
    numbers = {box.key: k for k, box in enumerate(diagram.boxes)}
    for i, arrow in enumerate(diagram.arrows):
        level, a, b = _meet(home[numbers[arrow.source]], home[numbers[arrow.target]])
        level.across.append((i, a, b))
        if arrow.kind != "backward" and a != b:
            level.forward.append((a, b))
    for level in levels:
        level.order = order_of_flow(len(level.nodes), level.forward)


def _meet(a: tuple[_Level, int], b: tuple[_Level, int]) -> tuple[_Level, int, int]:
    (x, i), (y, j) = a, b
    while x is not y:
        if x.depth >= y.depth and x.parent is not None:
            x, i = x.parent, x.index
        elif y.parent is not None:
            y, j = y.parent, y.index
    return x, i, j


def _links(
    diagram: Diagram, home: list[tuple[_Level, int]], levels: list[_Level],
    pieces: list[list[tuple[_Level, Link]]], upright: bool,
) -> set[int]:  # fmt: skip
    """Cut each arrow into links, one for each level that it runs through; the arrows that run against the flow."""
    numbers = {box.key: k for k, box in enumerate(diagram.boxes)}
    backward = set()
    for level in levels:
        for i, a, b in level.across:
            if a == b:
                continue
            arrow = diagram.arrows[i]
            source, target = numbers[arrow.source], numbers[arrow.target]
            if level.order[a] > level.order[b]:
                backward.add(i)
                source, target, a, b = target, source, b, a
            out, into = [], []
            inner, k = home[source]
            while inner is not level:
                link = Link(k, -1)
                inner.ports.append((False, i, link))
                out.append((inner, link))
                assert inner.parent is not None
                inner, k = inner.parent, inner.index
            inner, k = home[target]
            while inner is not level:
                link = Link(-1, k)
                inner.ports.append((True, i, link))
                into.append((inner, link))
                assert inner.parent is not None
                inner, k = inner.parent, inner.index
            w, h = arrow.size
            size = (0.0, 0.0) if not arrow.lines else (h + 6, w + 12) if upright else (w + 6, h + 2)
            link = Link(a, b, size)
            level.links.append((i, link))
            pieces[i] = [*out, (level, link), *into[::-1]]
    return backward


def _place(diagram: Diagram, level: _Level, upright: bool, direction: Direction, wrap: float | None) -> None:
    """Lay out one level, whose frames are laid out already."""
    sizes: list[tuple[float, float]] = []
    for node in level.nodes:
        if isinstance(node, _Level):
            left, top, right, bottom = _frame(node, direction)
            sizes.append((right - left, bottom - top))
        else:
            w, h = diagram.boxes[node].size
            sizes.append((h, w) if upright else (w, h))
    links = list(level.links)
    for node in level.nodes:  # links of this level that end at a frame go to the place where they pass it
        if isinstance(node, _Level):
            assert node.flat is not None
            _, top, _, bottom = _frame(node, direction)
            for j, (left, i, _) in enumerate(node.ports):
                at = node.flat.corners[len(node.nodes) + j][1] - (top + bottom) / 2
                for outer in _outer(level, i, node.index, left):
                    if left:
                        outer.enters = at
                    else:
                        outer.leaves = at
    order = list(level.order)
    n = len(sizes)
    first: set[int] = set()
    last: set[int] = set()
    for j, (left, i, link) in enumerate(level.ports):
        sizes.append((0.0, 0.0))
        (first if left else last).add(n + j)
        order.append(-1 if left else 10**9)
        if left:
            link.tail = n + j
        else:
            link.head = n + j
        links.append((i, link))
    links.sort(key=lambda pair: pair[0])  # operands in their order
    level.flat = Flat(sizes, [link for _, link in links], order, first, last)
    lay_out_rows(Columns(level.flat), wrap)


def _outer(level: _Level, i: int, index: int, left: bool) -> list[Link]:
    """The link of arrow i at this level, at the node of this index."""
    across = [link for k, link in level.links if k == i]
    ports = [link for _, k, link in level.ports if k == i]
    return [link for link in [*across, *ports] if (link.head if left else link.tail) == index]


def _frame(level: _Level, direction: Direction) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a frame, in its own coordinates."""
    assert level.flat is not None
    left, top, right, bottom = level.flat.extent
    title = level.group.title if level.group else ""
    room = TITLE * 1.6 if title else 0.0
    need = text_width(title, TITLE) + 16 if title else 0.0
    ports = {port for port, _, _ in level.ports}
    left, right = left - (0 if True in ports else PAD), right + (0 if False in ports else PAD)
    top, bottom = top - PAD, bottom + PAD
    if direction in ("LR", "RL"):
        top -= room
        right = max(right, left + need)
    else:
        bottom = max(bottom, top + need)
        left, right = (left - room, right) if direction == "TB" else (left, right + room)
    return left, top, right, bottom


def _gather(
    diagram: Diagram, levels: list[_Level], pieces: list[list[tuple[_Level, Link]]], backward: set[int],
    direction: Direction,
) -> Placed:  # fmt: skip
    """Put all levels together, and turn everything into the direction that was asked for."""
    shift: dict[int, Point] = {}
    found: dict[int | str, Rectangle] = {}
    frames: dict[str, Rectangle] = {}
    for level in levels:
        assert level.flat is not None
        left, top, right, bottom = _frame(level, direction)
        if level.parent is None:
            left, top, right, bottom = level.flat.extent
            shift[id(level)] = (MARGIN - left, MARGIN - top)
            width, height = right - left + 2 * MARGIN, bottom - top + 2 * MARGIN
        else:
            assert level.parent.flat is not None and level.group is not None
            du, dv = shift[id(level.parent)]
            u, v = level.parent.flat.corners[level.index]
            shift[id(level)] = (u + du - left, v + dv - top)
            frames[level.group.key] = (u + du, v + dv, right - left, bottom - top)
        du, dv = shift[id(level)]
        for node, (u, v), size in zip(level.nodes, level.flat.corners, level.flat.sizes, strict=False):
            if not isinstance(node, _Level):
                found[node] = (u + du, v + dv, *size)
    size = (width, height)
    placed = Placed(diagram, *(size if direction in ("LR", "RL") else size[::-1]))
    for k, box in enumerate(diagram.boxes):
        placed.boxes[box.key] = _turned(found[k], size, direction)
    for key, rectangle in frames.items():
        placed.groups[key] = _turned(rectangle, size, direction)
    for i, parts in enumerate(pieces):
        points: list[Point] = []
        text = None
        for level, link in parts:
            du, dv = shift[id(level)]
            moved = [(u + du, v + dv) for u, v in link.curve]
            if points:
                line_to(points, moved[0])
            points.extend(moved[1:] if points else moved)
            if link.label is not None:
                u, v = link.label
                x, y, w, h = _turned((u + du, v + dv, *link.text), size, direction)
                width, height = diagram.arrows[i].size
                text = (x + (w - width) / 2, y + (h - height) / 2)
        turned = [_turned((u, v, 0.0, 0.0), size, direction)[:2] for u, v in joined(points)]
        placed.routes.append(Route(turned[::-1] if i in backward else turned, text))
    return placed


def _turned(rectangle: Rectangle, size: tuple[float, float], direction: Direction) -> Rectangle:
    u, v, du, dv = rectangle
    if direction in ("RL", "BT"):
        u = size[0] - u - du
    return (u, v, du, dv) if direction in ("LR", "RL") else (v, u, dv, du)
