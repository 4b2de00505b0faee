"""What is seen of a step's operations as they are recorded: shapes, inputs, units, graphs that grow.

Convention: all of it is looked at at once, while the arrays are there; nothing is kept but small numbers, lines and
nodes, and these only until the step ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.core import Node, clock, users_line

from ...module.parameter import Parameter
from .finding import Finding, Tell, harmless
from .inputs import look_at_inputs
from .numbers_seen import NumbersSeen
from .units import Units

NAMED = frozenset(["softmax", "log_softmax", "softmax_of_seen", "sigmoid", "tanh", "relu", "divide", "exp", "subtract"])
FLAT = frozenset(["round", "around", "rint", "fix", "sign", "floor", "ceil", "trunc", "heaviside", "floor_divide"])
GROWS = 3  # steps in a row
FEW = 4  # samples; fewer are no batch
LEFT = 200  # departures of numbers that are kept


class Sight:
    """What is seen in one step.

    ``lines``  where operations were recorded that may turn out to be a mistake
    ``down``   softmaxes over the first of two axes
    ``used``   the leaves that an operation took
    ``left``   the tensors whose numbers left the graph, how, and where; ``last``, how and where, of Values too
    ``new``    parameters that were made in this step and used: their numbers then, and the line
    ``numbers``  what is seen of Values
    ``flat``   the first operation whose derivative is 0 everywhere, and its line
    ``grown``  nodes that were computed from those of earlier steps, and of how many steps in a row
    """

    works = True

    def __init__(self, tell: Tell, before: Sight | None = None) -> None:
        self.tell = tell
        self.began = clock.next()
        self.lines: dict[Node, str] = {}
        self.down: set[Node] = set()
        self.used: set[Node] = set()
        self.new: list[tuple[Parameter, Any, str]] = []
        self.numbers: NumbersSeen = NumbersSeen(
            {} if before is None else before.numbers.depths, GROWS, self._tell_growth_of_number
        )
        self.left: list[tuple[Any, str, str]] = []
        self.last: tuple[str, str] | None = None
        self.flat: tuple[str, str] | None = None
        self.grown: dict[Node, int] = {}
        self.before = {} if before is None else before.grown
        self.wide: dict[Node, tuple[str, Any, Any]] = {}  # (n, n) from (n, 1) and (n,)
        self.units = Units()
        self.looked: set[str] = set()  # at which inputs
        self.awaited: list[tuple[list[Any], str]] = []  # outputs of the model that nothing has used yet, and the line

    @property
    def hooks(self) -> dict[str, Any]:
        """What a switch sets, so that it sees."""
        return {"note": self.note, "note_value": self.numbers.note, "left": self.leave}

    @harmless
    def note(self, node: Node, y: Any, given: Sequence[Any], arguments: Mapping[str, Any]) -> None:
        """An operation was recorded."""
        op = node.op
        name = op.name
        if name in NAMED:
            self.lines[node] = users_line()
            if arguments.get("axis", 1) in (0, -2) and len(node.shape) == 2 and name != "divide":
                self.down.add(node)
        weighs = False
        old = grows = 0
        for source in node.inputs:
            if source is None:
                continue
            if source.op is None:
                if source not in self.used:
                    self.used.add(source)
                    if source.made.number >= self.began:
                        self._made(source, given)
                weighs = weighs or len(source.shape) > 1
            elif source.made.number < self.began:
                old = max(old, 1 + _depth(self.before, source))
            elif self.grown:
                grows = max(grows, _depth(self.grown, source))
        if old or grows:
            self.grown[node] = max(old, grows)
            if old >= GROWS:
                self._tell_growth(node.name)
        if self.awaited:
            self._use(given)
        if self.down and name == "getitem" and node.inputs[0] in self.down and isinstance(arguments["key"], tuple):
            self.tell(over_samples(self.lines[node.inputs[0]]))
        if op.kind == "elementwise":
            if name in FLAT and self.flat is None:
                self.flat = name, users_line()
            if len(given) > 1:
                self._pair(node, given)
            self.units.see(node, name, y, given)
        if self.wide and y.__class__ is np.ndarray:
            self._pass_on(node)
        if weighs:
            self.units.weighed(node)
            look_at_inputs(self, node, given)

    @harmless
    def leave(self, thing: Any, how: str) -> None:
        """Numbers of a tracked tensor left the graph."""
        node = getattr(thing, "node", None)
        if len(self.left) < LEFT:
            self.last = how, users_line()
            if node is not None:
                self.left.append((node, *self.last))

    def _made(self, leaf: Node, given: Sequence[Any]) -> None:
        """A leaf was made in this step: is it a parameter?"""
        for x in given:
            if isinstance(x, Parameter) and x.node is leaf:
                self.new.append((x, x._array, users_line()))

    def _use(self, given: Sequence[Any]) -> None:
        """Outputs among these operands are used."""
        taken = [x._array if isinstance(x, Tensor) else x for x in given]
        taken = [x for x in taken if isinstance(x, np.ndarray)]
        self.awaited = [
            (own, line) for own, line in self.awaited if not any(np.may_share_memory(a, t) for a in own for t in taken)
        ]

    def _pair(self, node: Node, given: Sequence[Any]) -> None:
        """(n, 1) and (n,) give (n, n): of a network's outputs and their targets this is never meant."""
        shape = node.shape
        if len(shape) != 2 or shape[0] != shape[1] or shape[0] < FEW:
            return
        n = shape[0]
        shapes = [getattr(x, "shape", ()) for x in given]
        if (n, 1) not in shapes or (n,) not in shapes:
            return
        a, b = (given[shapes.index(s)] for s in ((n, 1), (n,)))
        tracked = [x for x in (a, b) if isinstance(x, Tensor) and x.node is not None]
        if len(tracked) == 1 and not tracked[0].is_leaf:
            self.wide[node] = users_line(), (n, 1), (n,)

    def _pass_on(self, node: Node) -> None:
        found = next((self.wide[s] for s in node.inputs if s in self.wide), None)
        if found is None:
            return
        n = found[1][0]
        reduces = node.op.name in ("mean", "sum") and node.shape in ((n,), (n, 1), (1, n))
        if reduces or (
            node.op.kind == "elementwise" and node.shape in [s.shape for s in node.inputs if s in self.wide]
        ):
            self.wide.setdefault(node, found)
        elif node.shape == ():
            line, column, row = found
            n = row[0]
            self.wide.clear()
            self.tell(
                Finding(
                    "shapes (n, 1) and (n,)", "error",
                    f"{column} against {row} gives all {n} x {n} pairs, {(n, n)}, which are then averaged or summed: "
                    f"each output is compared with the targets of all samples",
                    "give both one shape: squeeze the output, y[:, 0], or write target.reshape(-1, 1)", line,
                )
            )  # fmt: skip

    def _tell_growth_of_number(self, v: Any) -> None:
        self._tell_growth(v.op.name, "Value(h.data)")

    def _tell_growth(self, name: str, cut: str = "h.detach()") -> None:
        self.tell(
            Finding(
                "growing graph", "warning",
                f"'{name}' is computed from the graphs of the last {GROWS} steps and more, so that all of them "
                "stay in memory and each step makes it worse",
                f"add up numbers, total += loss.item(); where a state is carried on, cut it: h = {cut}",
                users_line(),
            )
        )  # fmt: skip


def _depth(grown: Mapping[Node, int], node: Node) -> int:
    """How many steps of graphs are behind a node. A part of several results is a node of its own, which none notes."""
    if node not in grown and node.name == "item" and node.inputs[0] is not None:
        node = node.inputs[0]
    return grown.get(node, 0)


def over_samples(line: str) -> Finding:
    return Finding(
        "softmax over the samples", "error",
        "the softmax runs over axis 0, the samples: the classes of a sample do not sum to 1",
        "let it run over the classes, axis=1", line,
    )  # fmt: skip
