"""What people call the things in a graph: variables, elements of lists and dicts, parts of modules.

Convention: a thing is known by identity: a Value by itself, a tracked tensor by its node, others by their array. Names
are as Python writes them: ``w[0]``, ``net.w[1]``, ``model.encoder[2].weight``; parts of the one module of a picture go
without the module's own name: ``encoder[2].weight``.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...tensor import Tensor
from ...value import Value
from ..graph import first_word

MOST = 20_000  # things that are looked at in one search
DEEP = 8  # parts of parts that are looked at
SKIPPED = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type, str, bytes, range)
RANKS = ("argument", "module", "variable")  # who names first, after labels


def identity(thing: Any) -> Any:
    """What a thing in a graph is known by: a Value, a node or an array."""
    if isinstance(thing, Tensor):
        return thing._array if thing.node is None else thing.node
    return thing


class Taken:
    """The names that are given away, and what the first words of names mean."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.wholes: dict[str, tuple[str, int]] = {}

    def take(self, name: str, by: str, whole: Any) -> bool:
        """Give a name away, unless it is taken or begins with a word that means something else."""
        whose = by if whole is None else "", id(whole)
        word = first_word(name)
        if name in self.names or (word not in ("", name) and self.wholes.setdefault(word, whose) != whose):
            return False
        self.names.add(name)
        return True


class Names:
    """Names by identity. Of two names for one thing the one of the higher rank stays, else the first.

    They are settled for the things in a graph: one name goes to one thing, so that a variable that was bound anew in a
    function names what an argument of that name does not, and names of other things do not count. So with elements:
    of two lists of one name, the later names nothing. A graph may hold a copy of an array: it is called as the one
    variable whose elements are the same, if there is just one.
    """

    def __init__(self) -> None:
        self.given: dict[str, list[tuple[int, str, Any, Any]]] = {kind: [] for kind in RANKS}
        self.found: dict[int, tuple[str, str]] = {}
        self.copied: dict[int, Any] = {}  # the variable's array, by the identity of a copy of it

    def give(self, thing: Any, name: str, by: str, whole: Any = None) -> None:
        """Name a Value, node, tensor or array; ``whole`` is what the first word of its name means, if not itself."""
        known = identity(thing)
        if name:
            self.given[by].append((id(known), name, known, whole))  # kept, so that nothing else has its identity

    def settle(self, things: Iterable[Any], saved: Iterable[Any] = ()) -> None:
        """Decide on the names of these Values, nodes and arrays; what was ``saved`` may be a copy of what was named."""
        among = set(map(id, things))
        taken = Taken()
        for by, given in self.given.items():
            for key, name, _, whole in given:
                if key in among and key not in self.found and taken.take(name, by, whole):
                    self.found[key] = name, by
        self._settle_copies([x for x in saved if _has_elements(x) and id(x) not in self.found], taken)

    def _settle_copies(self, arrays: Sequence[Any], taken: Taken) -> None:
        """Name each of these arrays as the one variable that has the same elements."""
        forms = set(map(_form, arrays))
        alike: dict[Any, dict[int, tuple[str, str, Any]]] = {}
        for by in ("argument", "variable"):
            for key, name, known, whole in self.given[by]:
                if _has_elements(known) and _form(known) in forms and key not in self.found:
                    twins = alike.setdefault(_content(known), {})
                    if key not in twins and taken.take(name, by, whole):
                        twins[key] = name, by, known
        for x in arrays if alike else ():
            twins = alike.get(_content(x), {})
            if len(twins) == 1:
                [(name, by, known)] = twins.values()
                self.copied[id(x)] = known
                self.found[id(x)] = self.found[id(known)] = name, by

    def original(self, thing: Any) -> Any:
        """The array of which this one is a copy, or the thing itself."""
        return self.copied.get(id(thing), thing)

    def of(self, known: Any) -> tuple[str, str]:
        """The name of a Value, node or array, and by whom; empty texts if it has none."""
        return self.found.get(id(known), ("", ""))

    def add(self, things: Any, by: str = "variable") -> None:
        """Names from a mapping such as ``locals()``, or from anything that has parameters."""
        if isinstance(things, Mapping):
            for name, thing in things.items():
                if isinstance(name, str) and not hidden(name):
                    self.inside(thing, name, by)
        elif hasattr(type(things), "named_parameters") or hasattr(things, "__dict__"):
            self.inside(things, "", "module")
        else:
            raise TypeError(
                f"names: got {type(things).__name__}; pass True for the variables around the call, a dict such as "
                "locals(), or a model"
            )

    def inside(self, thing: Any, name: str, by: str) -> None:
        """Name what is inside a thing that has this name."""
        for path, found in search(thing):
            self.give(found, (name + path).lstrip(".") if path else name, by, thing if path else None)


