"""The description of what was recorded: ``describe(y)``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ...collector import collected_later
from ...core import FREED, Node, Switch
from ...tensor import Tensor
from ...value import Value, scope_of
from ...value import ancestors as values_above
from ..graph import Graph
from ..speaker import speaker
from . import gradients, values
from .building import Building
from .facts import Fact, given_arrays
from .facts import values as known_arrays
from .inputs import children
from .lost import find_lost_numbers
from .names import Names, identity, is_quantity
from .parts import module_names, scopes_of
from .roots import roots as roots_of
from .tensors import above, add_tensors

Grads = bool | Literal["kept"] | None


def describe(
    things: Any, *, grads: Grads = None, names: Any = None, inputs: Any = None, unfold: bool | None = None,
    asked: Sequence[Any] = (),
) -> Graph:  # fmt: skip
    """The graph of all Values and tensors in ``things``; what they share appears once.

    ``grads``   None shows the gradients that a backward pass stored, True computes those of the sum of all elements for
                the picture alone ("kept": or those stored, if the graph was freed), False shows none
    ``names``   what things are called: a mapping such as ``locals()``, or a model
    ``inputs``  the leaves that are data, alone or in a list; in a dict they get its keys as names
    ``unfold``  True opens kernels into small operations, where the graph kept enough to know them; False leaves even
                a neuron, which is a single node, as it is
    ``asked``   Values and tensors whose keys the graph is to tell: ``Graph.asked``
    """
    roots = roots_of(things)
    known = Names()
    data = list(_named_inputs(inputs))
    for name, leaf in data:
        known.give(leaf, name, "argument")
    if names is not None:
        known.add(names)
    building = assemble(
        [v for v in roots if isinstance(v, Value)],
        {t.node: t._array for t in roots if isinstance(t, Tensor) and t.node is not None},
        {}, names=known, inputs=[leaf for _, leaf in data], grads=grads, unfold=unfold,
        variables=names if isinstance(names, Mapping) else {},
    )  # fmt: skip
    for name, leaf in data:
        tracked = isinstance(leaf, Value) or (isinstance(leaf, Tensor) and leaf.node is not None)
        if tracked and building.key_of(identity(leaf)) is None:
            what = name or getattr(leaf, "label", "") or repr(leaf)
            raise ValueError(
                f"{speaker()}: inputs has {what:.60}, from which nothing here was computed; leave it out of inputs"
            )
    building.graph.asked = [building.key_of(identity(thing)) for thing in asked]
    return building.finished()


def _named_inputs(inputs: Any) -> Iterable[tuple[str, Any]]:
    """Leaves in lists without names, in dicts by their keys."""
    stack: list[tuple[str, Any]] = [("", inputs)]
    while stack:
        name, thing = stack.pop()
        parts = children(thing)
        if is_quantity(thing):
            yield name, thing
        elif isinstance(thing, dict):
            stack.extend([(f"{name}[{key!r}]" if name else str(key), part) for key, part in thing.items()][::-1])
        elif parts is not None:
            stack.extend([(name and name + step, part) for step, part in parts][::-1])
        elif thing is not None:
            raise TypeError(
                f"{speaker()}: inputs are Values, tensors or arrays that it was computed from, as in inputs=[x1, x2], "
                f"not {type(thing).__name__}"
            )


def assemble(
    numbers: Sequence[Value], arrays: Mapping[Node, Any], facts: Mapping[Node, Fact], *, names: Names,
    inputs: Sequence[Any], grads: Grads, unfold: bool | None, variables: Mapping[str, Any],
) -> Building:  # fmt: skip
    """The graph of these Values and nodes; ``facts`` are the calls of nodes, as far as they were noted."""
    order = values_above(*numbers)
    nodes = above(list(arrays))
    alone = Switch(on=True, forward=False, note=None, unfold=None, scope=None)
    with alone, np.errstate(all="ignore"), collected_later():
        return _assembled(order, nodes, numbers, arrays, facts, names, inputs, grads, unfold, variables)


def _assembled(
    order: Sequence[Value], nodes: Sequence[Node], numbers: Sequence[Value], arrays: Mapping[Node, Any],
    facts: Mapping[Node, Fact], names: Names, inputs: Sequence[Any], grads: Grads, unfold: bool | None,
    variables: Mapping[str, Any],
) -> Building:  # fmt: skip
    building = Building(names)
    parts = [*map(scope_of, order), *[node.notes and node.notes.scope for node in nodes]]
    naming = module_names(parts, variables)
    for thing, name in naming.things:
        names.give(thing, name, "module")
    unseen = [node for node in nodes if node not in facts]
    names.settle([*order, *nodes, *given_arrays(nodes, facts)], given_arrays(unseen, {}))
    building.scopes, building.modules = scopes_of(building.graph, parts, naming)
    known = known_arrays(nodes, arrays, facts)
    if grads == "kept":
        grads = None if any(node._saved is FREED for node in nodes) else True
    slopes: Mapping[int, float] = {}
    swept: Mapping[Node, Any] = {}
    if grads:
        slopes = values.sweep(numbers, order)
        seeds = [np.ones_like(array) for array in arrays.values()]
        swept = gradients.sweep(list(arrays), seeds, nodes) if nodes else {}
    elif grads is None:
        slopes, swept = values.stored(order), gradients.stored(nodes)
    values.add_values(building, order, slopes, unfold is not False, values.assigned(order))
    add_tensors(building, nodes, known, swept, facts, inputs, unfold is True)
    graph = building.graph
    find_lost_numbers(graph)
    graph.roots = [building.keys[id(thing)] for thing in (*numbers, *arrays)]
    for key in graph.roots:
        graph.quantities[key].kind = "result"
    _mark_inputs(building, inputs)
    sizes = [int(np.prod(graph.quantities[key].shape, dtype=int)) for key in graph.roots]
    graph.summed = bool(grads) and sum(sizes) != 1
    return building


def _mark_inputs(building: Building, inputs: Sequence[Any]) -> None:
    """Call these leaves inputs."""
    for leaf in inputs:
        key = building.key_of(identity(leaf))
        if key is not None and building.graph.quantities[key].kind in ("parameter", "constant"):
            building.graph.quantities[key].kind = "input"
