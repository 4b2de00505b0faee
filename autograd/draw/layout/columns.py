"""The columns of a layered layout and what stands in them: nodes, and the places of links that pass and of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from itertools import pairwise

from .flat import Flat
from .orders import reduce_crossings
from .places import draw_in, place_all
from .ranks import ranks

__all__ = ["Columns"]

BETWEEN_BOXES, BETWEEN_LINES, BETWEEN_TEXTS = 16.0, 9.0, 4.0
SPREAD = 12.0  # between arrows at one side of a box
ALONE, TOGETHER = 600, 6  # columns that all links may pass alone; how many of a node then run together


class Columns:
    """The items of all columns in their order, with their places across the flow.

    The first items are the nodes. ``chains`` are the items of each link, from tail to head; ``leaving`` and
    ``entering`` are where it is fixed at these, from the middle; ``texts`` are the items that are texts, and
    their links.
    """

    def __init__(self, flat: Flat) -> None:
        self.flat = flat
        self.sizes = list(flat.sizes)
        self.rank = self._ranks()
        self.step = 2 if any(link.text[1] for link in flat.links) else 1  # texts stand in columns between
        self.rank = [r * self.step for r in self.rank]
        self.texts: dict[int, int] = {}
        self.shared: dict[tuple[bool, int, int], int] = {}  # the item in a column of all links from a node, or to it
        self.sides = self._sides()
        self.chains = [self._chain(i) for i in range(len(flat.links))]
        self.half = [dv / 2 for _, dv in self.sizes]
        self.layers = self._without_crossings(self._first_order())
        self.leaving, self.entering = self._ports()
        self.v: list[float] = []
        self.settle()

    def _ranks(self) -> list[int]:
        flat = self.flat
        n = len(flat.sizes)
        rank = ranks(n, [(link.tail, link.head) for link in flat.links], flat.order)
        if not (flat.first or flat.last):
            return rank
        inner = [rank[k] for k in range(n) if k not in flat.first and k not in flat.last]  # not those at the ends
        low, high = min(inner, default=0), max(inner, default=0)
        rank = [low - 1 if k in flat.first else high + 1 if k in flat.last else rank[k] for k in range(n)]
        lowest = min(rank)
        return [r - lowest for r in rank]

    def _sides(self) -> list[bool | None]:
        """Whether each link runs together with the others of its tail (False) or of its head (True), or alone (None).

        Only in a picture of so many long links that they would not be told apart.
        """
        spans = [self.rank[link.head] - self.rank[link.tail] for link in self.flat.links]
        if sum(spans) <= ALONE:
            return [None] * len(spans)
        long = [link for link, span in zip(self.flat.links, spans, strict=True) if span > 2 * self.step]
        tails, heads = Counter(link.tail for link in long), Counter(link.head for link in long)
        found: list[bool | None] = []
        for link in self.flat.links:
            to, by = heads[link.head], tails[link.tail]
            found.append(None if max(to, by) < TOGETHER else to > by)
        return found

    def _chain(self, i: int) -> list[int]:
        link, side = self.flat.links[i], self.sides[i]
        a, b = self.rank[link.tail], self.rank[link.head]
        at = b - 1 if link.text[1] else -1  # by the box that the arrow leads to
        chain = [link.tail]
        for r in range(a + 1, b):
            key = None if side is None or r == at else (side, link.head if side else link.tail, r)
            k = self.shared.get(key, -1) if key is not None else -1
            if k < 0:
                k = len(self.sizes)
                self.sizes.append(link.text if r == at else (0.0, 0.0))
                self.rank.append(r)
                if key is not None:
                    self.shared[key] = k
            if r == at:
                self.texts[k] = i
            chain.append(k)
        return [*chain, link.head]

    def steps(self) -> Iterator[tuple[int, int, int, int]]:
        """(link, place in its chain, item before, item there) of all steps; those that several links share once."""
        n = len(self.flat.sizes)
        seen: set[tuple[int, int]] = set()
        for i, chain in enumerate(self.chains):
            alone = self.sides[i] is None
            for j, (a, b) in enumerate(pairwise(chain), 1):
                if alone or a < n or b < n:
                    yield i, j, a, b
                elif (a, b) not in seen:
                    seen.add((a, b))
                    yield i, j, a, b

    def step_of(self, i: int, j: int) -> tuple[int, int]:
        """What tells a step of a link from others, as ``steps`` does."""
        a, b = self.chains[i][j - 1], self.chains[i][j]
        return (a, b) if min(a, b) >= len(self.flat.sizes) else (-1 - i, j)

    def _first_order(self) -> list[list[int]]:
        """The columns as a walk back from the results meets their items, operands in their order."""
        before: list[list[int]] = [[] for _ in self.sizes]
        ends = set(range(len(self.flat.sizes))) - {link.tail for link in self.flat.links}
        for _, _, a, b in self.steps():
            before[b].append(a)
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

    def _without_crossings(self, layers: list[list[int]]) -> list[list[int]]:
        before: list[list[tuple[int, float, float]]] = [[] for _ in self.sizes]
        after: list[list[tuple[int, float, float]]] = [[] for _ in self.sizes]
        for i, _, a, b in self.steps():
            link = self.flat.links[i]
            x = (link.leaves or 0.0) / (2 * self.half[a] + 1) if a == link.tail else 0.0
            y = (link.enters or 0.0) / (2 * self.half[b] + 1) if b == link.head else 0.0
            before[b].append((a, x, y))
            after[a].append((b, y, x))
        return reduce_crossings(layers, before, after)

    def _ports(self) -> tuple[list[float], list[float]]:
        """Where each link leaves its tail and enters its head: side by side, in the order of where they lead."""
        n = len(self.flat.sizes)
        place = {k: i for layer in self.layers for i, k in enumerate(layer)}
        leaving, entering = [0.0] * len(self.chains), [0.0] * len(self.chains)
        for result, end, beside in ((leaving, 0, 1), (entering, -1, -2)):
            sides: dict[int, list[int]] = {}
            for i, chain in enumerate(self.chains):
                given = self.flat.links[i].leaves if end == 0 else self.flat.links[i].enters
                if given is not None:
                    result[i] = given
                else:
                    sides.setdefault(chain[end], []).append(i)
            for node, members in sides.items():
                members.sort(key=lambda i: place[self.chains[i][beside]])
                shares = [self.sides[i] is not None and self.chains[i][beside] >= n for i in members]
                ports = {
                    self.chains[i][beside] if share else -1 - i: None for i, share in zip(members, shares, strict=True)
                }
                at = {port: j for j, port in enumerate(ports)}
                gap = min(SPREAD, max(2 * self.half[node] - 10, 0.0) / len(ports))
                for i, share in zip(members, shares, strict=True):
                    result[i] = (at[self.chains[i][beside] if share else -1 - i] - (len(ports) - 1) / 2) * gap
        return leaving, entering

    def settle(self, starts: Container[int] = ()) -> None:
        """Find the places across the flow; columns that start a row don't care where things are in the row before."""
        n = len(self.flat.sizes)
        before: list[list[tuple[int, float, float, float]]] = [[] for _ in self.sizes]
        after: list[list[tuple[int, float, float, float]]] = [[] for _ in self.sizes]
        for i, _, a, b in self.steps():
            if self.rank[b] in starts:
                continue
            weight = (1.0, 2.0, 8.0)[(a >= n) + (b >= n)]
            x = self.leaving[i] if a == self.flat.links[i].tail else 0.0
            y = self.entering[i] if b == self.flat.links[i].head else 0.0
            before[b].append((a, x, y, weight))
            after[a].append((b, y, x, weight))
        gaps = [[self._gap(a, b) for a, b in pairwise(layer)] for layer in self.layers]
        self.v = place_all(self.layers, self.half, gaps, before, after)
        if starts:
            draw_in(self.v, self.layers, self.half, gaps, before, after, n)

    def _gap(self, a: int, b: int) -> float:
        """How far two neighbours in a column must be apart."""
        n = len(self.flat.sizes)
        if a < n and b < n:
            return BETWEEN_BOXES
        return BETWEEN_TEXTS if a in self.texts or b in self.texts else BETWEEN_LINES

    def end(self, i: int, j: int) -> float:
        """Where link i is, across the flow, at the j-th item of its chain."""
        chain = self.chains[i]
        port = self.leaving[i] if j == 0 else self.entering[i] if j == len(chain) - 1 else 0.0
        return self.v[chain[j]] + port
