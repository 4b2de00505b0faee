"""Networks' operations, such as ``linear``, called straight: with tensors they go to a node at once.

Convention: the common call alone is served here, of tensors of one dtype over NumPy's arrays. All others, and all
errors, are left to the operation itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import Node, clock, grad_mode, is_sealed, recording  # noqa: F401  (named in the text below)
from ..declare import Operation
from .compiled_steps import NODE, RESULT, compiled, saved

ndarray = np.ndarray
new = object.__new__
Tensor: Any = None  # the class, filled in by tensor.py

KERNEL = f"""
def make(operation, {{name}}):
    def tensor_{{name}}({{signature}}, *more, **options):
        if more or options or (
            grad_mode.switches and (not recording.on or recording.forward or recording.unfold is not None)
        ):
            return operation({{parameters}}, *more, **options)
        {{operands}}
        if ({{untracked}}) or {{first}}.__class__ is not ndarray:
            return operation({{parameters}})
        dtype = {{first}}.dtype
        if not ({{one_dtype}}):
            return operation({{parameters}})
        try:
            y = {{name}}({{arrays}})
        except (ValueError, TypeError, IndexError, MemoryError):
            return operation({{parameters}})  # which explains
        if y.dtype is not dtype:
            return operation({{parameters}}){RESULT}{NODE}"""

OPERAND = """
        if isinstance({p}, Tensor):
            {p}_array = {p}._array
            {p}_node = {p}.node
        elif {p} is None or ({p}.__class__ is ndarray and {p}.base.__class__ is tuple and is_sealed({p})):
            {p}_array = {p}
            {p}_node = None
        else:
            return operation({parameters})"""


def straight(operation: Operation) -> Callable[..., Any]:
    """A kernel that skips the generic call if its operands are tensors of one dtype or arrays that nothing can change.

    The operation must have one rule for each input, and its inputs must be its first parameters; optional ones default
    to None. Its rules must return gradients of the inputs' shapes and dtype, since nothing is undone after them. They
    may need the inputs, the inputs' shapes and ``y``, and nothing else.
    """
    inputs = operation.inputs
    if not operation.leading or operation.joint is not None or operation.results:
        raise TypeError(f"straight: {operation.name} has not one result, one rule for each input, and its inputs first")
    variables = {"y": "y"} | {p: f"{p}_array" for p in inputs} | {f"{p}_shape": f"{p}_array.shape" for p in inputs}
    for need in operation.needs:
        if need.name not in variables:
            raise TypeError(
                f"straight: a rule of {operation.name} needs '{need.name}', which is neither an input nor y"
            )
        if not need.pulls:  # forward mode goes to the operation
            variables[need.name] = "None"
    parameters = ", ".join(inputs)
    nodes = [f"{p}_node" for p in inputs]
    first, *others = arrays = [f"{p}_array" for p in inputs]
    call = compiled(
        KERNEL,
        globals(),
        operation,
        signature=", ".join(f"{p}=None" if p in operation.defaults else p for p in inputs),
        parameters=parameters,
        operands="".join(OPERAND.format(p=p, parameters=parameters) for p in inputs).strip(),
        untracked=" and ".join(f"{node} is None" for node in nodes),
        first=first,
        one_dtype=" and ".join(f"({a} is None or {a}.dtype is dtype)" for a in others) or "True",
        arrays=", ".join(arrays),
        inputs=", ".join(nodes),
        given=parameters,
        saved=saved(operation, variables, nodes),
        shape="y.shape",
    )
    call.__doc__, call.__module__ = operation.__doc__, operation.function.__module__  # where it is pickled from
    call.__signature__ = inspect.signature(operation.function)  # type: ignore[attr-defined]
    return call
