"""One training step of the network 784-256-128-10 with momentum, float32."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import nn
from optim import SGD

from .measure import Race, Step
from .peers import load


def batch(size: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return next(
        iter(nn.DataLoader(rng.normal(size=(size, 784)).astype(np.float32), rng.integers(0, 10, size), batch_size=size))
    )


def ours(size: int) -> Step:
    x, t = batch(size)
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    sgd = SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step() -> None:
        sgd.zero_grad()
        nn.functional.cross_entropy(model(x), t).backward()
        sgd.step()

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


RACES = [
    Race(f"MLP step, batch {size}", partial(ours, size), {"PyTorch": partial(pytorch, size)}, {"PyTorch": aim})
    for size, aim in ((64, 0.80), (512, 0.90))
]
