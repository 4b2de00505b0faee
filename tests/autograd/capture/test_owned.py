"""Programs write where nobody looks: arrays that somebody holds, or that share memory, stay as they are eagerly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Tensor, capture

SHAPES = [(3,), (40, 50)]
HELD: dict[str, Callable[[Any], Any]] = {
    "itself": lambda g: g,
    "a view": lambda g: g[1:],
    "a view of a view": lambda g: g.T[::-1][:2],
    "a memory view": memoryview,
    "another library's array": np.from_dlpack,
    "in a list": lambda g: [g],
}


def training(shape: tuple[int, ...], machine: Callable[[Any], Any]) -> tuple[Tensor, Callable[[Any], Any]]:
    w = Tensor(np.linspace(-1, 1, int(np.prod(shape))).reshape(shape), requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1, momentum=0.9)

    def step(x: Any) -> Any:
        optimizer.zero_grad()
        ((w * x).sin() ** 2).sum().backward()
        optimizer.step()

    return w, machine(step)


@pytest.mark.parametrize("shape", SHAPES, ids=["small", "large"])
@pytest.mark.parametrize("name", HELD)
def test_what_somebody_holds_does_not_change(name: str, shape: tuple[int, ...]) -> None:
    w, step = training(shape, capture)
    v, beside = training(shape, lambda f: f)
    held = []
    for k in range(9):
        step(k + 1.0), beside(k + 1.0)
        np.testing.assert_allclose(w.grad, v.grad, rtol=1e-9)
        np.testing.assert_allclose(w.data, v.data, rtol=1e-9)
        assert not w.grad.flags.writeable
        if k % 3 < 2:  # twice in a row, and then nobody
            held.append((HELD[name](w.grad), v.grad))
        held.append((HELD[name](w.data), np.array(v.data)))
    for now, then in held:
        np.testing.assert_allclose(np.asarray(now).reshape(-1), np.asarray(HELD[name](then)).reshape(-1), rtol=1e-9)


@pytest.mark.parametrize("shape", SHAPES, ids=["small", "large"])
def test_gradients_that_nobody_holds_stay_in_their_place(shape: tuple[int, ...]) -> None:
    w, step = training(shape, capture)
    for _ in range(5):
        step(1.0)
    place, before = w.grad.__array_interface__["data"][0], w.grad.copy()
    step(3.0)
    assert w.grad.__array_interface__["data"][0] == place
    assert not np.array_equal(w.grad, before)


def test_gradients_after_a_guard_that_fails_are_those_before() -> None:
    w, step = training((3,), lambda f: f)

    def judged(x: Any) -> Any:
        step(x)
        if w.data.sum() > 100:
            raise ValueError("too large")

    f = capture(judged)
    for _ in range(6):
        f(1.0)
    before, gradient = w.data.copy(), w.grad.copy()
    held = w.grad
    w.update_(lambda a: np.add(a, 1e3, out=a))
    with pytest.raises(ValueError, match="too large"):
        f(1.0)
    np.testing.assert_array_equal(held, gradient)
    assert not np.array_equal(w.data, before + 1e3)  # eagerly, the step is done before the error


def arguments(w: Any, rng: np.random.Generator) -> list[Any]:
    """What may be given beside an array that is written to."""
    base = rng.normal(size=8)
    wide = np.concatenate([w, w])
    near = w[:] if w.base is None else w.base[2:6]
    return [rng.normal(size=4), base[2:6], base[::2], w, w[::-1], wide[:4], np.asarray(memoryview(w)), near]


@pytest.mark.filterwarnings("ignore:.*runs eagerly")
@pytest.mark.parametrize("seed", range(6))
def test_arrays_that_share_memory_with_one_that_is_written_to(seed: int) -> None:
    def f(w: Any, x: Any) -> Any:
        w *= 0.5
        w += x
        return x[0] + w.sum()

    rng, g = np.random.default_rng(seed), capture(f, limit=50)
    ours, theirs = (np.ones(8)[:4] if seed % 2 else np.ones(4) for _ in range(2))
    for k in range(40):
        n = int(rng.integers(0, 8)) if k > 4 and rng.random() < 0.4 else 0
        state = rng.bit_generator.state
        x = arguments(ours, rng)[n]
        rng.bit_generator.state = state
        y = arguments(theirs, rng)[n]
        if k % 7 == 3:
            ours.flags.writeable = theirs.flags.writeable = False
            for call, w, z in ((g, ours, x), (f, theirs, y)):
                with pytest.raises(ValueError, match="read-only"):
                    call(w, z)
            ours.flags.writeable = theirs.flags.writeable = True
        if k % 11 == 5:
            ours, theirs = ours.copy(), theirs.copy()  # whose arguments shared memory with the old ones, maybe
        assert g(ours, x) == f(theirs, y)
        np.testing.assert_array_equal(ours, theirs)
    assert g.count >= 1
