"""Signs and squares: -(-x) is x, -(c x) is (-c) x, x + (-y) is x - y, and x² is x x, all of them bit by bit.

Convention: of floats alone. A function of x and of -x is often computed twice, and is then found to be the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..tape import Instruction, View

__all__ = ["COMMUTING", "SUMS", "negated", "negates", "squared", "subtracted"]

COMMUTING = {np.add, np.multiply}  # x + y is y + x, also where they are rounded
SUMS: dict[Any, Any] = {np.add: np.subtract, np.subtract: np.add}


def negates(step: Instruction, made: Mapping[int, Instruction]) -> bool:
    """Does a negation of its result, or a sum with it, look at how it was made? ``made`` has those that do so far."""
    function = step.function
    if (function is not np.negative and function is not np.multiply) or step.method or step.keywords:
        return False
    if step.outputs[0].dtype.kind != "f":
        return False
    return function is np.negative or len(step.reads) == 1 or any([view.buffer in made for view in step.reads])


def negated(step: Instruction, inner: Instruction) -> Instruction | View | None:
    """-(what ``inner`` gives), as an instruction without the negation, or as what is there already."""
    out, argument = step.outputs[0], step.arguments[0]
    if step.keywords or argument != inner.outputs[0]:
        return None
    if inner.function is np.negative:
        source = inner.arguments[0]
        return source if source.__class__ is View and source[2:] == out[2:] else None
    arguments: list[Any] = list(inner.arguments)
    for k, x in enumerate(arguments):
        if x.__class__ in (int, float) and x != 0:
            arguments[k] = -x
            return Instruction(np.multiply, "", tuple(arguments), {}, step.outputs, "fresh", inner.reads, step.source)
    return None


def subtracted(
    step: Instruction, made: Mapping[int, Instruction], known: Callable[[Instruction], View | None]
) -> Instruction:
    """x + y and x - y without a negation of y, or of x in a sum; and of a factor in it, where the product is known."""
    if step.method or step.keywords or len(step.arguments) != 2 or step.outputs[0].dtype.kind != "f":
        return step
    x, y = step.arguments
    function = step.function
    if (other := opposite(y, made, known)) is not None:
        function, y = SUMS[function], other
    elif function is np.add and (other := opposite(x, made, known)) is not None:
        function, x, y = np.subtract, y, other
    else:
        return step
    reads = tuple([view for view in (x, y) if view.__class__ is View])
    return Instruction(function, "", (x, y), {}, step.outputs, "fresh", reads, step.source)


def opposite(x: Any, made: Mapping[int, Instruction], known: Callable[[Instruction], View | None]) -> View | None:
    """What x is the negation of, if that is there."""
    inner = made.get(x.buffer) if x.__class__ is View else None
    if inner is None or x != inner.outputs[0]:
        return None
    if inner.function is np.negative:
        source = inner.arguments[0]
        return source if source.__class__ is View and source[2:] == x[2:] else None
    for k, factor in enumerate(inner.arguments):
        by = made.get(factor.buffer) if factor.__class__ is View else None
        if by is not None and by.function is np.negative and factor == by.outputs[0]:
            arguments = (*inner.arguments[:k], by.arguments[0], *inner.arguments[k + 1 :])
            product = known(Instruction(np.multiply, "", arguments, {}, inner.outputs, "fresh", ()))
            return product if product is not None and product[2:] == x[2:] else None
    return None


def squared(step: Instruction) -> Instruction:
    """A square as a product; any other step as it is."""
    if step.function is not np.power or step.method or step.keywords:
        return step
    x: Any = step.arguments[0]
    exponent = step.arguments[1]
    if x.__class__ is not View or exponent.__class__ not in (int, float) or exponent != 2 or x.dtype.kind != "f":
        return step
    return Instruction(np.multiply, "", (x, x), {}, step.outputs, step.form, (x, x), step.source)
