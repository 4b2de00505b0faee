"""The machine for arrays of another library: a program's calls, written as lines of Python.

Convention: such an array is a local variable, from the call that gives it to the one that needs it last; so its memory
is freed as early as an eager call frees it. Arrays of NumPy's have their places in the machine's memory, as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from ...core import references
from ..outside import Straight
from ..program import Program
from ..tape import NUMBERS, Guard, Instruction, View, leaves
from .calls import check, place
from .numpy_machine import NumPyMachine

__all__ = ["ForeignMachine"]

ATOMS = (str, int, bool, type(None))  # constants that are written as they are


class ForeignMachine(NumPyMachine):
    """Runs a program whose arrays are, some or all of them, of another library."""

    by_level = False

    def __init__(self, program: Program, checked: bool = False) -> None:
        self.renewing = set() if checked else program.renewed  # an eager call is to find what was there before
        super().__init__(program)

    def _bind(self) -> None:
        super()._bind()
        self.line_by_line = self._written()

    def _bound(self, steps: Sequence[Instruction | Guard]) -> list[Any]:
        """Calls of NumPy's alone; None in the place of others."""
        bound: list[Any] = []
        self.guards = list(accumulate([isinstance(step, Guard) for step in steps], initial=0))
        for step in steps:
            if any(map(self.is_foreign, (*step.reads, *step.outputs))):
                bound.append(None)
            else:
                bound += super()._bound([step])
        return bound

    def _written(self) -> Callable[[Sequence[Any]], list[Any]]:
        """A function of the inputs that makes all calls, and gives the results of the other library."""
        code = Straight("inputs")
        last: dict[int, int] = {}
        for k, step in enumerate(self.steps):
            for view in (*step.reads, *step.outputs):
                last[view.buffer] = k
        results = [view for view in self.results if self.is_foreign(view)]
        last.update({view.buffer: len(self.steps) for view in results})
        for k in self.foreign:
            code.add(f"{local(self.program.inputs[k])} = inputs[{k}]")
        for k, step in enumerate(self.steps):
            if self.calls[k] is not None:
                call, arguments = self.calls[k]
                if call is check:  # guards are counted among all
                    arguments = (*arguments[:-1], self.guards[k])
                code.add(f"{code.name(call)}(*{code.name(arguments)})")
            else:
                self._write(step, k, code)
            ended = {v.buffer for v in (*step.reads, *step.outputs) if self.is_foreign(v) and last[v.buffer] == k}
            if ended:
                code.add(f"del {', '.join(sorted(f'f{n}' for n in ended))}")
        code.add(f"return [{', '.join(map(local, results))}]")
        return code.function()

    def _write(self, step: Instruction | Guard, k: int, code: Straight) -> None:
        """Step number k, with arrays of another library, as lines."""
        if isinstance(step, Guard):
            seen = [local(step.view), code.name(step.read), code.name(step.expected), str(self.guards[k])]
            code.add(f"{code.name(check)}({', '.join(seen)})")
            return
        if k in self.renewing:
            code.add(f"{local(step.outputs[0])} = {code.name(own)}({local(step.reads[0])})")
            return
        given = [self.expression(x, code) for x in step.arguments]
        given += [f"{name}={self.expression(x, code)}" for name, x in step.keywords.items()]
        call = f"{code.name(step.call)}({', '.join(given)})"
        if step.form == "in place" or not step.outputs:
            code.add(call)
        elif len(step.outputs) == 1 and self.is_foreign(step.outputs[0]):
            code.add(f"{local(step.outputs[0])} = {call}")
        else:
            code.add(f"found = {code.name(leaves)}({call})")
            for view in step.outputs:
                if self.is_foreign(view):
                    code.add(f"{local(view)} = next(found)")
                else:
                    code.add(f"{code.name(place)}({code.name(self.array(view))}, next(found), ())")

    def expression(self, x: Any, code: Straight) -> str:
        """An argument as an expression: local variables, arrays of the machine's memory, and nests of them."""
        if x.__class__ is View:
            if self.is_foreign(x):
                return local(x)
            name = code.name(self.array(x))
            return f"{name}.item()" if x.weak else f"{name}[()]" if not x.shape else name
        if x.__class__ in ATOMS:
            return repr(x)
        if x.__class__ in NUMBERS or not contains_views(x):
            return code.name(x)
        if isinstance(x, slice):
            return f"slice({', '.join(self.expression(part, code) for part in (x.start, x.stop, x.step))})"
        if isinstance(x, dict):
            return f"{{{', '.join(f'{code.name(key)}: {self.expression(part, code)}' for key, part in x.items())}}}"
        parts = "".join(self.expression(part, code) + ", " for part in x)
        return f"[{parts}]" if isinstance(x, list) else f"({parts})"

    def run(self, inputs: Sequence[Any]) -> list[Any]:
        for k, own in self.given:
            own[...] = inputs[k]
        if self.numbers:
            self.line[...] = [inputs[k] for k in self.numbers]
        found = iter(self.line_by_line(inputs))
        return [next(found) if self.is_foreign(view) else x for view, x in zip(self.results, self.found, strict=True)]

    def finite(self) -> bool:
        """Are there neither NaN nor infinity among NumPy's results?"""
        own = [x for view, x in zip(self.results, self.found, strict=True) if not self.is_foreign(view)]
        return all([np.isfinite(x).all() for x in own if x.dtype.kind in "fc"])


def own(array: Any) -> Any:
    """An array that a place and a program's run hold, if nobody else refers to it; else a copy."""
    return array if references(array) <= USUAL and getattr(array, "alone", False) else array.copy()


def _usual() -> int:
    """How many references there are to an array in a list and in a local variable, where ``own`` counts them."""
    code = Straight("inputs")
    code.add("f0 = inputs[0]")
    code.add(f"return {code.name(references)}(f0)")
    return int(code.function()([np.zeros(1)])) + 2  # the place's, and that of the parameter of ``own``


USUAL = _usual()


def local(view: View) -> str:
    """The local variable of a foreign array."""
    return f"f{view.buffer}"


def contains_views(x: Any) -> bool:
    """Is there a view in this nest?"""
    if x.__class__ is View:
        return True
    if isinstance(x, slice):
        return any(map(contains_views, (x.start, x.stop, x.step)))
    if isinstance(x, tuple | list | dict):
        return any(map(contains_views, x.values() if isinstance(x, dict) else x))
    return False
