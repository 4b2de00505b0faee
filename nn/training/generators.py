"""Where a training's randomness comes from: the generators inside a model, a loader, its data and their transforms.

Convention: generators are found as parameters are, by walking attributes, lists, tuples and dicts; one that is
shared counts once. What a function has closed over is not found: such a generator is handed to the trainer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from autograd import Tensor, Value

LEAVES = (str, bytes, int, float, complex, bool, type(None), np.ndarray, np.generic, Tensor, Value, type, ModuleType)


def generators(things: Mapping[str, Any]) -> dict[str, np.random.Generator]:
    """All generators inside ``things``, each once, with the way to it as in ``model.layers.2.generator``."""
    found: dict[str, np.random.Generator] = {}
    known: set[int] = set()
    for name, thing in things.items():
        for way, generator in _walk(thing, name, set()):
            if id(generator) not in known:
                known.add(id(generator))
                found[way] = generator
    return found


def _walk(thing: Any, way: str, seen: set[int]) -> Iterator[tuple[str, np.random.Generator]]:
    if isinstance(thing, np.random.Generator):
        yield way, thing
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
        yield from _walk(member, f"{way}.{key}", seen)


def _attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    """What hangs on an object: its dict, its slots, and what a partial function or a bound method holds."""
    yield from getattr(thing, "__dict__", {}).items()
    for kind in type(thing).__mro__:
        slots = getattr(kind, "__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if not name.startswith("__") and hasattr(thing, name):
                yield name, getattr(thing, name)
    for name in ("func", "args", "keywords", "__self__"):
        if callable(thing) and hasattr(thing, name):
            yield name, getattr(thing, name)
