"""An LSTM with 128 units, float32: a training step on 32 sequences of 64 steps of 128 numbers; one step of its cell.

Convention: the cell gets one row of 64 numbers, as in a loop of one's own, where all time is overhead.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import nn
from autograd import Tensor
from optim import SGD

from .measure import Race, Step
from .peers import load

TIME, SEQUENCES, WIDTH = 64, 32, 128


def numbers() -> tuple[Any, Any]:
    """The input, and the target for the states."""
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(2, TIME, SEQUENCES, WIDTH)).astype(np.float32)
    return x, target


def ours() -> Step:
    x, target = map(Tensor, numbers())
    model = nn.LSTM(WIDTH, WIDTH)
    sgd = SGD(model.parameters(), lr=0.01)

    def step() -> None:
        sgd.zero_grad()
        nn.functional.mse_loss(model(x)[0], target).backward()
        sgd.step()

    return step


def pytorch() -> Step:
    torch = load("torch")
    x, target = (torch.tensor(a) for a in numbers())
    model = torch.nn.LSTM(WIDTH, WIDTH)
    sgd = torch.optim.SGD(model.parameters(), lr=0.01)

    def step() -> None:
        sgd.zero_grad()
        torch.nn.functional.mse_loss(model(x)[0], target).backward()
        sgd.step()

    return step


def jax() -> Step:
    jax = load("jax")
    jnp = jax.numpy
    x, target = (jnp.asarray(a) for a in numbers())
    rng = np.random.default_rng(0)
    shapes = ((4 * WIDTH, WIDTH), (4 * WIDTH, WIDTH), (4 * WIDTH,), (4 * WIDTH,))
    parameters = [jnp.asarray(rng.uniform(-1, 1, s).astype(np.float32) / WIDTH**0.5) for s in shapes]

    def loss(parameters: Any) -> Any:
        w_ih, w_hh, b_ih, b_hh = parameters
        zero = jnp.zeros((SEQUENCES, WIDTH), jnp.float32)

        def cell(state: Any, p: Any) -> Any:
            h, c = state
            i, f, g, o = jnp.split(p + h @ w_hh.T, 4, axis=1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        _, y = jax.lax.scan(cell, (zero, zero), x @ w_ih.T + b_ih + b_hh)
        return jnp.mean((y - target) ** 2)

    @jax.jit
    def update(parameters: Any) -> Any:
        return [p - 0.01 * g for p, g in zip(parameters, jax.grad(loss)(parameters), strict=True)]

    def step() -> None:
        parameters[:] = jax.block_until_ready(update(parameters))

    return step


def one_step(library: Any, tensor: Any, backward: bool) -> Step:
    """A step of a cell on one row, and, if wanted, the gradients of its parameters."""
    rng = np.random.default_rng(0)
    x, h, c, g = (tensor(rng.normal(size=(1, size)).astype(np.float32)) for size in (64, WIDTH, WIDTH, WIDTH))
    cell = library.LSTMCell(64, WIDTH)
    parameters = list(cell.parameters())

    def step() -> None:
        for p in parameters:
            p.grad = None
        y, _ = cell(x, (h, c))
        if backward:
            y.backward(g)

    return step


def one_step_of_pytorch(backward: bool) -> Step:
    torch = load("torch")
    return one_step(torch.nn, torch.tensor, backward)


def race(name: str, backward: bool) -> Race:
    return Race(
        f"LSTM step, batch 1, {name}", partial(one_step, nn, Tensor, backward),
        {"PyTorch": partial(one_step_of_pytorch, backward)}, {"PyTorch": 2},
    )  # fmt: skip


RACES = [
    Race("LSTM 128 step, 64 x 32", ours, {"PyTorch": pytorch, "JAX (jit)": jax}, {"PyTorch": 1.0}),
    race("forward", False),
    race("forward and backward", True),
]
