"""The forward sweep: tangents from inputs to a result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .grad_mode import watching
from .listeners import SweepListener
from .node import FREED, Node, ancestors, freed
from .taken import given, has_nan, pushed


def forward(
    root: Node, tangents: dict[Node, Any], *, create_graph: bool = False, order: Iterable[Node] | None = None,
    exact: bool = True,
) -> Any:  # fmt: skip
    """Sweep from the nodes in ``tangents`` to ``root``; return its tangent, or None where none arrives.

    A node's tangent is dy = sum over its inputs of (dy/dx) dx, inputs before their consumers. What does not move has
    tangent 0, even where the derivative is infinite: a NaN that arrives may be 0 times infinity, and the sweep is done
    again with care. (One that is recorded takes care from the start, for the sake of its own derivative.)
    ``order`` are the nodes to sweep over, if the caller knows them; else all that ``root`` was computed from. A 0 in
    ``tangents`` says that an element does not move; with ``exact=False`` it may have come of a computation.
    """
    order = ancestors(root) if order is None else list(order)
    watch = watching(root, tangents)
    if not create_graph and watch is None:
        t = _swept(order, dict(tangents), root)
        if not any(part is not None and has_nan(part) for part in (t if isinstance(t, list) else [t])):
            return t
    found: dict[Node, Any] = {}
    moved: dict[Node, Any] = {}  # which elements of a tangent can be other than 0, where some do not move: taken.py
    for node, t in tangents.items():
        moves = given(t) if exact else None
        if moves is None:
            found[node] = t
        elif moves.mask.any():
            found[node], moved[node] = t, moves
    return _swept(order, found, root, moved, create_graph, watch)


def _swept(
    order: Sequence[Node], found: dict[Node, Any], root: Node, moved: dict[Node, Any] | None = None,
    create_graph: bool = False, watch: SweepListener | None = None,
) -> Any:  # fmt: skip
    """The tangent of ``root``. ``moved`` says what moves of the tangents in ``found``, and is heeded if given."""
    for node in order:
        if node.op is None or node in found:
            continue
        incoming = [None if source is None else found.get(source) for source in node.inputs]
        if any(t is not None for t in incoming):
            if node._saved is FREED:
                raise freed(node)
            saved = node.op.as_tensors(node) if create_graph else node._saved
            if moved is not None and (moved or node.op.selects or node.op.many):
                t, moves = pushed(node, incoming, saved, moved)
                if moves is not None:
                    moved[node] = moves
            else:
                t = node.op.push(node, incoming, saved)
            if watch is not None and t is not None:
                watch.pushed(node, incoming, t)
            if t is not None:
                found[node] = t
    return found.get(root)
