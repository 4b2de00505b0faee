"""Numbers that a graph did not keep, from what they did: in y = x - c of known x and y, c is x - y.

Convention: a number is taken only if it gives exactly y again, and of all such numbers the shortest, which is the one
that somebody wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import Graph, Quantity

__all__ = ["find_lost_numbers"]

Two = Callable[[Any, Any], Any]
# for each place of the lost number: what it is, and the result again
LOST: dict[tuple[str, int], tuple[Two, Two]] = {
    ("add", 0): (lambda x, y: y - x, lambda x, c: c + x),
    ("add", 1): (lambda x, y: y - x, lambda x, c: x + c),
    ("subtract", 0): (lambda x, y: y + x, lambda x, c: c - x),
    ("subtract", 1): (lambda x, y: x - y, lambda x, c: x - c),
    ("divide", 0): (lambda x, y: y * x, lambda x, c: c / x),
}
DIGITS = range(1, 18)


def find_lost_numbers(graph: Graph) -> None:
    """Fill in the numbers of sums and differences that were not kept."""
    for q in graph.quantities:
        for k, operand in enumerate(q.operands):
            found = LOST.get((q.operation, k))
            if found is not None and len(q.operands) == 2 and operand.source is None and operand.literal is None:
                source = q.operands[1 - k].source
                if source is not None:
                    operand.literal = _number(graph.quantities[source], q, *found)


def _number(operand: Quantity, result: Quantity, difference: Two, again: Two) -> float | None:
    """The shortest number by which the operand gives the result."""
    x, y = operand.value, result.value
    if x is None or y is None or np.size(x) == 0 or operand.shape != result.shape:
        return None
    with np.errstate(all="ignore"):
        differences = np.ravel(difference(x, y))
        if not np.allclose(differences, differences[0], 1e-3, 1e-6):
            return None
        first, rough = np.ravel(x)[0], float(differences[0].real)
        for digits in DIGITS:
            c = float(f"{rough:.{digits}g}")
            if again(first, c) == np.ravel(y)[0] and np.array_equal(again(x, c), y):
                return c
    return None
