"""Rows: functions of single floats, noted as plain numbers, merged, and made instructions of: Python's bit by bit."""

from __future__ import annotations

import itertools
import math
import operator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, capture
from autograd.capture.program.program import Program
from autograd.capture.tape.tape import Tape
from autograd.capture.traced import Number

from .recording import MACHINES, Recorded

SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.0, 3.0, 1e308, math.inf, -math.inf, math.nan]
STEP = st.tuples(
    st.sampled_from([operator.add, operator.sub, operator.mul]),
    st.integers(0, 30),
    st.one_of(st.integers(0, 30), st.sampled_from(SPECIAL)),
    st.booleans(),
)


def values(inputs: list[Any], steps: list[Any]) -> list[Any]:
    """Each step computes with two of the numbers so far, or with one and a constant."""
    found = list(inputs)
    for compute, first, second, swap in steps:
        a, b = found[first % len(found)], second if second.__class__ is float else found[second % len(found)]
        found.append(compute(b, a) if swap else compute(a, b))
    return found[len(inputs) :]


def bits(numbers: list[Any]) -> list[str]:
    """What tells 0 from -0; NaN is NaN."""
    return [float(x).hex() if x == x else "nan" for x in numbers]


@pytest.mark.parametrize("machine", MACHINES)
@given(steps=st.lists(STEP, min_size=1, max_size=24), x=st.sampled_from(SPECIAL), y=st.sampled_from(SPECIAL))
def test_rows_compute_what_python_does(machine: str, steps: list[Any], x: float, y: float) -> None:
    recorded = Recorded(lambda enter: values([enter(0.5), enter(-1.5)], steps), machine)
    with np.errstate(all="ignore"):
        found = recorded.run([np.array(x), np.array(y)])
    assert bits(found) == bits(values([x, y], steps))


def recorded(f: Any) -> Program:
    """The program of f of two floats, whose last result alone is needed."""
    tape = Tape()
    views = [tape.enter(np.array(x)) for x in (0.5, -1.5)]
    y = f(*[Number.seen(tape, x, view._replace(weak=True)) for x, view in zip((0.5, -1.5), views, strict=True)])
    return Program(tape, views, [y.where])


SHORTER = {
    "the same sum twice": (lambda x, y: (x + y) * (x + y), 2),
    "a sum the other way round": (lambda x, y: (x + y) * (y + x), 2),
    "a difference the other way round": (lambda x, y: (x - y) * (y - x), 3),
    "a factor of 1": (lambda x, y: 1.0 * x * 1.0 + y, 1),
    "nothing added": (lambda x, y: (x + -0.0 - 0.0) * y, 1),
    "what makes 0 of -0": (lambda x, y: (x + 0.0) * y, 2),
    "0 and -0": (lambda x, y: (x * 0.0) + (x * -0.0), 3),
    "a constant that is the number of a buffer": (lambda x, y: (x * 1.5) - (x * y) + (x * 0.0), 5),
    "what nobody needs": (lambda x, y: [x * y, x + y][1], 1),
}


@pytest.mark.parametrize("name", SHORTER)
def test_equal_rows_are_one(name: str) -> None:
    f, instructions = SHORTER[name]
    assert len(recorded(f)) == instructions


def test_buffers_that_are_written_to_are_read_again() -> None:
    """The number of an array that changes meanwhile is another one, though its place is the same."""

    def f(x: Any, y: Any) -> Any:
        a = x.item() * y
        x[...] = 3.0
        return a + x.item() * y

    step = capture(lambda x, y: f(x.copy(), y))
    for number, other in itertools.product((0.5, 2.0, -1.0), repeat=2):
        assert step(np.array(number), other) == number * other + 3.0 * other


FUNCTIONS = {
    "one": lambda x, y: x.tanh() + y.exp() + x.tanh(),
    "two": lambda x, y: x.maximum(y) * (y.exp() + 1).logaddexp(x),
    "a constant": lambda x, y: (x * x + 1) ** 1.5 + (y * y + 1) ** -2.0 + (x * x + 1) ** 2.0,
    "activations": lambda x, y: x.relu() * y.sigmoid() + (x - y).gelu(),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_noted_with_their_derivatives(name: str) -> None:
    def gradient(a: float, b: float) -> tuple[float, float, float]:
        x, y = Value(a), Value(b)
        z = FUNCTIONS[name](x, y)
        z.backward()
        return z.data, x.grad, y.grad

    step = capture(gradient)
    for a, b in itertools.product((0.3, -1.2, 2.5), repeat=2):
        np.testing.assert_allclose(step(a, b), gradient(a, b), 1e-14)
