"""The columns of a layered layout and what stands in them: nodes, and the places of links that pass and of texts."""

from __future__ import annotations

from collections.abc import Container
from itertools import pairwise

from .flat import Flat
from .orders import reduce_crossings
from .places import place_all
from .ranks import ranks

__all__ = ["Columns"]

BETWEEN_BOXES, BETWEEN_LINES, BETWEEN_TEXTS = 16.0, 9.0, 4.0
SPREAD = 12.0  # between arrows at one side of a box


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

    def _chain(self, i: int) -> list[int]:
        link = self.flat.links[i]
        a, b = self.rank[link.tail], self.rank[link.head]
        at = b - 1 if link.text[1] else -1  # by the box that the arrow leads to
        chain = [link.tail]
        for r in range(a + 1, b):
            chain.append(len(self.sizes))
            self.sizes.append(link.text if r == at else (0.0, 0.0))
            self.rank.append(r)
            if r == at:
                self.texts[chain[-1]] = i
        return [*chain, link.head]

    def _first_order(self) -> list[list[int]]:
        """The columns as a walk back from the results meets their items, operands in their order."""
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

    def _without_crossings(self, layers: list[list[int]]) -> list[list[int]]:
        before: list[list[tuple[int, float, float]]] = [[] for _ in self.sizes]
        after: list[list[tuple[int, float, float]]] = [[] for _ in self.sizes]
        for link, chain in zip(self.flat.links, self.chains, strict=True):
            for a, b in pairwise(chain):
                x = (link.leaves or 0.0) / (2 * self.half[a] + 1) if a == chain[0] else 0.0
                y = (link.enters or 0.0) / (2 * self.half[b] + 1) if b == chain[-1] else 0.0
                before[b].append((a, x, y))
                after[a].append((b, y, x))
        return reduce_crossings(layers, before, after)

    def _ports(self) -> tuple[list[float], list[float]]:
        """Where each link leaves its tail and enters its head: side by side, in the order of where they lead."""
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
                gap = min(SPREAD, max(2 * self.half[node] - 10, 0.0) / len(members))
                for j, i in enumerate(members):
                    result[i] = (j - (len(members) - 1) / 2) * gap
        return leaving, entering

    def settle(self, starts: Container[int] = ()) -> None:
        """Find the places across the flow; columns that start a row don't care where things are in the row before."""
        n = len(self.flat.sizes)
        before: list[list[tuple[int, float, float, float]]] = [[] for _ in self.sizes]
        after: list[list[tuple[int, float, float, float]]] = [[] for _ in self.sizes]
        for i, chain in enumerate(self.chains):
            for a, b in pairwise(chain):
                if self.rank[b] in starts:
                    continue
                weight = (1.0, 2.0, 8.0)[(a >= n) + (b >= n)]
                x = self.leaving[i] if a == chain[0] else 0.0
                y = self.entering[i] if b == chain[-1] else 0.0
                before[b].append((a, x, y, weight))
                after[a].append((b, y, x, weight))
        gaps = [[self._gap(a, b) for a, b in pairwise(layer)] for layer in self.layers]
        self.v = place_all(self.layers, self.half, gaps, before, after)

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
