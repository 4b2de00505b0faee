"""The walk from a function to all that it can reach: cells, globals, attributes, items, parameters, gradients.

Convention: libraries are not entered, and neither is what no code of the user's names.
"""

from __future__ import annotations

import array
import contextvars
import functools
import io
import random
import sys
import types
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ...declare import adopted
from ...tensor import Tensor
from ...value import Value
from ..traced import Bare, is_foreign
from .hidden import codes_in
from .places import Arguments, Attribute, Cell, Contents, Gradient, Item, Numbers, Order, Part, Place, Variable
from .unchanged import SIMPLE

__all__ = ["NUMBER", "Walk", "all_numbers"]

LIBRARIES = frozenset(["autograd", "nn", "optim", "numpy", "scipy", "matplotlib", *sys.stdlib_module_names]) - {
    "__main__"
}
NUMBER = (int, float)
PARTS = (np.ndarray, np.random.Generator, Iterator, tuple, Bare)
HOLDERS = {
    "SimpleNamespace",
    "Namespace",
    "UserDict",
    "UserList",
    "ChainMap",
}  # for what a user puts there
UNCALLED = {"__init__", "__new__", "__repr__", "__str__", "__init_subclass__", "__class_getitem__"}  # on the way
OWN = __name__.rpartition(".outside.")[0]


