"""Elementwise operations on large arrays are computed block by block, by all cores, and nothing but the time tells.

Convention: in ``cut`` arrays of some thousand numbers count as large, and have several blocks.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, no_grad
from autograd.core import blocks, recording
from autograd.declare import OPERATIONS, Operation, elementwise
from autograd.malloc import room

from ..tables.operations.row import Row
from .test_laws import TABLE

CAST = 4096  # numbers in a block: from here on no function takes the way for few
COUNT = 2 * CAST + 3  # numbers: two blocks, the last of which is longer
NAMES = (
    "autograd.core.backward",
    "autograd.declare.derivatives",
    "autograd.declare.operation",
    "autograd.tensor.fast_paths",
)
ROWS: dict[Any, Row] = {}  # one for each elementwise operation
for row in TABLE.values():
    operation = OPERATIONS.get(row.functions[0])
    if isinstance(operation, Operation) and operation.diagonal and blocks.steps(operation.forward):
        ROWS.setdefault(operation.name, row)


@contextlib.contextmanager
def cut(count: int) -> Iterator[list[Any]]:
    """Blocks of 8192 numbers, by so many threads (0: no blocks); all memory for results is NaN before.

    Gives the functions that went by blocks.
    """
    done: list[Any] = []

    def noted(function: Any, *rest: Any, **options: Any) -> Any:
        y = by_blocks(function, *rest, **options)
        if y is not NotImplemented:
            done.append(function)
        return y

    by_blocks = blocks.blockwise
    with pytest.MonkeyPatch.context() as patch:
        for name in NAMES:
            module = importlib.import_module(name)
            patch.setattr(module, "MANY", CAST if count else sys.maxsize)
            if hasattr(module, "blockwise"):
                patch.setattr(module, "blockwise", noted)
        for name in ("BLOCK", "MEMORY", "CACHE"):
            patch.setattr(blocks, name, 1)
        patch.setattr(blocks, "CAST", CAST)
        patch.setattr(blocks, "PIECES", 100)
        patch.setattr(blocks, "threads", lambda: count)
        patch.setattr(blocks, "room", lambda shape, dtype, order: np.full(shape, np.nan, dtype, order))
        yield done


def operands(row: Row) -> list[Any]:
    """Many numbers like those of the row, in arrays of one shape."""
    rng = np.random.default_rng(0)
    draws = [row.draw(seed) for seed in range(40)]
    return [rng.choice(np.concatenate([np.ravel(draw[k]) for draw in draws]), COUNT) for k in range(len(draws[0]))]


def results(expression: Callable[..., Any], inputs: list[Any]) -> list[Any]:
    """The expression's value, gradients and, if it has them, the derivative along its inputs."""
    tensors = [Tensor(x, requires_grad=x.dtype.kind in "fc") for x in inputs]
    y = expression(*tensors)
    np.sum(np.real(y * y)).backward()
    tangent = autograd.jvp(expression, tuple(inputs), tuple(inputs))[1]
    return [y.numpy(), *[t.grad for t in tensors if t.grad is not None], tangent]


def same(found: list[Any], wanted: list[Any]) -> None:
    for x, y in zip(found, wanted, strict=True):
        x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
        assert x.dtype == y.dtype
        assert x.shape == y.shape
        assert x.tobytes() == y.tobytes()


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
@pytest.mark.parametrize("dtype", ["d", "f"])
def test_blocks_change_no_bit(row: Row, dtype: str) -> None:
    """Forward, backward and forward mode, in both precisions."""
    inputs = [x.astype(dtype) if x.dtype.kind == "f" else x for x in operands(row)]
    with cut(0), np.errstate(all="ignore"):
        try:
            wanted = results(row.expression, inputs)
        except (ValueError, TypeError):
            pytest.skip("the row is written for a few numbers")
    with cut(2), np.errstate(all="ignore"):
        same(results(row.expression, inputs), wanted)


def chain(x: Any) -> Any:
    """Ufuncs, rules of several steps, and gradients that are summed up."""
    return np.tanh(x) * np.exp(-x * x) + x


X = np.random.default_rng(1).normal(size=(2, 2 * CAST))
Y = np.random.default_rng(2).normal(size=X.shape)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("x", [X, X.T, X.astype("f"), np.asfortranarray(X)], ids=["C", "F", "float32", "copy in F"])
def test_threads_and_orders_change_no_bit(x: Any, count: int) -> None:
    with cut(0):
        wanted = results(chain, [x])
    with cut(count) as done:
        same(results(chain, [x]), wanted)
    assert (np.tanh in done) == (count > 1)  # one step of one thread is done as it stands
    assert any(function.__module__.startswith("autograd") for function in done if function.__class__ is not np.ufunc)


def other_edges(x: Any, order: str) -> Any:
    return np.concatenate([flat(x, order)[:CAST], flat(x, order)[CAST - 1 : -1]])


def left_out(compute: Any, size: int, piece: int, most: int) -> None:
    spread(compute, size - 1, piece, most)


flat, spread = blocks.flat, blocks.spread
MISTAKES = {"flat": other_edges, "spread": left_out}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_edge_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with cut(0):
        wanted = results(chain, [X])
    monkeypatch.setattr(blocks, name, MISTAKES[name])
    with cut(2), pytest.raises(AssertionError):
        same(results(chain, [X]), wanted)


