"""How each kind of thing is searched for tensors and modules: one function for each kind, chosen by its class.

Convention: what Python code reaches under a name that stays the same from run to run is a part:

- attributes of a module, its own and those of its class; slots;
- elements of lists, tuples, deques and arrays of objects; values of dicts; attributes of namespaces and dataclasses;
- what a function closes over, its defaults, and the globals that it reads; what a ``partial`` or a bound method holds.

Elements of a set and keys of a dict have no such name. Nothing else is searched: a ``weakref.ref``, a property or an
object of any other class hides what it holds, for a teacher or a parent that is not to be a part.
"""

from __future__ import annotations

import dis
import sys
from collections import UserList, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Set
from functools import _lru_cache_wrapper, lru_cache, partial
from itertools import chain
from types import CodeType, FunctionType, MemberDescriptorType, MethodType, SimpleNamespace
from typing import Any, TypeAlias

import numpy as np

from autograd import Tensor, Value

__all__ = ["Holder", "Key"]

Key: TypeAlias = Hashable  # the name of an attribute or a variable, an index of a list, any key of a dict
Member: TypeAlias = tuple[Key, Any]

Inside: TypeAlias = Callable[[Any], Iterable[Member]]

PLAIN = {int, float, bool, str, bytes, complex, type(None)}  # most attributes are one of these: nothing is inside
UNNAMED: Any = type("Unnamed", (), {"__repr__": lambda self: "UNNAMED"})()  # the key of what has none
NESTS = (list, tuple, dict, np.ndarray)  # what data is held in: many of them are looked through at once
MANY = 16  # from this length on


class Holder:
    """Anything that is searched through its attributes, such as a Module."""

    def members(self) -> Iterator[Member]:
        """The objects directly inside it, by the keys that stand in names."""
        yield from vars(self).items()

    def reach(self, key: Key) -> str:
        """The code that reads a member by its ``key``: ``.encoder``, or ``[0]`` where members are indexed."""
        return f".{key}"


def members(thing: Any) -> Iterable[Member]:
    """The objects directly inside a thing, by key; none if it is of no kind that is searched."""
    inside = look(type(thing))
    return () if inside is None else inside(thing)


def _look(kind: type) -> Inside | None:
    """The function that lists what is inside a thing of this class; None: nothing can be."""
    return next((inside for kinds, inside in SEARCHED if issubclass(kind, kinds)), None) or (
        attributes if hasattr(kind, "__dataclass_fields__") else None
    )


look: Callable[[type], Inside | None] = lru_cache(maxsize=4096)(_look)


def leaf(thing: Any) -> Iterable[Member]:
    """Of a tensor or a Value: nothing; the search ends there."""
    return ()


def hold(thing: Any) -> Iterable[Member]:
    """Of a module: its attributes, then those of its class."""
    kinds = own_classes(type(thing))
    return chain(thing.members(), on_class(thing, kinds)) if kinds else thing.members()


def on_class(thing: Any, kinds: tuple[type, ...]) -> Iterator[Member]:
    """What stands in the bodies of its classes, and its slots; an attribute of its own hides one of its class."""
    seen = set(vars(thing))
    for kind in kinds:
        for name, member in list(vars(kind).items()):
            if type(member) in PLAIN or name in seen or name.startswith("__"):
                continue
            seen.add(name)
            if type(member) is MemberDescriptorType:
                if hasattr(thing, name):
                    yield name, getattr(thing, name)
                continue
            inside = look(type(member))
            if inside is None or inside in calls:  # methods
                continue
            if inside is leaf or inside is hold or not any(isinstance(part, kind) for _, part in inside(member)):
                yield name, member  # no list of all instances of the class


def _own_classes(kind: type) -> tuple[type, ...]:
    """The classes of its MRO that users wrote: those of this library and of Python hold no tensors."""
    known = {*sys.stdlib_module_names, __name__.partition(".")[0]}
    return tuple(base for base in kind.__mro__ if base.__module__.partition(".")[0] not in known)


own_classes: Callable[[type], tuple[type, ...]] = lru_cache(maxsize=4096)(_own_classes)


def listed(thing: Any) -> Iterable[Member]:
    """Of a list: its elements by their index."""
    return enumerate(thing) if len(thing) < MANY else sifted(enumerate(thing), thing)


