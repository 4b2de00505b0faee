"""The parts of a model that are watched: its layers and their parameters, found in one walk.

Convention: a parameter belongs to the innermost module on its path, and to several modules if it is shared. A function
that is a layer of a ``Sequential`` is seen beside it: as the input of the next module, or as what the Sequential gives.
It is not seen where another function comes next, or a module that stands in several places and has other inputs too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from ... import layers
from ...module import Module
from ...module.parameter import adopt
from ...module.walk import Path, dotted, walk


class Layer(NamedTuple):
    """A module that has parameters of its own, or no modules inside; or a function."""

    name: str
    thing: Callable[..., Any]
    own: list[int]  # the ids of its parameters
    at: Module  # where it is seen:
    before: bool  # as the input of this module, or as its output

    @property
    def key(self) -> tuple[int, int, bool]:
        """What tells it from others while it lives."""
        return id(self.thing), id(self.at), self.before


class Parts:
    """The layers and the parameters of a model as they are now, in order, each under its first name.

    ``layers``      the layers
    ``parameters``  the name of each parameter, and the parameter, by its id
    """

    def __init__(self, model: Module) -> None:
        self.parameters: dict[int, tuple[str, Any]] = {}
        modules: dict[int, tuple[Path, Module, list[int]]] = {}
        begins: dict[int, int] = {}  # the place of a module among all that the walk finds,
        ends: dict[Path, int] = {}  # and the last place inside a path
        around: set[int] = set()  # what has modules inside
        at: dict[Path, int] = {}  # the module on each path
        times: Counter[int] = Counter()  # on how many paths it is
        for k, (path, thing) in enumerate([((), model), *walk(model)]):
            for depth in range(len(path) + 1):
                ends[path[:depth]] = k
            owner = path[:-1]
            while owner not in at and owner:
                owner = owner[:-1]
            if isinstance(thing, Module):
                if path:
                    around.add(at[owner])
                at[path] = id(thing)
                times[id(thing)] += 1
                if id(thing) not in modules:
                    modules[id(thing)] = path, thing, []
                    begins[id(thing)] = k
            elif adopt(thing):
                own = modules[at[owner]][2]
                if id(thing) not in own:
                    own.append(id(thing))
                self.parameters.setdefault(id(thing), (dotted(path), thing))
        found: list[tuple[tuple[int, ...], Layer]] = []
        for k, (path, module, own) in modules.items():
            if own or k not in around:
                found.append(((begins[k], 0, 0, 0), Layer(dotted(path), module, own, module, False)))
            if isinstance(module, layers.Sequential):
                functions = _functions(module, path, begins[k], ends)
                found += [pair for pair in functions if not pair[1].before or times[id(pair[1].at)] == 1]
        self.layers = [layer for _, layer in sorted(found, key=lambda pair: pair[0])]


def _functions(
    module: layers.Sequential, path: Path, place: int, ends: dict[Path, int]
) -> list[tuple[tuple[int, ...], Layer]]:
    """The functions among its layers, each with its place: after all that is inside the layers before it."""
    held = list(module.held())
    found: list[tuple[tuple[int, ...], Layer]] = []
    for k, (key, layer) in enumerate(held):
        if isinstance(layer, Module):
            place = ends.get((*path, key), place)
            continue
        after = held[k + 1][1] if k + 1 < len(held) else module
        if isinstance(after, Module):  # of several functions in a row, the last one is seen
            seen = Layer(dotted((*path, key)), layer, [], after, after is not module)
            found.append(((place, 1, -len(path), k), seen))
    return found
