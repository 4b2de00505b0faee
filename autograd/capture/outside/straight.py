"""Functions that are written for one program: all that they do, line after line, with nothing to look up or decide.

Convention: a line names things by the names that ``Straight.name`` gave them.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable
from typing import Any

__all__ = ["MANY", "Straight", "attribute", "key"]

MANY = 64  # things of one kind, for which one line calls a function of C: a line takes Python 50 us to compile


class Straight:
    """The lines of a function, and the things that they name."""

    def __init__(self, *parameters: str) -> None:
        self.parameters = parameters
        self.lines: list[str] = []
        self.things: dict[str, Any] = {}
        self.names: dict[int, str] = {}

    def name(self, thing: Any) -> str:
        """A name for a thing; the function keeps it."""
        found = self.names.get(id(thing))
        if found is None:
            found = self.names[id(thing)] = f"x{len(self.names)}"
            self.things[found] = thing
        return found

    def add(self, line: str) -> None:
        self.lines.append(line)

    def function(self) -> Callable[..., Any]:
        """The function; it makes no cycle of references."""
        text = "\n    ".join([f"def straight({', '.join(self.parameters)}):", *(self.lines or ["pass"])])
        exec(compile(text, "<capture>", "exec"), self.things)
        return self.things.pop("straight")


def attribute(holder: str, name: str, value: str | None = None) -> str:
    """An attribute of what an expression gives; with a value, the line that sets it."""
    if name.isidentifier() and not keyword.iskeyword(name):
        return f"{holder}.{name}" if value is None else f"{holder}.{name} = {value}"
    return f"getattr({holder}, {name!r})" if value is None else f"setattr({holder}, {name!r}, {value})"


def key(code: Straight, at: Any) -> str:
    """An index as an expression."""
    return repr(at) if at.__class__ is str or at.__class__ is int else code.name(at)