def mapped(thing: Any) -> Iterable[Member]:
    """Of a dict: its values by their keys, and keys that are modules themselves."""
    named = thing.items() if len(thing) < MANY else sifted(thing.items(), thing.values())
    kinds = set(map(type, thing)) - PLAIN
    return chain(named, unordered(thing)) if any(look(kind) in NAMED for kind in kinds) else named


def unordered(thing: Any) -> Iterator[Member]:
    """Of a set: tensors and modules, without names."""
    return ((UNNAMED, member) for member in thing if look(type(member)) in NAMED)


def objects(thing: Any) -> Iterable[Member]:
    """Of an array of objects: its elements by their index, row by row; of other arrays nothing."""
    if thing.dtype.kind != "O":
        return ()
    return listed(thing) if thing.ndim else [((), thing[()])]


def attributes(thing: Any) -> Iterator[Member]:
    """Of a namespace or a dataclass: its attributes by name."""
    own = getattr(thing, "__dict__", {})
    for name in getattr(thing, "__dataclass_fields__", ()):
        if name not in own and hasattr(thing, name):
            yield name, getattr(thing, name)
    yield from list(own.items())


def closed_over(thing: Any) -> Iterator[Member]:
    """Of a function: the variables around it that it uses, its defaults, and the globals that it reads, by name."""
    code = thing.__code__
    for name, cell in zip(code.co_freevars, thing.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not bound yet
            continue
    defaults = thing.__defaults__ or ()
    yield from zip(code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount], defaults, strict=True)
    yield from (thing.__kwdefaults__ or {}).items()
    for name in global_names(code):
        member = thing.__globals__.get(name)
        if type(member) is not FunctionType or member.__globals__ is thing.__globals__:  # of the same file
            yield name, member


@lru_cache(maxsize=4096)
def global_names(code: CodeType) -> tuple[str, ...]:
    """The names of globals that a function's code reads, in order."""
    names = {step.argval: None for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            names |= dict.fromkeys(global_names(inner))
    return tuple(names)


def handed(thing: Any) -> Iterator[Member]:
    """Of a partial function, a bound method or a cached function: what it was made of."""
    for name in ("func", "args", "keywords", "__self__", "__wrapped__"):
        if hasattr(thing, name):
            yield name, getattr(thing, name)


SEARCHED: list[tuple[Any, Inside]] = [
    ((Tensor, Value), leaf),
    (Holder, hold),
    (Mapping, mapped),
    ((list, tuple, deque, UserList), listed),
    (Set, unordered),
    (np.ndarray, objects),
    (SimpleNamespace, attributes),
    (FunctionType, closed_over),
    ((partial, MethodType, _lru_cache_wrapper), handed),
]
calls: tuple[Inside | None, ...] = (closed_over, handed)  # what is called, and holds other things besides
NAMED: tuple[Inside | None, ...] = (leaf, hold)  # what needs a name


def sifted(named: Iterable[Member], things: Iterable[Any]) -> Iterable[Member]:
    """Without the nests of plain data, such as pairs of numbers: many are told from the others at the speed of C."""
    kinds = set(map(type, things))
    searched = _searched(kinds)
    nests = searched.intersection(NESTS)
    if not searched or (nests and not bearing(things, kinds)):
        return ()
    if searched == nests or not nests:
        return named
    inner = [thing for thing in things if type(thing) in nests]
    return named if bearing(inner, nests) else (pair for pair in named if type(pair[1]) not in nests)


def _searched(kinds: set[type]) -> set[type]:
    return {kind for kind in kinds if kind not in PLAIN and look(kind) is not None}


def bearing(things: Iterable[Any], kinds: set[type], depth: int = 8) -> bool:
    """May there be a tensor or a module among these things of these classes, or inside those that are nests?"""
    searched = _searched(kinds)
    if not depth or not searched.issubset(NESTS):
        return True
    for kind in searched:
        same: Any = things if len(kinds) == 1 else [thing for thing in things if type(thing) is kind]
        if kind is np.ndarray:
            same = [array.ravel() for array in same if array.dtype.kind == "O"]
        for nests in (same, [thing.values() for thing in same]) if kind is dict else (same,):
            below = set(map(type, chain.from_iterable(nests)))
            if _searched(below) and bearing(list(chain.from_iterable(nests)), below, depth - 1):
                return True
    return False
