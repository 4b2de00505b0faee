"""Graphs of single numbers, computed level by level: the same numbers, bit by bit, by far fewer calls."""

from __future__ import annotations

import gc
import math
import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
import nn.scalar
from autograd import Value
from autograd.capture import capture
from autograd.capture.machines import numpy_machine
from autograd.capture.machines.levels import levelled
from autograd.capture.machines.numpy_machine import NumPyMachine
from autograd.capture.program.packed import Packed
from autograd.capture.program.program import Program
from autograd.capture.tape.instruction import Guard

pytestmark = pytest.mark.usefixtures("without_numba")
STEPS = 5
FEWER = 3  # so many times fewer calls
BINARY: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / (b * b + 1.5),
    lambda a, b: 0.5 * a - b, lambda a, b: 2 - a, lambda a, b: a + a, lambda a, b: -0.0 * a + b,
]  # fmt: skip
UNARY: list[Callable[[Any], Any]] = [lambda a: a.tanh(), lambda a: a.relu(), lambda a: a.sin(), lambda a: a**2]


def wide(values: list[Any], seed: int, width: int, depth: int) -> Any:
    """A random expression: in each of its layers numbers of all layers before are combined."""
    rng = random.Random(seed)
    met = list(values)
    for _ in range(depth):
        layer = []
        for _ in range(width):
            y = rng.choice(BINARY)(rng.choice(met), rng.choice(met[-2 * width :]))
            layer.append(rng.choice(UNARY)(y) if rng.random() < 0.6 else y)
        met += layer
    return sum(met[-width:], start=met[0])


def descent(values: list[Value], loss: Callable[[], Any]) -> Callable[[], Any]:
    """A training step of Values."""

    def step() -> Any:
        for p in values:
            p.grad = 0
        y = loss()
        y.backward()
        for p in values:
            p.data -= 0.01 * p.grad
        return y.data

    return step


def drawn(n: int, seed: int) -> list[Value]:
    rng = random.Random(seed)
    return [Value(rng.uniform(-1, 1)) for _ in range(n)]


def calls(program: Program) -> int:
    return len(NumPyMachine(program).calls)