class Walk:
    """What was found from some roots on.

    ``fixed``       places, and what stands there: something else makes another program
    ``containers``  dicts and lists, and how many items they have
    ``arrays``      places of arrays, those of other libraries too
    ``numbers``     places of numbers that are known to move
    ``generators``  places of random generators, ``iterators`` of iterators; ``caches``, functions with one
    ``legacy``      gives the state of a generator that draws unseen; the first ones are those that all programs share
    ``traced``      places of traced arrays and numbers, which a recording left
    ``codes``       the user's functions, and the names in their code; ``methods``, the ids of those that only a name
                    calls, but for those ``called`` already
    """

    def __init__(self, roots: Iterable[Any], moving: Any = frozenset()) -> None:
        self.fixed: list[tuple[Place, Any]] = []
        self.containers: list[tuple[Any, int]] = []
        self.arrays: list[Place] = []
        self.numbers: list[Place] = []
        self.generators: list[Place] = []
        self.iterators: list[Place] = []
        self.caches: list[Any] = []
        self.traced: list[Place] = []
        self.legacy: list[Callable[[], Any]] = [np.random.get_state, random.getstate]
        self.codes: list[tuple[types.FunctionType, frozenset[str]]] = []
        self.methods: set[int] = set()
        self.called: set[int] = set()
        self.modules: set[Any] = set()
        self.raises = False
        self.foreign = ""  # why an array of another library cannot be read, if so
        self.roots = list(roots)
        self.moving = moving
        self.seen: set[int] = set()
        self.keep: list[Any] = []  # ids stay theirs
        self.waiting: list[tuple[Any, str]] = [(root, "") for root in self.roots]
        while self.waiting:
            self._into(*self.waiting.pop())

    def _place(self, place: Place) -> None:
        value = place.get()
        kind = value.__class__
        if kind is np.ndarray and value.dtype.kind in "biufc":
            self.arrays.append(place)
            if place.by_reference and place.key not in self.moving:
                self.fixed.append((place, value))
        elif isinstance(value, Bare):
            self.traced.append(place)
        elif is_foreign(value):
            self.arrays.append(place)
            if adopted(value) is not value:
                self.foreign = f"it reads a {kind.__module__}.{kind.__name__} from {place.name}: make it Tensor(x)"
        elif (kind in NUMBER or isinstance(value, np.number)) and (place.key in self.moving or not place.by_reference):
            self.numbers.append(place)
        elif kind is tuple and place.key in self.moving and all_numbers(value):
            self.numbers += [Part(place, k, f"{place.name}[{k}]") for k in range(len(value))]
        elif isinstance(value, np.random.Generator):
            self.generators.append(place)
            self.fixed.append((place, value))
        elif isinstance(value, Iterator) and not isinstance(value, io.IOBase):
            self.iterators.append(place)
            self.fixed.append((place, value))
        elif kind is tuple or (isinstance(value, tuple) and hasattr(value, "_make")):
            self.fixed.append((place, value))
            for k, part in enumerate(value):
                if isinstance(part, PARTS):
                    self._place(Part(place, k, f"{place.name}[{k}]"))
                else:
                    self.waiting.append((part, place.name))
        else:
            self.fixed.append((place, value))
            if kind not in SIMPLE or kind is frozenset:
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
            if len(thing) > 1 and all(isinstance(key, str | int) for key in thing):
                self.fixed.append((Order(thing, "", name), tuple(thing)))
            self._items(thing, name)
        elif isinstance(thing, list | deque):
            self.containers.append((thing, len(thing)))
            for k in range(len(thing)):
                self._place(Item(thing, k, f"{name}[{k}]"))
        elif isinstance(thing, tuple | set | frozenset):
            if isinstance(thing, set):
                self._contents(thing, name)
            self.waiting.extend((part, name) for part in thing)
        elif isinstance(thing, types.FunctionType):
            self._function(thing)
        elif isinstance(thing, types.MethodType):
            self.called.add(id(thing.__func__))
            self.waiting += [(thing.__self__, name), (thing.__func__, name)]
        elif isinstance(thing, functools.partial):
            self._place(Arguments(thing, "", name))
            self.waiting += [(thing.func, name), (thing.keywords, name)]
        elif isinstance(thing, type):
            self._class(thing, name)
        elif isinstance(thing, bytearray | array.array) or (
            type(thing) is np.ndarray and thing.dtype.kind not in "biufc"
        ):
            self._contents(thing, name)
        elif isinstance(thing, weakref.ref):
            self.waiting.append((thing(), name))
        elif isinstance(thing, contextvars.ContextVar):
            self._place(Variable(thing, "", thing.name))
        elif isinstance(thing, np.errstate):  # a decorator that a function has
            self.raises = True
        elif not isinstance(thing, types.ModuleType | np.generic | np.dtype):
            self._object(thing, name)

    def _contents(self, thing: Any, name: str) -> None:
        """Numbers, or other things, that are changed in place."""
        place = Contents(thing, "", name)
        self.fixed.append((place, place.get()))

    def _items(self, holder: dict[Any, Any], name: str) -> None:
        self.containers.append((holder, len(holder)))
        for key in list(holder):
            if isinstance(key, Tensor | Value):
                self.waiting.append((key, name))
            self._place(Item(holder, key, f"{name}[{key!r}]" if isinstance(key, str | int) else f"{name}[...]"))

    def _function(self, f: types.FunctionType) -> None:
        for cell, name in zip(f.__closure__ or (), f.__code__.co_freevars, strict=True):
            self._place(Cell(cell, "", name))
        if root_of(f.__module__) in LIBRARIES:
            self.waiting += [(f.__defaults__, f.__name__), (f.__kwdefaults__, f.__name__)]
            return
        names = frozenset([name for code in codes_in(f.__code__) for name in code.co_names])
        self.codes.append((f, names))
        self.fixed.append((Attribute(f, "__code__", f.__name__), f.__code__))
        for defaults in ("__defaults__", "__kwdefaults__"):
            self._place(Attribute(f, defaults, f"{f.__name__}.{defaults}"))
        if f.__dict__:
            self._into(f.__dict__, f.__name__)
        for name in sorted(names & f.__globals__.keys()):
            value = f.__globals__[name]
            if isinstance(value, types.ModuleType):
                self._module(value, names)
            else:
                self._place(Item(f.__globals__, name, name))
        for name in sorted(names & sys.modules.keys() - f.__globals__.keys()):  # imported inside
            self._module(sys.modules[name], names)

    def _module(self, module: types.ModuleType, names: frozenset[str]) -> None:
        """What functions name of a module of the user's."""
        if root_of(module.__name__) in LIBRARIES or (id(module), names) in self.modules:
            return
        self.modules.add((id(module), names))
        for name in sorted(names & vars(module).keys()):
            value = vars(module)[name]
            if isinstance(value, types.ModuleType):
                self._module(value, names)
            self._place(Item(vars(module), name, f"{module.__name__}.{name}"))

    def _object(self, thing: Any, name: str) -> None:
        kinds = [kind for kind in type(thing).__mro__ if root_of(kind.__module__) not in LIBRARIES]
        held = attributes(thing)
        if held and callable(around := held.get("__wrapped__")):
            self.waiting.append((around, name))
        if isinstance(thing, functools._lru_cache_wrapper):
            self.caches.append(thing)
        library = root_of(type(thing).__module__)
        foreign = library in LIBRARIES - {"autograd", "nn", "optim"} and type(thing).__name__ not in HOLDERS
        if foreign or type(thing).__module__.startswith(OWN):
            return
        for kind in type(thing).__mro__:
            if isinstance(call := vars(kind).get("__call__"), types.FunctionType):
                self.waiting.append((call, name))
        if held is not None and id(held) not in self.seen:
            self.seen.add(id(held))
            self._items(held, name or type(thing).__name__)
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
        self.containers.append((vars(kind), len(vars(kind))))
        for at, value in list(vars(kind).items()):
            if isinstance(value, types.FunctionType | staticmethod | classmethod | property):
                inner = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
                self.waiting.append((inner, name))
                if not at.startswith("__"):
                    self.methods.add(id(inner))
                if at not in UNCALLED:
                    self.fixed.append((Item(vars(kind), at, f"{name}.{at}"), value))
            elif not at.startswith("__") and not hasattr(value, "__set__") and not isinstance(value, type):
                self._place(Attribute(kind, at, f"{name}.{at}"))


def all_numbers(parts: tuple[Any, ...]) -> bool:
    """Is it a tuple of numbers, such as Adam's betas?"""
    return len(parts) > 0 and all(x.__class__ in NUMBER for x in parts)


def attributes(thing: Any) -> dict[str, Any] | None:
    """What stands in an object's ``__dict__``, whatever its ``__getattr__`` says."""
    try:
        held = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return None
    return held if isinstance(held, dict) else None


def root_of(module: str | None) -> str:
    return (module or "").partition(".")[0]
