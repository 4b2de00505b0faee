"""What the programs of this table train, and the usual loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nn
import optim

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 4)).astype(np.float32)
CLASS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)  # 0, 1 or 2
YES = (CLASS > 0).astype(np.float32)
Y = X @ np.array([1, 2, -1, 0.5], np.float32)  # (64,)
CE = nn.CrossEntropyLoss()


def net(outputs: int = 3, *more: Any, inputs: int = 4, act: Any = nn.ReLU) -> Any:
    """Two layers, and ``more`` after them."""
    return nn.Sequential(nn.Linear(inputs, 16, generator=0), act(), nn.Linear(16, outputs, generator=1), *more)


def loop(model: Any, loss: Callable[[], Any], steps: int = 12, optimizer: Any = None) -> None:
    """The usual loop."""
    sgd = optimizer or optim.SGD(model.parameters(), lr=0.1)
    with nn.doctor(model):
        for _ in range(steps):
            sgd.zero_grad()
            loss().backward()
            sgd.step()


def normed() -> Any:
    return nn.Sequential(
        nn.Linear(4, 16, generator=0), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2, generator=2),
        nn.Linear(16, 3, generator=1),
    )  # fmt: skip
