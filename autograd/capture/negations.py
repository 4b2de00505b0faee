"""Negations that are part of a product, or undo each other: -(-x) is x, and -(c x) is (-c) x, both bit by bit.

Convention: of floats alone. A function of x and of -x is often computed twice, and is then found to be the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .instruction import Instruction, View

__all__ = ["COMMUTING", "negated", "negates"]

COMMUTING = {np.add, np.multiply}  # x + y is y + x, also where they are rounded
KNOWN = {np.negative, np.multiply}


def negates(step: Instruction) -> bool:
    """Does a negation of its result look at how it was made?"""
    return step.function in KNOWN and not step.method and not step.keywords and step.outputs[0].dtype.kind == "f"


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
