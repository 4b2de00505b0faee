"""One convolution, forward and all gradients, float32: of many channels, of a few, and of each channel by itself."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.typing import Shape
from nn import functional

from .measure import Race, Step
from .peers import load


def arrays(x: Shape, w: Shape, stride: int, padding: int) -> list[Any]:
    """Input, weight, bias, and the gradient at the result."""
    rng = np.random.default_rng(0)
    places = [(n + 2 * padding - k) // stride + 1 for n, k in zip(x[2:], w[2:], strict=True)]
    return [rng.normal(size=s).astype(np.float32) for s in (x, w, w[:1], (x[0], w[0], *places))]


def ours(x: Shape, w: Shape, stride: int, padding: int, groups: int) -> Step:
    *inputs, g = (Tensor(a, requires_grad=True) for a in arrays(x, w, stride, padding))
    g = g.detach()

    def step() -> None:
        for tensor in inputs:
            tensor.grad = None
        functional.conv2d(*inputs, stride=stride, padding=padding, groups=groups).backward(g)

    return step


def pytorch(x: Shape, w: Shape, stride: int, padding: int, groups: int) -> Step:
    torch = load("torch")
    *inputs, g = (torch.tensor(a) for a in arrays(x, w, stride, padding))
    for tensor in inputs:
        tensor.requires_grad_()

    def step() -> None:
        for tensor in inputs:
            tensor.grad = None
        torch.nn.functional.conv2d(*inputs, stride=stride, padding=padding, groups=groups).backward(g)

    return step


def jax(x: Shape, w: Shape, stride: int, padding: int, groups: int) -> Step:
    jax = load("jax")
    jnp = jax.numpy
    *inputs, g = (jnp.asarray(a) for a in arrays(x, w, stride, padding))

    @jax.jit
    def both(x: Any, w: Any, b: Any, g: Any) -> Any:
        def convolve(x: Any, w: Any, b: Any) -> Any:
            borders = [(padding, padding)] * 2
            names = ("NCHW", "OIHW", "NCHW")
            y = jax.lax.conv_general_dilated(
                x, w, (stride, stride), borders, dimension_numbers=names, feature_group_count=groups
            )
            return y + b[:, None, None]

        y, pull = jax.vjp(convolve, x, w, b)
        return y, pull(g)

    def step() -> None:
        jax.block_until_ready(both(*inputs, g))

    return step


def race(x: Shape, w: Shape, stride: int, padding: int, aim: float, groups: int = 1) -> Race:
    options = (x, w, stride, padding, groups)
    channels = f"{w[1]}->{w[0]}" if groups == 1 else f"depthwise {groups}"
    kernel = f"{channels} {w[2]}x{w[3]}" + (f" stride {stride}" if stride > 1 else "")
    return Race(
        f"conv {kernel} on {x[2]}x{x[3]}, batch {x[0]}",
        partial(ours, *options),
        {"PyTorch": partial(pytorch, *options), "JAX": partial(jax, *options)},
        {"PyTorch": aim},
    )


RACES = [
    race((32, 64, 32, 32), (64, 64, 3, 3), 1, 1, 1.6),
    race((8, 3, 224, 224), (64, 3, 7, 7), 2, 3, 0.9),
    race((32, 64, 32, 32), (64, 1, 3, 3), 1, 1, 1.0, 64),
    race((32, 64, 32, 32), (64, 1, 3, 3), 2, 1, 1.0, 64),
]
