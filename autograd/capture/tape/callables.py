"""What instructions call besides NumPy's functions: methods, and functions of whose results only some count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["COPY", "Method", "Parts", "leaves"]


class Parts:
    """A function of whose results only some count: the others are views of its arguments."""

    def __init__(self, function: Any, parts: tuple[int, ...]) -> None:
        self.function, self.parts = function, parts
        self.__name__ = getattr(function, "__name__", type(function).__name__)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        ys = list(leaves(self.function(*arguments, **keywords)))
        return tuple([ys[k] for k in self.parts])

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
