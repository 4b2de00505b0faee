"""Weights, units, rates and inputs that are far from what learns.

Each with one mistake, or without it if ``wrong`` is false.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nn
import optim

from .data import CE, CLASS, RNG, X, Y, loop, net


def rate_of(wrong_rate: float, kind: Any = optim.SGD) -> Callable[[bool], None]:
    def program(wrong: bool) -> None:
        model = net(1)
        optimizer = kind(model.parameters(), lr=wrong_rate if wrong else 0.01)
        with np.errstate(all="ignore"):
            loop(model, lambda: np.square(model(X) - Y[:, None]).mean(), 8, optimizer)

    return program


def dead(wrong: bool) -> None:
    model = net()
    model[0].bias.data = np.full(16, -100.0 if wrong else 0.0)
    loop(model, lambda: CE(model(X), CLASS), 6)


def saturated(wrong: bool) -> None:
    model = net(act=nn.Sigmoid)
    model[0].weight.data = model[0].weight.data * (1e4 if wrong else 1)
    loop(model, lambda: CE(model(X), CLASS), 6)


def vanishing(wrong: bool) -> None:
    act = nn.Sigmoid if wrong else nn.LeakyReLU
    layers = [layer for k in range(9) for layer in (nn.Linear(8, 8, generator=k), act())]
    model = nn.Sequential(nn.Linear(4, 8, generator=10), act(), *layers, nn.Linear(8, 3, generator=11))
    loop(model, lambda: CE(model(X), CLASS), 6)


def exploding(wrong: bool) -> None:
    layers = [nn.Linear(8, 8, generator=k, dtype=float) for k in range(8)]
    for layer in layers:
        layer.weight.data = layer.weight.data * (50 if wrong else 1)
    model = nn.Sequential(
        nn.Linear(4, 8, generator=10, dtype=float), *layers, nn.Linear(8, 3, generator=11, dtype=float)
    )
    with np.errstate(all="ignore"):
        loop(model, lambda: CE(model(X), CLASS), 3, optim.SGD(model.parameters(), lr=1e-3))


def zeros(wrong: bool) -> None:
    model = net()
    if wrong:
        for p in model.parameters():
            p.data = np.zeros(p.shape)
    loop(model, lambda: CE(model(X), CLASS), 12)


def equal(wrong: bool) -> None:
    model = net()
    if wrong:
        model[0].weight.data = np.full((16, 4), 0.1)
        model[2].weight.data = np.full((3, 16), 0.1)
        model[0].bias.data = np.zeros(16)
    loop(model, lambda: CE(model(X), CLASS), 12)


def pixels(wrong: bool) -> None:
    images = RNG.integers(0, 256, (32, 1, 8, 8)).astype(np.float32)
    images = images if wrong else images / 255
    model = nn.Sequential(nn.Conv2d(1, 4, 3, generator=0), nn.ReLU(), nn.Flatten(), nn.Linear(144, 3, generator=1))
    loop(model, lambda: CE(model(images), CLASS[:32]), 2, optim.SGD(model.parameters(), lr=1e-5 if wrong else 0.1))


def years(wrong: bool) -> None:
    x = X.copy()
    x[:, 2] = 2000 + 10 * x[:, 2]
    model = net()
    x = x if wrong else (x - x.mean(0)) / x.std(0)
    loop(model, lambda: CE(model(x), CLASS), 2, optim.SGD(model.parameters(), lr=1e-7 if wrong else 0.1))


def scales(wrong: bool) -> None:
    x = X * np.array([1, 1, 1e-5, 1] if wrong else [1, 1, 0.1, 1], np.float32)
    model = net()
    loop(model, lambda: CE(model(x), CLASS), 2)


def missing_numbers(wrong: bool) -> None:
    x = X.copy()
    if wrong:
        x[5, 2] = np.nan
    model = net()
    with np.errstate(all="ignore"):
        loop(model, lambda: CE(model(x), CLASS), 2)


NETWORKS: dict[str, tuple[Callable[[bool], None], str, str]] = {
    "a rate of 0": (rate_of(0.0), "parameters never change", "rate of 0"),
    "a tiny rate": (rate_of(1e-12), "parameters never change", "raise the learning rate"),
    "a small rate": (rate_of(1e-9, optim.Adam), "learning rate", "multiply it by 1000"),
    "a huge rate": (rate_of(100.0), "learning rate", "divide it by"),
    "a huge rate of Adam": (rate_of(30.0, optim.Adam), "learning rate", "divide it by"),
    "dead units": (dead, "dead units", "100% of the 16 units"),
    "saturated units": (saturated, "saturated units", "'sigmoid' number 1"),
    "vanishing gradients": (vanishing, "vanishing gradient", "0.weight"),
    "exploding gradients": (exploding, "exploding gradient", "clip the gradients"),
    "weights of 0": (zeros, "units alike", "0.weight, 2.weight are all 0"),
    "weights of 0.1": (equal, "units alike", "0.weight are the same for all units"),
    "pixels": (pixels, "inputs not normalised", "x / 255"),
    "years": (years, "inputs not normalised", "input 2 of 4"),
    "scales": (scales, "inputs not normalised", "one rate cannot serve"),
    "missing numbers": (missing_numbers, "not finite", r"1 of the inputs \(64, 4\) .* first is nan at \(5, 2\)"),
}  # fmt: skip