def _has_elements(thing: Any) -> bool:
    """Is it an array that is more than a number?"""
    return isinstance(thing, np.ndarray) and bool(thing.shape) and bool(thing.size) and thing.dtype != object


def _form(array: Any) -> tuple[Any, ...]:
    return array.shape, array.dtype


def _content(array: Any) -> tuple[Any, ...]:
    """The same for arrays of one shape, one type and the same elements alone."""
    elements: Any = np.ascontiguousarray(array).view(np.uint8)  # which copies nothing, as a rule
    return *_form(array), hashlib.blake2b(elements).digest()


def hidden(name: str) -> bool:
    """Is it a name that says nothing: Python's own, IPython's, a method's own object?"""
    return name.startswith("_") or name in ("self", "In", "Out")


def is_quantity(thing: Any) -> bool:
    """Is it a Value, a tensor or an array?"""
    return isinstance(thing, Value | Tensor) or (isinstance(thing, np.ndarray) and thing.dtype != object)


def search(thing: Any, wanted: Callable[[Any], bool] = is_quantity) -> Iterator[tuple[str, Any]]:
    """What is wanted inside a thing, each with the code that leads to it."""
    seen: set[int] = set()
    held: list[Any] = []
    stack: list[tuple[str, Any, int]] = [("", thing, 0)]
    while stack and len(seen) < MOST:
        path, thing, depth = stack.pop()
        if wanted(thing):
            yield path, thing
        elif id(thing) not in seen and depth <= DEEP:
            seen.add(id(thing))
            held.append(thing)
            parts = list(members(thing))
            stack.extend([(path + step, part, depth + 1) for step, part in reversed(parts)])


def members(thing: Any) -> Iterator[tuple[str, Any]]:
    """What is directly inside, each with the code that reads it."""
    if isinstance(thing, SKIPPED) or is_quantity(thing):
        return
    if hasattr(type(thing), "named_parameters"):
        for kind in ("named_parameters", "named_buffers"):
            named = getattr(thing, kind, None)
            for name, part in named() if callable(named) else ():
                yield access(name), part
    elif isinstance(thing, np.ndarray):  # of objects
        for index in np.ndindex(thing.shape):
            if isinstance(thing[index], Value):
                yield f"[{', '.join(map(str, index))}]", thing[index]
    elif isinstance(thing, tuple) and hasattr(thing, "_fields"):
        yield from [(f".{name}", getattr(thing, name)) for name in thing._fields]
    elif isinstance(thing, list | tuple):
        if len(thing) <= MOST and not all(isinstance(x, int | float | str) for x in thing):
            yield from [(f"[{k}]", part) for k, part in enumerate(thing)]
    elif isinstance(thing, dict):
        yield from [(f"[{key!r}]", part) for key, part in thing.items() if isinstance(key, str | int)]
    else:
        own = getattr(thing, "__dict__", None)
        if isinstance(own, dict):
            yield from [(f".{k}", part) for k, part in own.items() if isinstance(k, str) and not hidden(k)]


def access(dotted: str) -> str:
    """A name of a state dict as Python writes it: ``.encoder[2].weight`` for ``encoder.2.weight``."""
    return "".join(f"[{key}]" if key.isdigit() else f".{key}" for key in dotted.split(".") if key)


def around(frame: Any) -> dict[str, Any]:
    """The variables that can be seen from a frame: its own, then those of its file."""
    seen = {**dict(frame.f_locals), **{k: v for k, v in frame.f_globals.items() if k not in frame.f_locals}}
    return {name: thing for name, thing in seen.items() if name.isidentifier()}  # not what tools put there
