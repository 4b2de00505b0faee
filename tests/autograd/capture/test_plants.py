"""Planted mistakes: a program with one wrong thing in it no longer gives what eager code gives, and the law says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd.capture.program import passes
from autograd.capture.program.program import Program
from autograd.capture.tape.instruction import Buffer, Guard, Instruction, View

from .recording import Recorded, eager, hold

Plant = Callable[[Program], None]


def function(enter: Any) -> Any:
    """A little of everything: views, a write, a merged and a folded instruction, a decision, temporaries."""
    x, y = enter(np.linspace(-1.0, 2.0, 12).reshape(3, 4)), enter(np.linspace(0.5, 3.0, 12).reshape(3, 4))
    return computed(x, y)


def computed(x: Any, y: Any) -> Any:
    a = np.exp(x) * y
    b = np.tanh(a.T[1:]) + np.arange(3.0)
    c = a.copy()
    c[1, ::2] = np.sum(y, axis=0)[:2]
    d = np.sum(y, axis=1) if y[0, 0] > 0 else np.sum(x, axis=1)
    e = np.sqrt(np.exp(y) + 1) - np.ones_like(x) * 2
    return [a, b, c, d, e, np.cumsum(y, axis=0), np.cumsum(y, axis=1)]


def steps(program: Program, name: str) -> list[Instruction]:
    return [step for step in program.steps if isinstance(step, Instruction) and step.name == name]


def exchanged(step: Instruction, old: View, new: View) -> None:
    step.arguments = tuple([new if x is old else x for x in step.arguments])
    step.reads = tuple([new if x is old else x for x in step.reads])


def wrong_stride(program: Program) -> None:
    step = steps(program, "tanh")[0]
    view = step.reads[0]
    exchanged(step, view, view._replace(strides=view.strides[::-1]))


def wrong_offset(program: Program) -> None:
    step = steps(program, "tanh")[0]
    exchanged(step, step.reads[0], step.reads[0]._replace(offset=step.reads[0].offset - 8))


def dropped_guard(program: Program) -> None:
    program.steps = [step for step in program.steps if not isinstance(step, Guard)]


def stale_constant(program: Program) -> None:
    number = steps(program, "subtract")[0].reads[-1].buffer
    constant = program.buffers[number]
    assert constant.kind == "constant"
    assert constant.array is not None
    array = constant.array.copy()
    array.view(float)[2] += 1
    program.buffers[number] = Buffer(constant.size, "constant", array)


def input_frozen(program: Program) -> None:
    array = np.linspace(0.5, 3.0, 12).view(np.uint8)
    program.buffers[program.inputs[1].buffer] = Buffer(array.nbytes, "constant", array)
    program.inputs = program.inputs[:1]


def reused_too_early(program: Program) -> None:
    """The place of a buffer is given away before its last use."""
    first, second = steps(program, "exp")[0], steps(program, "sqrt")[0]
    program.places[second.outputs[0].buffer] = program.places[program.results[0].buffer]
    assert first.outputs[0].buffer in program.places


def merged(program: Program) -> None:
    """Two instructions that differ in a keyword alone are taken for one."""
    rows, columns = steps(program, "cumsum")
    program.steps.remove(columns)
    program.results = (*program.results[:-1], rows.outputs[0])


def dropped_write(program: Program) -> None:
    program.steps.remove(next(s for s in program.steps if isinstance(s, Instruction) and s.form == "into"))


def late_write(program: Program) -> None:
    write = next(s for s in program.steps if isinstance(s, Instruction) and s.form == "into")
    program.steps.remove(write)
    program.steps.insert(0, write)


def results_exchanged(program: Program) -> None:
    program.results = (*program.results[:-2], program.results[-1], program.results[-2])


PLANTS: dict[str, Plant] = {
    plant.__name__.replace("_", " "): plant
    for plant in (wrong_stride, wrong_offset, dropped_guard, stale_constant, input_frozen, reused_too_early, merged,
                  dropped_write, late_write, results_exchanged)
}  # fmt: skip


class Planted(Recorded):
    """A recording in whose program a mistake is planted before a machine has it."""

    def __init__(self, f: Any, plant: Plant) -> None:
        super().__init__(f)
        plant(self.program)
        self.machine = type(self.machine)(self.program)


def law(recorded: Recorded) -> None:
    """Other numbers, on which the decision falls otherwise in the end."""
    for shift in (0.0, 0.3, -1.0):
        x, y = np.linspace(0.5, -2.0, 12).reshape(3, 4), np.cos(np.arange(12.0)).reshape(3, 4) + shift
        try:
            found = recorded.run([x, y][: len(recorded.program.inputs)])
        except Exception as error:
            assert type(error).__name__ == "Failed"
            continue
        hold(found, computed(x, y))


def test_without_a_plant_the_law_holds() -> None:
    law(Planted(function, lambda program: None))


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_mistake_is_found(name: str) -> None:
    with pytest.raises(AssertionError):
        law(Planted(function, PLANTS[name]))


@pytest.mark.parametrize("forgotten", ["keywords", "dtypes", "signs"])
def test_what_makes_instructions_alike_is_compared(forgotten: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass that forgets a part of the key merges what differs; the law on these pairs finds it."""
    pairs: dict[str, Any] = {
        "keywords": lambda x: [np.cumsum(x, axis=0), np.cumsum(x, axis=1)],
        "dtypes": lambda x: [x <= 0.1, x <= np.float64(0.1)],
        "signs": lambda x: [np.copysign(x, 0.0), np.copysign(x, -0.0), x + 1, x + True],
    }
    x = np.array([[0.1, 1], [2, 3]], np.float32)

    def f(enter: Any) -> Any:
        return pairs[forgotten](enter(x))

    expected, given = eager(f)
    hold(Recorded(f).run(given), expected)
    monkeypatch.setattr(passes, "frozen", lambda x: repr(float(abs(x))) if np.isscalar(x) else None)
    with pytest.raises(AssertionError):
        hold(Recorded(f).run(given), expected)
