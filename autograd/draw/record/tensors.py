"""Recorded tensors as quantities: each node with its operation, operands and options.

Convention: an operation with several results is one quantity, and each of its results another, whose operation is
"item".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...core import FREED, Node, ancestors
from ...declare import ITEM, Operation
from ..graph import Operand, Quantity
from .building import Building
from .facts import UNKNOWN, Call, saved, saved_operands
from .written import plain, written

HIDDEN = {"kept", "out"}  # arguments that say nothing


def above(nodes: Sequence[Node]) -> list[Node]:
    """These nodes and those that they were computed from, each after its inputs."""
    return ancestors(Node(None, tuple(nodes), None, ()))[:-1]


def add_tensors(
    building: Building, nodes: Sequence[Node], known: Mapping[Node, Any], gradients: Mapping[Node, Any],
    calls: Mapping[Node, Call],
) -> None:  # fmt: skip
    """Describe nodes, each after its inputs."""
    for node in nodes:
        array = known.get(node)
        several = any(isinstance(n, tuple) for n in node.shape)
        made = Quantity(-1, "parameter" if node.op is None else "inner", results=several)
        if not several:
            made.shape, made.value, made.gradient = node.shape, plain(array), plain(gradients.get(node))
            made.dtype = str(getattr(array, "dtype", ""))
        if node.notes is not None:
            made.name, made.line = node.notes.label, node.notes.source
            made.named = "label" if made.name else ""
        if node.op is not None:
            made.operation = node.name
            made.operands = operands(building, node, calls.get(node))
            made.options = [] if node.op is ITEM else options(node, calls.get(node))
        building.add(made, node)


def operands(building: Building, node: Node, call: Call | None) -> list[Operand]:
    """What an operation was given: nodes, numbers as written, arrays; an empty Operand where the graph kept nothing."""
    given = saved_operands(node) if call is None else call.operands
    slope = _slope(node)
    found = []
    for k, source in enumerate(node.inputs):
        if source is not None:
            found.append(Operand(building.keys[id(source)], slope=slope(k)))
            continue
        operand = given[k] if k < len(given) else UNKNOWN
        if operand is UNKNOWN:
            found.append(Operand())
        elif operand is not None:  # None: an operand that was left out
            found.append(building.constant(operand))
    return found


def _slope(node: Node) -> Any:
    """The local derivatives of a number by numbers; None for arrays."""
    op = node.op
    rules = getattr(op, "rules", ())
    numbers = node.shape == () and not getattr(op, "results", True) and getattr(op, "kind", "") == "elementwise"

    def slope(k: int) -> float | None:
        source = node.inputs[k]
        if not numbers or source is None or source.shape != () or k >= len(rules) or node.saved is FREED:
            return None
        rule, where = rules[k]
        try:
            with np.errstate(all="ignore"):
                d = np.asarray(rule(np.float64(1.0), *[node.saved[i] for i in where]))
        except Exception:
            return None
        return float(d) if d.ndim == 0 and d.dtype.kind == "f" else None

    return slope


def options(node: Node, call: Call | None) -> list[tuple[str, str]]:
    """The other arguments of an operation, but for those that have their default."""
    op = node.op
    if not isinstance(op, Operation):
        return []
    found = saved(node) if call is None else call.arguments
    return [
        (name, written(found[name]))
        for name in op.params
        if name in found and name not in op.inputs and name not in HIDDEN and not _usual(found[name], op.default(name))
    ]


def _usual(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and np.ndim(value) == 0 and value == default)
