"""Where things stand that a function can reach: cells, globals, attributes, items, arrays and gradients of tensors.

Convention: a ``Place`` can be read, and something else put there: by ``get`` and ``put``, or by lines of Python that
are written for a program, see ``straight``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .straight import Straight, attribute, key

__all__ = [
    "MISSING", "Arguments", "Attribute", "Cell", "Contents", "Gradient", "Item", "Numbers", "Order", "Part", "Place",
    "Static", "Variable",
]  # fmt: skip

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "nothing"})()


class Place:
    """Where something stands: ``get`` reads it, ``put`` puts something else there; ``key`` tells places apart."""

    __slots__ = ("at", "holder", "name")
    by_reference = True  # is an array here the user's own, which is read where it is?

    def __init__(self, holder: Any, at: Any, name: str) -> None:
        self.holder, self.at, self.name = holder, at, name

    @property
    def key(self) -> Any:
        return type(self), id(self.holder), self.at if isinstance(self.at, str | int) else id(self.at)

    def get(self) -> Any:
        raise NotImplementedError

    def put(self, value: Any) -> None:
        raise NotImplementedError

    def read(self, code: Straight) -> str:
        """What ``get`` does, as an expression; it raises an error where there is nothing."""
        return f"{code.name(self)}.get()"

    def written(self, code: Straight, value: str) -> str:
        """What ``put`` does with the value of an expression, as a line."""
        return f"{code.name(self)}.put({value})"


class Item(Place):
    """``holder[at]`` of a dict or list; attributes and globals are items of their dict."""

    __slots__ = ()

    def get(self) -> Any:
        try:
            return self.holder[self.at]
        except (KeyError, IndexError):
            return MISSING

    def put(self, value: Any) -> None:
        self.holder[self.at] = value

    def read(self, code: Straight) -> str:
        return f"{code.name(self.holder)}[{key(code, self.at)}]"

    def written(self, code: Straight, value: str) -> str:
        return f"{self.read(code)} = {value}"


class Cell(Place):
    """A variable of a function around."""

    __slots__ = ()

    def get(self) -> Any:
        try:
            return self.holder.cell_contents
        except ValueError:
            return MISSING

    def put(self, value: Any) -> None:
        self.holder.cell_contents = value

    def read(self, code: Straight) -> str:
        return f"{code.name(self.holder)}.cell_contents"

    def written(self, code: Straight, value: str) -> str:
        return f"{self.read(code)} = {value}"


class Attribute(Place):
    """An attribute that stands in no dict: a slot, or one of a class."""

    __slots__ = ()

    def get(self) -> Any:
        return getattr(self.holder, self.at, MISSING)

    def put(self, value: Any) -> None:
        setattr(self.holder, self.at, value)

    def read(self, code: Straight) -> str:
        return attribute(code.name(self.holder), self.at)

    def written(self, code: Straight, value: str) -> str:
        return attribute(code.name(self.holder), self.at, value)


class Numbers(Attribute):
    """The array of a tensor, the number or gradient of a Value."""

    __slots__ = ()
    by_reference = False

    def get(self) -> Any:
        return getattr(self.holder, self.at)


class Static(Place):
    """An argument itself: an array is changed in its memory, nothing else can take its place."""

    __slots__ = ()

    def get(self) -> Any:
        return self.holder

    def put(self, value: Any) -> None:
        self.holder[...] = value


class Part(Place):
    """One of a tuple that stands in the place ``holder``: another tuple is put there."""

    __slots__ = ("size",)

    def __init__(self, holder: Place, at: int, name: str) -> None:
        super().__init__(holder, at, name)
        self.size = len(holder.get())

    @property
    def key(self) -> Any:
        return type(self), self.holder.key, self.at

    def get(self) -> Any:
        whole = self.holder.get()
        return whole[self.at] if isinstance(whole, tuple) and len(whole) == self.size else MISSING

    def put(self, value: Any) -> None:
        whole = self.holder.get()
        parts = [*whole[: self.at], value, *whole[self.at + 1 :]]
        self.holder.put(whole._make(parts) if hasattr(whole, "_make") else tuple(parts))


class Arguments(Place):
    """The arguments that a ``functools.partial`` holds."""

    __slots__ = ()

    def get(self) -> Any:
        return self.holder.args

    def put(self, value: Any) -> None:
        f = self.holder
        f.__setstate__((f.func, value, f.keywords, f.__dict__))


class Variable(Place):
    """A variable of Python's context."""

    __slots__ = ()

    def get(self) -> Any:
        return self.holder.get(MISSING)

    def put(self, value: Any) -> None:
        self.holder.set(value)


class Contents(Place):
    """What is in a set, or in an array of what are no numbers: it is changed in place."""

    __slots__ = ()

    def get(self) -> Any:
        if isinstance(self.holder, set):
            return frozenset(self.holder)
        if isinstance(self.holder, np.ndarray) and self.holder.dtype.hasobject:
            return tuple(self.holder.ravel().tolist())
        return bytes(self.holder)


class Order(Contents):
    """The keys of a dict."""

    __slots__ = ()

    def get(self) -> Any:
        return tuple(self.holder)


class Gradient(Place):
    """``t.grad`` of a tensor, as it is held."""

    __slots__ = ()
    by_reference = False

    def get(self) -> Any:
        node = self.holder.node
        return None if node is None or node.notes is None else node.notes.grad

    def put(self, value: Any) -> None:
        if value is not None or self.get() is not None:
            self.holder.node.annotate().grad = value

    def read(self, code: Straight) -> str:
        notes = f"{code.name(self.holder)}.node.notes"
        return f"({notes} and {notes}.grad)"
