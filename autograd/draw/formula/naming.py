"""What steps are called: by their own names, told apart where two have the same, or by a letter and a number."""

from __future__ import annotations

import numpy as np

from ..graph import Graph, Quantity, first_word
from .names import shown

__all__ = ["names_of_steps"]


def names_of_steps(graph: Graph, kept: set[int], consumers: list[list[int]]) -> dict[int, str]:
    """What the steps are called; equal names are told apart by primes, unnamed ones are numbered."""
    taken = {name for q in graph.quantities if q.name for name in (q.name, first_word(q.name))}
    count = dict.fromkeys(["x", "p", "c", "z", "y"], 0)
    found: dict[int, str] = {}
    used: set[str] = set()
    times: dict[str, int] = {}
    lonely = sum(1 for key in graph.roots if not graph.quantities[key].name) == 1

    def numbered(letter: str) -> str:
        while True:
            count[letter] += 1
            name = f"{letter}{count[letter]}"
            if name not in taken:
                return name

    def first(q: Quantity) -> int:  # the leaves of one neuron get equal marks
        return q.key if q.operation else min(consumers[q.key], default=q.key)

    for q in sorted(graph.quantities, key=first):
        if q.name and (q.key in kept or not q.operation):
            name = base = shown(q.name)
            while name in used:
                times[base] = times.get(base, 0) + 1
                name = base + _mark(times[base])
            used.add(name)
            found[q.key] = name
    for q in graph.quantities:
        if q.name or (q.operation and q.key not in kept):
            continue
        if q.key in graph.roots:
            name = "y" if lonely and "y" not in taken else numbered("y")
        elif q.operation:
            name = numbered("z")
        elif q.kind == "constant":
            if q.shape == () and isinstance(q.value, int | float | np.generic):
                continue
            name = numbered("c")
        else:
            name = numbered("x" if q.kind == "input" else "p")
        found[q.key] = name
    return found


def _mark(n: int) -> str:
    return "′″‴"[n - 1] if n <= 3 else f"⁽{str(n + 1).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}⁾"
