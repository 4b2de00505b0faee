"""A chain of additions, multiplications and tanh, forward and backward: the overhead of one operation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, grad
from autograd.capture import capture

from .captured import agrees, flat, races, ready
from .measure import Race, Step
from .peers import Hips, load

LENGTH = 30


def inputs(shape: tuple[int, ...]) -> list[Any]:
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape).astype(np.float32) for _ in range(2)]


def ours(shape: tuple[int, ...]) -> Step:
    a, b = inputs(shape)
    x, w = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)

    def step() -> None:
        x.grad = w.grad = None
        h = x
        for _ in range(LENGTH):
            h = ((h + w) * w).tanh()
        h.sum().backward()

    return step


def captured(shape: tuple[int, ...]) -> Step:
    def f(x: Any, w: Any) -> Any:
        h = x
        for _ in range(LENGTH):
            h = np.tanh((h + w) * w)
        return np.sum(h)

    gradient = grad(f, argnums=(0, 1))
    step = capture(gradient)
    x, w = inputs(shape)
    for _ in range(2):
        agrees(step(x, w), flat(gradient(x, w)), 1e-5)
    ready(step)
    return lambda: step(x, w)


def pytorch(shape: tuple[int, ...]) -> Step:
    torch = load("torch")
    x, w = (torch.tensor(a, requires_grad=True) for a in inputs(shape))

    def step() -> None:
        x.grad = w.grad = None
        h = x
        for _ in range(LENGTH):
            h = ((h + w) * w).tanh()
        h.sum().backward()

    return step


def mygrad(shape: tuple[int, ...]) -> Step:
    mg = load("mygrad")
    a, b = inputs(shape)

    def step() -> None:
        x, w = mg.tensor(a), mg.tensor(b)
        h = x
        for _ in range(LENGTH):
            h = mg.tanh((h + w) * w)
        h.sum().backward()

    return step


def jax(shape: tuple[int, ...], wrap: Callable[[Any, Any], Any]) -> Step:
    jax = load("jax")
    x, w = map(jax.numpy.asarray, inputs(shape))

    def f(x: Any, w: Any) -> Any:
        h = x
        for _ in range(LENGTH):
            h = jax.numpy.tanh((h + w) * w)
        return h.sum()

    gradient = wrap(jax, jax.grad(f, (0, 1)))
    return lambda: jax.block_until_ready(gradient(x, w))


def tinygrad(shape: tuple[int, ...]) -> Step:
    tg = load("tinygrad")
    a, b = inputs(shape)

    def step() -> None:
        x, w = tg.Tensor(a), tg.Tensor(b)
        h = x
        for _ in range(LENGTH):
            h = ((h + w) * w).tanh()
        tg.Tensor.realize(*h.sum().gradient(x, w))

    step()
    return step


def race(shape: tuple[int, ...], **aims: float) -> Race:
    return Race(
        f"chain of {3 * LENGTH} operations {shape}",
        partial(ours, shape),
        {
            "PyTorch": partial(pytorch, shape),
            "HIPS autograd": lambda: Hips("chain", shape=shape, length=LENGTH),
            "MyGrad": partial(mygrad, shape),
            "JAX, eager": partial(jax, shape, lambda jax, f: f),
            "tinygrad": partial(tinygrad, shape),
        },
        {name.replace("_", " "): aim for name, aim in aims.items()},
    )


RACES = [race((4,), PyTorch=0.45, HIPS_autograd=0.15, MyGrad=0.15), race((32, 32), PyTorch=0.60)]
RACES += races(
    f"chain of {3 * LENGTH} operations (4,)",
    partial(captured, (4,)),
    {"ours, eager": partial(ours, (4,)), "JAX (jit)": partial(jax, (4,), lambda jax, f: jax.jit(f))},
    "JAX (jit)", native=1.5, alone=30,
)  # fmt: skip
