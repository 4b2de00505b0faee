"""sum(tanh(x) exp(-x x) + x) and its gradient for a million and for ten million numbers: memory traffic."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, value_and_grad
from autograd.capture import capture

from .captured import agrees, flat, races, ready
from .measure import Race, Step
from .peers import load

X = np.random.default_rng(0).normal(size=1_000_000).astype(np.float32)


def ours(times: int = 1) -> Step:
    x = Tensor(np.tile(X, times), requires_grad=True)

    def step() -> None:
        x.grad = None
        np.sum(np.tanh(x) * np.exp(-x * x) + x).backward()

    return step


def captured() -> Step:
    both = value_and_grad(lambda x: np.sum(np.tanh(x) * np.exp(-x * x) + x))
    step = capture(both)
    for _ in range(2):
        agrees(step(X), flat(both(X)), 1e-4)
    ready(step)
    return lambda: step(X)


def pytorch(times: int = 1) -> Step:
    torch = load("torch")
    x = torch.tensor(np.tile(X, times), requires_grad=True)

    def step() -> None:
        x.grad = None
        torch.sum(torch.tanh(x) * torch.exp(-x * x) + x).backward()

    return step


def jax(compiled: bool, times: int = 1) -> Step:
    jax = load("jax")
    jnp = jax.numpy
    x = jnp.asarray(np.tile(X, times))
    gradient: Any = jax.value_and_grad(lambda x: jnp.sum(jnp.tanh(x) * jnp.exp(-x * x) + x))
    if compiled:
        gradient = jax.jit(gradient)
    return lambda: jax.block_until_ready(gradient(x))


RACES = [
    Race(
        "sum(tanh(x) exp(-x x) + x), 1e6 float32",
        ours,
        {"PyTorch": pytorch, "JAX, eager": lambda: jax(False), "JAX, compiled": lambda: jax(True)},
        {"PyTorch": 0.75},
    ),
    Race(
        "sum(tanh(x) exp(-x x) + x), 1e7 float32",
        partial(ours, 10),
        {"PyTorch": partial(pytorch, 10), "JAX, compiled": partial(jax, True, 10)},
        {"PyTorch": 0.6},
    ),
]
RACES += races(
    "sum(tanh(x) exp(-x x) + x)",
    captured,
    {"ours, eager": ours, "JAX, compiled": lambda: jax(True)},
    "JAX, compiled", native=1.2, alone=2,
)  # fmt: skip
