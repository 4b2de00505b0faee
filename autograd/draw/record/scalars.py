"""Zoom: a small graph of arrays as the graph of the numbers behind it, of the same kind as a graph of Values.

Convention: each array becomes an object array of numbers, and each operation is computed on these again: element by
element, a product of matrices as products and sums, a transposition as nothing at all, since it makes no new number.
What NumPy cannot do with objects (an inverse, a maximum) stays whole: every number of its result is one node.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..graph import Graph, Quantity, Scope
from ..speaker import speaker
from .numbers import Number, TooMany
from .zoom import MOST, Zoom, element

__all__ = ["scalars"]

LIMIT = 400  # more numbers than this are no longer a picture


def scalars(graph: Graph, limit: int | None = None) -> Graph:
    """The graph of the single numbers: elements are named ``W[0,1]``, and every edge has its local derivative.

    ``limit``  a graph of more numbers than this raises ValueError; None stands for 400
    """
    limit = LIMIT if limit is None else limit
    for q in graph.quantities:
        if q.dtype.startswith("complex") or np.iscomplexobj(q.value) or np.iscomplexobj(q.gradient):
            raise TypeError(
                f"{speaker()}(scalars=True): {q.name or q.operation or 'an array'} is complex, and single numbers are "
                "real. Leave the graph as arrays, or write real and imaginary part as two arrays."
            )
    zoom = Zoom(graph)
    try:
        for q in graph.quantities:
            zoom.open(q)
    except TooMany:
        raise _too_many(graph, limit, f"more than {MOST:,}") from None
    found = _reached(graph, zoom)
    if len(found.quantities) > limit:
        raise _too_many(graph, limit, f"{len(found.quantities):,}")
    _complete_gradients(found)
    return found


def _too_many(graph: Graph, limit: int, count: str) -> ValueError:
    arrays = [q for q in graph.quantities if not q.results]
    largest = max(arrays, key=lambda q: int(np.prod(q.shape)))
    shape = " x ".join(map(str, largest.shape)) or "()"
    return ValueError(
        f"{speaker()}(scalars=True): these {len(arrays):,} arrays are made of {count} single numbers (limit={limit}); "
        f"the largest, {largest.name or largest.operation or largest.kind}, has shape {shape}. Take a slice of the "
        "result (y[0]), pass a smaller example (one sample, two units, one step), or leave them as arrays."
    )


def _reached(graph: Graph, zoom: Zoom) -> Graph:
    """The graph of the numbers that the roots were computed from."""
    quantities = zoom.book.quantities
    roots = [v.key for key in graph.roots for v in zoom.things[key].flat]
    used, stack = set(roots), list(roots)
    while stack:
        for operand in quantities[stack.pop()].operands:
            if operand.source is not None and operand.source not in used:
                used.add(operand.source)
                stack.append(operand.source)
    place = {key: k for k, key in enumerate(sorted(used))}
    kept = [quantities[key] for key in place]
    for q in kept:
        q.key = place[q.key]
        for operand in q.operands:
            if operand.source is not None:
                operand.source = place[operand.source]
    scopes = [_scope(scope, zoom.things, place) for scope in graph.scopes]
    return Graph(kept, scopes, [place[key] for key in roots], graph.title, graph.summed)


def _scope(scope: Scope, things: list[Any], place: dict[int, int]) -> Scope:
    """The same scope, of numbers."""
    parameters = [
        (element(name, at), place[v.key])
        for name, key in scope.parameters
        for at, v in np.ndenumerate(things[key])
        if v.key in place
    ]
    results = [
        place[v.key] for key in scope.results for v in _flat(things[key]) if isinstance(v, Number) and v.key in place
    ]
    return Scope(
        scope.key, scope.parent, scope.kind, scope.name, scope.title, scope.module, scope.call, parameters, results
    )


def _flat(made: Any) -> Iterator[Any]:
    for array in made if isinstance(made, list) else [made]:
        yield from array.flat


def _complete_gradients(graph: Graph) -> None:
    """Gradients of the numbers between, by the chain rule, if it also gives those that are known."""
    if not graph.differentiated:
        return
    roots = set(graph.roots)
    total: list[float] = [float(q.key in roots) for q in graph.quantities]
    for q in reversed(graph.quantities):
        if q.key in roots and q.gradient is not None:
            total[q.key] = q.gradient
        for operand in q.operands:
            if operand.source is not None:
                total[operand.source] += np.nan if operand.slope is None else operand.slope * total[q.key]
    for q in graph.quantities:
        if q.gradient is not None and not np.isclose(q.gradient, total[q.key], 1e-3, 1e-6, equal_nan=True):
            return
    for q in graph.quantities:
        if _lacks(q) and not np.isnan(total[q.key]):
            q.gradient = float(total[q.key])


def _lacks(q: Quantity) -> bool:
    return q.gradient is None and q.kind != "constant"
