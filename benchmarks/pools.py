"""Pooling, bilinear upsampling, embedding and dropout, forward and backward, float32.

Convention: images lie in memory as convolutions give them: ours with images innermost, PyTorch's in C order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor
from nn import functional

from .measure import Race, Step
from .peers import load

INDEX = np.random.default_rng(0).zipf(1.2, (32, 128)) % 10_000  # as words of a text: few of them often
CASES: dict[str, tuple[tuple[int, ...], Callable[..., Any]]] = {  # the shape of x, and f(functions, x)
    "max pooling 2x2": ((32, 64, 32, 32), lambda f, x: f.max_pool2d(x, 2)),
    "max pooling 3x3 / 2": ((16, 64, 56, 56), lambda f, x: f.max_pool2d(x, 3, 2, 1)),
    "average pooling 2x2": ((32, 64, 32, 32), lambda f, x: f.avg_pool2d(x, 2)),
    "bilinear upsampling": ((16, 32, 32, 32), lambda f, x: f.interpolate(x, scale_factor=2, mode="bilinear")),
    "embedding, 4096 words": ((10_000, 256), lambda f, x: f.embedding(of_library(f, INDEX), x)),
    "dropout": ((1 << 20,), lambda f, x: f.dropout(x, 0.3)),
}


def of_library(functions: Any, index: Any) -> Any:
    return index if functions is functional else load("torch").from_numpy(index)


def images_last(x: Any) -> Any:
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1)), -1, 0)


def arrays(name: str) -> list[Any]:
    """The input, and the gradient at the result."""
    rng = np.random.default_rng(1)
    shape, f = CASES[name]
    x = rng.normal(size=shape).astype(np.float32)
    return [x, rng.normal(size=f(functional, x).shape).astype(np.float32)]


def ours(name: str) -> Step:
    x, g = (images_last(a) if a.ndim == 4 else a for a in arrays(name))
    tensor, f = Tensor(x, requires_grad=True), partial(CASES[name][1], functional)

    def step() -> None:
        tensor.grad = None
        f(tensor).backward(g)

    return step


def pytorch(name: str) -> Step:
    torch = load("torch")
    x, g = map(torch.from_numpy, arrays(name))
    x.requires_grad_()
    f = partial(CASES[name][1], torch.nn.functional)

    def step() -> None:
        x.grad = None
        f(x).backward(g)

    return step


def race(name: str) -> Race:
    return Race(
        f"{name} of {CASES[name][0]}", partial(ours, name), {"PyTorch": partial(pytorch, name)}, {"PyTorch": 1.0}
    )


RACES = [race(name) for name in CASES]
