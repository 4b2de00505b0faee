"""Where a mutation gets its choices: from Hypothesis, from atheris' bytes, or from a random generator."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices:
    """``integer(low, high)`` chooses a number between the two, both included; the rest follows from it."""

    def __init__(self, integer: Callable[[int, int], int]) -> None:
        self.integer = integer

    def of(self, things: Sequence[T]) -> T:
        return things[self.integer(0, len(things) - 1)]

    def bytes(self, most: int) -> bytes:
        return bytes(self.integer(0, 255) for _ in range(self.integer(0, most)))

    @classmethod
    def drawn(cls, data: Any) -> Choices:
        """From Hypothesis' ``st.data()``."""
        return cls(lambda low, high: data.draw(st.integers(low, high)))

    @classmethod
    def random(cls, seed: int) -> Choices:
        return cls(random.Random(seed).randint)

    @classmethod
    def consumed(cls, provider: Any) -> Choices:
        """From the bytes that atheris varies."""
        return cls(provider.ConsumeIntInRange)
