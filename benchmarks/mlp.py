"""One training step of the network 784-256-128-10 with momentum, float32."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import nn
from autograd.capture import capture
from optim import SGD

from .captured import races, ready
from .measure import Race, Step
from .peers import load


def batch(size: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return next(
        iter(nn.DataLoader(rng.normal(size=(size, 784)).astype(np.float32), rng.integers(0, 10, size), batch_size=size))
    )


def ours(size: int, wrap: Callable[[Step], Step] = lambda step: step) -> Step:
    x, t = batch(size)
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    sgd = SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step() -> None:
        sgd.zero_grad()
        nn.functional.cross_entropy(model(x), t).backward()
        sgd.step()

    return wrap(step)


def captured(size: int) -> Step:
    step = ours(size, capture)
    for _ in range(4):  # the first step makes the optimizer's memory
        step()
    ready(step)
    return step


def pytorch(size: int) -> Step:
    torch = load("torch")
    x, t = (torch.tensor(a) for a in batch(size))
    layer = torch.nn.Linear
    relu = torch.nn.ReLU()
    model = torch.nn.Sequential(layer(784, 256), relu, layer(256, 128), relu, layer(128, 10))
    sgd = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step() -> None:
        sgd.zero_grad()
        torch.nn.functional.cross_entropy(model(x), t).backward()
        sgd.step()

    return step


def jax(size: int) -> Step:
    jax = load("jax")
    jnp = jax.numpy
    x, t = (jnp.asarray(np.asarray(a)) for a in batch(size))
    rng = np.random.default_rng(0)
    sizes = ((256, 784), (128, 256), (10, 128))
    parameters = [jnp.asarray(rng.uniform(-1, 1, s).astype(np.float32) / s[1] ** 0.5) for s in sizes]
    parameters += [jnp.zeros(s[0], jnp.float32) for s in sizes]
    velocities = [jnp.zeros_like(p) for p in parameters]

    def loss(parameters: Any) -> Any:
        y = x
        for k, (w, b) in enumerate(zip(parameters[:3], parameters[3:], strict=True)):
            y = y @ w.T + b
            y = jax.nn.relu(y) if k < 2 else y
        return -jnp.mean(jax.nn.log_softmax(y)[jnp.arange(size), t])

    @jax.jit
    def update(parameters: Any, velocities: Any) -> Any:
        gradients = jax.grad(loss)(parameters)
        velocities = [0.9 * v + g for v, g in zip(velocities, gradients, strict=True)]
        return [p - 0.01 * v for p, v in zip(parameters, velocities, strict=True)], velocities

    def step() -> None:
        parameters[:], velocities[:] = jax.block_until_ready(update(parameters, velocities))

    return step


def by_hand(size: int) -> Step:
    """The step without an engine: plain NumPy calls, in place where possible."""
    x, t = batch(size)
    rng = np.random.default_rng(0)
    sizes = ((256, 784), (128, 256), (10, 128))
    weights = [rng.uniform(-1, 1, s).astype(np.float32) / np.float32(s[1] ** 0.5) for s in sizes]
    biases = [np.zeros(s[0], np.float32) for s in sizes]
    parameters = [*weights, *biases]
    velocities = [np.zeros_like(p) for p in parameters]
    scratch = [np.zeros_like(p) for p in parameters]
    rows = np.arange(size)

    def step() -> None:
        inputs = [x]
        for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
            z = inputs[-1] @ w.T
            z += b
            inputs.append(np.maximum(z, 0, out=z) if k < 2 else z)
        g = inputs.pop()
        g -= g.max(axis=1, keepdims=True)
        np.exp(g, out=g)
        g /= g.sum(axis=1, keepdims=True)
        g[rows, t] -= 1
        g /= size
        gradients: list[Any] = [None] * 6
        for k in (2, 1, 0):
            gradients[k] = g.T @ inputs[k]
            gradients[k + 3] = g.sum(axis=0)
            if k:
                g = g @ weights[k]
                g *= inputs[k] > 0
        for p, v, d, s in zip(parameters, velocities, gradients, scratch, strict=True):
            v *= 0.9
            v += d
            np.multiply(v, 0.01, out=s)
            p -= s

    return step


RACES = [
    Race(
        f"MLP step, batch {size}",
        partial(ours, size),
        {"PyTorch": partial(pytorch, size), "JAX (jit)": partial(jax, size), "NumPy by hand": partial(by_hand, size)},
        {"PyTorch": aim},
    )
    for size, aim in ((64, 0.80), (512, 0.90))
]
RACES += races(
    "MLP step, batch 64",
    partial(captured, 64),
    {"PyTorch": partial(pytorch, 64), "ours, eager": partial(ours, 64)},
    "PyTorch", native=0.75, alone=0.78,
)  # fmt: skip
