"""The sources of a training's randomness: the generators inside a model, a loader, its data and their transforms.

Convention: a generator that is shared counts once. Variables that a function closes over are not searched: such a
generator must be handed to the trainer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from autograd import Tensor, Value

LEAVES = (str, bytes, int, float, complex, bool, type(None), np.ndarray, np.generic, Tensor, Value, type, ModuleType)


def generators(things: Mapping[str, Any]) -> dict[str, np.random.Generator]:
    """All generators inside ``things``, each once, by the path to it, such as ``model.layers.2.generator``."""
    found: dict[str, np.random.Generator] = {}
    known: set[int] = set()
    for name, thing in things.items():
        for path, generator in _search(thing, name, set()):
            if id(generator) not in known:
                known.add(id(generator))
                found[path] = generator
    return found


def _search(thing: Any, path: str, seen: set[int]) -> Iterator[tuple[str, np.random.Generator]]:
    """Each generator in ``thing`` with its path.

    ``module.walk`` looks for parameters, and so into modules only; datasets, transforms and functions are any objects.
    """
    if isinstance(thing, np.random.Generator):
        yield path, thing
    if isinstance(thing, LEAVES) or id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Mapping):
        members: Any = thing.items()
    elif isinstance(thing, list | tuple):
        members = enumerate(thing)
    else:
        members = _attributes(thing)
    for key, member in members:
        yield from _search(member, f"{path}.{key}", seen)


def _attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    """An object's attributes and slots, and what a partial function or a bound method holds."""
    yield from getattr(thing, "__dict__", {}).items()
    for kind in type(thing).__mro__:
        slots = getattr(kind, "__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if not name.startswith("__") and hasattr(thing, name):
                yield name, getattr(thing, name)
    for name in ("func", "args", "keywords", "__self__"):
        if callable(thing) and hasattr(thing, name):
            yield name, getattr(thing, name)
