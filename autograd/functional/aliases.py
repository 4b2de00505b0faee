"""Aliases: where the graph of one call is cut off from the graph around it.

Convention: an alias is a new node for the same numbers. The alias of an untracked input is a leaf. The alias of a
tracked one is a step of the outer graph: sweeps of the call stop at it, derivatives outside continue through it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from ..core import Node
from ..declare import Operation, copied
from ..tensor import Tensor, of

ALIAS = Operation(lambda x: x, "elementwise", [lambda d: d], name="alias")
OPEN: Any = type("Open", (), {"__repr__": lambda self: "OPEN"})()  # `saved` of a leaf alias during its call
SPENT: Any = type("Spent", (), {"__repr__": lambda self: "SPENT"})()  # `saved` of a leaf alias after its call


class Join:
    """The operation of a root above several results; its gradients and tangents are lists."""

    name = "join"
    kind = "join"
    selects = many = False

    def __init__(self, count: int) -> None:
        self.pulls = tuple((itemgetter(k), None, None) for k in range(count))

    def as_tensors(self, node: Node) -> Any:
        return None

    def pull(self, node: Node, g: Any, saved: Any, wanted: Sequence[bool]) -> Any:
        return g

    def push(self, node: Node, tangents: list[Any], saved: Any) -> Any:
        return tangents


def join(nodes: Sequence[Node]) -> Node:
    """A root above these nodes, so that one sweep covers them all."""
    return Node(_join(len(nodes)), tuple(nodes), None, ())


_join = functools.lru_cache(Join)


def alias(x: Any, node: Node | None = None) -> Tensor:
    """A tensor with the same numbers: a leaf, or a step after ``node``."""
    array = x._array if isinstance(x, Tensor) else copied(x)  # the caller may change x while the graph lives
    return of(array, Node(None, (), OPEN, array.shape) if node is None else Node(ALIAS, (node,), None, array.shape))
