"""Forked and other processes, threads: none waits for a thread that it lacks, and gradients add up."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor, Value, is_grad_enabled, no_grad
from autograd.core import locks

can_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork.*:DeprecationWarning")

MODEL = nn.Sequential(nn.Linear(3, 4, generator=0), nn.Tanh(), nn.Linear(4, 1, generator=1))
X = np.arange(6, dtype=np.float32).reshape(2, 3) / 6


def all_of_it() -> np.ndarray[Any, Any]:
    """A piece of work with every lock of the engine, and the gradients that it finds."""
    v = Value(2.0)
    (v * v + v.tanh()).backward()
    w = Tensor([1.0, 2.0], requires_grad=True)
    y = w * 2.0
    y[0] = 3.0
    z = y[1:]
    y[1] *= 2.0
    (z * z).sum().backward(create_graph=True)
    with no_grad():
        nn.init.generator(None).normal()
    second = autograd.grad(lambda x: (x**3).sum())(np.ones(2))
    MODEL.zero_grad()
    (MODEL(X) ** 2).mean().backward()
    found = [v.grad, w.grad.data, second, *[p.grad for p in MODEL.parameters()]]
    w.grad = None
    return np.concatenate([np.ravel(g) for g in found])


def forked(work: Callable[[], object]) -> int:
    """The exit status of a forked process after some work; one that hangs is ended after 20 seconds."""
    process = os.fork()
    if not process:
        status = 1
        try:
            signal.alarm(20)
            work()
            status = 0
        except BaseException as error:
            print(repr(error), file=sys.stderr)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    """A thread that does some work over and over inside this block."""
    stop = threading.Event()

    def repeat() -> None:
        while not stop.is_set():
            work()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@can_fork
@pytest.mark.parametrize("lock", range(len(locks.LOCKS)))
def test_a_fork_waits_for_a_lock_that_another_thread_holds(lock: int) -> None:
    taken, expected = threading.Event(), all_of_it()

    def hold() -> None:
        with locks.LOCKS[lock]:
            taken.set()
            time.sleep(0.1)

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    assert forked(lambda: np.testing.assert_array_equal(all_of_it(), expected)) == 0
    thread.join()
    np.testing.assert_array_equal(all_of_it(), expected)


@can_fork
def test_a_fork_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.2)
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with locks.accumulating:
            taken.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    assert forked(all_of_it) == 0
    done.set()
    thread.join()
    all_of_it()


@can_fork
def test_forks_while_another_thread_works() -> None:
    v, w = Value(2.0), Tensor([1.0], requires_grad=True)

    def work() -> None:
        (v * v).backward()
        with no_grad():
            nn.init.generator(None).normal(size=1000)
        (w * w).sum().backward()

    with meanwhile(work), meanwhile(work):
        assert [forked(all_of_it) for _ in range(15)] == [0] * 15


@can_fork
def test_a_loop_over_batches_is_told_that_its_thread_stayed_behind() -> None:
    data = [(np.ones(2), k) for k in range(8)]
    batches = iter(nn.DataLoader(data, batch_size=1, prefetch=2))
    next(batches)

    def goes_on() -> None:
        with pytest.raises(RuntimeError, match="begun in another process"):
            for _ in batches:
                pass
        assert len(list(nn.DataLoader(data, batch_size=1, prefetch=2))) == 8

    assert forked(goes_on) == 0
    assert len(list(batches)) == 7


def gradients(job: tuple[Any, Any]) -> list[Any]:
    """In a worker: the gradients of a model that was sent to it."""
    model, x = job
    (model(x) ** 2).mean().backward()
    return [p.grad for p in model.parameters()]


@pytest.mark.parametrize("how", multiprocessing.get_all_start_methods())
def test_models_in_workers(how: str) -> None:
    MODEL.zero_grad()
    expected = gradients((MODEL, X))
    with multiprocessing.get_context(how).Pool(1) as pool:
        for found in pool.map(gradients, [(MODEL, X), (MODEL.zero_grad() or MODEL, X)]):
            for g, e in zip(found, expected, strict=True):
                np.testing.assert_array_equal(g, e)


# ---------------------------------------------------------------- threads


def together(*works: Callable[[], object]) -> list[BaseException]:
    """Do some works, each in a thread of its own, all at once; returns their errors."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    return errors


def test_threads_share_a_network() -> None:
    model = nn.Sequential(nn.Linear(3, 4, generator=0), nn.ReLU(), nn.Linear(4, 1, generator=1)).double()
    x = X.astype(float)
    (model(x) ** 2).sum().backward()
    once = [p.grad.copy() for p in model.parameters()]
    model.zero_grad()
    v = Value(3.0)

    def work() -> None:
        for _ in range(25):
            (model(x) ** 2).sum().backward()
            (v * v).backward()
            autograd.grad(lambda x: (model(x) ** 2).sum())(x)

    assert together(*[work] * 4) == []
    for p, g in zip(model.parameters(), once, strict=True):
        np.testing.assert_allclose(p.grad, 100 * g)
    assert v.grad == 600.0


def test_threads_that_sweep_one_graph_are_right_or_told() -> None:
    """Shared parts of a graph: every sweep that raises nothing has added its gradient."""
    x = Tensor([0.5, 1.5], requires_grad=True)
    shared = np.tanh(x * 2.0)
    done = [0, 0, 0]

    def work(k: int) -> None:
        y = (shared * (k + 1.0)).sum()
        for _ in range(40):
            try:
                y.backward(retain_graph=True)
                done[k] += 1
            except RuntimeError as error:
                assert "another backward pass" in str(error)

    assert together(*[lambda k=k: work(k) for k in range(3)]) == []  # type: ignore[misc]
    share = 2 / np.cosh(2 * x.data) ** 2
    np.testing.assert_allclose(x.grad, sum((k + 1) * n for k, n in enumerate(done)) * share)
    x.grad = None
    shared.sum().backward()  # no mark is left
    np.testing.assert_allclose(x.grad, share)


def test_threads_that_free_one_graph_are_right_or_told() -> None:
    for _ in range(40):
        x = Tensor([0.5, 1.5], requires_grad=True)
        y = (np.exp(x) * x).sum()
        errors = together(y.backward, y.backward)
        assert len(errors) <= 1
        for error in errors:
            assert isinstance(error, RuntimeError) and "swe" in str(error)
        np.testing.assert_allclose(x.grad, (2 - len(errors)) * np.exp(x.data) * (1 + x.data))


def test_threads_step_optimizers_of_their_own() -> None:
    def work() -> None:
        w = Tensor(np.ones(3), requires_grad=True)
        adam = optim.Adam([w], lr=0.1)
        for _ in range(30):
            adam.zero_grad()
            with no_grad():
                assert not is_grad_enabled()
            (w**2).sum().backward()
            adam.step()
        assert np.all(np.abs(w.data) < 0.3)

    assert together(*[work] * 3) == []
    assert is_grad_enabled()
