"""How a recorded operation was called: the operation and its arguments, from what its node saved.

Convention: a node saves what its rules name, no more (in forward mode all arguments of a linear operation). What can be
told from the shapes is; an argument that is left out had its default, or nobody knows.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any, cast

import numpy as np

from ...core import FREED, Node
from ...declare import ITEM, Operation
from ...ops.reshape import reshaped
from ...typing import Shape
from ..graph import Call

__all__ = ["call_of"]

SAME_ORDER = {np.expand_dims, np.squeeze}  # only the shape of the result says which axes they were given


def call_of(node: Node) -> Call | None:
    """The call that recorded this node; None of a leaf, of a graph that was freed, and of a checkpoint."""
    op, saved = node.op, node.saved
    if op is ITEM and saved is not FREED:
        return Call(ITEM, {"index": saved[0]})
    if not isinstance(op, Operation) or (saved is FREED and op.needs):
        return None
    if op.function in SAME_ORDER:
        return Call(reshaped, {"shape": node.shape})
    arguments: dict[str, Any] = {}
    tracked = (True,) if op.many else tuple([n is not None for n in node.inputs])
    for need, value in zip(op.needs, saved or (), strict=True):
        if need.name == "arguments" and value is not None:
            arguments.update(value)
        elif (
            need.name in op.params and need.name not in op.inputs and (value is not None or need.wanted(tracked, False))
        ):
            arguments[need.name] = value
    arguments.pop("kept", None)  # what a call leaves for its rules
    if "shape" in op.params:
        arguments.setdefault("shape", node.shape)
    if "indices_or_sections" in op.params and op.results:
        axis, parts = arguments.get("axis", 0), cast(tuple[Shape, ...], node.shape)
        arguments.setdefault("indices_or_sections", list(accumulate(shape[axis] for shape in parts[:-1])))
    return Call(op, arguments)
