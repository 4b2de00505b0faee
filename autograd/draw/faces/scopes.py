"""The scopes of a graph as a tree: what is computed in each, which repeat others, which are calls of one module.

Convention: a leaf (an input, a parameter, a constant) belongs to the innermost scope around all that is computed from
it. A scope that repeats its neighbour is folded: the first of them stands for all.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from ..graph import Graph, Quantity, Scope

__all__ = ["Calls", "Tree"]

CAST = "astype"


@dataclass(slots=True)
class Calls:
    """Several calls of one module, with the weights that they share.

    ``scopes``   the keys of the calls' scopes, in order
    ``weights``  the keys of the leaves that more than one of them uses, and nothing else does
    """

    scopes: list[int]
    weights: list[int] = field(default_factory=list)


class Tree:
    """What the scopes of a graph say of its structure.

    ``children``  for each scope, and for None (outermost), the scopes directly in it, in order
    ``inside``    for each scope, the keys of the quantities computed in it and below, in order
    ``level``     for each scope, how many modules and blocks are around it
    ``whole``     the one module outermost, or None
    ``unframed``  scopes without a frame: the whole, and the kernel that is all there is in a module
    ``home``      for each quantity the scope that it belongs to
    ``stand``     for each quantity of a folded scope, the one at the same place of the scope that stands for it
    ``folded``    the scopes that another one stands for, and those in them
    ``runs``      for each scope that stands for several, all of them
    ``run_of``    for each quantity in such scopes the first of them, for all runs that it is in
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
        self.home = [q.scope if q.operation else self._home_of_leaf(q) for q in graph.quantities]
        outermost = self.children[None]
        first = graph.scopes[outermost[0]] if len(outermost) == 1 else None
        self.whole = first.key if first is not None and first.kind == "module" else None
        self.unframed: set[int | None] = {self.whole}
        self.unframed |= {
            s.key for s in graph.scopes
            if s.kind == "kernel" and s.parent is not None and len(self.children[s.parent]) == 1
        }  # fmt: skip
        self.stand: dict[int, int] = {}
        self.folded: set[int] = set()
        self.runs: dict[int, list[int]] = {}
        self.run_of: dict[int, set[int]] = {}
        self._sets: dict[int, frozenset[int]] = {}
        self._fold()

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

    def shown_by(self, key: int) -> int:
        """The quantity that stands for this one."""
        while key in self.stand:
            key = self.stand[key]
        return key

    def _home_of_leaf(self, q: Quantity) -> int | None:
        if q.kind == "input":
            return None
        return self.common({self.graph.quantities[user].scope for user in self.consumers[q.key]})

    def in_one_run(self, a: int, b: int) -> bool:
        """Are two quantities in scopes of which one stands for both?"""
        return bool(self.run_of.get(a, frozenset()) & self.run_of.get(b, frozenset()))

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

    # ---------------------------------------------------------------- repeated scopes

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

    # ---------------------------------------------------------------- modules called again

    def calls(self, closed: set[int]) -> list[Calls]:
        """The modules of which several calls are to be seen, outer ones first, where some scopes are closed boxes."""
        groups: dict[Hashable, list[int]] = {}
        for scope in self.graph.scopes:
            if scope.kind != "kernel" and self.is_seen(scope, closed) and self.inside[scope.key]:
                groups.setdefault(_identity(scope), []).append(scope.key)
        found: list[Calls] = []
        taken: set[int] = set()
        for keys in groups.values():
            if len(keys) < 2 or any(k in taken for key in keys for k in self.around(key)):
                continue
            weights = self._shared(keys)
            if weights:
                taken.update(keys)
                found.append(Calls(keys, weights))
        return found

    def is_seen(self, scope: Scope, closed: set[int]) -> bool:
        """Is it neither folded nor in a closed one?"""
        return scope.key not in self.folded and not any(key in closed for key in self.around(scope.parent))

    def _shared(self, keys: list[int]) -> list[int]:
        """The leaves that several of these scopes use, and nothing outside."""
        users: dict[int, set[int]] = {}
        members = {k for key in keys for k in self.inside[key]}
        for key in keys:
            for k in self.inside[key]:
                for o in self.graph.quantities[k].operands:
                    if o.source is not None and self.graph.quantities[o.source].kind in ("parameter", "constant"):
                        users.setdefault(o.source, set()).add(key)
        return [
            k for k, found in users.items()
            if len(found) > 1 and not self.graph.quantities[k].operation
            and self.graph.quantities[k].kind == "parameter" and members.issuperset(self.consumers[k])
        ]  # fmt: skip


def _identity(scope: Scope) -> Hashable:
    """What calls of one module have in common, and blocks of one name apart from numbers: ``t = 0``, ``t = 1``."""
    if scope.kind == "module":
        return scope.module
    return scope.parent, re.sub(r"\d+", "", scope.name)
