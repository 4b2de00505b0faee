"""The operations of a graph as a page computes them again.

Convention: only what a page can be sure of: numbers, no arrays, and every operand known.
"""

from __future__ import annotations

from typing import Any

from ..graph import Graph
from .amounts import amount

__all__ = ["program"]


def program(graph: Graph) -> tuple[list[Any] | None, str]:
    """The operations, for a page to compute again; None and the reason if it cannot."""
    made: list[Any] = []
    for q in graph.quantities:
        if not q.scalar and not (q.kind == "constant" and not q.shape):
            return None, "Tensors cannot be edited here: the page computes again with single numbers only."
        if q.options:
            return None, f"The page cannot compute “{q.operation}” with its options again, so the inputs are fixed."
        operands: list[dict[str, Any]] = []
        for operand in q.operands:
            if operand.source is not None:
                operands.append({"source": operand.source})
            elif isinstance(literal := amount(operand.literal), float):
                operands.append({"literal": literal})
            else:
                return None, f"The graph did not keep an operand of “{q.operation}”, so the inputs are fixed."
        made.append({"operation": q.operation, "operands": operands} if q.operation else None)
    return made, ""
