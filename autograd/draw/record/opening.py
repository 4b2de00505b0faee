"""Kernels that were recorded, opened into the small operations that they stand for.

Convention: the small operations are recorded anew, on the nodes that the kernel was computed from. A kernel of which
the graph did not keep everything stays closed, and so does one of which the small operations give other numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...core import FREED, Node, Switch
from ...declare import ITEM, Operation
from ...tensor import Tensor
from ...tensor.tensor import of
from . import gradients
from .calls import call_of
from .facts import UNKNOWN, Fact, saved_operands


class Opened(NamedTuple):
    """The nodes in place of a kernel: its result or results, all of them in order, and what is known of them."""

    results: list[Node]
    inner: list[Node]
    facts: Mapping[Node, Fact]
    gradients: Mapping[Node, Any]


def opened(
    node: Node, fact: Fact | None, known: Mapping[Node, Any], items: Sequence[Node], swept: Mapping[Node, Any]
) -> Opened | None:
    """The small operations of a kernel's node; ``items`` are the nodes of its results, if it has several."""
    op, call = node.op, call_of(node, fact)
    wanted = items if getattr(op, "results", False) else [node]
    if not isinstance(op, Operation) or op.unfold is None or call is None:
        return None
    operands = _operands(op, node, fact, known)
    if operands is None or any(n not in known or n._saved is FREED for n in wanted):
        return None
    facts: dict[Node, Fact] = {}

    def note(made: Node, y: Any, given: Sequence[Any], arguments: Mapping[str, Any]) -> None:
        arrays = [x._array if isinstance(x, Tensor) else x for x in given]
        facts[made] = Fact(y, arrays, arguments, given, arguments)

    try:
        with Switch(on=True, note=note):
            y = op.unfold(**operands, **call.arguments)
    except Exception:  # an argument that is not known, of which the small operations know no default
        return None
    results = list(y) if isinstance(y, tuple | list) else [y]
    tracked = [t for t in results if isinstance(t, Tensor) and (t.node in facts or _item_of(t, facts))]
    at = {id(n): (n._saved[0] if n.op is ITEM else 0) for n in wanted}
    for n in wanted:
        t = results[at[id(n)]] if at[id(n)] < len(results) else None
        if not any(t is one for one in tracked) or not _close(t, known[n]):
            return None
    roots = [results[at[id(n)]].node for n in wanted]
    inner = _within(roots, facts)
    seeds = [swept.get(n) for n in wanted]
    found: Mapping[Node, Any] = {}
    if any(g is not None for g in seeds):
        whole = [
            np.zeros_like(known[n]) if g is None else getattr(g, "_array", g)
            for g, n in zip(seeds, wanted, strict=True)
        ]  # fmt: skip
        found = gradients.sweep(roots, whole, inner, stops=[n for n in node.inputs if n is not None])
    return Opened(roots, inner, facts, found)


def _operands(op: Operation, node: Node, fact: Fact | None, known: Mapping[Node, Any]) -> dict[str, Any] | None:
    """The operands by name, tracked ones as tensors; None if one is not known.

    One that has a default may be left out: the result tells whether it was.
    """
    found: dict[str, Any] = {}
    given = saved_operands(node) if fact is None else fact.operands
    for name, source, operand in zip(op.inputs, node.inputs, given, strict=not op.many):
        x = operand if source is None else of(known[source], source) if source in known else UNKNOWN
        if x is not UNKNOWN:
            found[name] = x
        elif source is not None or name not in op.defaults or fact is not None:
            return None
    return None if op.many else found


def _item_of(t: Any, facts: Mapping[Node, Fact]) -> bool:
    """Is it one of several results of a step that was noted?"""
    return isinstance(t, Tensor) and t.node is not None and t.node.op is ITEM and t.node.inputs[0] in facts


def _within(roots: Sequence[Node], facts: Mapping[Node, Fact]) -> list[Node]:
    """The new nodes that lead to the roots, each after its inputs."""
    order: list[Node] = []
    seen: set[Node] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen and (node in facts or (node.op is ITEM and node.inputs[0] in facts)):
            seen.add(node)
            stack.append((node, True))
            stack.extend([(source, False) for source in node.inputs[::-1] if source is not None])
    return order


def _close(a: Any, b: Any) -> bool:
    """Are these the same numbers, but for rounding?"""
    a = a._array
    near = 1e-3 if a.dtype.char in "fe" else 1e-8
    return a.shape == np.shape(b) and bool(np.allclose(a, b, near, near, equal_nan=True))
