"""The life of captured functions: threads, memory, copies, interruptions, what they say."""

from __future__ import annotations

import copy
import doctest
import gc
import io
import pickle
import queue
import random
import subprocess
import sys
import threading
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, capture
from autograd.capture import Captured
from autograd.capture.captured import Different
from autograd.capture.record import run

from .worlds import X

pytestmark = pytest.mark.usefixtures("without_numba")


def said(f: Callable[[], Any]) -> list[str]:
    """What is warned of while f runs."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        f()
    assert all(w.filename == __file__ for w in caught)
    return [str(w.message) for w in caught]


@capture
def doubled(x: Any) -> Any:
    return x * 2


def test_the_name_is_the_function_and_the_package() -> None:
    assert doctest.run_docstring_examples(capture, {}) is None
    program = (
        "import sys, autograd; assert not [m for m in sys.modules if 'capture' in m or 'numba' in m]; "
        "import autograd.capture; from autograd import capture; from autograd.capture import capture as same; "
        "assert capture(abs)(-1.0) == same(abs)(-1.0) == 1.0"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_example_in_its_docstring() -> None:
    finder = doctest.DocTestFinder(recurse=False)
    (test,) = finder.find(sys.modules["autograd.capture"].capture, "capture")  # type: ignore[attr-defined]
    assert doctest.DocTestRunner().run(test).failed == 0
    assert test.examples


def test_it_looks_like_the_function() -> None:
    assert doubled.__name__ == "doubled"
    assert doubled.__wrapped__(3.0) == 6.0  # type: ignore[attr-defined]
    for wrong in (3, "text"):
        with pytest.raises(TypeError, match="it records a function"):
            capture(wrong)  # type: ignore[arg-type]

    def pieces(x: Any) -> Any:
        yield x

    with pytest.raises(TypeError, match="piece by piece"):
        capture(pieces)
    with pytest.raises(RuntimeError, match="call the captured function first"):
        capture(abs).program  # noqa: B018


def test_copies_begin_anew() -> None:
    doubled(X)
    assert copy.copy(doubled) is pickle.loads(pickle.dumps(doubled)) is doubled
    f = capture(np.sin, limit=3)
    f(X)
    for other in (copy.copy(f), copy.deepcopy(f), pickle.loads(pickle.dumps(f))):
        assert isinstance(other, Captured)
        assert (other.count, other.limit, other.f) == (0, 3, np.sin)


def test_nothing_is_kept() -> None:
    class Model:
        def __init__(self) -> None:
            self.w = np.ones(3)
            self.leaf = Tensor(np.ones(3), requires_grad=True)

    def life() -> list[weakref.ref[Any]]:
        model = Model()

        def f(x: Any) -> Any:
            (model.leaf * x).sum().backward()
            return x * model.w if x[0] > 0 else x

        g = capture(f)
        for sign in (1, 1, -1, -1):
            g(X * sign)
        return [weakref.ref(thing) for thing in (model, model.leaf, g, g.program)]

    gc.collect()
    gc.disable()
    try:
        assert [ref() for ref in life()] == [None] * 4
    finally:
        gc.enable()


def test_objects_that_somebody_froze_stay_frozen() -> None:
    """A recording ages what it made, by which the collector's permanent ones would be thawed."""
    gc.freeze()
    before = gc.get_freeze_count()
    f = capture(lambda x: np.sin(x) if x[0] > 0 else x)
    f(X), f(-X), f(X)
    assert 0 < before <= gc.get_freeze_count() + 100  # some of them may be gone


def test_it_can_forget() -> None:
    class Big:
        w = np.ones(3)

    big = Big()
    seen = weakref.ref(big)
    f = capture(lambda b, x: b.w * x)
    f(big, X)
    f(big, X)
    f.clear()
    del big
    assert seen() is None
    assert f.count == 0


def test_threads() -> None:
    w, b = np.full(3, 0.9), 0.1

    def f(x: Any) -> Any:
        y = x
        for _ in range(30):
            y = np.sin(y * w) + b
        return y.sum() if x[0] > 0 else y

    xs = [np.array([k - 5.5, k, 1.0]) for k in range(11)]
    expected = [f(x) for x in xs]
    g = capture(f)
    wrong = []
    start = threading.Barrier(6)

    def work(seed: int) -> None:
        start.wait()
        for k in np.random.default_rng(seed).integers(0, 11, 60):
            y = g(xs[k])
            if type(y) is not type(expected[k]) or not np.array_equal(y, expected[k]):
                wrong.append((k, y))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    assert g.count == 2


