"""What is known about the calls that a graph recorded: results, operands, arguments.

Convention: never a wrong value. What rules saved and what calls were noted with is true; a computed tensor that still
lives has its node's numbers, and a leaf has its own, only if none were ever assigned to it. All else is computed again
from these, or stays unknown.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...core import Node
from ...declare import ITEM, Operation
from ...tensor import Tensor
from .names import identity

UNKNOWN: Any = type("Unknown", (), {"__repr__": lambda self: "UNKNOWN"})()


class Fact(NamedTuple):
    """A call as it was made: its result, its operands as arrays, its other arguments by name; and both as given."""

    y: Any
    operands: Sequence[Any]
    arguments: Mapping[str, Any]
    given: Sequence[Any]
    named: Mapping[str, Any]


def saved(node: Node) -> dict[str, Any]:
    """What a node's rules saved, by the names of its operation's parameters, and the result as ``y``."""
    op = node.op
    if not isinstance(op, Operation) or not isinstance(node._saved, tuple):
        return {}
    return {need.name: v for need, v in zip(op.needs, node._saved, strict=True) if v is not None}


def saved_arguments(node: Node) -> dict[str, Any]:
    """The other arguments of a node's operation, as far as its rules saved them."""
    op = node.op
    return {name: x for name, x in saved(node).items() if name in op.params and name not in op.inputs}


def saved_operands(node: Node) -> list[Any]:
    """The operands of a node where its rules saved them, UNKNOWN for the others."""
    op, found = node.op, saved(node)
    if not isinstance(op, Operation):
        return [UNKNOWN] * len(node.inputs)
    if op.many:
        return list(found.get(op.inputs[0], [UNKNOWN] * len(node.inputs)))
    return [found.get(name, UNKNOWN) for name in op.inputs]


def given_arrays(nodes: Sequence[Node], facts: Mapping[Node, Fact]) -> Iterator[Any]:
    """The arrays that are not tracked which operations were given, as the caller had them where that was noted."""
    for node in nodes:
        fact = facts.get(node)
        operands = saved_operands(node) if fact is None else fact.given
        yield from [identity(x) for source, x in zip(node.inputs, operands, strict=False) if source is None]
        yield from map(identity, (saved_arguments(node) if fact is None else fact.named).values())


def alive(nodes: Sequence[Node]) -> dict[Node, list[Tensor]]:
    """The tensors of these nodes that are still alive: one look at all objects of the program."""
    among = set(nodes)
    kinds = {Tensor}
    while more := {kind for known in kinds for kind in known.__subclasses__()} - kinds:
        kinds |= more
    found: dict[Node, list[Tensor]] = {}
    for t in [thing for thing in gc.get_objects() if type(thing) in kinds]:
        node = getattr(t, "node", None)
        if node in among:
            found.setdefault(node, []).append(t)
    return found


def values(nodes: Sequence[Node], roots: Mapping[Node, Any], facts: Mapping[Node, Fact]) -> dict[Node, Any]:
    """The arrays of nodes, each after its inputs, as far as they are known."""
    known: dict[Node, Any] = {node: array for node, array in roots.items() if not _moved(node)}
    used: dict[Node, list[Any]] = {}
    for node in nodes:
        if node in facts:
            operands: Sequence[Any] = facts[node].operands
            known[node] = facts[node].y
        else:
            operands = saved_operands(node)
            y = saved(node).get("y", UNKNOWN)
            if y is not UNKNOWN and "y" not in getattr(node.op, "params", ()):
                known[node] = y
        for source, array in zip(node.inputs, operands, strict=False):
            if source is not None and array is not UNKNOWN:
                used.setdefault(source, []).append(array)
    unseen = [node for node in nodes if node not in known and node not in used]
    living = alive(unseen) if unseen else {}
    for node in nodes:
        if node.op is None:
            own = [roots[node]] if node in roots else [t._array for t in living.get(node, [])]
            known[node] = _seen(node, used.get(node, []), own)
        elif node not in known:
            if node.op is ITEM and node.inputs[0] in known:
                known[node] = known[node.inputs[0]][node._saved[0]] if node._saved else UNKNOWN
            else:
                array = _seen(node, used.get(node, []), [t._array for t in living.get(node, [])])
                if array is UNKNOWN:
                    array = _again(node, known)
                if array is not UNKNOWN:
                    known[node] = array
    return {node: array for node, array in known.items() if array is not UNKNOWN}


def _moved(node: Node) -> bool:
    return node.notes is not None and node.notes.moved


def _seen(node: Node, used: list[Any], own: list[Any]) -> Any:
    """A tensor's numbers at its uses: as these saved them, or as it has them if none were assigned to it."""
    if used:
        sure = node.op is not None and not _moved(node)
        return used[0] if sure or all(same(array, used[0]) for array in used[1:]) else UNKNOWN
    return own[0] if own and not _moved(node) else UNKNOWN


def same(a: Any, b: Any) -> bool:
    return a is b or (np.shape(a) == np.shape(b) and bool(np.array_equal(a, b, equal_nan=True)))


def _again(node: Node, known: Mapping[Node, Any]) -> Any:
    """The result computed once more, of an elementwise map or a product whose operands are all known."""
    op = node.op
    if not isinstance(op, Operation) or op.kind not in ("elementwise", "bilinear") or op.results or op.many:
        return UNKNOWN
    if set(op.params) - set(op.inputs) - {"dtype", "axis", "axes"}:
        return UNKNOWN
    operands = [
        array if source is None else known.get(source, UNKNOWN)
        for source, array in zip(node.inputs, saved_operands(node), strict=True)
    ]
    if any(array is UNKNOWN for array in operands):
        return UNKNOWN
    try:
        y = np.asarray(op.forward(*operands))
    except Exception:  # whatever it is: then there is no value
        return UNKNOWN
    return y if y.shape == node.shape else UNKNOWN
