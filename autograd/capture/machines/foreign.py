"""The machine for arrays of another library: a program's calls, written as lines of Python.

Convention: such an array is a local variable, from the call that gives it to the one that needs it last; so its memory
is freed as early as an eager call frees it. Arrays of NumPy's have their places in the machine's memory, as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ...core import references
from ..outside import Straight
from ..program import Program
from ..tape import NUMBERS, Guard, Instruction, View, is_certain, leaves, shape_of
from .calls import Failed, check, place
from .numpy_machine import NumPyMachine

__all__ = ["ForeignMachine"]

ATOMS = (str, int, bool, type(None))  # constants that are written as they are


class ForeignMachine(NumPyMachine):
    """Runs a program whose arrays are, some or all of them, of another library."""

    by_level = False

    def __init__(self, program: Program, checked: bool = False) -> None:
        self.renewing = set() if checked else program.renewed  # an eager call is to find what was there before
        self.begun: list[bool] = []
        super().__init__(program)

    def _bind(self) -> None:
        super()._bind()
        self.line_by_line = self._written()

    def _bound(self, steps: Sequence[Instruction | Guard]) -> list[Any]:
        """Calls of NumPy's alone; None in the place of others."""
        bound: list[Any] = []
        for step in steps:
            if any(map(self.is_foreign, (*step.reads, *step.outputs))):
                bound.append(None)
            else:
                bound += super()._bound([step])
        return bound

    def _written(self) -> Callable[[Sequence[Any]], list[Any]]:
        """A function of the inputs that makes all calls, and gives the results of the other library."""
        code = Straight("inputs")
        begun = False
        last: dict[int, int] = {}
        for k, step in enumerate(self.steps):
            for view in (*step.reads, *step.outputs):
                last[view.buffer] = k
        returned = [view for view in self.results if self.is_foreign(view)]
        last.update({view.buffer: len(self.steps) for view in returned})
        guards = iter(self.program.numbers)
        self.guarded = {step.view.buffer for step in self.steps if isinstance(step, Guard) and step.read is shape_of}
        for k in self.foreign:
            code.add(f"{local(self.program.inputs[k])} = inputs[{k}]")
        for k, step in enumerate(self.steps):
            if isinstance(step, Guard):
                seen = self.expression(step.view, code) if self.calls[k] is None else code.name(self.array(step.view))
                told = ", ".join([seen, *map(code.name, (step.read, step.expected)), *map(repr, next(guards))])
                code.add(f"{code.name(check)}({told})")
            elif self.calls[k] is not None:
                call, arguments = self.calls[k]
                code.add(f"{code.name(call)}(*{code.name(arguments)})")
            else:
                if not begun and self._stays(step, k):
                    code.add(f"{code.name(self.begun)}.append(True)")
                    begun = True
                self._write(step, k, code)
            ended = {v.buffer for v in (*step.reads, *step.outputs) if self.is_foreign(v) and last[v.buffer] == k}
            if ended:
                code.add(f"del {', '.join(sorted(f'f{n}' for n in ended))}")
        code.add(f"return [{', '.join(map(local, returned))}]")
        return code.function()

    def _stays(self, step: Instruction, k: int) -> bool:
        """Does step number k write to an array that was there before, and is not put back if the run ends?"""
        reach = self.program.reach
        written = step.form != "fresh" and any(reach.get(view.buffer) for view in step.outputs)
        return k in self.renewing or (written and not self.program.undone)

    def _write(self, step: Instruction, k: int, code: Straight) -> None:
        """Step number k, with arrays of another library, as lines."""
        if k in self.renewing:
            code.add(f"{local(step.outputs[0])} = {code.name(own)}({local(step.reads[0])})")
            return
        given = [self.expression(x, code) for x in step.arguments]
        given += [f"{name}={self.expression(x, code)}" for name, x in step.keywords.items()]
        call = f"{code.name(step.call)}({', '.join(given)})"
        if step.form == "in place" or not step.outputs:
            code.add(call)
            return
        known = is_certain(step, self.buffers) or step.outputs[0].buffer in self.guarded
        if len(step.outputs) == 1 and self.is_foreign(step.outputs[0]) and known:
            code.add(f"{local(step.outputs[0])} = {call}")
            return
        code.add(f"found = {code.name(results)}({call}, {len(step.outputs)})")
        for view in step.outputs:
            if view.buffer in self.guarded:
                code.add(f"{local(view)} = next(found)")
            elif self.is_foreign(view):
                form = f"{code.name(view.shape)}, {code.name(view.dtype)}"
                code.add(f"{local(view)} = {code.name(formed)}(next(found), {form})")
            else:
                code.add(f"{code.name(place)}({code.name(self.array(view))}, next(found), ())")

    def expression(self, x: Any, code: Straight) -> str:
        """An argument as an expression: local variables, arrays of the machine's memory, and nests of them."""
        if x.__class__ is View:
            if self.is_foreign(x):
                return local(x)
            name = code.name(self.array(x))
            return f"{name}.item()" if x.weak else f"{name}[()]" if not x.shape else f'{name}.copy("K")'
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
        self.begun.clear()
        found = iter(self.line_by_line(inputs))
        return [next(found) if self.is_foreign(view) else x for view, x in zip(self.results, self.found, strict=True)]

    def finite(self) -> bool:
        """Are there neither NaN nor infinity among NumPy's results?"""
        own = [x for view, x in zip(self.results, self.found, strict=True) if not self.is_foreign(view)]
        return all([np.isfinite(x).all() for x in own if x.dtype.kind in "fc"])


def results(found: Any, number: int) -> Iterator[Any]:
    """The results of a call, of which there are to be so many."""
    parts = list(leaves(found))
    if len(parts) != number:
        raise Failed(-1, len(parts))
    return iter(parts)


def formed(array: Any, shape: Any, dtype: Any) -> Any:
    """A result, which is to have this form."""
    if tuple(array.shape) != shape or array.dtype != dtype:
        raise Failed(-1, tuple(array.shape))
    return array


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
