"""Dropout as layers: in training they leave numbers out at random, in ``eval()`` they are the identity.

Convention: ``generator`` is a ``numpy.random.Generator`` or a seed for a layer's own randomness; else the default
generator, which ``nn.seed`` sets, is asked.
"""

from __future__ import annotations

from typing import Any

from .. import functional, init
from ..functional.dropout import check
from ..module import Module


class Dropout(Module):
    """y = x m / (1 - p), with each m 0 with probability p, else 1."""

    def __init__(self, p: float = 0.5, *, generator: init.Randomness = None) -> None:
        check(p)
        self.p = p
        self.generator = None if generator is None else init.generator(generator)

    def forward(self, x: Any) -> Any:
        return functional.dropout(x, self.p, self.training, self.generator)

    def describe(self) -> str:
        return f"{self.p}"


class Dropout2d(Dropout):
    """Dropout of whole channels: one m for each map (height, width) of x (n, channels, height, width)."""

    def forward(self, x: Any) -> Any:
        return functional.dropout2d(x, self.p, self.training, self.generator)
