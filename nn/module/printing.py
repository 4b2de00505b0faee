"""A module as text: a tree of the modules inside it, with the numbers of parameters in a column on the right.

Convention: a module without others is one line, ``Linear(3, 2)``. A tree counts parameters, shared ones once a module.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .inside import Holder
from .parameter import is_parameter
from .walk import dotted, walk

__all__ = ["head"]


class Printed(Holder):
    """A holder that prints as a tree."""

    def describe(self) -> str:
        """The text in the parentheses of its repr, such as the sizes of a layer."""
        return ""

    def parts(self) -> Iterator[tuple[str, Any]]:
        """The objects that get lines of their own below it, by name."""
        for path, thing in walk(self, deep=False):
            if isinstance(thing, Printed):
                yield dotted(path), thing

    def __repr__(self) -> str:
        rows = list(_rows(self))
        largest = max(count for _, count in rows)
        if len(rows) == 1 or not largest:
            return "\n".join(text for text, _ in rows)
        left, right = max(len(text) for text, count in rows if count), len(f"{largest:,}")
        lines = [f"{text:<{left}}    {count:>{right},}" if count else text for text, count in rows]
        return "\n".join([f"{lines[0]} parameters", *lines[1:]])


def head(module: Printed) -> str:
    """A module in one line."""
    text = repr(module)
    if "\n" not in text:
        return text
    words = module.describe()
    return f"{type(module).__name__}({words})" if words else type(module).__name__


def _rows(thing: Any, start: str = "", above: tuple[int, ...] = ()) -> Iterator[tuple[str, int]]:
    """The lines of ``thing``, the first after ``start``, each with its number of parameters, 0 for none."""
    owned = {id(p): p for _, p in walk(thing) if is_parameter(p)}
    count = sum(getattr(p, "size", 1) for p in owned.values())
    if isinstance(thing, Printed) and type(thing).__repr__ is Printed.__repr__:
        above = (*above, id(thing))
        parts = [(key, part) for key, part in thing.parts() if id(part) not in above]
        words = thing.describe()
        opening = f"{start}{type(thing).__name__}({words}"
        yield f"{opening})" if not parts else f"{opening}," if words else opening, count
        for key, part in parts:
            for text, inner in _rows(part, f"({key}): ", above):
                yield f"  {text}", inner
        if parts:
            yield ")", 0
    else:
        text = repr(thing) if isinstance(thing, Printed) else getattr(thing, "__name__", repr(thing))
        first, *more = text.split("\n")
        yield f"{start}{first}", count
        for line in more:
            yield line, 0
