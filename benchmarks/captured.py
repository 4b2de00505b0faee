"""What the cases of capture have in common: ours eager and captured, and peers that must find the same numbers.

Convention: nothing is timed before its numbers agree with those of ours eager.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any
from unittest import mock

import numpy as np

from autograd import grad, value_and_grad
from autograd.capture import capture

from .measure import Fact, Race, Skip, Step, seconds, show
from .peers import Hips, load
from .research import PROGRAMS, operands


def ours(program: str) -> tuple[Callable[..., Any], list[Any]]:
    """Value and gradient of a program by all its arrays, and these."""
    f, start = PROGRAMS[program](np, grad)
    arrays = operands(start)
    return value_and_grad(f, argnums=tuple(range(len(arrays)))), arrays


@cache
def expected(program: str) -> Any:
    """The value and the gradient that all must find, as one flat array."""
    f, arrays = ours(program)
    return flat(f(*arrays))


def flat(x: Any) -> Any:
    """All numbers of a nest, one after another."""
    if isinstance(x, list | tuple):
        return np.concatenate([flat(part) for part in x])
    return np.asarray(x, dtype=float).reshape(-1)


def agrees(found: Any, right: Any, tolerance: float = 1e-7) -> None:
    if not np.allclose(flat(found), right, tolerance, tolerance):
        raise AssertionError("its numbers are others than ours")


def eager(program: str) -> Step:
    f, arrays = ours(program)
    return partial(f, *arrays)


def captured(program: str) -> Step:
    f, arrays = ours(program)
    step = capture(f)
    for _ in range(2):  # recorded, then run as a program
        agrees(step(*arrays), expected(program))
    ready(step)
    return partial(step, *arrays)


def ready(step: Any) -> None:
    """Skip what capture cannot do: it would be measured eagerly."""
    try:
        step.program  # noqa: B018
    except RuntimeError:
        raise Skip("capture cannot record it yet") from None


def hips(program: str) -> Step:
    step = Hips("research", program=program)
    agrees(step.result(), expected(program))
    return step


def jax(program: str, write: Callable[[Any, Any], Callable[..., Any]]) -> Step:
    """``write(jax, jax.numpy)`` is the program as a user of JAX writes it; in float64, compiled beforehand."""
    library = load("jax")
    library.config.update("jax_enable_x64", True)
    _, start = PROGRAMS[program](np, grad)
    arrays = [library.numpy.asarray(a) for a in operands(start)]
    f = write(library, library.numpy)
    step = library.jit(library.value_and_grad(f, argnums=tuple(range(len(arrays)))))
    agrees(step(*arrays), expected(program))
    return lambda: library.block_until_ready(step(*arrays))


def machines() -> list[tuple[str, str]]:
    """The machines that there are here: what CHALKGRAD_MACHINE calls them, and what a race adds to its name."""
    alone = ("numpy", ", NumPy alone")
    return [("native", ""), alone] if importlib.util.find_spec("numba") else [alone]


class On:
    """A captured step that runs by this machine: also what it records later, while it is timed."""

    def __init__(self, machine: str, step: Callable[[], Step]) -> None:
        self.machine = mock.patch.dict(os.environ, CHALKGRAD_MACHINE=machine)
        with self.machine:
            self.step = step()

    def __call__(self) -> Any:
        with self.machine:
            return self.step()

    def seconds(self, times: int) -> float:
        with self.machine:
            return seconds(self.step, times)


def races(
    title: str, step: Callable[[], Step], peers: dict[str, Callable[[], Step]], rival: str, native: float, alone: float
) -> list[Race]:
    """A captured step by each machine, the first beside all peers; the aims are against the rival."""

    aims = {"native": native, "numpy": alone}
    return [
        Race(f"{title}, captured{more}", partial(On, machine, step), {rival: peers[rival]} if k else peers,
             {rival: aims[machine]})
        for k, (machine, more) in enumerate(machines())
    ]  # fmt: skip


def race(
    program: str, title: str, write: Callable[[Any, Any], Callable[..., Any]], native: float, alone: float
) -> list[Race]:
    """A program of ``research`` captured, beside eager, HIPS autograd and JAX."""
    peers = {
        "ours, eager": partial(eager, program),
        "HIPS autograd": partial(hips, program),
        "JAX (jit)": partial(jax, program, write),
    }
    return races(title, partial(captured, program), peers, "JAX (jit)", native, alone)


def recording(make: Callable[[], tuple[Callable[..., Any], list[Any]]], quick: bool) -> str:
    """How long the first call takes beside an eager one."""
    f, arrays = make()
    f(*arrays)
    pairs: list[tuple[float, float]] = []
    size = 0
    gc.unfreeze()  # as in a program of its own
    for _ in range(2 if quick else 5):
        gc.collect()
        start = time.perf_counter()
        f(*arrays)
        between = time.perf_counter()
        step = capture(f)
        step(*arrays)
        pairs.append((between - start, time.perf_counter() - between))
        size = len(step.program)
    ratios = sorted(second / first for first, second in pairs)
    eager, first = min(pairs)
    return f"eager {show(eager)}, first call {show(first)}: {ratios[len(ratios) // 2]:.1f} eager runs; {size:,} steps"


def fact(program: str, title: str) -> list[Fact]:
    return [Fact(f"{title}, recording", partial(recording, partial(ours, program)))]
