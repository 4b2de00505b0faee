"""Results are what they are eagerly, and share what they share."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Tensor, Value

from .worlds import Table, X, laws, outcome

pytestmark = pytest.mark.usefixtures("without_numba")
WORLDS = Table()


@WORLDS.row(1)
def what_was_there_before(captured: Any) -> Iterator[Any]:
    w, t, box = Tensor(X.copy(), requires_grad=True), Tensor(X.copy()), {"x": X.copy()}
    sgd = optim.SGD([w], lr=0.5)

    def f(x: Any) -> Any:
        old = w.data, t.data, box["x"], w.grad, w.data[1:]
        sgd.zero_grad()
        (w * x).sum().backward()
        sgd.step()
        t.data = t.data * x
        box["x"] = box["x"] * x
        return old

    g, kept = captured(f), []
    for k in range(5):
        kept.append(g(X - k))
        yield kept, w, t, box


@WORLDS.row(1)
def results_of_every_kind(captured: Any) -> Iterator[Any]:
    w = np.ones(3)

    def f(x: Any, k: float) -> Any:
        y = x * w
        return [x, k, y, y.sum(), k * 2, None, "text", 7, y[0], y[0].item(), np.where(y[0] > 9, y[1], y[2]),
                y.reshape(1, 3).squeeze(), np.zeros(2), w, np.pi, math.sqrt(2), (y > 0).all(), y.argmax(),
                y.astype(int), [x, (y,)], {}, (), [], np.sum(y, keepdims=True)]  # fmt: skip

    g = captured(f)
    for k in range(3):
        yield g(X + k, 1.0 + k)


@WORLDS.row(1)
def results_that_are_shared(captured: Any) -> Iterator[Any]:
    w = np.ones(3)
    kept = [w]

    def f(x: Any) -> Any:
        y = x * 2
        return x, x[1:], y, y, y[:2], w, kept, w[::2], np.zeros(2)

    g = captured(f)
    for k in range(3):
        x = X + k
        a, b, c, d, e, v, keep, half, zeros = g(x)
        yield (
            a is x,
            np.shares_memory(a, b),
            c is d,
            np.shares_memory(c, e),
            v is w,
            keep is kept,
            np.shares_memory(half, w),
        )
        b[0], e[0], half[0] = 50.0, 60.0, 70.0 + k
        zeros += 1
        yield x, c, w


@WORLDS.row(0, warns=True)
def a_function_that_returns_a_function(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: lambda y: x * y)
    for k in range(4):
        yield f(X + k)(X)


@WORLDS.row(0, warns=True)
def an_iterator_as_result(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (x * k for k in range(3)))
    for k in range(4):
        yield list(f(X * k))


@WORLDS.row(1)
def a_singular_matrix(captured: Any) -> Iterator[Any]:
    done = np.zeros(1)

    def f(a: Any) -> Any:
        done[0] += 1
        return np.linalg.inv(a)

    g = captured(f)
    for a in (np.eye(2), np.ones((2, 2)), np.eye(2) * 2, np.zeros((2, 2)), np.eye(2) * 3):
        yield outcome(g, a), done


@WORLDS.row(1)
def an_error_while_recording(captured: Any) -> Iterator[Any]:
    w = Tensor(X, requires_grad=True)
    count = [0]

    def f(x: Any) -> Any:
        count[0] += 1
        y = (w * x).sum()
        if x[0] > 1:
            raise ValueError("too large")
        return y.item()

    g = captured(f)
    for k in (1.0, 0.0, 1.0, 0.25, 0.25):
        yield outcome(g, X + k), w, count


@WORLDS.row(1)
def dividing_by_zero(captured: Any) -> Iterator[Any]:
    f = captured(lambda x, k: (x / k).sum() + 1 / k)
    for k in (1.0, 2.0, 0.0, 4.0):
        with np.errstate(all="ignore"):
            yield outcome(f, X, k)
    with np.errstate(all="raise"):
        yield outcome(captured(lambda x: x / 0), X)


@WORLDS.row(4)
def views_of_strided_arguments(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (x[1:], x.T, x[::-1, 0]))
    a = np.arange(24.0).reshape(4, 6)
    for x in (a, a[:, ::-2], a.T[1::2], np.broadcast_to(X, (4, 3)), a + 1, a[:, ::-2] * 1):
        yield f(x)
    y, z, _ = f(a)
    y[0, 0], z[0, 0] = 50.0, 60.0
    yield a


@WORLDS.row(2)
def numbers_as_keys(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: {x[0] > 0: x, "sum": x.sum()})
    for x in (X, -X, X + 1):
        yield f(x)


@WORLDS.row(1)
def errors_that_are_caught(captured: Any) -> Iterator[Any]:
    def f(a: Any) -> Any:
        try:
            return np.linalg.inv(a)
        except np.linalg.LinAlgError:
            return np.linalg.inv(a + np.eye(2))

    g = captured(f)
    for a in (np.ones((2, 2)), np.eye(2), np.ones((2, 2)), np.eye(2) * 2):
        yield g(a)


@WORLDS.row(3)
def errors_of_numbers(captured: Any) -> Iterator[Any]:
    f = captured(lambda v: (Value(v).log() * 2).data)
    g = captured(lambda k: k**40)
    for v in (2.0, 3.0, 0.0, -1.0, 1e300, 5.0):
        yield outcome(f, v), outcome(g, v)


@WORLDS.row(3)
def numbers_of_arrays(captured: Any) -> Iterator[Any]:
    """What NumPy's own numbers are and do, which arrays without axes do otherwise."""
    f = captured(lambda z: (z[0].real, z[0].imag, z[0].T, z[0].copy(), z[0].conjugate(), z.real))
    g = captured(lambda n: ([1.0] * n[0], n[1] * (2.0, 3.0), "ab" * n[0], n * 2, n[0] * 2.0))
    for z in (X + 1j, X - 2j):
        yield f(z), f(z.astype(np.complex64))
    yield g(np.array([1, 2]))


test_captured_equals_eager, test_so_does_a_checked_one, test_so_does_one_without_room = laws(WORLDS)
