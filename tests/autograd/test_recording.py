"""Where a switch reaches: its block, whoever enters and leaves it in which order, and no further than its generator."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, enable_grad, forward_mode, is_grad_enabled, no_grad
from autograd.core import grad_mode, recording

X = Tensor([1.0], requires_grad=True)


def recorded() -> bool:
    """Is it said, and is it true on the fast path and on the general one?"""
    said = is_grad_enabled()
    assert (X * X).requires_grad == np.arctan2(X, X).requires_grad == X.sum().requires_grad == said
    return said


# ---------------------------------------------------------------- with statements, and what lends to them


@contextlib.contextmanager
def borrowed() -> Iterator[None]:
    with no_grad():
        yield


class Own:
    def __enter__(self) -> None:
        self.stack = contextlib.ExitStack()
        self.stack.enter_context(borrowed())

    def __exit__(self, *error: object) -> None:
        self.stack.close()


SWITCHES: dict[str, Any] = {
    "no_grad": no_grad,
    "contextmanager": borrowed,
    "class": Own,
}


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_reaches_to_the_end_of_its_block(name: str) -> None:
    with SWITCHES[name]():
        assert not recorded()
        with enable_grad():
            assert recorded()
        assert not recorded()
    with contextlib.ExitStack() as stack:
        stack.enter_context(SWITCHES[name]())
        assert not recorded()
    assert recorded()


@pytest.fixture
def unrecorded() -> Iterator[None]:
    with no_grad():
        yield


def test_a_fixture_lends_it_to_the_test(unrecorded: None) -> None:
    assert not recorded()


# ---------------------------------------------------------------- generators and coroutines


def generator(switch: Any) -> Any:
    with switch():
        while True:
            yield recorded()


def delegating(switch: Any) -> Any:
    with switch():
        with enable_grad():
            yield from (recorded() is False for _ in "a")
        yield from generator(lambda: contextlib.nullcontext())


def stacked(switch: Any) -> Any:
    with contextlib.ExitStack() as stack:
        stack.enter_context(switch())
        while True:
            yield recorded()


@types.coroutine
def told() -> Any:
    yield recorded()


async def coroutine(switch: Any) -> None:
    with switch():
        while True:
            await told()


async def endless(switch: Any) -> Any:
    with switch():
        while True:
            yield recorded()


class Stepped:
    """An asynchronous generator, step by step."""

    def __init__(self, switch: Any) -> None:
        self.generator = endless(switch)

    def send(self, value: None) -> Any:
        try:
            self.generator.asend(value).send(None)
        except StopIteration as step:
            return step.value

    def close(self) -> None:
        with contextlib.suppress(StopIteration):
            self.generator.aclose().send(None)


WAITING = {f.__name__: f for f in (generator, delegating, stacked, coroutine, Stepped)}


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("name", WAITING)
def test_a_generator_keeps_its_switch_to_itself(name: str, switch: str) -> None:
    before = grad_mode.switches
    a, b = (WAITING[name](SWITCHES[switch]) for _ in "ab")
    assert a.send(None) is b.send(None) is a.send(None) is False and recorded()
    with enable_grad():  # the one further in is in force
        assert b.send(None) is False and recorded()
    with no_grad():
        assert not recorded()
        with enable_grad():
            assert a.send(None) is False and recorded()
    a.close()
    assert b.send(None) is False and recorded()
    del b  # closes it too
    gc.collect()
    assert recorded() and grad_mode.switches == before
    assert type(vars(type(recording))["on"]) is bool  # nobody looks at the stack any more


def test_within_a_generator_the_inner_switch_is_in_force() -> None:
    def inner() -> bool:
        with enable_grad():
            return recorded()

    def outer() -> Any:
        with no_grad():
            yield inner()
            with enable_grad():
                yield recorded()
            yield recorded()

    assert list(outer()) == [True, True, False]


def test_other_fields_are_kept_apart_too() -> None:
    def outer() -> Any:
        with forward_mode():
            yield recording.forward, recording.on

    it = outer()
    with no_grad():
        assert next(it) == (True, False) and not recording.forward
    it.close()


def test_tasks_do_not_switch_each_other() -> None:
    seen = []

    async def quiet() -> None:
        with no_grad():
            for _ in range(3):
                seen.append(("quiet", recorded()))
                await asyncio.sleep(0)

    async def loud() -> None:
        for _ in range(3):
            seen.append(("loud", recorded()))
            await asyncio.sleep(0)

    async def both() -> None:
        await asyncio.gather(quiet(), loud())

    asyncio.run(both())
    assert sorted(set(seen)) == [("loud", True), ("quiet", False)] and recorded()


def test_a_generator_may_go_on_in_another_thread() -> None:
    it, found = generator(no_grad), []
    next(it)
    thread = threading.Thread(target=lambda: found.extend([recorded(), next(it), it.close(), recorded()]))
    thread.start()
    thread.join()
    assert found == [True, False, None, True] and recorded()


# ---------------------------------------------------------------- any order, any thread


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12), st.booleans())
def test_the_last_switch_still_in_force_decides(steps: list[tuple[int, bool]], elsewhere: bool) -> None:
    """Switches are entered, several times each, and left in any order, also by another thread."""
    kinds = [False, True, False, True]
    switches = [enable_grad() if on else no_grad() for on in kinds]
    force: list[int] = []
    for k, enter in [*steps, *[(k, False) for k in range(4) for _ in range(len(steps))]]:
        if enter:
            switches[k].__enter__()
            force.append(k)
        elif k in force:
            if elsewhere:
                thread = threading.Thread(target=switches[k].__exit__)
                thread.start()
                thread.join()
            else:
                switches[k].__exit__()
            del force[len(force) - 1 - force[::-1].index(k)]
        assert recorded() is (kinds[force[-1]] if force else True)


def test_what_was_not_entered_cannot_be_left() -> None:
    with pytest.raises(RuntimeError, match="left more often"):
        no_grad().__exit__()


def test_functions_that_pause_are_not_decorated() -> None:
    for f in (generator, coroutine, endless):
        with pytest.raises(TypeError, match="use 'with' inside it"):
            no_grad()(f)
