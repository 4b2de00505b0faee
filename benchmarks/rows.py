"""One operation on 4096 rows of 256 numbers, forward and backward, float32: layer normalisation, softmax, GELU."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor
from nn import functional

from .measure import Race, Step
from .peers import load

ROWS, SIZE = 4096, 256
OURS: dict[str, Callable[..., Any]] = {
    "layer norm": lambda x, w, b: functional.layer_norm(x, SIZE, w, b),
    "softmax": lambda x: functional.softmax(x, -1),
    "GELU": functional.gelu,
}


def arrays(parameters: int) -> list[Any]:
    """The input, so many vectors of parameters, and the gradient at the result."""
    rng = np.random.default_rng(0)
    shapes = [(ROWS, SIZE), *[(SIZE,)] * parameters, (ROWS, SIZE)]
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def ours(name: str, parameters: int) -> Step:
    *inputs, g = (Tensor(a, requires_grad=True) for a in arrays(parameters))
    g, f = g.detach(), OURS[name]

    def step() -> None:
        for tensor in inputs:
            tensor.grad = None
        f(*inputs).backward(g)

    return step


def pytorch(name: str, parameters: int) -> Step:
    torch = load("torch")
    functions = torch.nn.functional
    *inputs, g = (torch.tensor(a) for a in arrays(parameters))
    for tensor in inputs:
        tensor.requires_grad_()
    f = {
        "layer norm": lambda x, w, b: functions.layer_norm(x, (SIZE,), w, b),
        "softmax": lambda x: functions.softmax(x, -1),
        "GELU": functions.gelu,
    }[name]

    def step() -> None:
        for tensor in inputs:
            tensor.grad = None
        f(*inputs).backward(g)

    return step


def jax(name: str, parameters: int) -> Step:
    jax = load("jax")
    np = jax.numpy
    *inputs, g = map(np.asarray, arrays(parameters))

    def norm(x: Any, w: Any, b: Any) -> Any:
        mean, variance = np.mean(x, axis=-1, keepdims=True), np.var(x, axis=-1, keepdims=True)
        return (x - mean) / np.sqrt(variance + 1e-5) * w + b

    f = {"layer norm": norm, "softmax": jax.nn.softmax, "GELU": partial(jax.nn.gelu, approximate=False)}[name]

    @jax.jit
    def both(g: Any, *inputs: Any) -> Any:
        y, pull = jax.vjp(f, *inputs)
        return y, pull(g)

    def step() -> None:
        jax.block_until_ready(both(g, *inputs))

    return step


def race(name: str, parameters: int = 0) -> Race:
    peers = {"PyTorch": partial(pytorch, name, parameters), "JAX": partial(jax, name, parameters)}
    return Race(f"{name} of ({ROWS}, {SIZE})", partial(ours, name, parameters), peers, {"PyTorch": 1.1})


RACES = [race("layer norm", 2), race("softmax"), race("GELU")]
