"""The scopes of a graph as a tree: what is computed in each, with which parameters, and what leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..graph import Graph

__all__ = ["Scopes"]


class Scopes:
    """What the scopes of a graph say of its structure.

    ``children``  for each scope, and for None (outermost), the scopes directly in it, in order
    ``inside``    for each scope, the keys of the quantities computed in it and below, in order
    ``level``     for each scope, how many modules and blocks are around it
    ``whole``     the one module outermost, or None
    ``unframed``  scopes without a frame: the whole, and the kernel that is all there is in a module
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.consumers = graph.consumers()
        for q in graph.quantities:
            for _, key in q.besides:
                self.consumers[key].append(q.key)
        self.children: dict[int | None, list[int]] = {None: []}
        self.level: list[int] = []
        for scope in graph.scopes:
            self.children[scope.key] = []
            self.children[scope.parent].append(scope.key)
            around = -1 if scope.parent is None else self.level[scope.parent]
            self.level.append(around + (scope.kind != "kernel"))
        self.inside: list[list[int]] = [[] for _ in graph.scopes]
        for q in graph.quantities:
            if q.operation:
                for key in self.around(q.scope):
                    self.inside[key].append(q.key)
        outermost = self.children[None]
        first = graph.scopes[outermost[0]] if len(outermost) == 1 else None
        self.whole = first.key if first is not None and first.kind == "module" else None
        self.unframed: set[int | None] = {self.whole}
        self.unframed |= {
            s.key for s in graph.scopes
            if s.kind == "kernel" and s.parent is not None and len(self.children[s.parent]) == 1
        }  # fmt: skip
        self._sets: dict[int, frozenset[int]] = {}

    def around(self, key: int | None) -> Iterator[int]:
        """A scope and those around it, from the inside."""
        while key is not None:
            yield key
            key = self.graph.scopes[key].parent

    def below(self, key: int) -> Iterator[int]:
        """A scope and those in it, each before those in it."""
        waiting = [key]
        while waiting:
            key = waiting.pop()
            yield key
            waiting.extend(reversed(self.children[key]))

    def common(self, scopes: Iterable[int | None]) -> int | None:
        """The innermost scope around all these."""
        paths = [list(self.around(key))[::-1] for key in scopes]
        if not paths:
            return None
        found = None
        for steps in zip(*paths, strict=False):
            if len(set(steps)) > 1:
                break
            found = steps[0]
        return found

    def leaving(self, key: int) -> list[int]:
        """The quantities of a scope that something outside takes, or that are drawn as results."""
        own, roots = set(self.inside[key]), set(self.graph.roots)
        return [
            k for k in self.inside[key]
            if not self.graph.quantities[k].results and (k in roots or any(u not in own for u in self.consumers[k]))
        ]  # fmt: skip

    def leads(self, a: int, b: int) -> bool:
        """Does something go straight from one scope to another?"""
        return any(user in self._own(b) for k in self.inside[a] for user in self.consumers[k])

    def _own(self, key: int) -> frozenset[int]:
        if key not in self._sets:
            self._sets[key] = frozenset(self.inside[key])
        return self._sets[key]

    def parameters(self, key: int) -> set[int]:
        """The parameters that a scope uses."""
        sources = {
            o.source for k in self.inside[key] for o in self.graph.quantities[k].operands if o.source is not None
        }
        return {k for k in sources if self.graph.quantities[k].kind == "parameter"}
