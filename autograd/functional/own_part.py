"""A call's own part of the graph: what was recorded during the call, and where it was cut off from the rest.

Convention: nodes older than the call are outside. They are met where the call used them, but not walked: a call in each
step of a long recorded loop costs the same in every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..core import Node, Period
from .aliases import ALIAS, SPENT


class OwnPart(NamedTuple):
    """What lies between the aliases of a call and the root of its results.

    ``order``    the nodes that depend on the aliases, each after its inputs; the root is the last
    ``cuts``     new aliases above the other nodes that those use, in the order of the graph, which is the same each
                 time the function is called
    ``outside``  what all results depend on besides the aliases: older nodes, and leaves
    """

    order: list[Node]
    cuts: list[Node]
    outside: list[Node]


def own_part(root: Node, aliases: Sequence[Node], since: int) -> OwnPart:
    """Find the part that was recorded from period ``since`` on, and cut it off: see ``OwnPart``.

    What is used by a node of the part and does not depend on the aliases (a tensor in a closure) gets an alias put
    above it. Afterwards a sweep over the part touches nothing outside.
    """
    order: list[Node] = []
    outside: list[Node] = []
    cuts: dict[Node, Node] = {}
    depends: set[Node | None] = {None, *aliases}
    seen = {root, *aliases}
    stack = [(root, iter(root.inputs))]
    while stack:
        node, rest = stack[-1]
        for source in rest:
            if source not in seen and source is not None:
                seen.add(source)
                if source.op is None or source.made.number < since:
                    outside.append(source)
                else:
                    stack.append((source, iter(source.inputs)))
                    break
        else:
            stack.pop()
            if not depends.issuperset(node.inputs):
                if node is not root and not any(s is not None and s in depends for s in node.inputs):
                    continue  # it does not depend on the aliases
                for s in node.inputs:
                    if s not in depends and s is not None and s not in cuts:
                        cuts[s] = Node(ALIAS, (s,), None, s.shape)
                node.inputs = tuple([s if s is None else cuts.get(s, s) for s in node.inputs])
            depends.add(node)
            order.append(node)
    return OwnPart(order, list(cuts.values()), outside)


def is_open(root: Node) -> bool:
    """Does this node depend on a leaf whose gradient may still be wanted, one that is not SPENT?

    What is found is noted on the nodes, so that no later search walks them again.
    """
    found = known(root)
    if found is not None:
        return found is not SPENT
    path = [(root, iter(root.inputs))]
    while path:
        node, rest = path[-1]
        for source in rest:
            if source is not None:
                found = known(source)
                if found is None:
                    path.append((source, iter(source.inputs)))
                    break
                if found is not SPENT:
                    for node, _ in path:
                        node.made = Period(node.made.number, found)
                    return True
        else:
            node.made = Period(node.made.number, SPENT)
            path.pop()
    return False


def known(node: Node) -> Any:
    """A leaf that the node depends on and that is not SPENT; SPENT if there is none; None if that is not known."""
    if node.op is None:
        return SPENT if node._saved is SPENT else node
    witness = node.made.witness
    return witness if witness is SPENT or (witness is not None and witness._saved is not SPENT) else None
