"""What rules ask for by the names of their parameters, and how a call provides it.

Convention: a need's name is canonical: ``x``, ``a`` and ``b`` are replaced by the function's own parameter names, so
that rules that ask for the same thing share one saved value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..core import Node
from .checks import unknown_need
from .handles import frozen, held, tensor_again, tensors_again
from .results import result_tensors


class Call:
    """One call of an operation that is being recorded. A node's saved values are taken from it."""

    __slots__ = ("arguments", "given", "nodes", "operands", "y")

    def __init__(
        self, given: Sequence[Any], operands: list[Any], nodes: list[Node | None], arguments: dict[str, Any]
    ) -> None:
        self.given = given  # the inputs as the caller gave them, in order
        self.operands = operands  # the raw arrays in them
        self.nodes = nodes  # their nodes
        self.arguments = arguments  # everything else, by name
        self.y: Any = None


class Kept(SimpleNamespace):
    """What a call of an operation with ``keeps=True`` leaves for its rules, under names of its own.

    The function's parameter ``kept`` is None where nothing is recorded. A rule's is None where the rule itself is
    recorded, for higher orders: then it must compute these things anew, from the inputs, to be differentiable.
    """


class Need:
    """A name that a rule asks for: how a call provides it, and how it is shown to a rule that is itself recorded."""

    __slots__ = ("forward", "name", "pulls", "take", "tensor")

    def __init__(self, name: str, take: Callable[[Call], Any], tensor: Callable[[Any, Node], Any] | None) -> None:
        self.name = name
        self.take = take
        self.tensor = tensor
        self.pulls: set[int] = set()  # it is needed when one of these inputs is tracked
        self.forward = False  # it is needed when a forward sweep is asked for

    def wanted(self, tracked: tuple[bool, ...], forward: bool) -> bool:
        if forward and self.forward:
            return True
        return -1 in self.pulls or any(tracked[i] for i in self.pulls if i < len(tracked))


def source(operation: Any, name: str) -> tuple[Callable[[Call], Any], Callable[[Any, Node], Any] | None]:
    """How the value of a need is taken from a call, and how it becomes a tensor again."""
    stem, suffix = (name[:-6], name[-6:]) if name.endswith(("_shape", "_dtype")) else (name, "")
    of = {"_shape": _shape, "_dtype": _dtype, "": None}[suffix]
    if name == "kept" and operation.keeps:
        return lambda call: call.arguments["kept"], lambda v, node: None
    if name == "tracked":
        return lambda call: tuple(n is not None for n in call.nodes), None
    if name == "arguments":
        return lambda call: {k: frozen(v) for k, v in call.arguments.items()}, None
    if stem in operation.inputs:
        if operation.many:
            if of is not None:
                return lambda call: [of(v) for v in call.operands], None
            return lambda call: [held(v, o) for v, o in zip(call.operands, call.given, strict=True)], tensors_again
        i = operation.inputs.index(stem)
        if of is not None:
            return lambda call: of(call.operands[i]), None
        return lambda call: held(call.operands[i], call.given[i]), lambda v, node: tensor_again(v, node.inputs[i])
    if stem == "y" and "y" not in operation.params:
        if of is not None:
            return lambda call: of(call.y), None
        return lambda call: call.y, result_tensors if operation.results else tensor_again
    if name in operation.params:
        return lambda call: frozen(call.arguments[name]) if name in call.arguments else operation.default(name), None
    raise unknown_need(operation.name, name, operation.params)


def _shape(x: Any) -> Any:
    return x.shape if hasattr(x, "shape") else np.shape(x)


def _dtype(x: Any) -> Any:
    return x.dtype if hasattr(x, "dtype") else np.result_type(x)
