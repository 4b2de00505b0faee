"""Aliases: where the graph of one call is cut off from the graph around it.

Convention: an alias is a new node for the same numbers. The alias of an untracked input is a leaf. The alias of a
tracked one is a step of the outer graph: sweeps of the call stop at it, derivatives outside continue through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from ..core import Node, ancestors
from ..declare import Operation, copied
from ..tensor import Tensor, of

ALIAS = Operation(lambda x: x, "elementwise", [lambda d: d], name="alias")
SPENT: Any = type("Spent", (), {"__repr__": lambda self: "SPENT"})()  # `saved` of a leaf alias after its call


class Join:
    """The operation of a root above several results; its gradients and tangents are lists."""

    name = "join"
    kind = "linear"
    selects = False

    def __init__(self, count: int) -> None:
        self.pulls = tuple((itemgetter(k), None, None) for k in range(count))

    def as_tensors(self, node: Node) -> Any:
        return None

    def push(self, node: Node, tangents: list[Any], saved: Any) -> Any:
        return tangents


def join(nodes: Sequence[Node]) -> Node:
    """A root above these nodes, so that one sweep covers them all."""
    return Node(Join(len(nodes)), tuple(nodes), None, ())


def alias(x: Any, node: Node | None = None) -> Tensor:
    """A tensor with the same numbers: a leaf, or a step after ``node``."""
    array = x._array if isinstance(x, Tensor) else copied(x)  # the caller may change x while the graph lives
    return of(array, Node(None, (), None, array.shape) if node is None else Node(ALIAS, (node,), None, array.shape))


def is_open(roots: Iterable[Node], aliases: Iterable[Node]) -> bool:
    """Do these nodes depend on anything, besides the aliases, whose gradient may still be wanted?"""
    seen = set(aliases)
    if any(node.op is not None for node in seen):  # an alias of something tracked outside
        return True
    stack = [node for node in roots if node not in seen]
    seen.update(stack)
    while stack:
        node = stack.pop()
        if node.op is None:
            if node.saved is not SPENT:
                return True
        else:
            for source in node.inputs:
                if source is not None and source not in seen:
                    seen.add(source)
                    stack.append(source)
    return False


def cut(root: Node, aliases: Iterable[Node], *, keep_leaves: bool) -> list[Node]:
    """Put a new alias above each node that the call used but did not make; return those aliases.

    Such a node belongs to the graph outside (a tensor in a closure): it does not depend on the call's own aliases, but
    is used by something that does. Afterwards a sweep from the root touches nothing outside. The aliases come in the
    order of the graph, which is the same each time the function is called.
    """
    depends = set(aliases)
    order = ancestors(root, depends)
    cuts: dict[Node, Node] = {}
    for node in order:
        if any(source in depends for source in node.inputs) or node is root:
            depends.add(node)
            replaced = []
            for source in node.inputs:
                if source is not None and source not in depends and not (keep_leaves and source.op is None):
                    if source not in cuts:
                        cuts[source] = Node(ALIAS, (source,), None, source.shape)
                    source = cuts[source]
                replaced.append(source)
            node.inputs = tuple(replaced)
    return list(cuts.values())
