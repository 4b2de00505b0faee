"""The default picture: every number or array a box, the operation that computed it a pill before it.

Convention: the box of the quantity k is ``q<k>``, its operation ``o<k>``; an arrow into an operation carries the local
derivative. What an operation was given as a number is written into it: ``* 2``, ``1 -``.
"""

from __future__ import annotations

from ..diagram import Arrow, Diagram
from ..graph import Graph, Quantity
from .content import arrow_text, legend, operation_box, quantity_box

__all__ = ["board", "is_item", "outcome"]


def board(graph: Graph) -> Diagram:
    """The diagram of a graph, each quantity and each operand once."""
    diagram = Diagram(title=graph.title)
    for q in graph.quantities:
        if is_item(graph, q):
            diagram.boxes.append(quantity_box(q, f"q{q.key}"))
            diagram.arrows.append(Arrow(f"o{q.operands[0].source}", f"q{q.key}"))
            continue
        if q.operation:
            diagram.boxes.append(operation_box(q, f"o{q.key}"))
            for k, operand in enumerate(q.operands):
                if operand.source is not None:
                    source = outcome(graph, operand.source)
                    diagram.arrows.append(Arrow(source, f"o{q.key}", arrow_text(q, k)))
        if not q.results:
            diagram.boxes.append(quantity_box(q, f"q{q.key}"))
            if q.operation:
                diagram.arrows.append(Arrow(f"o{q.key}", f"q{q.key}"))
    diagram.legend = legend(graph, graph.quantities)
    return diagram


def outcome(graph: Graph, key: int) -> str:
    """The box that stands for what was computed: the operation's where it gave several arrays."""
    return f"o{key}" if graph.quantities[key].results else f"q{key}"


def is_item(graph: Graph, q: Quantity) -> bool:
    """Is it one of an operation's several results?"""
    sources = [operand.source for operand in q.operands]
    return q.operation == "item" and sources[0] is not None and graph.quantities[sources[0]].results
