"""An operation of several tensors that is called straight: for the kernels of networks.

Convention: as in ``fast.py``, the common call is written out as text when the function is made: all operands are
tensors of one dtype, or arrays that nobody can change, or None where that is the default, and they are given alone.
Everything else is left to the operation itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import core
from ..core import Node, recording
from ..declare import Operation
from .tensor import Tensor

CALL = """
def make(operation, compute):
    def {name}({signature}, *more, **options):
        if more or options or (core.switched and (recording.on is not True or recording.forward)):
            return operation({parameters}, *more, **options)
        {operands}
        if ({untracked}) or {first}.__class__ is not ndarray:
            return operation({parameters})
        dtype = {first}.dtype
        if not ({one_dtype}):
            return operation({parameters})
        try:
            y = compute({arrays})
        except (ValueError, TypeError, IndexError):
            return operation({parameters})  # which explains
        if y.dtype is not dtype:
            return operation({parameters})
        out = new(Tensor)
        out._array = y
        out.node = node = new(Node)
        node.op = operation
        node.inputs = ({nodes},)
        node.saved = {saved}
        node.shape = y.shape
        node.fits = node.notes = node.grad = None
        node.waiting = 0
        return out
    return {name}
"""

OPERAND = """
        if isinstance({p}, Tensor):
            {p}_array = {p}._array
            {p}_node = {p}.node
        elif {p} is None or ({p}.__class__ is ndarray and not {p}.flags.writeable and {p}.base is None):
            {p}_array = {p}
            {p}_node = None
        else:
            return operation({parameters})"""


def straight(operation: Operation) -> Callable[..., Any]:
    """The operation, which must have one rule for each input and be declared with its inputs first.

    Its rules must give gradients of their inputs' shapes, and of the operands' dtype where they have one: nothing is
    undone after them. They may need their inputs and the shapes of these, ``y``, and no other argument.
    """
    inputs = operation.inputs
    if not operation.leading or operation.joint is not None or operation.results:
        raise TypeError(f"straight: {operation.name} has not one result, one rule for each input, and its inputs first")
    names = {"y": "y"} | {p: f"{p}_array" for p in inputs} | {f"{p}_shape": f"{p}_array.shape" for p in inputs}
    kept = []
    for need in operation.needs:
        if need.name not in names:
            raise TypeError(f"straight: a rule of {operation.name} needs '{need.name}', which is not of its inputs")
        unused = [f"{inputs[i]}_node is None" for i in sorted(need.pulls)]
        kept.append(f"None if {' and '.join(unused)} else {names[need.name]}" if unused else "None")
    parameters = ", ".join(inputs)
    first, *others = arrays = [f"{p}_array" for p in inputs]
    text = CALL.format(
        name=operation.name,
        signature=", ".join(f"{p}=None" if p in operation.defaults else p for p in inputs),
        parameters=parameters,
        operands="".join(OPERAND.format(p=p, parameters=parameters) for p in inputs).strip(),
        untracked=" and ".join(f"{p}_node is None" for p in inputs),
        first=first,
        one_dtype=" and ".join(f"({a} is None or {a}.dtype is dtype)" for a in others) or "True",
        arrays=", ".join(arrays),
        nodes=", ".join(f"{p}_node" for p in inputs),
        saved=f"({', '.join(kept)},)" if kept else "None",
    )
    known = {"Node": Node, "Tensor": Tensor, "core": core, "ndarray": np.ndarray, "new": object.__new__}
    place: dict[str, Any] = {**known, "recording": recording}
    exec(compile(text, __file__, "exec"), place)
    call: Callable[..., Any] = place["make"](operation, operation.forward)
    call.__qualname__ = operation.name
    call.__doc__ = operation.__doc__
    return call
