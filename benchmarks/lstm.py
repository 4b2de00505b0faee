"""One training step of an LSTM with 128 units, on 32 sequences of 64 steps of 128 numbers, float32."""

from __future__ import annotations

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


RACES = [Race("LSTM 128 step, 64 x 32", ours, {"PyTorch": pytorch, "JAX (jit)": jax}, {"PyTorch": 1.4})]