def test_what_is_not_cut() -> None:
    """Operands that are broadcast, arrays with gaps, complex ones, and functions of others, which may look further."""
    calls = []

    def seen(x: Any) -> Any:
        calls.append(x.shape)
        return x * 2

    theirs = elementwise(seen, lambda d: d * 2)
    x = Tensor(X, requires_grad=True)
    with cut(2) as done:
        for y in (np.multiply(x, Y[:1]), np.tanh(Tensor(X + 1j)), np.exp(Tensor(X)[:, ::2]), theirs(x)):
            assert y.shape[0] == 2
    assert not done
    assert calls == [X.shape]


# ---------------------------------------------------------------- errors and warnings


BAD = np.where(np.arange(X.size).reshape(X.shape) % (2 * CAST) == 5, 0.0, 1.0)


@pytest.mark.parametrize("count", [0, 2])
def test_warnings_are_given_once(count: int) -> None:
    x = Tensor(BAD, requires_grad=True)
    with cut(count), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        y = np.log(x)
        assert [str(w.message) for w in told] == ["divide by zero encountered in log"]
        y.backward(np.ones_like(BAD))
    assert [str(w.message) for w in told[1:]] == ["divide by zero encountered in divide"]
    assert np.isneginf(y.numpy()).sum() == 2


@pytest.mark.parametrize("count", [0, 2])
def test_the_error_state_reaches_all_threads(count: int) -> None:
    x = Tensor(BAD, requires_grad=True)
    with cut(count), warnings.catch_warnings():
        warnings.simplefilter("error")
        with np.errstate(divide="ignore"):
            y = np.log(x)
        with np.errstate(divide="raise"):
            with pytest.raises(FloatingPointError, match=r"divide by zero encountered in log$"):
                np.log(x)
            with autograd.debug(), pytest.raises(FloatingPointError) as caught:
                np.sum(np.log(x + 0.0) + x).backward()
        with pytest.raises(RuntimeWarning, match="divide by zero encountered in log"):
            np.log(x)
        told: list[str] = []
        with np.errstate(divide="call", call=lambda what, flag: told.append(what)):
            np.log(x)
    assert told == ["divide by zero"]
    assert "log" in str(caught.value)
    assert np.isneginf(y.numpy()).sum() == 2


def test_an_error_in_a_thread_leaves_the_graph_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Ctrl-C in the middle of the blocks goes through, and another sweep can begin."""
    x = Tensor(X, requires_grad=True)
    with cut(2):
        y = np.sum(chain(x))

        def interrupted(*arguments: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(blocks, "spread", interrupted)
            with pytest.raises(KeyboardInterrupt):
                y.backward(retain_graph=True)
        y.backward()
        found = x.grad
    with cut(0):
        assert np.array_equal(found, autograd.grad(lambda x: np.sum(chain(x)))(X))


# ---------------------------------------------------------------- threads


def gradient(x: Any) -> Any:
    return autograd.grad(lambda x: np.sum(chain(x)))(x)


def test_within_threads_of_ones_own() -> None:
    """More threads than cores, each of which asks for others; each keeps its own recording and error state."""
    with cut(0):
        wanted = gradient(X)

    def work(k: int) -> bool:
        with no_grad() if k % 2 else contextlib.nullcontext(), np.errstate(divide="raise" if k % 3 else "ignore"):
            quiet = k % 2 and np.tanh(Tensor(X, requires_grad=True)).requires_grad
            found = gradient(X)
            return not quiet and recording.on == (k % 2 == 0) and np.array_equal(found, wanted)

    with cut(3), ThreadPoolExecutor(6) as pool:
        assert all(pool.map(work, range(18)))


def child(queue: Any) -> None:
    queue.put((gradient(X), [t.name for t in threading.enumerate() if t.name.startswith("chalkgrad")]))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_after_a_fork() -> None:
    context = multiprocessing.get_context("fork")
    with cut(2), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
        wanted = gradient(X)
        queue = context.SimpleQueue()
        process = context.Process(target=child, args=(queue,))
        process.start()
        found, helpers = queue.get()
        process.join()
    assert np.array_equal(found, wanted)
    assert helpers  # its own


def test_no_thread_before_it_is_needed() -> None:
    """Nor for small arrays, nor where one thread is asked for."""
    program = (
        "import threading, numpy as np, autograd\n"
        "x = autograd.Tensor(np.ones(300_000), requires_grad=True)\n"
        "np.sum(np.tanh(x) * x).backward()\n"
        "print(threading.active_count())"
    )
    for count in ("1", "2"):
        environment = os.environ | {"OMP_NUM_THREADS": count}
        found = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
        assert found.stdout.strip() == count, found.stderr


def test_large_memory_is_taken_from_the_heap() -> None:
    """An array of more than 32 MB is as it would be, in either order, and others may be larger."""
    for shape in ((3, 1 << 23), (5,)):
        x = room(shape, np.dtype("f"), "F")
        assert (x.shape, x.dtype, x.flags.f_contiguous, x.flags.owndata) == (shape, np.float32, True, True)


def test_a_program_has_the_rules_of_large_arrays() -> None:
    """An array that notes what is done to it is large, too: of tanh it gets the rule without exp."""
    x = np.zeros((1 << 18) + 1, np.float32)
    step = autograd.capture(autograd.grad(lambda x: np.sum(np.tanh(x))))
    step(x), step(x)
    assert "tanh" in str(step.program) and "exp" not in str(step.program)
