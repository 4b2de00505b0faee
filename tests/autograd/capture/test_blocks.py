"""Runs of elementwise instructions: done block by block, by any number of threads, they give the same."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, threads, value_and_grad
from autograd.capture import capture
from autograd.capture.blocks import blocks, runs
from autograd.capture.machines import numpy_machine
from optim import Adam

SIZE = 61  # with blocks of 7, the last is a short one


@pytest.fixture(autouse=True, params=["numpy", "native"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Small arrays are large, for either machine."""
    if request.param == "native":
        pytest.importorskip("numba")
        from autograd.capture.native import loops

        monkeypatch.setattr(loops, "BLOCK", 7)
    monkeypatch.setenv("CHALKGRAD_MACHINE", request.param)
    monkeypatch.setattr(runs, "LARGE", 32)
    monkeypatch.setattr(numpy_machine, "LARGE", 32)
    monkeypatch.setattr(blocks, "BLOCK", 7)
    monkeypatch.setattr(blocks, "WORTH", 0)
    return str(request.param)


@pytest.fixture(params=[1, 3])
def count(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The number of threads."""
    monkeypatch.setattr(blocks, "threads", lambda: request.param)
    monkeypatch.setattr(threads, "threads", lambda: request.param)
    return int(request.param)


def arrays(seed: int) -> tuple[Any, Any]:
    x, y = np.random.default_rng(seed).normal(size=(2, SIZE))
    x[3], x[5], x[7], x[40] = np.nan, -0.0, np.inf, 0.0
    return x, y


def shifted(x: Any, y: Any) -> Any:
    z = x * y
    return z[1:] + z[:-1] * x[1:]


def elements(x: Any, y: Any) -> Any:
    z = x * y
    return (z + z[5]) * z[0] + x


def around_a_sum(x: Any, y: Any) -> Any:
    z = x * y
    s = z.sum()
    w = np.maximum(z, x) + 1
    return (w - s) * s + z, w


def written(x: Any, y: Any) -> Any:
    z = x * y
    z += x
    w = z * 2
    z *= w
    return z, w


def arguments_written(x: Any, y: Any) -> Any:
    x += y
    z = x * 2
    x *= z
    return z + x


def argument_read_and_written(x: Any, y: Any) -> Any:
    z = x * y + 1
    s = np.cumsum(x)
    x *= z
    return z * y, s


def reinterpreted(x: Any, y: Any) -> Any:
    z = np.abs(x * y)
    return z.view(np.int32)[:SIZE] * y + z, (x * y + 1).view(np.int64) // 3 + 1


def parts_written(x: Any, y: Any) -> Any:
    z = x * y
    z[0] = 5.0
    w = z + 1
    z[1:] = w[:-1]
    return z * w + z


def kinds(x: Any, y: Any) -> Any:
    return (x > y) & (y < 1), x.astype(np.float32) * np.float32(2) + 1, np.isnan(x * y - y)


def turned(x: Any, y: Any) -> Any:
    z = (x[::-1] * y[::-1] + 1) * x[::-1]
    return z * y + z


def turned_over(x: Any, y: Any) -> Any:
    a, b = np.stack([x, y]), np.stack([y, x])
    return (a.T * b.T + 1) * a.T - (a * b + a[0]).T


def decided(x: Any, y: Any) -> Any:
    z = x * y + x
    if z[0] > 1e9:
        return z
    return (z - y) * y


def derivative(x: Any, y: Any) -> Any:
    return value_and_grad(lambda x, y: np.sum(np.tanh(x) * np.exp(-x * y) + x / y), argnums=(0, 1))(x, y)


def compared(x: Any, y: Any) -> Any:
    z = np.maximum(x * y, 0)
    return z, np.maximum(0.0, x * y), np.minimum(-0.0, z) + np.minimum(x - y, 0.1)


def chosen(x: Any, y: Any) -> Any:
    z, w = x * y, x + y
    a = np.where(z > 0, w, 0)
    b = np.where(x > 0, 1.5, a) * np.where(y > x, -0.0, 2) + np.where(x < y, x, z)
    c = np.where(w[8:40] > 0, w[8:40], z[8:40])
    d = np.where(z > 0, z, 0) + np.where(z > 1, z[5], w)
    e = np.where(z[:1] > 1, w + 1, z * 2)
    return a, b, c, d, e, np.where(z > 1, x.astype(np.float32), np.float32(3))


def repeated(x: Any, y: Any) -> Any:
    """Tiles of 3, 4 and 12 numbers, columns, and tiles that are written."""
    a, b = np.concatenate([x, y])[:120].reshape(10, 3, 4), np.concatenate([y, x])[:120].reshape(10, 3, 4)
    z = a * b + b[0]
    z = (z + a[0, 0]) * b[:1, :1] - b[1, 1] + np.sum(a * a[2])
    w = z * a[:, :1, :1] + a[:, :, :1]
    tile = (a + b)[0]
    tile += 1
    return z, w, (a * tile + tile[0]).T * z.T, np.where(a > b[0], a, b[0, 0]), np.maximum(a + z[3], 0.0)


def columns(x: Any, y: Any) -> Any:
    """Means and largest numbers of rows, and every other column; a mask too."""
    a = np.concatenate([x, y])[:120].reshape(10, 3, 4)
    m = np.max(a, axis=-1, keepdims=True)
    z = np.exp(a - m) * m + m.astype(np.float32)
    w = z / z.sum(axis=(1, 2), keepdims=True) + a[:, :, 2:3] * a[::-1, :1, :1]
    return z, w, np.where(m > 0, a, w) * 2, np.where(a > m[0], m, np.float32(3)) - m


def totals(x: Any, y: Any) -> Any:
    z = x * y + x
    w = np.abs(z[8:40])
    return z.sum(), (z * z).sum(keepdims=True), w.sum(), np.max(z[8:]), (w + 1).min(axis=0), np.sum(w * w) + w


def total_of_what_is_written(x: Any, y: Any) -> Any:
    z = x * y
    s = np.max(z)
    z += 1
    w = x + 2
    total = np.sum(w)
    w *= z
    return z, s, total, w


PROGRAMS = [compared, chosen, repeated, totals, total_of_what_is_written, shifted, elements, around_a_sum, written,
            arguments_written, argument_read_and_written, reinterpreted, parts_written, kinds,
            turned, columns, turned_over, decided, derivative]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_blocks_give_what_whole_arrays_give(program: Callable[..., Any], count: int) -> None:
    step = capture(program)
    for seed in range(3):
        mine, eager = arrays(seed), arrays(seed)
        for found, right in zip(flat((step(*mine), mine)), flat((program(*eager), eager)), strict=True):
            same(found, right)
        step.f = partial(pytest.fail, "a later call was an eager one")
    assert runs_of(step)
    assert step.count == 1


def flat(x: Any) -> list[Any]:
    return [y for part in x for y in flat(part)] if isinstance(x, tuple) else [x]


def same(found: Any, right: Any) -> None:
    """To rounding, as vector instructions and single ones may differ; NaN and signed zeros too."""
    assert (found.shape, found.dtype) == (right.shape, right.dtype)
    np.testing.assert_allclose(found, right, rtol=1e-13, atol=0)
    if found.dtype.kind == "f":
        numbers = ~np.isnan(right)
        assert np.array_equal(np.signbit(found)[numbers], np.signbit(right)[numbers])


def test_what_only_a_run_reads_gets_no_memory() -> None:
    step = capture(lambda x: np.exp(np.sin(np.cos(np.tanh(x) + 1) * 2)))
    step(np.ones(10_000))
    assert step.program.memory < 2 * 80_000  # the result


def test_a_number_read_of_a_run_waits_for_it(count: int) -> None:
    """z[-1] is there when all blocks are done."""
    step = capture(lambda x: (x * 2 + 1) * (x * 2 + 1)[-1])
    for x in (np.arange(50.0), np.arange(50.0) + 3):
        assert np.array_equal(step(x), (x * 2 + 1) * (x[-1] * 2 + 1))


def test_threads_heed_the_errors_that_the_caller_asked_for(count: int) -> None:
    step = capture(lambda x: 1 / (x * 1.5))
    x = np.ones(SIZE)
    step(x)
    step(x)
    for place in (0, SIZE - 1):
        x = np.ones(SIZE)
        x[place] = 0
        with np.errstate(divide="ignore"):
            assert step(x)[place] == np.inf
        with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
            step(x)


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("5", 5), ("3,2", 3), ("0", None), ("many", None), ("", None)])
def test_the_number_of_threads_is_that_of_the_environment(
    text: str, number: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", text)
    found = threads.wanted.__wrapped__()
    assert found == number if number else found >= 1


def test_one_thread_starts_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "threads", lambda: 1)
    monkeypatch.setattr(threads, "pool", partial(pytest.fail, "another thread was started"))
    step = capture(lambda x: x * 2 + 1)
    x = np.ones(SIZE)
    step(x)
    assert np.array_equal(step(x), x * 2 + 1)


def test_inputs_are_read_where_they_are_and_then_let_go(count: int) -> None:
    """Arrays of odd addresses too, which are copied; none is kept."""
    step = capture(lambda x, y: np.sum(x * y + 1) + (x - y))
    for seed in range(4):
        x, y = arrays(seed)
        if seed > 1:
            x = np.frombuffer(b"?" + x.tobytes(), offset=1)
        assert x.flags.aligned == (seed <= 1)
        held = sys.getrefcount(y)
        same(step(x, y), np.sum(x * y + 1) + (x - y))
        assert sys.getrefcount(y) == held
    assert step.count == 1


def test_sums_are_as_exact_as_numpys_and_the_same_by_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 1 << 10)
    x = np.random.default_rng(0).random(300_000).astype(np.float32)
    exact = float(np.sum(x.astype(float) * x.astype(float)))
    found = set()
    for number in (1, 2, 5):
        monkeypatch.setattr(blocks, "threads", lambda number=number: number)
        monkeypatch.setattr(threads, "threads", lambda number=number: number)
        step = capture(lambda x: np.sum(x * x))
        step(x)
        found.add(float(step(x)))
    assert len(found) == 1
    assert abs(found.pop() / exact - 1) < 4e-7


def test_guards_and_numbers_between_do_not_end_a_run() -> None:
    """Adam's step is one run, though it counts its steps and looks at them."""
    p = Tensor(np.linspace(-1, 1, 40), requires_grad=True)
    twin = Tensor(p.data, requires_grad=True)
    optimizers = {id(x): Adam([x], lr=0.1) for x in (p, twin)}

    def step(x: Tensor) -> None:
        optimizers[id(x)].zero_grad()
        (x * x * x).sum().backward()
        optimizers[id(x)].step()

    captured = capture(lambda: step(p))
    for _ in range(5):
        captured()
        step(twin)
        same(p.numpy(), twin.numpy())
    assert len(runs_of(captured)) == 1


def test_nothing_outside_is_written_before_what_may_fail() -> None:
    kept = np.ones(SIZE)

    def f(m: Any) -> Any:
        z = kept * 2 + 1
        w = np.linalg.solve(m, z[:2] + 1)
        np.multiply(z, 3, out=kept)
        return w

    step = capture(f)
    for _ in range(3):
        step(np.eye(2))
    before = kept.copy()
    with pytest.raises(np.linalg.LinAlgError):
        step(np.zeros((2, 2)))
    assert np.array_equal(kept, before)
    assert runs_of(step)


def test_threads_share_a_single_large_call(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ALONE", 32)
    monkeypatch.setattr(runs, "threads", lambda: count)
    step = capture(lambda x, y: np.sum(np.cumsum(np.exp(x))) + y[0])
    for seed in range(3):
        x, y = np.random.default_rng(seed).normal(size=(2, SIZE))
        same(step(x, y), np.sum(np.cumsum(np.exp(x))) + y[0])
    assert len(runs_of(step)) == (2 if count > 1 else 0)


def test_draws_keep_their_order() -> None:
    mine, eager = np.random.default_rng(0), np.random.default_rng(0)

    def f(x: Any, rng: Any) -> Any:
        z = x * 2 + 1
        first = rng.normal(loc=z)
        second = rng.normal(size=SIZE)
        return first * z + second

    step = capture(f)
    for k in range(3):
        x = np.arange(float(SIZE)) + k
        same(step(x, mine), f(x, eager))
    assert runs_of(step)


def runs_of(step: Any) -> list[Any]:
    return [s for s in step.program.steps if isinstance(getattr(s, "function", None), blocks.Blocks)]
