"""Nests in which something was taken out, a ``Hole`` in its place; and how plain functions are shown what was there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..core import read_only
from ..declare import as_array
from ..functional import nests as tree
from ..tensor import Tensor

NO_NEST = frozenset([float, int, bool, str, type(None), np.ndarray, np.float64])


class Hole:
    """Where a tensor or an array stood in a nest."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


def has_tensor(x: Any) -> bool:
    """Is there a tensor in this nest?"""
    if x.__class__ in NO_NEST or not tree.children(x):
        return False
    return any(isinstance(leaf, Tensor) for leaf in tree.leaves(x))


def opened(x: Any, tensors: list[Tensor]) -> Any:
    """A nest, its tensors taken out and added to a list."""
    if isinstance(x, Tensor):
        tensors.append(x)
        return Hole(len(tensors) - 1)
    leaves = tree.leaves(x)
    for k, leaf in enumerate(leaves):
        if isinstance(leaf, Tensor):
            tensors.append(leaf)
            leaves[k] = Hole(len(tensors) - 1)
    return tree.rebuild(x, leaves)


def holes(form: Any) -> list[Any]:
    """The leaves of a nest in which something was taken out; none for any other one."""
    if form.__class__ in NO_NEST or not tree.children(form):
        return [form] if form.__class__ is Hole else []
    leaves = tree.leaves(form)
    return leaves if any(isinstance(x, Hole) for x in leaves) else []


def filled(form: Any, values: Sequence[Any]) -> Any:
    """The nest, with values where something was taken out."""
    if form.__class__ is Hole:
        return values[form.number]
    leaves = holes(form)
    return tree.rebuild(form, [values[x.number] if isinstance(x, Hole) else x for x in leaves]) if leaves else form


def all_filled(forms: list[Any], values: Sequence[Any]) -> list[Any]:
    """The same of each form in a list."""
    return [values[f.number] if f.__class__ is Hole else f if f.__class__ in NO_NEST else filled(f, values)
            for f in forms]  # fmt: skip


def aligned(form: Any, given: Any) -> Iterator[tuple[Hole, Any]]:
    """The places of a form with what stands there in a nest like it; dicts by their keys."""
    if form.__class__ is Hole:
        yield form, as_array(given)
    elif not holes(form):
        pass
    elif isinstance(form, dict):
        for key, part in form.items():
            yield from aligned(part, given[key])
    elif isinstance(form, tuple | list):
        for part, d in zip(form, given, strict=True):
            yield from aligned(part, d)
    else:
        for (_, part), (_, d) in zip(tree.children(form) or (), tree.children(given) or (), strict=True):
            yield from aligned(part, d)


def read(x: Any) -> Any:
    """A tensor as it is; a number where there are no axes; else an array that nobody can write to."""
    if x.__class__ is np.ndarray:
        return read_only(x) if x.shape else x[()]
    return x if isinstance(x, Tensor) or x.shape else x[()]
