"""What a function can reach besides its arguments: cells, globals, attributes, items, parameters and their gradients.

Convention: what stands in fixed places is compared at each call; the arrays in others are read anew.
"""

from __future__ import annotations

import functools
import random
import sys
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ..tensor import Tensor
from ..value import Value
from .places import MISSING, Attribute, Cell, Gradient, Item, Members, Numbers, Part, Place
from .traced import Traced
from .unchanged import SIMPLE, form_of, same, unchanged

__all__ = ["Outside", "all_numbers"]

LIBRARIES = frozenset(["autograd", "nn", "optim", "numpy", "scipy", "matplotlib", *sys.stdlib_module_names]) - {
    "__main__"
}
NUMBER = (int, float)
PATIENCE = 8  # so often the places are read anew by which a change is seen quickly
OWN = __name__.rpartition(".")[0]


class Outside:
    """What was found from some roots on.

    ``fixed``       places, and what stands there: something else makes another program
    ``containers``  dicts and lists, and how many items they have
    ``arrays``      places of arrays
    ``numbers``     places of numbers that are known to move
    ``generators``  places of random generators
    ``legacy``      gives the state of a generator that draws unseen; the first ones are those that all programs share
    ``traced``      places of traced arrays and numbers, which a recording left
    """

    def __init__(self, roots: Iterable[Any], moving: Any = frozenset()) -> None:
        self.fixed: list[tuple[Place, Any]] = []
        self.containers: list[tuple[Any, int]] = []
        self.arrays: list[Place] = []
        self.numbers: list[Place] = []
        self.generators: list[Place] = []
        self.traced: list[Place] = []
        self.legacy: list[Callable[[], Any]] = [np.random.get_state, random.getstate]
        self.roots = list(roots)
        self.moving = moving
        self.seen: set[int] = set()
        self.keep: list[Any] = []  # ids stay theirs
        self.waiting: list[tuple[Any, str]] = [(root, "") for root in self.roots]
        while self.waiting:
            self._into(*self.waiting.pop())
        fixed = {place.key for place, _ in self.fixed}
        self.read = [(p, form_of(p.get())) for p in self.arrays if p.key not in fixed]
        self.moving_numbers = [(p, p.get().__class__) for p in self.numbers]
        self.unchanged: Callable[[], bool] | None = None  # asked first, once it is made
        self.learned = 0

    def holds(self) -> bool:
        """Is all as it was, so that a program of this form may run?"""
        if self.unchanged is not None and self.unchanged():
            return True
        if self.changed() != []:
            return False
        if self.learned < PATIENCE:  # numbers that were the same may be other objects now
            self.learned += 1
            self.unchanged = unchanged(self.fixed, self.containers, self.read, self.moving_numbers)
        return True

    def changed(self) -> list[Place] | None:
        """The places where something else stands now; None where a container has more or fewer items.

        Of an array that is read anew, its shape and dtype count.
        """
        for container, size in self.containers:
            if len(container) != size:
                return None
        found = [place for place, value in self.fixed if not same(place.get(), value)]
        for place, form in self.read:
            now = place.get()
            if now.__class__ is not np.ndarray or form_of(now) != form:
                return None
        for place, kind in self.moving_numbers:
            if place.get().__class__ is not kind:
                return None
        return found

    def movable(self, place: Place) -> bool:
        """May what stands in a fixed place be read at each call instead: another number, another array of its form?"""
        then = next((value for other, value in self.fixed if other.key == place.key), MISSING)
        now = place.get()
        if now.__class__ is np.ndarray and then.__class__ is np.ndarray:
            return form_of(now) == form_of(then)
        kind = now.__class__
        if kind is tuple and then.__class__ is tuple:
            return all_numbers(now) and list(map(type, now)) == list(map(type, then))
        return kind is then.__class__ and (kind in NUMBER or isinstance(now, np.number))

    # ------------------------------------------------ the walk

    def _place(self, place: Place) -> None:
        value = place.get()
        kind = value.__class__
        if kind is np.ndarray and value.dtype.kind in "biufc":
            self.arrays.append(place)
            if place.by_reference and place.key not in self.moving:
                self.fixed.append((place, value))
        elif isinstance(value, Traced):
            self.traced.append(place)
        elif (kind in NUMBER or isinstance(value, np.number)) and (place.key in self.moving or not place.by_reference):
            self.numbers.append(place)
        elif kind is tuple and place.key in self.moving and all_numbers(value):
            self.numbers += [Part(place, k, f"{place.name}[{k}]") for k in range(len(value))]
        elif isinstance(value, np.random.Generator):
            self.generators.append(place)
            self.fixed.append((place, value))
        else:
            self.fixed.append((place, value))
            if kind not in SIMPLE or kind is tuple:
                self.waiting.append((value, place.name))

    def _into(self, thing: Any, name: str) -> None:
        """Find the places in a thing."""
        if thing is None or id(thing) in self.seen:
            return
        self.seen.add(id(thing))
        self.keep.append(thing)
        if isinstance(thing, np.random.RandomState):
            self.legacy.append(thing.get_state)
        elif isinstance(thing, random.Random):
            self.legacy.append(thing.getstate)
        elif isinstance(thing, Tensor):
            self._place(Numbers(thing, "_array", name or "a tensor"))
            if thing.node is not None:
                self._place(Gradient(thing, "grad", f"{name}.grad"))
                self.fixed.append((Numbers(thing, "node", name), thing.node))
        elif isinstance(thing, Value):
            if thing.op is None:
                self._place(Numbers(thing, "number", name))
                self._place(Numbers(thing, "grad", f"{name}.grad"))
        elif isinstance(thing, dict):
            self.containers.append((thing, len(thing)))
            for key in list(thing):
                if isinstance(key, Tensor | Value):
                    self.waiting.append((key, name))
                self._place(Item(thing, key, f"{name}[{key!r}]" if isinstance(key, str | int) else f"{name}[...]"))
        elif isinstance(thing, list | deque):
            self.containers.append((thing, len(thing)))
            for k in range(len(thing)):
                self._place(Item(thing, k, f"{name}[{k}]"))
        elif isinstance(thing, tuple | set | frozenset):
            if isinstance(thing, set):
                self.fixed.append((Members(thing, "", name), frozenset(thing)))
            self.waiting.extend((part, name) for part in thing)
        elif isinstance(thing, types.FunctionType):
            self._function(thing)
        elif isinstance(thing, types.MethodType):
            self.waiting += [(thing.__self__, name), (thing.__func__, name)]
        elif isinstance(thing, functools.partial):
            self.waiting += [(thing.func, name), (thing.args, name), (thing.keywords, name)]
        elif isinstance(thing, type):
            self._class(thing, name)
        elif not isinstance(thing, types.ModuleType | np.generic | np.dtype):
            self._object(thing, name)

    def _function(self, f: types.FunctionType) -> None:
        for cell, name in zip(f.__closure__ or (), f.__code__.co_freevars, strict=True):
            self._place(Cell(cell, "", name))
        self.waiting += [(f.__defaults__, f.__name__), (f.__kwdefaults__, f.__name__)]
        if root_of(f.__module__) in LIBRARIES:
            return
        names = frozenset(names_in(f.__code__))
        for name in sorted(names & f.__globals__.keys()):
            value = f.__globals__[name]
            if not isinstance(value, types.ModuleType):
                self._place(Item(f.__globals__, name, name))
            elif root_of(value.__name__) not in LIBRARIES:
                for inner in sorted(names & vars(value).keys()):
                    self._place(Item(vars(value), inner, f"{name}.{inner}"))

    def _object(self, thing: Any, name: str) -> None:
        kinds = [kind for kind in type(thing).__mro__ if root_of(kind.__module__) not in LIBRARIES]
        if isinstance(around := getattr(thing, "__wrapped__", None), Callable):  # type: ignore[arg-type]
            self.waiting.append((around, name))
        library = root_of(type(thing).__module__)
        if library in LIBRARIES - {"autograd", "nn", "optim"} or type(thing).__module__.startswith(OWN):
            return
        for kind in type(thing).__mro__:
            if isinstance(call := vars(kind).get("__call__"), types.FunctionType):
                self.waiting.append((call, name))
        held = getattr(thing, "__dict__", None)
        if isinstance(held, dict):
            self._into(held, name or type(thing).__name__)
        for kind in kinds:
            slots = vars(kind).get("__slots__", ())
            for slot in (slots,) if isinstance(slots, str) else slots:
                if not slot.startswith("__"):
                    self._place(Attribute(thing, slot, f"{name}.{slot}"))
            self.waiting.append((kind, kind.__name__))

    def _class(self, kind: type, name: str) -> None:
        """A class of the user's: what its methods name, and what it holds for all its objects."""
        if root_of(kind.__module__) in LIBRARIES:
            return
        self.waiting.extend((base, base.__name__) for base in kind.__bases__)
        for at, value in list(vars(kind).items()):
            if isinstance(value, types.FunctionType | staticmethod | classmethod | property):
                inner = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
                self.waiting.append((inner, name))
            elif not at.startswith("__") and not hasattr(value, "__set__") and not isinstance(value, type):
                self._place(Attribute(kind, at, f"{name}.{at}"))


def all_numbers(parts: tuple[Any, ...]) -> bool:
    """Is it a tuple of numbers, such as Adam's betas?"""
    return len(parts) > 0 and all(x.__class__ in NUMBER for x in parts)


def root_of(module: str | None) -> str:
    return (module or "").partition(".")[0]


def names_in(code: types.CodeType) -> Iterator[str]:
    """The names that a function's code reads, and that of the functions in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from names_in(constant)
