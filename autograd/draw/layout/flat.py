"""A layered layout of boxes and arrows without frames, from left to right.

Convention: u runs along the flow, v across it; a caller who wants another direction exchanges and mirrors them. Boxes
stand in columns. An arrow that passes columns has a place of its own in each; a text on an arrow is such a place,
in a column between those of boxes. So nothing overlaps, however dense the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from .orders import reduce_crossings
from .placed import Point, line_to
from .places import place_all
from .ranks import ranks

__all__ = ["Flat", "Link", "lay_out"]

BETWEEN_BOXES, BETWEEN_LINES, BETWEEN_TEXTS = 16.0, 9.0, 4.0
NARROW, WIDE = 30.0, 90.0  # the gap between columns: from level arrows to steep ones
SPREAD = 12.0  # between arrows at one side of a box
LANE = 8.0  # between arrows that go on in the next row


@dataclass(slots=True)
class Link:
    """An arrow along the flow; ``text`` is the size of its text, (0, 0) for none.

    ``leaves``, ``enters``  where it is fixed at the boxes' sides, from the middle; None: where there is room
    ``curve``, ``label``    the result: its route from tail to head, and the left top corner of its text
    """

    tail: int
    head: int
    text: tuple[float, float] = (0.0, 0.0)
    leaves: float | None = None
    enters: float | None = None
    curve: list[Point] = field(default_factory=list)
    label: Point | None = None


@dataclass(slots=True)
class Flat:
    """Nodes with their sizes, and the links between them.

    ``order``        a place for each node, such that all links lead forward
    ``first, last``  nodes that stand at the left and right end of all, without size: where links cross a frame
    ``corners``      the result: the left top corner of each node
    ``extent``       the result: left, top, right and bottom of everything
    """

    sizes: list[tuple[float, float]]
    links: list[Link]
    order: list[int]
    first: set[int] = field(default_factory=set)
    last: set[int] = field(default_factory=set)
    corners: list[Point] = field(default_factory=list)
    extent: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


class _Columns:
    """The items of all columns: the nodes, then the places of passing links and of texts."""

    def __init__(self, flat: Flat) -> None:
        self.flat = flat
        n = len(flat.sizes)
        rank = ranks(n, [(link.tail, link.head) for link in flat.links], flat.order)
        if flat.first or flat.last:  # they have the ends to themselves
            inner = [rank[k] for k in range(n) if k not in flat.first and k not in flat.last]
            low, high = min(inner, default=0), max(inner, default=0)
            rank = [low - 1 if k in flat.first else high + 1 if k in flat.last else rank[k] for k in range(n)]
            lowest = min(rank, default=0)
            rank = [r - lowest for r in rank]
        self.step = 2 if any(link.text[1] for link in flat.links) else 1
        self.rank = [r * self.step for r in rank]
        self.sizes = list(flat.sizes)
        self.texts: dict[int, int] = {}  # items that are texts, and their links
        self.chains: list[list[int]] = []
        for i, link in enumerate(flat.links):
            a, b = self.rank[link.tail], self.rank[link.head]
            at = b - 1 if link.text[1] else -1  # by the box that the arrow leads to
            chain = [link.tail]
            for r in range(a + 1, b):
                chain.append(len(self.sizes))
                self.sizes.append(link.text if r == at else (0.0, 0.0))
                self.rank.append(r)
                if r == at:
                    self.texts[chain[-1]] = i
            self.chains.append([*chain, link.head])
        self.layers = self._first_order()

    def _first_order(self) -> list[list[int]]:
        """Columns in the order in which a walk back from the results meets their items, operands in their order."""
        before: list[list[int]] = [[] for _ in self.sizes]
        ends = set(range(len(self.flat.sizes)))
        for chain in self.chains:
            for a, b in pairwise(chain):
                before[b].append(a)
            ends.discard(chain[0])
        layers: list[list[int]] = [[] for _ in range(max(self.rank, default=-1) + 1)]
        seen: set[int] = set()
        stack = sorted(ends, reverse=True)
        while stack:
            k = stack.pop()
            if k not in seen:
                seen.add(k)
                layers[self.rank[k]].append(k)
                stack.extend(before[k][::-1])
        return layers

    def gap(self, a: int, b: int) -> float:
        """How far two neighbours in a column must be apart."""
        n = len(self.flat.sizes)
        if a < n and b < n:
            return BETWEEN_BOXES
        return BETWEEN_TEXTS if a in self.texts or b in self.texts else BETWEEN_LINES


def lay_out(flat: Flat, wrap: float | None = None) -> None:
    """Place everything; with ``wrap``, in rows of about this length, where there is more than one column."""
    columns = _Columns(flat)
    n = len(flat.sizes)
    half = [dv / 2 for _, dv in columns.sizes]
    fixed = [(link.leaves, link.enters) for link in flat.links]
    items = len(columns.sizes)
    before: list[list[tuple[int, float, float]]] = [[] for _ in range(items)]
    after: list[list[tuple[int, float, float]]] = [[] for _ in range(items)]
    for chain, (leaves, enters) in zip(columns.chains, fixed, strict=True):
        for a, b in pairwise(chain):
            x = (leaves or 0.0) / (2 * half[a] + 1) if a == chain[0] else 0.0
            y = (enters or 0.0) / (2 * half[b] + 1) if b == chain[-1] else 0.0
            before[b].append((a, x, y))
            after[a].append((b, y, x))
    layers = reduce_crossings(columns.layers, before, after)
    place = {k: i for layer in layers for i, k in enumerate(layer)}
    leaving, entering = _ports(flat, columns.chains, place, half)

    pulls_back: list[list[tuple[int, float, float, float]]] = [[] for _ in range(items)]
    pulls_on: list[list[tuple[int, float, float, float]]] = [[] for _ in range(items)]
    for i, chain in enumerate(columns.chains):
        for a, b in pairwise(chain):
            weight = (1.0, 2.0, 8.0)[(a >= n) + (b >= n)]
            x = leaving[i] if a == chain[0] else 0.0
            y = entering[i] if b == chain[-1] else 0.0
            pulls_back[b].append((a, x, y, weight))
            pulls_on[a].append((b, y, x, weight))
    gaps = [[columns.gap(a, b) for a, b in pairwise(layer)] for layer in layers]
    v = place_all(layers, half, gaps, pulls_back, pulls_on)

    # along the flow: columns as wide as their widest item, farther apart where links are steep
    steep = [0.0] * len(layers)
    for i, chain in enumerate(columns.chains):
        for a, b in pairwise(chain):
            x = v[a] + (leaving[i] if a == chain[0] else 0.0)
            y = v[b] + (entering[i] if b == chain[-1] else 0.0)
            steep[columns.rank[a]] = max(steep[columns.rank[a]], abs(x - y))
    widths = [max((columns.sizes[k][0] for k in layer), default=0.0) for layer in layers]
    spaces = [min(max(NARROW, s * 0.25), WIDE) / columns.step for s in steep]
    lefts, u = [], 0.0
    for c, width in enumerate(widths):
        lefts.append(u)
        u += width + (spaces[c] if c + 1 < len(widths) else 0.0)

    middles = [lefts[r] + widths[r] / 2 for r in columns.rank]
    flat.corners = [(middles[k] - du / 2, v[k] - dv / 2) for k, (du, dv) in enumerate(flat.sizes)]
    for i, (link, chain) in enumerate(zip(flat.links, columns.chains, strict=True)):
        tail, head = chain[0], chain[-1]
        points = [(middles[tail] + flat.sizes[tail][0] / 2, v[tail] + leaving[i])]
        line_to(points, (lefts[columns.rank[tail]] + widths[columns.rank[tail]], points[0][1]))
        for k in chain[1:]:
            r = columns.rank[k]
            _bend(points, (lefts[r], v[k] + (entering[i] if k == head else 0.0)))
            if k == head:
                line_to(points, (middles[head] - flat.sizes[head][0] / 2, points[-1][1]))
            else:
                line_to(points, (lefts[r] + widths[r], v[k]))
            if k in columns.texts:
                link.label = (middles[k] - link.text[0] / 2, v[k] - link.text[1] / 2)
        link.curve = points
    tops = [v[k] - half[k] for k in range(items)]
    bottoms = [v[k] + half[k] for k in range(items)]
    flat.extent = (0.0, min(tops, default=0.0), u, max(bottoms, default=0.0))


def _ports(
    flat: Flat, chains: list[list[int]], place: dict[int, int], half: list[float]
) -> tuple[list[float], list[float]]:
    """Where each link leaves its tail and enters its head: side by side, in the order of where they lead."""
    leaving, entering = [0.0] * len(chains), [0.0] * len(chains)
    for result, end, beside in ((leaving, 0, 1), (entering, -1, -2)):
        sides: dict[int, list[int]] = {}
        for i, chain in enumerate(chains):
            given = flat.links[i].leaves if end == 0 else flat.links[i].enters
            if given is not None:
                result[i] = given
            else:
                sides.setdefault(chain[end], []).append(i)
        for node, members in sides.items():
            members.sort(key=lambda i: place[chains[i][beside]])
            gap = min(SPREAD, max(2 * half[node] - 10, 0.0) / len(members))
            for j, i in enumerate(members):
                result[i] = (j - (len(members) - 1) / 2) * gap
    return leaving, entering


def _bend(points: list[Point], end: Point) -> None:
    """Add a curve that leaves and arrives along the flow."""
    (u0, v0), (u1, v1) = points[-1], end
    if abs(v0 - v1) < 0.01:
        line_to(points, end)
    else:
        middle = (u0 + u1) / 2
        points += [(middle, v0), (middle, v1), end]
