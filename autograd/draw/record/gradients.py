"""Gradients of tensors: those that a backward pass stored, and those of a sweep for the picture alone.

Convention: the sweep for a picture leaves no trace. Each node lends its notes, so that no hook is called and nothing
is stored, and gets them back; what rules saved is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from ...core import FREED, Node, Notes, backward
from ...declare import Parts
from ..speaker import speaker


class Roots:
    """The operation of a node above several roots; its gradient is a list."""

    name = kind = "roots"
    selects = many = False

    def __init__(self, count: int) -> None:
        self.pulls = tuple((itemgetter(k), None, None) for k in range(count))

    def pull(self, node: Node, g: Any, saved: Any, wanted: Sequence[bool]) -> Any:
        """The gradients of the roots, as given."""
        return g


def stored(nodes: Sequence[Node]) -> dict[Node, Any]:
    """The gradients that backward passes left in leaves, and in nodes that were asked to retain them."""
    return {node: node.notes.grad for node in nodes if node.notes is not None and node.notes.grad is not None}


def sweep(
    roots: Sequence[Node], seeds: Sequence[Any], nodes: Sequence[Node], stops: Sequence[Node] | None = None
) -> dict[Node, Any]:
    """The gradients Σ seed · ∂root/∂node of all nodes, which are ``roots`` and those above them, up to ``stops``."""
    for node in nodes:
        if node._saved is FREED:
            raise RuntimeError(
                f"{speaker()}: the gradients cannot be computed, because this graph was swept before and the saved "
                f"values of '{node.name}' {node.shape} are freed. Call {speaker()} before backward(), or keep the "
                f"graph by backward(retain_graph=True), or pass the function: {speaker()}(f, *inputs)."
            )
    found: dict[Node, Any] = {}
    notes = [node.notes for node in nodes]
    top = Node(Roots(len(roots)), tuple(roots), None, ())
    try:
        for node in nodes:
            if node.op is not None:
                node.notes = _catching(node, found)
        order = None if stops is None else [*nodes, top]
        leaves = backward(top, list(seeds), retain_graph=True, wrt=stops, order=order)
    finally:
        for node, own in zip(nodes, notes, strict=True):
            node.notes = own
    return found | (leaves if stops is None else {})


def _catching(node: Node, found: dict[Node, Any]) -> Notes:
    """Notes with a hook that keeps the gradient."""
    notes = Notes()

    def catch(g: Any) -> None:
        if not isinstance(g, Parts):
            found[node] = np.asarray(g) if isinstance(g, int | float | complex | np.generic) else g

    notes.hooks[None] = catch
    if node.notes is not None:
        notes.source = node.notes.source
    return notes
