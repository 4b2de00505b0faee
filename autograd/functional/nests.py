"""Nests: tuples, lists, dicts, named tuples and dataclasses of arrays, taken apart and rebuilt.

Convention: a nest is walked in its own order. None, strings and functions belong to its form; everything else in
it is a leaf.
"""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ..declare import too_deep
from ..tensor import Tensor

LEAVES = frozenset((np.ndarray, Tensor, float))  # what arguments and results mostly are


def fields(nest: object) -> Any:
    """The fields of a dataclass. Where there is one, its module is imported already; else programs start without it."""
    return importlib.import_module("dataclasses").fields(nest)


def children(nest: object) -> list[tuple[str, Any]] | None:
    """The parts of a nest, each with the step that leads to it (``[0]``, ``['w']``, ``.w``); None for a leaf."""
    if nest.__class__ in LEAVES or isinstance(nest, float) or (hasattr(nest, "dtype") and hasattr(nest, "shape")):
        return None
    if isinstance(nest, tuple) and hasattr(nest, "_fields"):
        return [(f".{name}", getattr(nest, name)) for name in nest._fields]
    if isinstance(nest, tuple | list):
        return [(f"[{i}]", part) for i, part in enumerate(nest)]
    if isinstance(nest, dict):
        return [(f"[{key!r}]", part) for key, part in nest.items()]
    if hasattr(type(nest), "__dataclass_fields__"):
        return [(f".{field.name}", getattr(nest, field.name)) for field in fields(nest)]
    if nest is None or isinstance(nest, str | bytes) or callable(nest):
        return []
    return None


def paths(nest: object, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each leaf with the path that leads to it."""
    found = children(nest)
    if found is None:
        yield path, nest
    else:
        for step, part in found:
            try:
                yield from paths(part, path + step)
            except RecursionError:
                raise too_deep(f"an argument or a result, at {path[:40]}...") from None


def parts(nest: Any) -> list[Any] | None:
    """The parts of a nest; None for a leaf."""
    kind = nest.__class__
    if kind in LEAVES:
        return None
    if kind is tuple or kind is list:
        return list(nest)
    if kind is dict:
        return list(nest.values())
    found = children(nest)
    return None if found is None else [part for _, part in found]


def leaves(nest: object) -> list[Any]:
    """The leaves of a ``nest``, in order: what is no list, tuple or dict in it."""
    found = parts(nest)
    if found is None:
        return [nest]
    every = []
    try:
        for part in found:
            if part.__class__ in LEAVES:
                every.append(part)
            else:
                every += leaves(part)
    except RecursionError:
        return [leaf for _, leaf in paths(nest)]  # which says where
    return every


def rebuild(nest: Any, values: Iterable[Any]) -> Any:
    """A nest of the same form with these leaves; of an iterator it takes no more than it needs."""
    values = iter(values)
    if nest.__class__ in LEAVES:
        return next(values)
    found = parts(nest)
    if found is None:
        return next(values)
    if not found:
        return nest
    changed = []
    try:
        for part in found:
            changed.append(rebuild(part, values))  # without a comprehension, whose frame would count too
    except RecursionError:
        raise too_deep("an argument or a result") from None
    return remade(nest, changed)


def remade(nest: Any, changed: list[Any]) -> Any:
    """A nest of the same form with these parts."""
    if isinstance(nest, tuple):
        return type(nest)._make(changed) if hasattr(nest, "_make") else type(nest)(changed)
    if isinstance(nest, list):
        return type(nest)(changed)
    other = copy.copy(nest)  # keeps other attributes of a dict subclass or dataclass
    if isinstance(nest, dict):
        other.update(zip(nest, changed, strict=True))
    else:
        for field, value in zip(fields(nest), changed, strict=True):
            object.__setattr__(other, field.name, value)  # works for frozen dataclasses too
    return other


def transform(function: Callable[..., Any], nest: Any, *others: Any) -> Any:
    """A nest of the same form: ``function`` of each leaf, and of those at its place in the others."""
    if nest.__class__ in LEAVES and not others:
        return function(nest)
    return rebuild(nest, map(function, *map(leaves, (nest, *others))))
