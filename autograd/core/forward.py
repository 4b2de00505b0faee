"""The forward sweep: tangents from inputs to a result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .node import FREED, Node, ancestors, freed


def forward(
    root: Node, tangents: dict[Node, Any], *, create_graph: bool = False, order: Iterable[Node] | None = None
) -> Any:
    """Sweep from the nodes in ``tangents`` to ``root``; return its tangent, or None where none arrives.

    A node's tangent is dy = sum over its inputs of (dy/dx) dx, inputs before their consumers.
    ``order`` are the nodes to sweep over, if the caller knows them; else all that ``root`` was computed from.
    """
    found = dict(tangents)
    for node in ancestors(root) if order is None else order:
        if node in found or node.op is None:
            continue
        incoming = [None if source is None else found.get(source) for source in node.inputs]
        if any(t is not None for t in incoming):
            if node.saved is FREED:
                raise freed(node)
            saved = node.op.as_tensors(node) if create_graph else node.saved
            found[node] = node.op.push(node, incoming, saved)
    return found.get(root)
