"""Operations with several results: each result has a node of its own, above the operation's node.

Convention: the gradients of the results travel to the operation's node as ``Parts``, which add up like arrays. The
operation's rule gets the whole tuple, with zeros for results that no gradient reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core import Node, zeros_like
from .handles import Late


class Parts:
    """The gradients of some of an operation's results. Parts can be added."""

    __slots__ = ("found", "kinds")

    def __init__(self, found: dict[int, Any], kinds: Any) -> None:
        self.found = found
        self.kinds = kinds  # (array to be like, shape, dtype) of each result

    def __add__(self, other: Parts) -> Parts:
        found = dict(self.found)
        for k, g in other.found.items():
            found[k] = found[k] + g if k in found else g
        return Parts(found, self.kinds)

    def whole(self) -> tuple[Any, ...]:
        """All gradients, zero where none arrived."""
        some = next(iter(self.found.values()))
        return tuple(self.found[k] if k in self.found else zeros_like(some, *kind) for k, kind in enumerate(self.kinds))


def rebuild(like: Any, items: list[Any]) -> Any:
    """Items in a tuple, named tuple or list like the one that a function returned."""
    return type(like)._make(items) if hasattr(type(like), "_make") else type(like)(items)


def result_tensors(arrays: Any, parent: Node) -> Any:
    """The results of a node as tensors, each with a node of its own above that node."""
    kinds = [(v.shape, v.dtype) for v in arrays]
    items = [
        Late.of(v, Node(ITEM, (parent,), (k, kinds), v.shape, ())) if v.dtype.kind in "fc" else v
        for k, v in enumerate(arrays)
    ]
    return rebuild(arrays, items)


class Item:
    """The operation of such a node: result k of several. What it needs of an Operation, and no more."""

    name = "item"
    kind = "item"
    selects = True  # the gradients of the others are 0
    many = False
    pulls = ((lambda g, k, kinds: Parts({k: g}, kinds), (0, 1), None),)

    def as_tensors(self, node: Node) -> Any:
        return node._saved

    def leaves_out(self, node: Node) -> bool:
        return True

    def pull(self, node: Node, g: Any, saved: Any, wanted: Sequence[bool]) -> list[Parts]:
        return [Parts({saved[0]: g}, saved[1])]

    def push(self, node: Node, tangents: list[Any], saved: Any) -> Any:
        return tangents[0][saved[0]]


ITEM = Item()
