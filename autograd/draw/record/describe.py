"""The description of what was recorded: ``describe(y)``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...core import Node
from ...tensor import Tensor
from ...value import Value
from ...value import ancestors as values_above
from ..graph import Graph
from . import gradients, values
from .building import Building
from .facts import Call
from .facts import values as known_arrays
from .roots import roots as roots_of
from .tensors import above, add_tensors


def describe(
    things: Any, *, grads: bool | None = None, names: Any = None, inputs: Any = None, unfold: bool | None = None,
    limit: int | None = None,
) -> Graph:  # fmt: skip
    """The graph of all Values and tensors in ``things``; what they share appears once.

    ``grads``   None shows the gradients that a backward pass stored, True computes those of the sum of all elements for
                the picture alone, False shows none
    ``names``   objects by name: a mapping such as ``locals()``, or a module
    ``inputs``  the leaves that are data, in a list, a dict or alone; the others are parameters
    ``unfold``  False leaves a neuron, which is a single node, as it is
    ``limit``   more quantities than that are refused
    """
    roots = roots_of(things)
    numbers = [v for v in roots if isinstance(v, Value)]
    arrays = {t.node: t._array for t in roots if isinstance(t, Tensor) and t.node is not None}
    return assemble(numbers, arrays, {}, grads=grads, unfold=unfold, limit=limit)


def assemble(
    numbers: Sequence[Value], arrays: Mapping[Node, Any], calls: Mapping[Node, Call], *, grads: bool | None,
    unfold: bool | None, limit: int | None,
) -> Graph:  # fmt: skip
    """The graph of these Values and nodes."""
    order = values_above(*numbers)
    nodes = above(list(arrays))
    if limit is not None and len(order) + len(nodes) > limit:
        raise ValueError(
            f"draw: this graph has {len(order) + len(nodes)} nodes, too many for a readable picture (limit={limit}). "
            "Draw a part of it (an inner value, one sample instead of a batch), or pass a larger limit and be patient."
        )
    building = Building()
    known = known_arrays(nodes, arrays, calls)
    slopes: Mapping[int, float] = {}
    swept: Mapping[Node, Any] = {}
    if grads:
        slopes = values.sweep(numbers, order)
        seeds = [np.ones_like(array) for array in arrays.values()]
        swept = gradients.sweep(list(arrays), seeds, nodes) if nodes else {}
    elif grads is None:
        slopes, swept = values.stored(order), gradients.stored(nodes)
    values.add_values(building, order, slopes, unfold is not False, values.assigned(order))
    add_tensors(building, nodes, known, swept, calls)
    graph = building.graph
    graph.roots = [building.keys[id(thing)] for thing in (*numbers, *arrays)]
    for key in graph.roots:
        graph.quantities[key].kind = "result"
    sizes = [int(np.prod(graph.quantities[key].shape, dtype=int)) for key in graph.roots]
    graph.summed = bool(grads) and sum(sizes) != 1
    return graph