def test_what_another_thread_draws_ends_no_recording_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in dask's workers: a call during which it draws is eager and right, and a later one is recorded."""
    f = capture(lambda x: x * 2)
    with monkeypatch.context() as meanwhile, pytest.warns(RuntimeWarning, match="or another thread, draws"):
        meanwhile.setattr(run, "stated", lambda state: random.random())  # it is another state each time
        for k in range(5):
            np.testing.assert_array_equal(f(X + k), 2 * (X + k))
    assert f.count == 0
    np.testing.assert_array_equal(f(X), 2 * X)
    assert f.count == 1


def test_the_paths_that_a_thread_goes_through_stay_whole_while_another_sorts_them() -> None:
    f = capture(lambda x: x.sum() if x[0] > 0 else x)
    for sign in (1, -1):
        f(X * sign)
    ((form,),) = f.programs.forms.values()
    seen, before = form.paths, list(form.paths)
    f(X)  # the path that was recorded first comes first again
    assert seen == before
    assert form.paths == before[::-1]


def test_what_other_threads_do_meanwhile_is_not_recorded() -> None:
    """They may meet traced arrays outside, which compute as ordinary ones do."""
    w = np.full(3, 2.0)
    met: queue.SimpleQueue[float] = queue.SimpleQueue()

    def aside() -> None:
        met.put(float(np.sum(w * 3.0) if w[0] > 0 else 0))
        w.sum().item()

    def f(x: Any) -> Any:
        y = x * w
        thread = threading.Thread(target=aside)
        thread.start()
        thread.join()
        return y + w

    g = capture(f)
    assert np.array_equal(g(X), X * 2 + 2)
    assert met.get() == 18.0
    assert g.program.counts() == {"multiply": 1, "add": 1}
    assert not g.program.guards


@pytest.mark.parametrize("at", range(6))
def test_an_interruption_leaves_all_as_it_was(at: int) -> None:
    w = Tensor(X, requires_grad=True)
    rng = np.random.default_rng(0)
    scale = 2.0
    arrays = [X.copy()]
    here = [at]

    def f(x: Any) -> Any:
        steps: list[Callable[[], Any]] = [
            lambda: (w * x * scale).sum().backward(), lambda: rng.normal(), lambda: arrays[0].sum(), lambda: None,
            lambda: x + arrays[0],
        ]  # fmt: skip
        for k, step in enumerate(steps):
            if here[0] == k:
                raise KeyboardInterrupt
            step()
        return x * scale

    g = capture(f)
    if at < 5:
        with pytest.raises(KeyboardInterrupt):
            g(X)
    here[0] = -1
    assert type(w.numpy()) is np.ndarray
    assert type(scale) is float
    assert type(arrays[0]) is np.ndarray
    assert type(rng) is np.random.Generator
    assert np.array_equal(g(X), X * 2)
    assert np.array_equal(g(X + 1), X * 2 + 2)


def test_what_is_frozen_is_found_by_a_check() -> None:
    hidden = io.StringIO("1.0\n2.0\n")
    f = capture(lambda x: np.sin(x) + float(hidden.readline()), check=True)
    f(X)
    line = f.f.__code__.co_firstlineno
    with pytest.raises(Different, match=rf"add\(%1, 1.0\)  # .*test_life.py:{line}\n(.*\n)*.*add\(%1, 2.0\)"):
        f(X)


def test_what_it_says() -> None:
    def many(f: Any) -> Callable[[], Any]:
        return lambda: [f(X + k) for k in range(20)]

    (text,) = said(many(capture(lambda x: x * float(x.sum()))))
    assert "test_life.py" in text
    assert "x.item()" in text
    assert not said(many(capture(lambda x: x * x.sum().item())))
    (text,) = said(many(capture(lambda x: x if x[0] > 5 else -x, limit=1)))
    assert "raise limit=" in text
    log: list[Any] = []
    (text,) = said(many(capture(lambda x: log.append(x.sum()))))
    assert "adds to the list log" in text
    w = Tensor(X, requires_grad=True)
    (text,) = said(many(capture(lambda x: w * x)))
    assert "detached" in text
    assert not said(many(capture(lambda x: (w * x).detach())))


def test_debugging_sees_each_call() -> None:
    f = capture(autograd.value_and_grad(lambda x: np.log(x).sum()))
    f(np.ones(3))
    f(np.ones(3))
    with autograd.debug():
        f(np.ones(3))
        assert "test_life.py" in str(f.program)
        assert "isfinite" not in f.program.counts()
        with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="log gave -infinity"):
            f(np.zeros(3))
    with np.errstate(all="ignore"):
        assert f(np.zeros(3))[0] == -np.inf
