"""What a function's code tells, and recording cannot see: that it reads a clock, or asks which type a number is of.

Convention: only names that the code resolves plainly count (``time.time``, ``np.errstate``); what is hidden better, a
user's ``check=True`` finds.
"""

from __future__ import annotations

import builtins
import datetime
import dis
import os
import time
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..floating import raising

__all__ = ["Code", "Quiet", "codes_in"]

CLOCKS = {
    f for name, f in vars(time).items() if name.startswith(("time", "perf_", "monoton", "process_")) and callable(f)
}
NOW = {"now", "utcnow", "today"}
NUMBERS = (float, complex, np.ndarray, np.inexact)
TELLING = {"IS_OP", "COMPARE_OP", "CONTAINS_OP"}
SUSPECT = NOW | {f.__name__ for f in CLOCKS} | {
    "type", "input", "environ", "getenv", "urandom", "default_rng", "errstate", "seterr", "seterrcall",
}  # fmt: skip
SILENT = {"PRECALL", "CACHE", "PUSH_NULL", "EXTENDED_ARG"}
NEAR = 12  # instructions


class Code:
    """What the code of a function tells.

    ``hides``   why a program cannot do the same, or ""
    ``raises``  does it change which errors NumPy raises?
    """

    def __init__(self, f: types.FunctionType | None = None, names: frozenset[str] = frozenset()) -> None:
        self.hides = ""
        self.raises = False
        if f is None:
            return
        if names & SUSPECT or any(is_clock(f.__globals__.get(name)) for name in names):
            for code in codes_in(f.__code__):
                self._read(f, code)

    def _read(self, f: types.FunctionType, code: types.CodeType) -> None:
        steps = [step for step in dis.get_instructions(code) if step.opname not in SILENT]
        meant = meanings(f, steps)
        for k, (holder, thing) in meant.items():
            name = steps[k].argval
            if is_clock(thing) or (name in NOW and holder in (datetime.datetime, datetime.date)):
                self.hides = f"it asks a clock, {name}(), which a program cannot: give it the time"
            elif thing is input or thing is os.urandom:
                self.hides = f"it calls {name}(), which a program cannot: give it what that returns"
            elif thing is os.environ or thing is os.getenv:
                self.hides = "it reads variables of the environment, which a program cannot: give it their values"
            elif thing is np.random.default_rng and steps[k + 1].opname.startswith("CALL") and not steps[k + 1].arg:
                self.hides = "it makes a random generator without a seed: give it a seed, or make it outside"
            elif thing is np.errstate or thing is np.seterr or thing is np.seterrcall:
                self.raises = True
            elif thing is type:
                end = next((j for j in range(k, min(k + NEAR, len(steps))) if steps[j].opname in TELLING), k)
                asked = [kind for j in range(k + 1, end) if j in meant for kind in kinds_in(meant[j][1])]
                if asked:
                    self.hides = f"type(x) is not {asked[0].__name__} while x is recorded: write isinstance(x, ...)"


def meanings(f: types.FunctionType, steps: list[dis.Instruction]) -> dict[int, tuple[Any, Any]]:
    """What the names in code stand for, by their steps: in what, and the thing."""
    cells = dict(zip(f.__code__.co_freevars, f.__closure__ or (), strict=True))
    meant: dict[int, tuple[Any, Any]] = {}
    for k, step in enumerate(steps):
        name = step.argval
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            meant[k] = None, f.__globals__.get(name, getattr(builtins, name, None))
        elif step.opname == "LOAD_DEREF" and name in cells:
            meant[k] = None, content(cells[name])
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD") and k - 1 in meant:
            holder = meant[k - 1][1]
            meant[k] = holder, vars(holder).get(name) if isinstance(holder, types.ModuleType) else None
    return meant


def codes_in(code: types.CodeType) -> Iterator[types.CodeType]:
    """The code of a function, and of the functions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes_in(constant)


def content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def is_clock(thing: Any) -> bool:
    return isinstance(thing, types.BuiltinFunctionType) and thing in CLOCKS


def kinds_in(thing: Any) -> list[type]:
    """The types among this, or in it, that a traced number stands for."""
    parts = thing if isinstance(thing, tuple | list | set | frozenset) else (thing,)
    return [part for part in parts if isinstance(part, type) and issubclass(part, NUMBERS)]


class Quiet:
    """Tells a tape the line of each instruction, and gives it up where NumPy is told to do more of errors than warn."""

    def __init__(self, tape: Any) -> None:
        self.tape, self.line = tape, tape.line

    def __call__(self) -> str:
        if raising():
            self.tape.give_up("it has NumPy raise errors, or call a function of them, which a program does not")
        return "" if self.line is None else str(self.line())
