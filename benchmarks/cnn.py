"""One training step of a small convolutional network on 28x28 images with momentum, float32."""

from __future__ import annotations

from typing import Any

import numpy as np

import nn
from optim import SGD

from .measure import Race, Step
from .peers import load

BATCH = 64


def batch() -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(BATCH, 1, 28, 28)).astype(np.float32), rng.integers(0, 10, BATCH)


def layers(library: Any) -> list[Any]:
    """The layers of the network, which have the same names here and in PyTorch."""
    return [
        library.Conv2d(1, 16, 3, padding=1),
        library.ReLU(),
        library.MaxPool2d(2),
        library.Conv2d(16, 32, 3, padding=1),
        library.ReLU(),
        library.MaxPool2d(2),
        library.Flatten(),
        library.Linear(32 * 7 * 7, 10),
    ]


def ours() -> Step:
    x, t = batch()
    x.setflags(write=False)
    model = nn.Sequential(*layers(nn))
    sgd = SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step() -> None:
        sgd.zero_grad()
        nn.functional.cross_entropy(model(x), t).backward()
        sgd.step()

    return step


def pytorch() -> Step:
    torch = load("torch")
    x, t = (torch.tensor(a) for a in batch())
    model = torch.nn.Sequential(*layers(torch.nn))
    sgd = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step() -> None:
        sgd.zero_grad()
        torch.nn.functional.cross_entropy(model(x), t).backward()
        sgd.step()

    return step


def jax() -> Step:
    jax = load("jax")
    jnp = jax.numpy
    x, t = (jnp.asarray(a) for a in batch())
    rng = np.random.default_rng(0)
    shapes = ((16, 1, 3, 3), (16,), (32, 16, 3, 3), (32,), (10, 32 * 7 * 7), (10,))
    parameters = [jnp.asarray(rng.normal(size=s, scale=0.05).astype(np.float32)) for s in shapes]
    velocities = [jnp.zeros_like(p) for p in parameters]

    def convolve(x: Any, w: Any, b: Any) -> Any:
        names = ("NCHW", "OIHW", "NCHW")
        y = jax.lax.conv_general_dilated(x, w, (1, 1), [(1, 1), (1, 1)], dimension_numbers=names)
        y = jnp.maximum(y + b[:, None, None], 0)
        return jax.lax.reduce_window(y, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    def loss(parameters: Any) -> Any:
        w1, b1, w2, b2, w3, b3 = parameters
        z = convolve(convolve(x, w1, b1), w2, b2).reshape(BATCH, -1) @ w3.T + b3
        return -jax.nn.log_softmax(z)[jnp.arange(BATCH), t].mean()

    @jax.jit
    def update(parameters: Any, velocities: Any) -> Any:
        _, gradients = jax.value_and_grad(loss)(parameters)
        velocities = [0.9 * v + g for v, g in zip(velocities, gradients, strict=True)]
        return [p - 0.01 * v for p, v in zip(parameters, velocities, strict=True)], velocities

    def step() -> None:
        nonlocal parameters, velocities
        parameters, velocities = jax.block_until_ready(update(parameters, velocities))

    return step


RACES = [
    Race(
        f"CNN step, 1-16-32 3x3 on 28x28, batch {BATCH}",
        ours,
        {"PyTorch": pytorch, "JAX": jax},
        {"PyTorch": 1.5},
    )
]
