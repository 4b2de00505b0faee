"""Scopes that repeat: in a chain of equal ones, such as the layers of an encoder, the first stands for all.

Convention: scopes repeat each other if they are directly one after the other, have the same structure and no parameter
in common, and pass nothing on but to the next.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from ..graph import Graph
from .scopes import Scopes

__all__ = ["Tree"]

CAST = "astype"


class Tree(Scopes):
    """The scopes of a graph, and which of them stand for others.

    ``runs``    for each scope that stands for several, all of them
    ``folded``  the scopes that another one stands for, and those in them
    ``stand``   for each quantity of a folded scope, the one at the same place of the scope that stands for it
    ``run_of``  for each quantity in such scopes the first of them, for all runs that it is in
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.stand: dict[int, int] = {}
        self.folded: set[int] = set()
        self.runs: dict[int, list[int]] = {}
        self.run_of: dict[int, set[int]] = {}
        self._fold()

    def shown_by(self, key: int) -> int:
        """The quantity that stands for this one."""
        while key in self.stand:
            key = self.stand[key]
        return key

    def in_one_run(self, a: int, b: int) -> bool:
        """Are two quantities in scopes of which one stands for both?"""
        return bool(self.run_of.get(a, frozenset()) & self.run_of.get(b, frozenset()))

    def _fold(self) -> None:
        """Find scopes in a chain that have the same structure, outer ones first."""
        waiting: list[int | None] = [None]
        while waiting:
            parent = waiting.pop()
            for run in self._runs(self.children[parent]):
                first, *others = run
                waiting.append(first)
                if others:
                    self.runs[first] = run
                    for k in (k for key in run for k in self.inside[key]):
                        self.run_of.setdefault(k, set()).add(first)
                for other in others:
                    self.folded.update(self.below(other))
                    self.stand.update(zip(self._steps(other), self._steps(first), strict=True))
                    casts = [k for k in self.inside[other] if self.graph.quantities[k].operation == CAST]
                    self.stand.update((k, self._uncast(k)) for k in casts)

    def _steps(self, key: int) -> list[int]:
        """The quantities of a scope, but for casts: often only the first of equal modules casts its input."""
        return [k for k in self.inside[key] if self.graph.quantities[k].operation != CAST]

    def _uncast(self, key: int) -> int:
        """What was cast to another precision, or the quantity itself."""
        q = self.graph.quantities[key]
        while q.operation == CAST and q.operands[0].source is not None:
            q = self.graph.quantities[q.operands[0].source]
        return q.key

    def _runs(self, siblings: list[int]) -> Iterator[list[int]]:
        run: list[int] = []
        form: Hashable = None
        for key in siblings:
            if run and self._alike(run[-1], key):
                form = form or self._form(run[-1])
                if self._form(key) == form and self._follows(run, key):
                    run.append(key)
                    continue
            if run:
                yield run
            run, form = [key], None
        if run:
            yield run

    def _alike(self, a: int, b: int) -> bool:
        """Could two scopes have the same structure?"""
        one, other = self.graph.scopes[a], self.graph.scopes[b]
        return (one.kind, one.title) == (other.kind, other.title) and len(self._steps(a)) == len(self._steps(b)) > 0

    def _form(self, key: int) -> Hashable:
        """All that tells the structure of a scope: its operations, what they are given, and the scopes in it."""
        places = {k: place for place, k in enumerate(self._steps(key))}
        scopes = {k: place for place, k in enumerate(self.below(key))}
        outer: dict[int, int] = {}

        def given(source: int) -> Hashable:
            source = self._uncast(source)
            q = self.graph.quantities[source]
            if source in places:
                return places[source]
            if q.kind == "constant" and not q.operation:
                return "constant", q.shape
            return q.kind == "parameter", q.shape, outer.setdefault(source, len(outer))

        rows = []
        for k in places:
            q = self.graph.quantities[k]
            sources = tuple([None if o.source is None else given(o.source) for o in q.operands])
            rows.append((q.operation, q.shape, sources, tuple(q.options), scopes[q.scope or 0]))
        heads = tuple([(self.graph.scopes[k].title, self.graph.scopes[k].kind) for k in scopes])
        return heads, tuple(rows)

    def _outer(self, key: int) -> set[int]:
        """What a scope takes from outside, apart from parameters and constants."""
        own = set(self.inside[key])
        sources = {o.source for k in own for o in self.graph.quantities[k].operands if o.source is not None} - own
        return {k for k in sources if self.graph.quantities[k].operation or self.graph.quantities[k].kind == "input"}

    def _follows(self, run: list[int], key: int) -> bool:
        """Does a scope take the result of the one before, as that takes its own, and does nobody else take it?

        One with the same parameters does not repeat the other: it is another call of the same.
        """
        before = set(self.inside[run[-1]])
        if self.parameters(run[-1]) & self.parameters(key):
            return False
        outer = self._outer(key)
        if not outer & before or not outer - before <= self._outer(run[0]):
            return False
        inside = set(self.inside[key])
        return not any(
            user not in before and user not in inside for k in before for user in self.consumers[k]
        ) and not before & set(self.graph.roots)
