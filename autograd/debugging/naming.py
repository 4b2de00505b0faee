"""The names of leaves: their labels, or the names that the user's program has for them.

Convention: names are looked for only where an error or an explanation needs them: in the variables of the functions
that are running, in their lists and dicts, in the attributes of their objects and in their modules' parameters.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

from ..core import of_library
from ..tensor import Tensor
from ..value import Value
from .steps import Step, label, shape

MANY = 1000  # things in one container that are looked at


class Names:
    """Names of leaves, from the frames of the program; the innermost frame has the first word."""

    def __init__(self, frames: Iterable[FrameType] = ()) -> None:
        self.found: dict[int, str] = {}
        for frame in [*frames, *stack(sys._getframe(1))]:
            for variables in (frame.f_locals, frame.f_globals):
                for name, thing in list(variables.items()):
                    if not name.startswith("__"):
                        self._look(name, thing)

    def _look(self, name: str, thing: Any) -> None:
        """Keep the names of a thing and of what is directly inside it."""
        self._keep(name, thing)
        for inner, part in _parts(thing):
            self._keep(f"{name}{inner}", part)

    def _keep(self, name: str, thing: Any) -> None:
        if isinstance(thing, Tensor) and thing.node is not None:
            self.found.setdefault(id(thing.node), name)
        elif isinstance(thing, Value):
            self.found.setdefault(id(thing), name)

    def of(self, leaf: Step) -> str:
        """The leaf's name and shape: ``'net.0.weight' (3, 4)``."""
        known = label(leaf) or self.found.get(id(leaf), "")
        number = isinstance(leaf, Value)
        text = f" = {shape(leaf)}" if number else f" {shape(leaf)}"
        return (repr(known) if known else "a Value" if number else "a leaf") + text

    def list(self, leaves: Iterable[Step], most: int = 4) -> str:
        """Several leaves, the first ones by name."""
        named = list(dict.fromkeys(self.of(leaf) for leaf in leaves))
        rest = len(named) - most
        return ", ".join(named[:most]) + (f" and {rest} more" if rest > 0 else "")


def _parts(thing: Any) -> Iterator[tuple[str, Any]]:
    """What is directly inside a container or an object, with the step that leads there; a module's parameters."""
    if isinstance(thing, Tensor | Value):
        return
    if isinstance(thing, list | tuple):
        for k, part in enumerate(thing[:MANY]):
            yield f"[{k}]", part
    elif isinstance(thing, dict):
        for key, part in list(thing.items())[:MANY]:
            yield f"[{key!r}]", part
    elif not isinstance(thing, type) and hasattr(type(thing), "named_parameters"):
        try:
            yield from ((f".{name}", part) for name, part in thing.named_parameters())
        except Exception:  # of a module that is not complete; it keeps the names of its attributes to itself
            return
    else:
        for name, part in list(getattr(thing, "__dict__", {}).items())[:MANY] if not callable(thing) else ():
            yield f".{name}", part


def stack(frame: FrameType | None) -> Iterator[FrameType]:
    """The frames of the user's own code, from the innermost out."""
    while frame is not None:
        if not of_library(frame.f_code.co_filename):
            yield frame
        frame = frame.f_back
