"""Calls with arrays of another library that cannot fail, and whose results have one form, whatever the numbers are.

Convention: what is not known here is taken to depend on the numbers. A function of this project's says that it does
not by an attribute ``certain``.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from .callables import getitem, setitem
from .instruction import Buffer, Guard, Step, read_by

__all__ = ["OPERATORS", "is_certain"]

OPERATORS: set[Any] = {
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
    operator.matmul, operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift, operator.lt,
    operator.le, operator.gt, operator.ge, operator.eq, operator.ne, operator.neg, operator.invert, abs,
}  # fmt: skip
POWERS = {np.power, operator.pow}  # which take no negative powers of whole numbers
BY_INDICES = {"at", "reduceat"}  # methods of ufuncs
NAMES = frozenset([
    "all", "amax", "amin", "any", "argmax", "argmin", "argsort", "asarray", "ascontiguousarray", "astype",
    "atleast_1d", "atleast_2d", "attrgetter", "broadcast_to", "clip", "concatenate", "conj", "conjugate", "copy",
    "copyto", "cumprod", "cumsum", "diagonal", "dot", "einsum", "empty_like", "expand_dims", "fill", "flip",
    "full_like", "get", "item", "max", "mean", "min", "moveaxis", "ones_like", "outer", "prod", "ravel", "reshape",
    "roll", "sort", "squeeze", "stack", "std", "sum", "swapaxes", "tensordot", "trace", "transpose", "tril", "triu",
    "var", "view", "zeros_like",
])  # fmt: skip


def is_certain(step: Step, buffers: Sequence[Buffer]) -> bool:
    """Can nothing end the program here, and have the results the shapes and dtypes that they had?"""
    if isinstance(step, Guard):
        return False
    function = step.function
    if isinstance(function, np.ufunc) or function in OPERATORS:
        whole = function in POWERS and all(view.dtype.kind in "biu" for view in step.outputs)
        return step.method not in BY_INDICES and not whole
    if getattr(function, "certain", False):
        return True
    if function is getitem or function is setitem:
        return not read_by((step.arguments[1],), {})
    known = step.name in NAMES or (step.name == "where" and len(step.arguments) == 3)
    return known and all(buffers[view.buffer].kind == "foreign" for view in step.reads)
