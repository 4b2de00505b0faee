"""What to write instead, where Python or NumPy refuses what was asked of a tensor: a field that is called, a view that
is written to, rows that are compared.
"""

from __future__ import annotations

import ast
from types import ModuleType

from ..tensor import Tensor
from .program import Failure

FIELDS = {
    "size": "t.size is the number of elements, and no method; t.shape is the shape",
    "shape": "t.shape is a tuple, and no method: t.shape[0]",
    "ndim": "t.ndim is a number, and no method",
    "dtype": "t.dtype is no method; t.astype(dtype) converts",
    "T": "t.T is the transpose, and no method; t.transpose(axes) takes axes",
    "data": "t.data is the array, and no method",
    "grad": "t.grad is the gradient, and no method; autograd.grad(f) is a function's",
}


def of_call(failure: Failure) -> str:
    """What a field of a tensor is, where it was called; which class has the name of a file."""
    called = failure.expression.func if isinstance(failure.expression, ast.Call) else None
    if not isinstance(called, ast.Attribute):
        return ""
    owner = failure.value(called.value)
    if isinstance(owner, Tensor):
        return FIELDS.get(called.attr, "")
    thing = getattr(owner, called.attr, None)
    if isinstance(owner, ModuleType) and isinstance(thing, ModuleType):
        near = [name for name in vars(owner) if name.lower() == called.attr.lower() and name != called.attr]
        return f"{ast.unparse(called)} is a file; the class is {owner.__name__}.{near[0]}" if near else ""
    return ""


def of_read_only(failure: Failure) -> str:
    """What to write instead of writing to a view of a tensor's numbers."""
    for node in ast.walk(failure.expression or ast.Pass()):
        if isinstance(node, ast.Attribute) and isinstance(failure.value(node.value), Tensor):
            t = ast.unparse(node.value)
            if node.attr in ("data", "numpy"):
                return (
                    f"{t}.{node.attr} is a read-only view. Write {t}.data = new numbers, or {t}[key] = value inside "
                    f"autograd.no_grad(); {t}.data.copy() is an array of your own"
                )
            if node.attr == "grad":
                return f"{t}.grad is read-only. Write {t}.grad = new numbers, or None before the next backward()"
    return ""


def of_truth(failure: Failure) -> str:
    """NumPy's words for Python's functions that compare rows."""
    call = failure.expression
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args:
        name, t = call.func.id, ast.unparse(call.args[0])
        if name in ("max", "min", "sorted") and isinstance(failure.value(call.args[0]), Tensor):
            instead = f"np.sort({t})" if name == "sorted" else f"{t}.{name}()"
            return f"Python's {name} compares the rows of {t}, which are arrays: write {instead}"
    return ""
