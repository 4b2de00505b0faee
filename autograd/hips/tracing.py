"""Nodes and traces: a function's graph, in nodes of a class of one's own.

Convention: a class of nodes is made of each recorded operation, ``Class(value, fun, args, kwargs, parent_argnums,
parents)``: the arguments are plain numbers, and ``parents`` are the nodes of those that depend on the input.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..core import Node as EngineNode
from ..core import Switch
from ..declare import as_array
from ..functional import nests as tree
from ..functional.aliases import alias
from ..tensor import Tensor, of
from .boxes import getval, isbox


class Node:
    """A step of a trace; a class of one's own says what it keeps of it."""

    __slots__ = ()

    def __init__(
        self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Sequence[int], parents: Sequence[Any]
    ) -> None:
        raise NotImplementedError(f"{type(self).__name__}: a class of nodes says what it keeps of a step: __init__")

    def initialize_root(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(f"{type(self).__name__}: a class of nodes has a beginning: initialize_root")

    @classmethod
    def new_root(cls, *args: Any, **kwargs: Any) -> Any:
        """The node of a trace's input."""
        root = cls.__new__(cls)
        root.initialize_root(*args, **kwargs)
        return root


class VJPNode(Node):
    """The backward direction, in ``register_notrace``; the graph itself is the engine's."""

    __slots__ = ()


class JVPNode(Node):
    """The forward direction, in ``register_notrace``."""

    __slots__ = ()


def trace(start_node: Any, fun: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    """fun(x), and the node of its result in a graph that begins at ``start_node``; None if it does not depend on x.

    A nest x is traced through its leaves, which all have ``start_node``.
    """
    made: dict[EngineNode, Any] = {}
    kind = type(start_node)

    def note(node: EngineNode, y: Any, given: Sequence[Any], arguments: Mapping[str, Any]) -> None:
        op = node.op
        parents = [(k, made[t.node]) for k, t in enumerate(given) if isinstance(t, Tensor) and t.node in made]
        if parents:
            plain = tuple(map(getval, given))
            args, at = ((plain,), (0,)) if op.many else (plain, tuple(k for k, _ in parents))
            made[node] = kind(getval(y), op, args, getval(dict(arguments)), at, tuple(p for _, p in parents))

    handles = [alias(leaf) for leaf in tree.leaves(x)]
    made.update((t.node, start_node) for t in handles if t.node is not None)
    with Switch(on=True, note=note):
        y = fun(tree.rebuild(x, handles))
    if not isinstance(y, Tensor) or y.node not in made:
        return getval(y), None
    return y._value, made[y.node]


def toposort(end_node: Any, parents: Callable[[Any], Any] = operator.attrgetter("parents")) -> Iterator[Any]:
    """The nodes of a graph from its end on, each after all that use it."""
    uses: dict[Any, int] = {}
    stack = [end_node]
    while stack:
        node = stack.pop()
        uses[node] = uses.get(node, 0) + 1
        if uses[node] == 1:
            stack += parents(node)
    ready = [end_node]
    while ready:
        node = ready.pop()
        yield node
        for parent in parents(node):
            uses[parent] -= 1
            if not uses[parent]:
                ready.append(parent)


def new_box(value: Any, trace: Any, node: Any) -> Tensor:
    """A tensor of these numbers, at a node of the engine's graph."""
    if not isinstance(node, EngineNode):
        raise TypeError(
            f"new_box: a tensor stands at a node of the engine's graph, not at a {type(node).__name__}. Declare a "
            "function's derivatives with primitive and defvjp; trace records a graph of your own nodes"
        )
    return of(as_array(getval(value)), node)


__all__ = ["JVPNode", "Node", "VJPNode", "getval", "isbox", "new_box", "toposort", "trace"]
