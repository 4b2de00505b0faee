"""What a recorded function does besides computing its result: numbers that it draws, leaves that it writes to.

Convention: a function that is run again (``checkpoint``) finds generators and leaves as its first run found them, and
leaves them as they are: its effects happen once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .grad_mode import recording

__all__ = ["Effects", "repeatable"]


class Effects:
    """The generators and leaves that a first run uses, each as it was before; ``outer``: those of a run around it."""

    def __init__(self, outer: Effects | None) -> None:
        self.outer = outer
        self.generators: dict[int, tuple[Any, Any]] = {}
        self.leaves: dict[int, tuple[Any, Any]] = {}

    def draws(self, generator: Any, current: Callable[[], Any] | None = None) -> Any:
        """Numbers are about to be drawn from a generator; returns the one to draw them from."""
        if id(generator) not in self.generators:
            self.generators[id(generator)] = generator, generator.bit_generator.state
        return generator if self.outer is None else self.outer.draws(generator, current)

    def writes(self, leaf: Any) -> None:
        """A leaf's array is about to be changed or replaced."""
        if id(leaf) not in self.leaves:
            self.leaves[id(leaf)] = leaf, leaf._array.copy()
        if self.outer is not None:
            self.outer.writes(leaf)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Inside this block all is as it was before the first run; afterwards, as it is now."""
        states = [(generator, generator.bit_generator.state) for generator, _ in self.generators.values()]
        arrays = [(leaf, leaf._array) for leaf, _ in self.leaves.values()]
        for generator, state in self.generators.values():
            generator.bit_generator.state = state
        for leaf, array in self.leaves.values():
            leaf._array = array.copy()
        try:
            yield
        finally:
            for generator, state in states:
                generator.bit_generator.state = state
            for leaf, array in arrays:
                leaf._array = array


def repeatable(generator: Any, current: Callable[[], Any] | None = None) -> Any:
    """The ``generator``, one of ``numpy.random``, from which a ``checkpoint`` around draws the same numbers again.

    A function that ``checkpoint`` runs twice draws by ``repeatable(rng).normal(size=3)``. Layers of ``nn`` do so.
    ``current`` gives the generator in later runs, if another one may take its place.
    """
    return generator if recording.effects is None else recording.effects.draws(generator, current)
