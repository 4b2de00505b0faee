"""Products of matrices of middling size are computed by one thread of BLAS, the others by as many as there are."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, threads
from autograd.core import matrix_product
from autograd.threads import single_blas

pytest.importorskip("threadpoolctl")


class Library:
    """Stands for a BLAS library: how many threads it has, and had in each product."""

    def __init__(self) -> None:
        self.num_threads = 4

    def set_num_threads(self, count: int) -> None:
        self.num_threads = count


class Factor(np.ndarray[Any, Any]):
    """An array that notes how many threads its product is given."""

    def __matmul__(self, other: Any) -> Any:
        NOTED.append(LIBRARY.num_threads)
        return np.asarray(self) @ np.asarray(other)


NOTED: list[int] = []
LIBRARY = Library()


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    LIBRARY.num_threads = 4
    NOTED.clear()
    monkeypatch.setattr(threads, "blas", lambda: [LIBRARY])
    monkeypatch.setattr(threads, "wanted", lambda: 4)
    return LIBRARY


@pytest.mark.parametrize(
    ("shape", "columns", "count"), [((8, 8), 8, 4), ((64, 64), 64, 4), ((64, 256), 128, 1), ((256, 256), 256, 4)]
)
def test_the_size_decides(shape: tuple[int, int], columns: int, count: int) -> None:
    matrix_product(np.ones(shape).view(Factor), np.ones((shape[1], columns)))
    assert [count] == NOTED
    assert LIBRARY.num_threads == 4


def test_layers_and_operators_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forward and backward, of ``@`` and of a linear layer: the number of threads is set, and set back."""
    asked: list[int] = []
    monkeypatch.setattr(LIBRARY, "set_num_threads", asked.append)
    (Tensor(np.ones((64, 256)), requires_grad=True) @ Tensor(np.ones((256, 128)), requires_grad=True)).sum().backward()
    assert asked == [1, 4] * 3
    asked.clear()
    nn.Linear(256, 128, dtype=float)(Tensor(np.ones((64, 256)), requires_grad=True)).sum().backward()
    assert asked == [1, 4] * 3


def test_nested_and_after_errors() -> None:
    """The last who leaves sets the threads back; our own are as many as before."""
    with pytest.raises(ZeroDivisionError), single_blas:
        with single_blas:
            assert LIBRARY.num_threads == 1
        assert LIBRARY.num_threads == 1
        assert threads.threads() == 4
        raise ZeroDivisionError
    assert LIBRARY.num_threads == 4
    LIBRARY.num_threads = 2  # as by threadpool_limits
    assert threads.threads() == 2


def test_any_thread_is_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    controller = importlib.import_module("threadpoolctl").ThreadpoolController()
    libraries = controller.select(user_api="blas").lib_controllers
    monkeypatch.setattr(threads, "blas", lambda: libraries)
    before = [library.num_threads for library in libraries]
    seen = []

    def work() -> None:
        with single_blas:
            seen.extend([library.num_threads for library in libraries])

    try:
        for library in libraries:
            library.set_num_threads(2)
        for _ in range(2):
            with ThreadPoolExecutor(1) as pool:
                pool.submit(work).result()
            assert [library.num_threads for library in libraries] == [2] * len(libraries)
            work()
    finally:
        for library, count in zip(libraries, before, strict=True):
            threads.limit(library, count)
    assert seen == [1] * 4 * len(libraries)


def child(queue: Any) -> None:
    queue.put(LIBRARY.num_threads)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_fork_within_is_not_within() -> None:
    context = multiprocessing.get_context("fork")
    with single_blas, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
        queue = context.SimpleQueue()
        process = context.Process(target=child, args=(queue,))
        process.start()
        assert queue.get() == 4
        process.join()