def equal_without_levels(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program gives the same bits when its instructions run one by one, and takes far more calls then."""
    by_level = NumPyMachine(program)
    with monkeypatch.context() as patch:
        patch.setattr(numpy_machine, "levelled", lambda steps, buffers, results: (steps, buffers, results))
        one_by_one = NumPyMachine(program)
    given = [np.random.default_rng(1).uniform(-2, 2, view.shape) for view in program.inputs]
    for a, b in zip(by_level.run(given), one_by_one.run(given), strict=True):
        assert a.tobytes() == b.tobytes()
    assert len(by_level.calls) < len(one_by_one.calls) / FEWER


@pytest.mark.parametrize("seed", range(8))
def test_training_a_random_expression_of_values(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    own, other = drawn(12, seed), drawn(12, seed)
    eager = descent(own, lambda: wide(own, seed, 60, 4))
    step = capture(descent(other, lambda: wide(other, seed, 60, 4)))
    for _ in range(STEPS):
        assert step() == pytest.approx(eager(), rel=1e-9)
        assert [p.data for p in other] == pytest.approx([p.data for p in own], rel=1e-9)
        assert [p.grad for p in other] == pytest.approx([p.grad for p in own], rel=1e-9)
    equal_without_levels(step.program, monkeypatch)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_training_a_network_of_values(activation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(0).normal(size=(10, 3)).tolist()

    def training() -> tuple[Any, list[Value]]:
        nn.seed(3)
        model = nn.scalar.MLP(3, [6, 6, 1], activation)
        values = model.parameters()
        return descent(values, lambda: sum([(model(row) - row[0]) ** 2 for row in rows])), values

    (eager, own), (plain, other) = training(), training()
    step = capture(plain)
    for _ in range(STEPS):
        assert step() == pytest.approx(eager(), rel=1e-9)
        assert [p.data for p in other] == pytest.approx([p.data for p in own], rel=1e-9)
        assert [p.grad for p in other] == pytest.approx([p.grad for p in own], rel=1e-9)
    equal_without_levels(step.program, monkeypatch)


def test_decisions_within_a_level_are_checked() -> None:
    def f(*given: float) -> Any:
        values = list(given)
        for _ in range(4):
            values = [math_of(a, b) for a, b in zip(values, values[1:] + values[:1], strict=True)]
        return values

    def math_of(a: Any, b: Any) -> Any:
        return a * b + 0.1 if a > b else a - b * 0.5

    step = capture(f, limit=100)
    rng = random.Random(1)
    for _ in range(12):
        given = [rng.uniform(-1, 1) for _ in range(24)]
        nearby = [x * 1.0000001 for x in given]
        assert step(*given) == f(*given)
        assert step(*nearby) == f(*nearby)
    assert calls(step.program) - len(step.program.guards) < len(step.program) / FEWER


def test_what_is_computed_in_vain_does_not_warn() -> None:
    def f(*given: float) -> Any:
        return [1 / (x * x) if x != 0 else x for x in [y * 2.0 for y in given]]

    step = capture(f)
    given = [0.5 + k for k in range(64)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert step(*given) == f(*given)
        assert step(*given[::-1]) == f(*given[::-1])
        assert calls(step.program) - len(step.program.guards) < len(step.program) / FEWER
        assert step(0.0, *given[1:]) == f(0.0, *given[1:])


def test_packed_steps_are_the_same_steps() -> None:
    own = drawn(12, 0)
    step = capture(descent(own, lambda: wide(own, 0, 60, 4)))
    step()
    program = step.program
    steps, listing, counts = list(program.steps), str(program), program.counts()
    assert not isinstance(program.steps, Packed)
    step()
    assert isinstance(program.steps, Packed)
    assert str(program) == listing
    assert program.counts() == counts
    assert [s.outputs for s in program.steps[5:9]] == [s.outputs for s in steps[5:9]]
    for now, then in zip(program.steps, steps, strict=True):
        for part in ("function", "method", "arguments", "keywords", "outputs", "form", "reads", "source"):
            assert getattr(now, part, None) == getattr(then, part, None)
    packed = [row for row in program.steps.rows if row.__class__ is tuple]
    assert len(packed) > len(steps) * 0.9
    gc.collect()
    assert not any(map(gc.is_tracked, packed))


def test_a_chain_is_left_as_it_is() -> None:
    def f(x: float) -> Any:
        for _ in range(100):
            x = x * 0.9 + 0.1
        return x

    step = capture(f)
    assert step(0.3) == f(0.3)
    program = step.program
    steps, buffers, results = levelled(program.steps, program.buffers, program.results)
    assert steps == program.steps
    assert buffers == program.buffers
    assert tuple(results) == program.results


def test_arrays_between_numbers() -> None:
    """Levels before and after instructions on arrays; numbers within arrays, forwards, backwards and apart."""

    def f(x: np.ndarray, y: np.ndarray) -> Any:
        numbers = [x[k] * y[::-2][k] + (x[-k - 1] if k % 3 else y[k]) for k in range(40)]
        stacked = np.stack(numbers)
        middle = np.tanh(stacked * x[:40])
        again = [numbers[k] * middle[39 - k] + numbers[0] - (numbers[k] > 0) * middle[7] for k in range(40)]
        return np.stack(again), numbers[3], again[5] * 2.0

    step = capture(f)
    rng = np.random.default_rng(0)
    for _ in range(4):
        given = rng.normal(size=(2, 90))
        for a, b in zip(step(*given), f(*given), strict=True):
            np.testing.assert_array_equal(a, b)
    assert calls(step.program) < len(step.program) / FEWER


def test_signs_of_zeros_and_not_a_number_are_kept() -> None:
    def f(*given: float) -> Any:
        return sum([x * -0.0 for x in given[1:]], start=given[0] * 0.0), [x + 0.0 if math.pi else x for x in given]

    step = capture(f)
    for first in (1.0, -1.0, math.nan, math.inf):
        given = [first] + [(-1.0) ** k * k for k in range(80)]
        (total, rest), (total_, rest_) = step(*given), f(*given)
        np.testing.assert_array_equal(np.array([total, *rest]).view(int), np.array([total_, *rest_]).view(int))


def test_guards_stay_in_order() -> None:
    def f(*given: float) -> Any:
        signs = [x * 2.0 > 0.5 for x in given]
        return sum(map(bool, signs)), sum([x * 3.0 for x in given])

    step = capture(f, limit=200)
    rng = random.Random(0)
    for _ in range(20):
        given = [rng.choice([0.0, 1.0]) for _ in range(70)]
        assert step(*given) == f(*given)
    expected = [guard.expected for guard in step.program.guards]
    found = [arguments[2] for call, arguments in NumPyMachine(step.program).calls if call.__name__ == "check"]
    assert expected == found
    assert all(isinstance(guard, Guard) for guard in step.program.guards)


def test_truths_and_numbers_of_other_types() -> None:
    """What computes otherwise for other types, or has no loop over floats, is left out or right."""

    def f(x: Any, y: Any, n: Any) -> Any:
        found = []
        for k in range(40):
            a, b, half = x[k], x[k + 1], y[k]
            truth = a > b
            found += [truth * a, truth + (a > 0), truth + 1, truth + 1.0, half * 0.1 + a, (half > 0.1) * b, a**2,
                      np.where(truth, a, 0.25), np.where(truth, half, 0.1), n[k] * a, n[k] + 1, np.logical_not(a),
                      np.add(truth, a > 0, dtype=float), 3 - a, np.where(n[k] > 1, 1, a), np.ldexp(a, 2)]  # fmt: skip
        return found

    step = capture(f)
    rng = np.random.default_rng(2)
    for _ in range(3):
        given = rng.normal(size=50), rng.normal(size=50).astype(np.float32), rng.integers(0, 4, 50)
        for a, b in zip(step(*given), f(*given), strict=True):
            np.testing.assert_array_equal(np.asarray(a), np.asarray(b), strict=True)
