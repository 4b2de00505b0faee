"""A stretch of instructions on single numbers, and which of them could be done at once.

Convention: an instruction's level is one more than the highest among its operands'. Only numbers that are written once
are moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack
from typing import Any

import numpy as np

from ..tape import Buffer, Guard, Instruction, Step, View

__all__ = ["FLOAT", "Step", "Stretch"]

FEWEST = 64  # instructions that are worth the trouble
ON_AVERAGE = 5  # so many instructions must groups have
FLOAT = np.dtype(float)
TYPES = (FLOAT, np.dtype(bool))
EXACT = 2**53  # whole numbers below are floats


class Stretch:
    """Instructions on single numbers, one after another, and the guards between them.

    ``values``     by where a number is: its number in this stretch
    ``levels``     by value: its level; 0 for what is there before
    ``kinds``      by instruction: which of the ``forms`` it has (function, and dtypes of result and operands)
    ``operands``   by instruction: the values that it needs
    ``outputs``    by instruction: the value that it computes
    ``constants``  they are values in a buffer that is none yet, ~k
    ``guards``     they are checked after the stretch
    """

    def __init__(self) -> None:
        self.values: dict[Any, int] = {}
        self.views: list[View] = []
        self.levels: list[int] = []
        self.forms: dict[Any, int] = {}
        self.kinds: list[int] = []
        self.operands: list[tuple[Any, ...]] = []
        self.outputs: list[int] = []
        self.constants: list[bytes] = []
        self.guards: list[Step] = []

    def takes(self, step: Step, buffers: Sequence[Buffer], values: Sequence[bool]) -> bool:
        """Add a step, if it is one on single numbers."""
        if isinstance(step, Guard):
            if not self.outputs or step.view.shape or not values[step.view.buffer]:
                return False
            self.guards.append(step)
            return True
        if step.form != "fresh" or len(step.outputs) != 1:
            return False
        out = step.outputs[0]
        if out.shape or out.dtype not in TYPES or not values[out.buffer]:
            return False
        if buffers[out.buffer].size != out.dtype.itemsize:
            return False
        if step.keywords and (len(step.keywords) > 1 or step.keywords.get("dtype") != out.dtype):
            return False
        form: list[Any] = [step.function, out.dtype]
        for x in step.arguments:
            if x.__class__ is View:
                if x.shape or x.dtype not in TYPES or not values[x.buffer]:
                    return False
                form.append(x.dtype)
            elif x.__class__ is float or (x.__class__ is int and abs(x) < EXACT):
                form.append(FLOAT)
            else:
                return False
        kind = self.forms.get(tuple(form))
        if step.method or (kind is None and not elementwise(step, form)):
            return False
        operands = [self._value(x) for x in step.arguments]
        if None in operands:
            return False
        level = max([self.levels[n] for n in operands])
        self.values[out.buffer] = len(self.views)
        self.outputs.append(len(self.views))
        self.views.append(out)
        self.levels.append(level + 1)
        self.kinds.append(self.forms.setdefault(tuple(form), len(self.forms)) if kind is None else kind)
        self.operands.append(tuple(operands))
        return True

    def _value(self, x: Any) -> Any:
        """The number of a value; None for other bytes of a place that is known already."""
        if x.__class__ is not View:
            key: Any = pack("d", x)
        else:
            key = x.buffer if x.offset == 0 else (x.buffer, x.offset)
        n = self.values.get(key)
        if n is None:
            n = self.values[key] = len(self.views)
            if x.__class__ is not View:
                x = View(~len(self.constants), 0, (), (), FLOAT)
                self.constants.append(key)
            self.views.append(x)
            self.levels.append(0)
        elif x.__class__ is View and self.views[n].dtype != x.dtype:
            return None
        return n

    @property
    def before(self) -> list[View]:
        """The numbers that the stretch needs and does not compute."""
        return [view for view, level in zip(self.views, self.levels, strict=True) if level == 0 and view.buffer >= 0]

    @property
    def pays(self) -> bool:
        """Are there few groups for so many instructions?"""
        if len(self.outputs) < FEWEST:
            return False
        levels = np.array(self.levels)[self.outputs]
        groups = len(np.unique(levels * len(self.forms) + self.kinds))
        return groups * ON_AVERAGE <= len(self.outputs)


def elementwise(step: Instruction, form: Sequence[Any]) -> bool:
    """Is each number of the result computed of numbers of these types, as many at once as there may be?"""
    function, out, *given = form
    if function is np.where:
        return given[1:] == [out, out]
    if not isinstance(function, np.ufunc) or function.signature is not None or function.nin != len(given):
        return False
    if FLOAT in [view.dtype for view in step.reads]:
        return f"{'d' * len(given)}->{out.char}" in function.types
    if step.keywords or len(given) > len(step.reads):  # constants take the type of what they meet
        return False
    return f"{''.join([dtype.char for dtype in given])}->{out.char}" in function.types
