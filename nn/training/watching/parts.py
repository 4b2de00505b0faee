"""The parts of a model that are watched: its layers and their parameters, found in one walk.

Convention: a parameter belongs to the innermost module on its path, and to several modules if it is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...module import Module
from ...module.parameter import adopt
from ...module.walk import Path, dotted, walk


class Parts:
    """The modules and parameters of a model as they are now, each under its first name."""

    def __init__(self, model: Module) -> None:
        self.parameters: dict[int, tuple[str, Any]] = {}  # by their id: shared ones have one name
        self._modules: dict[int, tuple[str, Module, dict[int, None]]] = {id(model): ("", model, {})}
        self._around: set[int] = set()  # what has modules inside
        at: dict[Path, int] = {(): id(model)}  # the module on each path
        for path, thing in walk(model):
            owner = path[:-1]
            while owner not in at:
                owner = owner[:-1]
            if isinstance(thing, Module):
                self._around.add(at[owner])
                at[path] = id(thing)
                if id(thing) not in self._modules:
                    self._modules[id(thing)] = dotted(path), thing, {}
            elif adopt(thing):
                self._modules[at[owner]][2][id(thing)] = None
                if id(thing) not in self.parameters:
                    self.parameters[id(thing)] = dotted(path), thing

    def layers(self) -> Iterator[tuple[str, Module, list[int]]]:
        """Each module that has parameters of its own, or no modules inside: its name, and the ids of its parameters."""
        for k, (name, module, own) in self._modules.items():
            if own or k not in self._around:
                yield name, module, list(own)
