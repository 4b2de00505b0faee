"""A function recorded with the tape alone, and its programs run: what laws over captured functions hold to eager ones.

Convention: ``f(enter)`` computes from the arrays that ``enter`` makes of NumPy's; each is an input of the program. The
memory of machines is spoilt before each run, so that nothing reads what nobody wrote.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.capture.machines import Failed, ForeignMachine, NumPyMachine
from autograd.capture.program.program import Program
from autograd.capture.tape.tape import Tape
from autograd.capture.traced import Bare, Number, made, of
from autograd.gpu import Array

from ...cupy_standin.module import on_gpu
from ...foreign import Foreign

Enter = Callable[[Any], Any]
Function = Callable[[Enter], list[Any]]
MACHINES: dict[str, Callable[[Program], Any]] = {"numpy": NumPyMachine}
if importlib.util.find_spec("numba") is not None:
    MACHINES["native"] = importlib.import_module("autograd.capture.native").NativeMachine
ENTRANCES: dict[str, Any] = {"foreign": Foreign, "gpu": on_gpu}  # to other libraries


class Recorded:
    """A function's program for one path through it, and the ``numbers`` that it gave while it was recorded."""

    def __init__(self, f: Function, machine: str = "numpy") -> None:
        self.tape = Tape()
        entered: list[Any] = []

        def enter(x: Any) -> Any:
            if isinstance(x, float | int):
                view = self.tape.enter(np.array(x))._replace(weak=True)
                entered.append(view)
                return Number.seen(self.tape, x, view)
            array = np.array(x, order="K")
            if machine in ENTRANCES:
                array = ENTRANCES[machine](array)
                entered.append(self.tape.foreign(array))
                return made(self.tape, array, entered[-1])
            entered.append(self.tape.enter(array))
            return of(self.tape, array, entered[-1])

        self.results = f(enter)
        self.numbers = [numbers(x) for x in self.results]
        traced = [x for x in self.results if isinstance(x, Bare)]
        if self.tape.given_up:
            return
        self.program = Program(self.tape, entered, [x.where for x in traced])
        self.enter = ENTRANCES.get(machine)
        self.machine = (MACHINES[machine] if self.enter is None else ForeignMachine)(self.program)

    def run(self, given: list[Any]) -> list[Any]:
        """What the program makes of other numbers."""
        self.spoil()
        if self.enter is not None:
            given = [x if isinstance(x, float | int) else self.enter(np.array(x)) for x in given]
        found = iter([numbers(x.copy()) for x in self.machine.run(given)])
        return [next(found) if isinstance(x, Bare) else numbers(x) for x in self.results]

    def spoil(self) -> None:
        self.machine.arena[...] = 0xA5


def numbers(x: Any) -> Any:
    """What stands behind a result while recording."""
    if isinstance(x, Bare):
        x = x.array
    if isinstance(x, Array):
        return x.get()
    return x.numbers if isinstance(x, Foreign) else x


def eager(f: Function) -> tuple[list[Any], list[Any]]:
    """What f gives of NumPy's arrays, and which these were."""
    given: list[Any] = []

    def enter(x: Any) -> Any:
        given.append(x if isinstance(x, float | int) else np.array(x))
        return x if isinstance(x, float | int) else np.array(x, order="K")

    return f(enter), given


class Captured:
    """A function with programs beside each other, one for each path through it that was met; it counts their runs."""

    def __init__(self, machine: str = "numpy") -> None:
        self.machine = machine
        self.paths: list[Recorded] = []
        self.runs = 0

    def __call__(self, f: Function, given: list[Any]) -> list[Any]:
        for path in self.paths:
            try:
                found = path.run(given)
            except (Failed, np.linalg.LinAlgError):  # then the call is an eager one
                continue
            self.runs += 1
            return found
        path = Recorded(f, self.machine)
        if path.tape.given_up:
            return path.numbers
        self.paths.append(path)
        try:
            return path.run(given)
        except Failed:  # a machine that rounds otherwise
            return path.numbers


def hold(found: list[Any], expected: list[Any], tolerance: float = 1e-12) -> None:
    """The same numbers, in the same shapes and dtypes."""
    for k, (x, y) in enumerate(zip(found, expected, strict=True)):
        if y is None:
            assert x is None, f"number {k} is {x!r}"
            continue
        assert np.shape(x) == np.shape(y), f"number {k} has shape {np.shape(x)}, not {np.shape(y)}"
        assert np.asarray(x).dtype == np.asarray(y).dtype, f"number {k} is {np.asarray(x).dtype}"
        rounding = (
            max(tolerance, 16 * float(np.finfo(np.asarray(x).dtype).eps)) if np.asarray(x).dtype.kind in "fc" else 0
        )
        np.testing.assert_allclose(x, y, rtol=rounding, atol=rounding, err_msg=f"number {k}")
