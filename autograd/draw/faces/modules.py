"""Models drawn by their modules: a frame for each module that is open, a box for each that is closed.

Convention: the scope k is the frame or the box ``s<k>``. Where nothing is closed the picture shows what the board
shows, in frames. Else an operation outside of closed modules is a pill that stands for its result too, whose shape is
on the arrow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from ..diagram import Arrow, Box, BoxKind, Diagram, Role
from ..graph import Graph, Quantity
from .board import is_item
from .calls import Calls
from .content import arrow_text, legend, quantity_box
from .frames import frames, in_order, together
from .layers import Layer
from .module_boxes import (
    bundle,
    carried_text,
    frame_title,
    layer_pill,
    local_name,
    mask_scale,
    module_box,
    pill,
    weights_box,
    within,
)
from .repeats import Tree
from .view import View

__all__ = ["READABLE", "modules"]

READABLE = 24  # boxes on a page; where there are more, modules are closed


def modules(graph: Graph, depth: int | None = None, check: Callable[[int], None] = lambda boxes: None) -> Diagram:
    """The diagram of a graph with scopes; ``depth`` is how many levels of modules are opened.

    None opens all of them, or as many as fit a page. Of modules that repeat in a chain the first stands for all.
    ``check`` is called with about the number of boxes, before they are made.
    """
    tree = Tree(graph)
    deepest = max((level for key, level in enumerate(tree.level) if tree.inside[key]), default=-1) + 1
    level = deepest if depth is None else depth
    view = View(tree, level)
    while depth is None and view.size > READABLE and level > min(1, deepest):
        level -= 1
        view = View(tree, level)
    check(view.size)
    found = Drawing(view).diagram
    if depth is None and level < deepest:
        found.legend[0] = ("module", f"{found.legend[0][1]}, closed at depth={level} of {deepest} to fit a page")
    return found


class Drawing:
    """The picture of a view; ``within`` says of each box in which scope it stands, or None."""

    def __init__(self, view: View) -> None:
        self.view, self.tree, self.graph = view, view.tree, view.graph
        self.boxes: dict[str, Box] = {}
        self.within: dict[str, int | None] = {}
        self.carried: dict[tuple[str, str], list[int]] = {}  # which quantities go from box to box
        self.joined: set[tuple[str, str]] = set()  # boxes that have arrows of their own between them
        self.arrows: list[Arrow] = []
        self._draw()
        framed = [calls for calls in self.view.calls if self._fits_a_frame(calls)]
        names = self._names(framed)
        for calls in self.view.calls:
            self.boxes[calls.box] = weights_box(self.tree, calls, calls in framed)
        elsewhere = self.view.bundled | {box.quantity for box in self.boxes.values() if box.quantity is not None}
        for key in self.view.closed:
            if f"s{key}" in self.boxes:
                scope = self.graph.scopes[key]
                name = names.get(key, local_name(self.tree, scope))
                self.boxes[f"s{key}"] = module_box(self.tree, scope, elsewhere, name)
        self.diagram = Diagram(in_order(list(self.boxes.values()), self.arrows), self.arrows, title=self._title())
        self.diagram.groups = frames(self.tree, self.within, framed, names)
        self.diagram.legend = self._legend()

    # ---------------------------------------------------------------- boxes and arrows

    def _draw(self) -> None:
        for q in self.graph.quantities:
            if q.operation:
                if q.key not in self.tree.stand:
                    self._draw_computed(q)
            elif self.view.users[q.key] or q.key in self.graph.roots:
                self._draw_leaf(q)
        for q in self.graph.quantities:
            for k, key in self.view.given(q):
                self._connect(q, k, key)
        for key in self.graph.roots:
            self._draw_root(self.graph.quantities[key])
        for (source, target), keys in self.carried.items():
            self.arrows.append(Arrow(source, target, carried_text(self.graph, source, keys)))
        for calls in self.view.calls:
            place = self.tree.common([self.graph.scopes[key].parent for key in calls.scopes])
            self._add(Box(calls.box, "parameter"), place)
            self.arrows.append(bundle(calls, self._first_user(calls)))

    def _draw_computed(self, q: Quantity) -> None:
        box, scope = self.view.box_of[q.key], q.scope
        if box.startswith("s"):
            if box not in self.boxes:
                key = int(box[1:])
                self._add(Box(box, "module"), self.graph.scopes[key].parent)
        elif q.key in self.view.layer_of:
            self._draw_layer(q, self.view.layer_of[q.key])
        elif is_item(self.graph, q):
            if self.view.full:
                self._add(quantity_box(q, box), scope)
                self.arrows.append(Arrow(f"o{q.operands[0].source}", box))
        else:
            self._add(pill(self.graph, q, box), scope)
            if self.view.full and not q.results:
                self._add(quantity_box(q, f"q{q.key}"), None if q.key in self.graph.roots else scope)
                self.arrows.append(Arrow(box, f"q{q.key}"))

    def _draw_layer(self, q: Quantity, layer: Layer) -> None:
        scope = self.graph.scopes[layer.scope]
        place = scope.parent if layer.bare else scope.key
        if q.key == layer.main:
            self._add(layer_pill(self.tree, q, layer) if layer.bare else pill(self.graph, q, f"o{q.key}"), place)
        if q.key in layer.results and self.view.full:
            self._add(quantity_box(q, f"q{q.key}"), None if q.key in self.graph.roots else place)
            self.arrows.append(Arrow(f"o{layer.main}", f"q{q.key}"))

    def _draw_leaf(self, q: Quantity) -> None:
        users = self.view.users[q.key]
        if self.view.is_absorbed(q.key):
            return
        if not self.view.full and mask_scale(q) and users:
            return
        place = None if q.kind == "input" else self.tree.common([self.view.scope_of(box) for box in users])
        if q.kind == "parameter" and q.named == "module" and place is not None:
            around = (self.graph.scopes[key] for key in self.tree.around(place))
            q = replace(q, name=within(q.name, next((scope.name for scope in around if scope.kind == "module"), "")))
        self._add(quantity_box(q, f"q{q.key}"), place)

    def _connect(self, q: Quantity, k: int, key: int) -> None:
        ends = self.view.source_of(key), self.view.box_of[q.key]
        if ends[0] == ends[1] or ends[0] not in self.boxes or (self.view.full and is_item(self.graph, q)):
            return
        if self.view.full and q.key not in self.tree.stand:  # as on the board: an arrow for each operand
            self.joined.add(ends)
            self.arrows.append(Arrow(*ends, arrow_text(q, k) if k >= 0 else []))
        elif ends not in self.joined:
            keys = self.carried.setdefault(ends, [])
            if self.tree.shown_by(key) not in keys:
                keys.append(self.tree.shown_by(key))

    def _draw_root(self, q: Quantity) -> None:
        box = f"q{q.key}"
        if box not in self.boxes:
            self._add(quantity_box(q, box), None)
            self.carried.setdefault((self.view.source_of(q.key), box), [])

    def _add(self, box: Box, scope: int | None) -> None:
        self.boxes[box.key] = box
        self.within[box.key] = scope

    # ---------------------------------------------------------------- calls of one module

    def _fits_a_frame(self, calls: Calls) -> bool:
        """Do all calls stand in one place, with nothing between them that is not theirs?"""
        if len({self.graph.scopes[key].parent for key in calls.scopes}) > 1:
            return False
        members = {calls.box}
        for box, place in self.within.items():
            if box in {f"s{key}" for key in calls.scopes} or any(k in calls.scopes for k in self.tree.around(place)):
                members.add(box)
        return together(members, self.arrows)

    def _names(self, framed: list[Calls]) -> dict[int, str]:
        """What calls of a module are called: ``t = 0`` in a chain, else ``call 1``; and its name if no frame has it."""
        names = {}
        for calls in self.view.calls:
            chain = all(self.tree.leads(a, b) for a, b in pairwise(calls.scopes))
            for k, key in enumerate(calls.scopes):
                name = f"t = {k}" if chain else f"call {k + 1}"
                if calls.unit == "step":
                    name = self.graph.scopes[key].name
                own = "" if calls in framed else local_name(self.tree, self.graph.scopes[key])
                names[key] = ", ".join(filter(None, [own, name]))
        return names

    def _title(self) -> str:
        """The function's name; of a model that is open, what its frame would say."""
        whole = self.tree.whole
        if whole is None or whole in self.view.closed:
            return self.graph.title
        return frame_title(self.tree, self.graph.scopes[whole], self.graph.scopes[whole].name)

    def _legend(self) -> list[tuple[BoxKind | Role, str]]:
        shown = {box.quantity for box in self.boxes.values()}
        found = legend(self.graph, [q for q in self.graph.quantities if q.key in shown])
        if self.view.full:
            return found
        kinds = {self.graph.scopes[key].kind for key in self.view.closed if f"s{key}" in self.boxes}
        return [("module", "module" if "module" in kinds else "group"), *found]

    def _first_user(self, calls: Calls) -> str:
        """The box of the first call to which the bundle of its weights leads."""
        scope = calls.scopes[0]
        if scope in self.view.closed:
            return f"s{scope}"
        uses = ((k, o.source) for k in self.tree.inside[scope] for o in self.graph.quantities[k].operands)
        return next(self.view.box_of[k] for k, source in uses if source in calls.weights)
