"""Functions of single floats while they are noted: a row of plain numbers each, as there may be very many.

A row is ``(function, n, *operands)``: a ufunc whose result is the whole of buffer n, or a ``Derived`` with several
results, the whole of buffers n, n + 1, ... An operand is the number of a buffer, or a float.

Convention: a row says what instructions say, and these are made of it when a program is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .callables import COPY
from .instruction import FRESH, Buffer, Instruction, Step, View, mapped, read_by

__all__ = ["FLOAT", "FLOATS", "Derived", "Row", "as_instruction", "expanded", "float_at", "unfolded"]

Row = tuple[Any, ...]
FLOAT = np.dtype(float)
FLOATS = FRESH[8]
NOTHING: dict[str, Any] = {}
make = tuple.__new__  # a View, without the detour by its own constructor


def float_at(n: int) -> View:
    """The view of a float of Python's that is the whole of a buffer."""
    return View(n, 0, (), (), FLOAT, True)


class Derived:
    """A function of floats and its derivatives, as instructions that were noted of it once, for given constants.

    ``steps``    they read the other operands, which are the buffers 0, 1, ..., and write to the ``buffers`` behind
    ``results``  where the function and its derivatives are then; a float where that is always the same
    """

    def __init__(self, steps: list[Instruction], buffers: list[Buffer], results: list[View | float]) -> None:
        self.steps, self.buffers, self.results = steps, buffers, results

    def of(self, row: Row, buffers: list[Buffer]) -> Iterable[Instruction]:
        """The instructions for the operands of a row."""
        _, first, *operands = row
        places = [x for x in operands if x.__class__ is int]
        own = self.buffers[len(places) :]
        places += range(len(buffers), len(buffers) + len(own))
        buffers += own

        def placed(x: Any) -> Any:
            return x._replace(buffer=places[x.buffer]) if x.__class__ is View else mapped(placed, x)

        for step in self.steps:
            arguments, keywords = placed(step.arguments), placed(step.keywords) if step.keywords else step.keywords
            outputs = tuple([placed(view) for view in step.outputs])
            reads = read_by(arguments, keywords)
            yield Instruction(step.function, step.method, arguments, keywords, outputs, step.form, reads, step.source)
        for k, result in enumerate(self.results):
            if result.__class__ is View:
                source = (placed(result),)
                yield Instruction(COPY, "", source, NOTHING, (float_at(first + k),), "fresh", source)


def expanded(notes: Iterable[Step | Row], buffers: list[Buffer]) -> list[Step]:
    """The notes with instructions in place of rows."""
    return [as_instruction(note) if note.__class__ is tuple else note for note in unfolded(notes, buffers)]


def unfolded(notes: Iterable[Step | Row], buffers: list[Buffer]) -> list[Any]:
    """The notes with instructions in place of rows with several results."""
    steps: list[Any] = []
    for note in notes:
        if note.__class__ is tuple and note[0].__class__ is Derived:
            steps += note[0].of(note, buffers)
        else:
            steps.append(note)
    return steps


def as_instruction(row: Row) -> Instruction:
    """What a row of one result says."""
    function, n, *operands = row
    arguments: Any = tuple([x if x.__class__ is float else make(View, (x, 0, (), (), FLOAT, True)) for x in operands])
    reads = arguments if float not in map(type, operands) else tuple([x for x in arguments if x.__class__ is View])
    return Instruction(function, "", arguments, NOTHING, (make(View, (n, 0, (), (), FLOAT, True)),), "fresh", reads)
