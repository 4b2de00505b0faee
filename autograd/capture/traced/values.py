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

from ...declare import Late, Operation
from ...ops.activation import Activation
from ...value.functions import operation_of
from ..tape import Derived, Instruction, Tape, View
from .array import Traced
from .kinds import of
from .number import Number
from .scalar import Scalar

__all__ = ["compute"]

for kind in (Number, Scalar):
    numbers.Real.register(kind)
Late.Number, Late.Float = (Number, Scalar), Number


def compute(function: Any, floats: Callable[..., Any], operands: tuple[Any, ...]) -> Any:
    """The function of these numbers, and its derivatives where ``floats`` gives them."""
    if function is math.fsum:
        parts = tuple(operands[0])
        return reduce(add, parts) if any(type(x) is Number for x in parts) else floats(parts)
    if function is None or not any(type(x) is Number for x in operands):
        return floats(*operands)
    if function is math.hypot:
        return Number.of(np.sqrt(reduce(add, [array(x) * array(x) for x in operands])))
    operation = operation_of(function)
    if not simple(operation):
        return floats(*operands)
    tape = next(x.tape for x in operands if type(x) is Number)
    tape.raising = True
    try:
        found = floats(*[x.value if type(x) is Number else x for x in operands])
    except (ValueError, ArithmeticError):  # it depends on the numbers, and may be caught
        tape.give_up(f"{operation.name} raised an error")
        raise
    if all([type(x) is float or (type(x) is Number and x.at >= 0) for x in operands]) and tape.line is None:
        key = (function, *[x if type(x) is float else None for x in operands])
        if key not in tape.derived:
            tape.derived[key] = derived(operation, operands)
        if (own := tape.derived[key]) is not None:
            return in_rows(tape, own, tuple([x if type(x) is float else x.at for x in operands]), found)
    return traced(operation, operands)


def traced(operation: Operation, operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same by the operation's own function and rules."""
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


def derived(operation: Operation, operands: tuple[Any, ...]) -> Derived | None:
    """What the function and its derivatives are made of; None where this depends on the numbers."""
    tape = Tape()
    own = [Number.seen(tape, x.value, tape.enter(x.array)) if type(x) is Number else x for x in operands]
    found = traced(operation, tuple(own))
    steps = [step for step in tape.steps() if isinstance(step, Instruction)]
    if tape.closed or len(steps) < len(tape.notes) or any(type(x) is Number and x.at < 0 for x in found):
        return None
    return Derived(steps, tape.buffers, [x.where if type(x) is Number else x for x in found])


def in_rows(tape: Tape, own: Derived, operands: tuple[Any, ...], found: tuple[float, ...]) -> tuple[Any, ...]:
    """What was found, noted as one row."""
    n = tape.row(own, operands, len(found))
    return tuple([
        Number.whole(tape, y, n + k) if result.__class__ is View else result
        for k, (y, result) in enumerate(zip(found, own.results, strict=True))
    ])  # fmt: skip


def simple(operation: Operation) -> bool:
    """Does NumPy compute it, and do its rules need nothing but its operands and result?"""
    return isinstance(operation.function, np.ufunc) or isinstance(operation, Activation)


def array(x: Any) -> Any:
    """A number as an array without axes."""
    return of(x.tape, x.array, x.where._replace(weak=False)) if type(x) is Number else x
