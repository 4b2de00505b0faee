"""The description of a recorded graph, of which every picture is made: quantities, how each was computed, scopes.

Convention: a quantity is a number or an array together with the operation that computed it. Nothing here knows of
boxes, colours or positions, and nothing refers to the recorded graph: a description is plain data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from ..typing import Shape

__all__ = ["Call", "Graph", "Kind", "Operand", "Quantity", "Scope", "first_word"]

Kind = Literal["input", "parameter", "constant", "inner", "result"]


@dataclass(slots=True)
class Operand:
    """What an operation was given in one place: another quantity, or a number as written (``x ** 2``).

    ``source``   the key of that quantity, or None
    ``literal``  the number as written, or None; where neither is known, the graph did not keep it
    ``slope``    the local derivative ∂y/∂(operand) as a number; None where it is not one number (arrays)
    """

    source: int | None = None
    literal: Any = None
    slope: float | None = None


@dataclass(slots=True)
class Call:
    """An operation on arrays as it was called, so that it can be computed again on other arrays.

    ``operation``  the operation itself, declared once; it is given the operands in its own order, then
    ``arguments``  its other arguments by name, as objects; those that the graph did not keep are left out
    """

    operation: Any
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """A part of the graph that belongs together: one call of a module, of a named block, or of an unfolded operation.

    ``key``         its place in ``Graph.scopes``
    ``parent``      the key of the scope around it, or None
    ``kind``        "module", "block" (``with draw.scope("name")``) or "kernel" (an operation that was unfolded)
    ``name``        ``encoder[2]``; the operation's name for a kernel
    ``title``       ``Linear(64, 10)``; "" for a block
    ``module``      tells modules apart: calls of one module have the same number
    ``call``        0 for the first call of that module, 1 for the second, ...
    ``parameters``  (name within the module, key of the quantity) of the parameters that are directly the module's own
    ``results``     the keys of what it returned
    """

    key: int
    parent: int | None
    kind: Literal["module", "block", "kernel"]
    name: str
    title: str = ""
    module: int = 0
    call: int = 0
    parameters: list[tuple[str, int]] = field(default_factory=list)
    results: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Quantity:
    """A number or an array, and how it was computed.

    ``key``        its place in ``Graph.quantities``
    ``kind``       "input" (an argument of the function, or what the caller named so), "parameter" (another leaf),
                   "constant" (an array that is not tracked), "result" (what is drawn) or "inner"
    ``operation``  the name of the operation that computed it (``tanh``, ``add``, ``linear``); "" for a leaf
    ``operands``   what the operation was given, in its own order
    ``options``    the operation's other arguments, as written: ``[("axis", "0")]``
    ``besides``    (the argument's name, the key of the quantity) for arrays with a name among its other arguments, such
                   as the labels of a loss
    ``name``       what people call it, or ""; ``named`` by "label", "argument", "module" or "variable"
    ``value``      a float, or an array; None where the graph did not keep it
    ``gradient``   the same of ∂(result)/∂(this); None before any backward pass
    ``shape``      () for a number; ``scalar`` tells a Value from a tensor of no axes
    ``results``    the operation gave several arrays: this stands for the operation, and each array is a quantity
                   whose operation is "item" and whose only operand is this
    ``scope``      the key of the innermost scope in which it was computed, or None
    ``line``       ``file:line`` where it was recorded, or ""
    ``call``       the operation on arrays as it was called (see ``record/calls.py``); None for a leaf, a Value's
                   operation, and where the graph did not keep it
    """

    key: int
    kind: Kind
    operation: str = ""
    operands: list[Operand] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    besides: list[tuple[str, int]] = field(default_factory=list)
    name: str = ""
    named: str = ""
    value: Any = None
    gradient: Any = None
    shape: Shape = ()
    dtype: str = ""
    scalar: bool = False
    results: bool = False
    scope: int | None = None
    line: str = ""
    call: Call | None = None


@dataclass(slots=True)
class Graph:
    """All quantities, each after those it was computed from, and the scopes, each after the one around it.

    ``roots``   the keys of what is drawn
    ``title``   the name of the function or model that was run, or ""
    ``summed``  the gradients are those of the sum of the roots' elements: a root is not a single number
    ``asked``   the keys of what the caller asked for; None for what is not in the graph
    """

    quantities: list[Quantity] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)
    title: str = ""
    summed: bool = False
    asked: list[int | None] = field(default_factory=list)

    @property
    def differentiated(self) -> bool:
        """Are there gradients?"""
        return any(q.gradient is not None for q in self.quantities)

    def consumers(self) -> list[list[int]]:
        """For each quantity, the keys of those computed from it, once for each use."""
        found: list[list[int]] = [[] for _ in self.quantities]
        for q in self.quantities:
            for operand in q.operands:
                if operand.source is not None:
                    found[operand.source].append(q.key)
        return found


def first_word(name: str) -> str:
    """The variable that a name begins with: ``net`` of ``net.w[1]``."""
    return re.split(r"[\[.]", name, maxsplit=1)[0]
