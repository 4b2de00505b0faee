"""What instructions call besides NumPy's functions: methods, indexing, parts of results, and random draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

__all__ = ["COPY", "Draw", "Method", "Parts", "getitem", "leaves", "setitem"]


class Parts:
    """A function of whose results only some count: the others are views of its arguments. One alone is no tuple."""

    def __init__(self, function: Any, parts: tuple[int, ...]) -> None:
        self.function, self.parts = function, parts
        self.__name__ = getattr(function, "__name__", type(function).__name__)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        ys = list(leaves(self.function(*arguments, **keywords)))
        found = tuple([ys[k] for k in self.parts])
        return found if len(found) > 1 else found[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parts) and (other.function, other.parts) == (self.function, self.parts)

    def __hash__(self) -> int:
        return hash((self.function, self.parts))


def leaves(y: Any) -> Iterator[Any]:
    """The results in a nest of them."""
    if isinstance(y, tuple | list):
        for part in y:
            yield from leaves(part)
    else:
        yield y


class Method:
    """``x.name(...)`` as a function of x."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, x: Any, *arguments: Any, **keywords: Any) -> Any:
        return getattr(x, self.__name__)(*arguments, **keywords)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Method) and other.__name__ == self.__name__

    def __hash__(self) -> int:
        return hash(self.__name__)


COPY = Method("copy")


def getitem(x: Any, key: Any) -> Any:
    """x[key], for keys that copy."""
    return x[key]


def setitem(x: Any, key: Any, value: Any) -> None:
    """x[key] = value."""
    x[key] = value


class Draw:
    """``generator.name(...)``, an instruction that stays in its order and is never merged or left out. With no name it
    only sets the generator back.

    ``start``   where the generator was set back to (by a checkpoint): what it was before or after another draw
    ``keeps``   must the state before and after be kept for one that starts there?
    """

    def __init__(self, current: Any, name: str) -> None:
        self.current = current
        self.__name__ = name
        self.start: tuple[Draw, int] | None = None
        self.keeps = False
        self.states: tuple[Any, Any] = (None, None)

    @property
    def generator(self) -> np.random.Generator:
        return self.current()

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        generator = self.generator
        if self.start is not None:
            draw, which = self.start
            generator.bit_generator.state = draw.states[which]
        if not self.__name__:
            return None
        before = generator.bit_generator.state if self.keeps else None
        y = getattr(generator, self.__name__)(*arguments, **keywords)
        if self.keeps:
            self.states = before, generator.bit_generator.state
        return y
