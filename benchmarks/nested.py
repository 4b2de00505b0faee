"""Derivatives inside differentiated programs: descents in descents, and a derivative in each step of a recorded loop.

Convention: two letters say how the outer and the inner derivative are found: r in reverse mode, f in forward mode.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, checkpoint, grad, hvp, jacobian, jvp, vjp

from .descents import PROGRAMS, Gradient, Library
from .measure import Fact, Race, Step
from .peers import Hips, load

# ---------------------------------------------------------------- descents in descents


def ours(program: str, modes: str) -> Step:
    lib = Library(np.array, np.sum, np.sqrt, lambda t: float(t.item()))
    ways: dict[str, Gradient] = {
        "r": lambda f, x: grad(f)(x),
        "f": lambda f, x: jacobian(f, mode="forward")(x),
    }
    return partial(PROGRAMS[program], lib, ways[modes[0]], ways[modes[1]])


def pytorch(program: str, modes: str) -> Step:
    """The fastest of PyTorch's ways: the graph, one level of dual numbers in it, torch.func where these fail."""
    torch = load("torch")
    duals = torch.autograd.forward_ad

    def reverse(f: Any, x: Any) -> Any:
        nested = torch.is_grad_enabled()  # may this gradient be differentiated itself?
        with torch.enable_grad():
            x = x.view_as(x) if x.requires_grad else x.detach().requires_grad_()
            return torch.autograd.grad(f(x), x, create_graph=nested)[0]

    def along(x: Any, tangent: Callable[[Any], Any]) -> Any:
        return torch.stack([tangent(direction) for direction in torch.eye(len(x), dtype=x.dtype)])

    def dual(f: Any, x: Any) -> Any:
        with duals.dual_level():
            return along(x, lambda v: duals.unpack_dual(f(duals.make_dual(x, v))).tangent)

    def forward(f: Any, x: Any) -> Any:
        return along(x, lambda v: torch.func.jvp(f, (x,), (v,))[1])

    def functional(f: Any, x: Any) -> Any:
        return torch.func.grad(f)(x)

    def step() -> list[float]:
        with torch.no_grad():
            return PROGRAMS[program](lib, *ways[modes])

    lib = Library(partial(torch.tensor, dtype=torch.float64), torch.sum, torch.sqrt, lambda t: float(t.item()))
    ways: dict[str, tuple[Gradient, Gradient]] = {
        "rr": (reverse, reverse), "rf": (reverse, dual), "fr": (forward, functional), "ff": (forward, forward),
    }  # fmt: skip
    return step


def race(program: str, modes: str) -> Race:
    peers = {"PyTorch": partial(pytorch, program, modes)}
    if modes == "rr":
        peers["HIPS autograd"] = lambda: Hips("descents", program=program)
    return Race(f"{program}, {modes}", partial(ours, program, modes), peers, {"PyTorch": 1.5})


RACES = [race(program, modes) for program in PROGRAMS for modes in ("rr", "fr", "rf", "ff")]

# ---------------------------------------------------------------- a derivative in each step


def times(s: Any) -> Callable[[Any], Any]:
    """A function that uses what was recorded before."""
    return lambda u: np.sin(u) * s


STEPS: dict[str, Callable[[Any], Any]] = {
    "jvp": lambda s: jvp(times(s), (0.3,), (1.0,))[1],
    "grad": lambda s: grad(times(s))(0.3),
    "vjp": lambda s: vjp(times(s), 0.3)[1](1.0)[0],
    "hvp": lambda s: hvp(times(s))(0.3, 1.0),
    "checkpoint": lambda s: checkpoint(times(s), 0.3),
}


def duration(step: Callable[[Any], Any], count: int) -> float:
    """Seconds for each step of a loop, recorded and swept."""
    x = Tensor(0.7, requires_grad=True)
    start = time.perf_counter()
    s: Any = x
    for _ in range(count):
        s = s + 1e-3 * step(s)
    s.backward()
    return (time.perf_counter() - start) / count


def growth(step: Callable[[Any], Any], quick: bool) -> str:
    duration(step, 100)
    each = [min(duration(step, count) for _ in range(1 if quick else 3)) for count in (100, 1000, 10_000)]
    return f"{', '.join(f'{t * 1e6:.0f}' for t in each)} us a step, in 100, 1,000 and 10,000 of them"


FACTS = [Fact(f"a {name} in each step of a recorded loop", partial(growth, step)) for name, step in STEPS.items()]
