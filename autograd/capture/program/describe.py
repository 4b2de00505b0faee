"""A program described for ``draw``: its arrays as quantities, its instructions as the operations that compute them.

Convention: an array that is replaced in place is a new quantity from there on. A view is its buffer's quantity.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...draw.graph import Graph, Operand, Quantity
from ..tape import Buffer, Guard, Instruction, View
from .listing import options as in_words
from .listing import shown

__all__ = ["described"]


def described(
    title: str, steps: Sequence[Instruction | Guard], buffers: Sequence[Buffer], inputs: Sequence[View],
    results: Sequence[View],
) -> Graph:  # fmt: skip
    """The graph of a program: inputs, constants, instructions in their order, guards, results."""
    graph = Graph(title=title.strip("<>"))
    now: dict[int, int] = {}  # by buffer: the key of the quantity that its numbers are now
    places = {view.buffer: k for k, view in enumerate(inputs)}

    def key(view: View) -> int:
        if view.buffer not in now:
            given = view.buffer in places
            q = _leaf(view, buffers[view.buffer], len(graph.quantities), given)
            if given:
                q.name, q.named = f"input {places[view.buffer]}", "argument"
            graph.quantities.append(q)
            now[view.buffer] = q.key
        return now[view.buffer]

    for step in steps:
        if isinstance(step, Guard):
            q = Quantity(0, "inner", f"guard: is {step.expected!r}"[:40], [Operand(key(step.view))], shape=(), dtype="")
        else:
            q = _computed(step, key)
        q.key, q.line = len(graph.quantities), step.source
        graph.quantities.append(q)
        for view in step.outputs:
            now[view.buffer] = q.key
    for k in dict.fromkeys(key(view) for view in results):
        graph.roots.append(k)
        if graph.quantities[k].kind == "inner":
            graph.quantities[k].kind = "result"
    graph.roots += [q.key for q in graph.quantities if q.operation.startswith("guard")]
    return graph


def _leaf(view: View, buffer: Buffer, key: int, given: bool) -> Quantity:
    """An input, or an array that the program reads where it is."""
    q = Quantity(key, "input" if given else "constant", shape=view.shape, dtype=view.dtype.name)
    if buffer.array is not None and view.size == 1:
        q.value = float(buffer.array.reshape(-1)[0].real)
    return q


def _computed(step: Instruction, key: Any) -> Quantity:
    out = step.outputs[0]
    operands, options = [], []
    for x in step.arguments:
        if x.__class__ is View:
            operands.append(Operand(key(x)))
        elif isinstance(x, int | float | complex):
            operands.append(Operand(None, x))
        else:
            options.append(("", shown(x)))
    known = {operand.source for operand in operands}
    operands += [Operand(k) for view in step.reads if (k := key(view)) not in known]  # inside lists and keys
    options += in_words(step)
    if step.form == "into":  # the rest of the array stays
        operands.append(Operand(key(out)))
    return Quantity(0, "inner", step.name, operands, options, shape=out.shape, dtype=out.dtype.name)
