"""Functions of Values while they are recorded: computed with floats, noted by the operation's NumPy function and rules.

Convention: what has no rule is computed on traced numbers as it stands, and its decisions are guards.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from ..declare import Late, Operation
from ..ops.activation import Activation
from ..value.functions import operation_of
from .traced import Number, Scalar, Traced, of

__all__ = ["compute"]

for kind in (Number, Scalar):
    numbers.Real.register(kind)
Late.Number = Number, Scalar


def compute(function: Any, floats: Callable[..., Any], operands: tuple[Any, ...]) -> Any:
    """The function of these numbers, and its derivatives where ``floats`` gives them."""
    if function is math.fsum:
        parts = tuple(operands[0])
        return reduce(add, parts) if any(x.__class__ is Number for x in parts) else floats(parts)
    if function is None or not any(x.__class__ is Number for x in operands):
        return floats(*operands)
    if function is math.hypot:
        return Number.of(np.sqrt(reduce(add, [array(x) * array(x) for x in operands])))
    operation = operation_of(function)
    if not simple(operation):
        return floats(*operands)
    tape = next(x.tape for x in operands if x.__class__ is Number)
    tape.raising = True
    try:
        floats(*[x.value if x.__class__ is Number else x for x in operands])
    except (ValueError, ArithmeticError):  # it depends on the numbers, and may be caught
        tape.give_up(f"{operation.name} raised an error")
        raise
    arrays = [array(x) for x in operands]
    with np.errstate(all="ignore"):  # Python's numbers do not warn
        y = operation.forward(*arrays)
        named = dict(zip(operation.params, arrays, strict=False)) | {"y": y}
        slopes = []
        for rule, where in operation.rules:
            needs = [operation.needs[k].name for k in where]
            slope = rule(np.ones_like(y), *[named[n] if n in named else operation.default(n) for n in needs])
            slopes.append(Number.of(slope) if isinstance(slope, Traced) else float(slope))
    return (Number.of(y), *slopes)


def simple(operation: Operation) -> bool:
    """Does NumPy compute it, and do its rules need nothing but its operands and result?"""
    return isinstance(operation.function, np.ufunc) or isinstance(operation, Activation)


def array(x: Any) -> Any:
    """A number as an array without axes."""
    return of(x.tape, x.array, x.where._replace(weak=False)) if x.__class__ is Number else x
