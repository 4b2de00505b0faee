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
from ...ops.copy import cast
from ...tensor import Tensor
from ..graph import Call, Operand, Quantity, Scope
from .building import Building
from .calls import call_of
from .facts import UNKNOWN, Fact, saved_operands
from .names import identity
from .opening import opened
from .written import dtype_name, is_array, plain, written

HIDDEN = {"kept", "out"}  # arguments that say nothing
PLAIN = bool | int | float | complex | str


def above(nodes: Sequence[Node]) -> list[Node]:
    """These nodes and those that they were computed from, each after its inputs."""
    return ancestors(Node(None, tuple(nodes), None, ()))[:-1]


def add_tensors(
    building: Building, nodes: Sequence[Node], known: Mapping[Node, Any], gradients: Mapping[Node, Any],
    facts: Mapping[Node, Fact], inputs: Sequence[Any], unfold: bool = False, scope: int | None = None,
) -> None:  # fmt: skip
    """Describe nodes, each after its inputs: opened kernels if ``unfold``, in ``scope`` if a node knows none.

    Where a layer casts an input to its own precision, nothing of it is shown.
    """
    items: dict[Node, list[Node]] = {}
    for node in nodes:
        if node.op is ITEM:
            items.setdefault(node.inputs[0], []).append(node)  # type: ignore[arg-type]
    data = {id(t.node) for t in inputs if isinstance(t, Tensor)}
    for node in nodes:
        if node.op is cast and id(node.inputs[0]) in data:
            building.same(node, node.inputs[0])
            continue
        if id(node) in building.keys or (unfold and _opened(building, node, known, gradients, facts, items)):
            continue
        array = known.get(node)
        several = any(isinstance(n, tuple) for n in node.shape)
        made = Quantity(-1, "parameter" if node.op is None else "inner", results=several)
        if not several:
            made.shape, made.value, made.gradient = node.shape, plain(array), plain(gradients.get(node))
            made.dtype = dtype_name(getattr(array, "dtype", ""))
        label, notes, made.scope = "", node.notes, scope
        if notes is not None:
            label, made.line = notes.label, notes.source
            made.scope = scope if notes.scope is None else building.scope(notes.scope)
        if node.op is not None:
            made.operation = node.name
            made.operands = operands(building, node, facts.get(node))
            made.call = call_of(node, facts.get(node))
            made.options, made.besides = options(building, made.call, facts.get(node))
            if node.op is ITEM:  # it belongs to its operation
                whole = building.graph.quantities[building.keys[id(node.inputs[0])]]
                made.scope, made.line = whole.scope, whole.line
        building.add(made, node, label)


def _opened(
    building: Building, node: Node, known: Mapping[Node, Any], gradients: Mapping[Node, Any],
    facts: Mapping[Node, Fact], items: Mapping[Node, list[Node]],
) -> bool:  # fmt: skip
    """Describe the small operations of a kernel in its place, in a scope of their own; False if it must stay closed."""
    parts = items.get(node, [])
    found = None if getattr(node.op, "unfold", None) is None else opened(node, facts.get(node), known, parts, gradients)
    if found is None:
        return False
    parent = None if node.notes is None else building.scope(node.notes.scope)
    scope = Scope(len(building.graph.scopes), parent, "kernel", node.name)
    building.graph.scopes.append(scope)
    values = {n: fact.y for n, fact in found.facts.items()}
    values |= {n: values[n.inputs[0]][n._saved[0]] for n in found.inner if n.op is ITEM}  # type: ignore[index]
    add_tensors(building, found.inner, values, found.gradients, found.facts, (), True, scope.key)
    for result, n in zip(found.results, parts or [node], strict=True):
        building.same(n, result)
        quantity = building.graph.quantities[building.keys[id(n)]]
        if n.notes is not None and n.notes.label:
            quantity.name, quantity.named = n.notes.label, "label"
        elif not quantity.name:
            quantity.name, quantity.named = building.names.of(n)
    return True


def operands(building: Building, node: Node, fact: Fact | None) -> list[Operand]:
    """What an operation was given: nodes, numbers as written, arrays; an empty Operand where the graph kept nothing."""
    given = saved_operands(node) if fact is None else fact.operands
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
            found.append(building.constant(operand, None if fact is None else fact.given[k]))
    return found


def _slope(node: Node) -> Any:
    """The local derivatives of a number by numbers; None for arrays."""
    op = node.op
    rules = getattr(op, "rules", ())
    numbers = node.shape == () and not getattr(op, "results", True) and getattr(op, "kind", "") == "elementwise"

    def slope(k: int) -> float | None:
        source = node.inputs[k]
        if not numbers or source is None or source.shape != () or k >= len(rules) or node._saved is FREED:
            return None
        rule, where = rules[k]
        try:
            d = np.asarray(rule(np.float64(1.0), *[node._saved[i] for i in where]))
        except Exception:  # a rule that needs more than numbers
            return None
        return float(d) if d.ndim == 0 and d.dtype.kind == "f" else None

    return slope


def options(
    building: Building, call: Call | None, fact: Fact | None
) -> tuple[list[tuple[str, str]], list[tuple[str, int]]]:
    """The other arguments of an operation as text, but for those that have their default; and the named arrays."""
    if call is None or not isinstance(call.operation, Operation):
        return [], []
    op = call.operation
    texts: list[tuple[str, str]] = []
    arrays: list[tuple[str, int]] = []
    for name in op.params:
        if name not in call.arguments or name in op.inputs or name in HIDDEN:
            continue
        value = call.arguments[name]
        if is_array(value) and value.shape:
            given = value if fact is None else fact.named[name]
            called = building.names.of(identity(given))[0]
            source = building.constant(value, given).source if called else None
            if source is not None:
                texts.append((name, called))
                arrays.append((name, source))
                continue
        if not _usual(value, op.default(name)):
            texts.append((name, written(value)))
    return texts, arrays


def _usual(value: Any, default: Any) -> bool:
    if value is default or type(value) is not type(default):
        return value is default
    parts = value if isinstance(value, tuple) else (value,)
    return all(isinstance(part, PLAIN) for part in parts) and bool(value == default)
