"""A step of SGD with momentum and of Adam, for a million numbers in 20 tensors and for an MLP's six, float32."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import optim
from autograd import Tensor
from optim.launch import AFTER

from .measure import Race, Step
from .peers import load

OPTIONS: dict[str, dict[str, Any]] = {"SGD": {"lr": 1e-3, "momentum": 0.9}, "Adam": {"lr": 1e-3}}
SHAPES: dict[str, list[tuple[int, ...]]] = {
    "1e6 numbers in 20 tensors": [(50_000,)] * 20,
    "MLP 784-256-128-10": [(256, 784), (256,), (128, 256), (128,), (10, 128), (10,)],
}


def arrays(shapes: list[tuple[int, ...]], seed: int) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def ours(kind: str, shapes: list[tuple[int, ...]]) -> Step:
    parameters = [Tensor(a, requires_grad=True) for a in arrays(shapes, 0)]
    for p, g in zip(parameters, arrays(shapes, 1), strict=True):
        p.grad = g
    step: Step = getattr(optim, kind)(parameters, **OPTIONS[kind]).step
    for _ in range(2 + AFTER // sum(p.size for p in parameters)):  # until its rule is compiled
        step()
    return step


def pytorch(kind: str, shapes: list[tuple[int, ...]]) -> Step:
    torch = load("torch")
    parameters = [torch.nn.Parameter(torch.tensor(a)) for a in arrays(shapes, 0)]
    for p, g in zip(parameters, arrays(shapes, 1), strict=True):
        p.grad = torch.tensor(g)
    return getattr(torch.optim, kind)(parameters, **OPTIONS[kind]).step


def jax(kind: str, shapes: list[tuple[int, ...]]) -> Step:
    """The update as one compiled function, which reuses the memory of the old numbers."""
    jax = load("jax")
    jnp = jax.numpy

    def sgd(t: Any, x: Any, g: Any, v: Any, _: Any) -> Any:
        v = 0.9 * v + g
        return x - 1e-3 * v, v, _

    def adam(t: Any, x: Any, g: Any, m: Any, v: Any) -> Any:
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        return x - 1e-3 / (1 - 0.9**t) * m / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v

    rule = sgd if kind == "SGD" else adam
    update = jax.jit(lambda t, gs, state: [rule(t, x, g, m, v) for g, (x, m, v) in zip(gs, state, strict=True)],
                     donate_argnums=2)  # fmt: skip
    gradients = [jnp.array(g) for g in arrays(shapes, 1)]
    state = [(jnp.array(x), jnp.zeros(x.shape), jnp.zeros(x.shape)) for x in arrays(shapes, 0)]
    t = 0

    def step() -> None:
        nonlocal state, t
        t += 1
        state = jax.block_until_ready(update(t, gradients, state))

    return step


def by_hand(kind: str, shapes: list[tuple[int, ...]]) -> Step:
    """Plain NumPy calls, tensor by tensor, into arrays allocated once."""
    parameters, gradients = arrays(shapes, 0), arrays(shapes, 1)
    means, squares, scratch = ([np.zeros_like(p) for p in parameters] for _ in range(3))
    t = 0

    def sgd() -> None:
        for p, g, v, s in zip(parameters, gradients, means, scratch, strict=True):
            v *= 0.9
            v += g
            np.multiply(v, 1e-3, out=s)
            p -= s

    def adam() -> None:
        nonlocal t
        t += 1
        for p, g, m, v, s in zip(parameters, gradients, means, squares, scratch, strict=True):
            np.multiply(g, 0.1, out=s)
            m *= 0.9
            m += s
            np.multiply(g, g, out=s)
            s *= 0.001
            v *= 0.999
            v += s
            np.sqrt(v, out=s)
            s *= 1 / (1 - 0.999**t) ** 0.5
            s += 1e-8
            np.divide(m, s, out=s)
            s *= 1e-3 / (1 - 0.9**t)
            p -= s

    return sgd if kind == "SGD" else adam


RACES = [
    Race(
        f"{kind}, {name}",
        partial(ours, kind, shapes),
        {
            "PyTorch": partial(pytorch, kind, shapes),
            "JAX, compiled by hand": partial(jax, kind, shapes),
            "NumPy by hand": partial(by_hand, kind, shapes),
        },
        {"PyTorch": aim},
    )
    for name, shapes in SHAPES.items()
    for kind, aim in (("SGD", 0.9), ("Adam", 0.9))
]
