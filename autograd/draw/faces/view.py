"""A graph with scopes seen with some modules closed: which box stands for what.

Convention: the scope k is the frame or the box ``s<k>``; the quantity k the box ``q<k>``, its operation the pill
``o<k>``, which stands for the result too where anything is closed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..graph import Quantity
from .board import is_item, outcome
from .calls import calls
from .layers import layers
from .repeats import Tree

__all__ = ["View"]


class View:
    """A tree of scopes, opened down to a depth.

    ``closed``    the scopes that are boxes; what is in them is not seen
    ``full``      nothing is closed
    ``calls``     the modules of which several calls are seen
    ``bundled``   the leaves that those share
    ``layer_of``  for each quantity in a module that is one operation, that module
    ``box_of``    for each quantity the key of the box in which it is computed
    ``users``     for each leaf the boxes to which it goes
    """

    def __init__(self, tree: Tree, depth: int) -> None:
        self.tree, self.graph = tree, tree.graph
        self.closed = {
            s.key for s in self.graph.scopes
            if s.kind != "kernel" and tree.level[s.key] >= depth and tree.inside[s.key] and s.key not in tree.folded
        }  # fmt: skip
        self.full = not self.closed
        self.calls = calls(tree, self.closed)
        self.bundled = {key for calls in self.calls for key in calls.weights}
        self.layer_of = {k: layer for layer in layers(tree) for k in tree.inside[layer.scope]}
        self.box_of = [self._box_of(q) for q in self.graph.quantities]
        self.users = self._users()

    @property
    def size(self) -> int:
        """About how many boxes there are to draw."""
        shown = [q for q in self.graph.quantities if q.operation and q.key not in self.tree.stand]
        leaves = sum(bool(boxes) and not self.is_absorbed(key) for key, boxes in enumerate(self.users))
        return len({self.box_of[q.key] for q in shown} | {self.source_of(q.key) for q in shown}) + leaves

    def is_absorbed(self, key: int) -> bool:
        """Is a leaf used by one closed module alone, which says it?"""
        users = self.users[key]
        return len(users) == 1 and users[0].startswith("s") and self.graph.quantities[key].kind != "input"

    def _box_of(self, q: Quantity) -> str:
        q = self.graph.quantities[self.tree.shown_by(q.key)]
        if not q.operation:
            return f"q{q.key}"
        closed = [key for key in self.tree.around(q.scope) if key in self.closed]
        if closed:
            return f"s{closed[-1]}"
        if q.key in self.layer_of:
            return f"o{self.layer_of[q.key].main}"
        if is_item(self.graph, q):
            return f"q{q.key}" if self.full else self._box_of(self.graph.quantities[q.operands[0].source or 0])
        return f"o{q.key}"

    def source_of(self, key: int) -> str:
        """The box from which the arrows of a quantity start."""
        shown = self.tree.shown_by(key)
        layer = self.layer_of.get(shown)
        if not self.full or (layer is not None and shown not in layer.results):
            return self.box_of[key]
        return outcome(self.graph, shown)

    def given(self, q: Quantity) -> Iterator[tuple[int, int]]:
        """What an operation is given that is to be seen: its place, and the key of the quantity.

        What folded scopes are given is, if it comes from further away.
        """
        places = [*((k, o.source) for k, o in enumerate(q.operands)), *((-1, key) for _, key in q.besides)]
        for k, key in places:
            if key is None or key in self.bundled:
                continue
            source = self.graph.quantities[key]
            if q.key in self.tree.stand and (
                self.tree.in_one_run(q.key, key) or not (source.operation or source.kind == "input")
            ):
                continue
            yield k, key

    def _users(self) -> list[list[str]]:
        """For each leaf the boxes to which it goes."""
        found: list[dict[str, None]] = [{} for _ in self.graph.quantities]
        for q in self.graph.quantities:
            for _, key in self.given(q):
                found[key][self.box_of[q.key]] = None
        return [list(boxes) for boxes in found]

    def scope_of(self, box: str) -> int | None:
        key = int(box[1:])
        if box.startswith("s"):
            return self.graph.scopes[key].parent
        layer = self.layer_of.get(key)
        return self.graph.scopes[layer.scope].parent if layer and layer.bare else self.graph.quantities[key].scope
