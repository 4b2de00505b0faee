"""How a recorded operation was called: the operation and its arguments, from what its node saved.

Convention: a node saves what its rules name, no more (in forward mode all arguments of a linear operation). What can be
told from the shapes is; an argument that is left out had its default, or nobody knows.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np

from ...core import FREED, Node
from ...declare import ITEM, Operation
from ...ops.reshape import reshaped
from ..graph import Call
from .facts import Fact

__all__ = ["call_of"]

SAME_ORDER = {np.expand_dims, np.squeeze}  # only the shape of the result says which axes they were given


def call_of(node: Node, fact: Fact | None = None) -> Call | None:
    """The call that recorded this node; None of a leaf, of a graph that was freed, and of a checkpoint.

    ``fact`` is the call as it was made, if somebody watched.
    """
    op, saved = node.op, node._saved
    if op is ITEM and saved is not FREED:
        return Call(ITEM, {"index": saved[0]})
    if not isinstance(op, Operation) or (fact is None and saved is FREED and op.needs):
        return None
    if op.function in SAME_ORDER:
        return Call(reshaped, {"shape": node.shape})
    if fact is None:
        return Call(op, _saved_arguments(op, node) | _told_by_shapes(op, node))
    arguments = {name: value for name, value in fact.arguments.items() if name != "kept"}
    if not op.many:  # inputs that were left out
        arguments |= {name: None for name, x in zip(op.inputs, fact.operands, strict=False) if x is None}
    return Call(op, arguments)


def _saved_arguments(op: Operation, node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    tracked = (True,) if op.many else tuple([n is not None for n in node.inputs])
    for need, value in zip(op.needs, node._saved if op.needs else (), strict=True):
        if need.name == "arguments" and value is not None:
            found.update(value)
        elif value is not None or need.wanted(tracked, False):
            found[need.name] = value
    found.pop("kept", None)  # what a call leaves for its rules
    return {name: value for name, value in found.items() if name in op.params and name not in op.inputs}


def _told_by_shapes(op: Operation, node: Node) -> dict[str, Any]:
    """Arguments that no rule names."""
    shape: Any = node.shape
    found: dict[str, Any] = {}
    if "shape" in op.params:
        found["shape"] = shape
    if "indices_or_sections" in op.params and op.results:
        axis = _saved_arguments(op, node).get("axis", 0)
        found["indices_or_sections"] = list(accumulate(part[axis] for part in shape[:-1]))
    if "full_matrices" in op.params and op.results:
        (*_, m, k), _, (*_, j, n) = shape
        found["full_matrices"] = k == m and j == n
    if "UPLO" in op.params:  # which half is read makes no difference, since both are the same
        found["UPLO"] = "L"
    return found
