"""Graphs a million deep and a million wide: without recursion, neither in Python nor in C."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value
from autograd.draw import draw, play

MILLION = 1_000_000
SMALL = 128 * 1024  # bytes of stack: a recursion over ten thousand objects would need more


def with_small_stack(work: Callable[[], object]) -> None:
    """Do some work in a thread whose stack overflows, and ends the process, if anything recurses."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    before = threading.stack_size(SMALL)
    try:
        thread = threading.Thread(target=run)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]


def test_a_million_values_in_a_row() -> None:
    def work() -> None:
        x = Value(1.0)
        y = x
        for _ in range(MILLION):
            y = y * x
        y.backward()
        assert x.grad == MILLION + 1
        assert repr(y) == "Value(data=1.0, grad=1.0)"
        del y

    with_small_stack(work)


def test_a_million_values_side_by_side() -> None:
    xs = [Value(1.0) for _ in range(MILLION)]
    y = autograd.value.sum(xs)
    y.backward()
    assert y.data == MILLION and all(x.grad == 1.0 for x in xs)


def test_a_leaf_with_a_million_consumers() -> None:
    x = Tensor([2.0, 3.0], requires_grad=True)
    y = np.stack([x] * MILLION)
    y.sum().backward()
    assert y.shape == (MILLION, 2) and x.grad.tolist() == [MILLION] * 2


def test_a_hundred_thousand_leaves_joined() -> None:
    xs = [Tensor(float(k), requires_grad=True) for k in range(100_000)]
    (np.stack(xs) ** 2).sum().backward()
    assert all(x.grad == 2.0 * k for k, x in enumerate(xs))


DEEP = 20_000


def chain(x: Any) -> Any:
    for _ in range(DEEP):
        x = x + x.reshape(1)[0] * 1e-7
    return x


def test_deep_graphs_in_all_modes() -> None:
    def work() -> None:
        x = np.array(1.0)
        slope = (1 + 1e-7) ** DEEP
        assert autograd.jvp(chain, (x,), (x,))[1] == pytest.approx(slope)
        y = chain(Tensor(x, requires_grad=True))
        y.backward()
        del y

    with_small_stack(work)


def test_derivatives_of_derivatives_of_a_deep_graph() -> None:
    def work() -> None:
        x = Tensor(1.0, requires_grad=True)
        y = x
        for _ in range(20_000):
            y = y * x
        y.backward(create_graph=True)
        g, x.grad = x.grad, None
        g.backward()
        assert x.grad == 20_001 * 20_000
        v = Value(1.0)
        z = v
        for _ in range(20_000):
            z = z * v
        z.backward(create_graph=True)
        h, v.grad = v.grad, None
        h.backward()
        assert v.grad == 20_001 * 20_000

    with_small_stack(work)


def test_deep_values_are_copied_and_pickled() -> None:
    def work() -> None:
        x = Value(1.0)
        y = x
        for _ in range(DEEP):
            y = y + x
        for again in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
            assert again.data == DEEP + 1 and again is not y
            again.backward()
        assert x.grad == 0.0
        for call in (draw, play):
            with pytest.raises(ValueError, match=r"this graph has 200\d\d .*limit"):
                call(y)

    with_small_stack(work)
