"""Arrays that the graph shares, as users see them: nobody can write to them, nor make them writeable.

Convention: a read-only flag alone is a request, since NumPy lets the owner of memory take it back, through the ``base``
of any view. What is given out here has a base that is no array.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

__all__ = ["is_sealed", "lent", "protected", "read_only", "references", "sealed", "unshared", "views_read_only"]

ndarray = np.ndarray
from_dlpack, asarray = np.from_dlpack, np.asarray
SEQUENCES = (tuple, list)


class Seal:
    """The base of a sealed array: it keeps the memory and does not hand it out for writing."""

    __slots__ = ("__array_struct__",)

    __array_struct__: Any


class Loan(Seal):
    """The base of a lent array."""

    __slots__ = ()


def sealed(array: Any, kind: type[Seal] = Seal) -> Any:
    """A view that an operation may keep without a copy. The array becomes read-only, and is for nobody else."""
    if not isinstance(array, ndarray):
        return array
    array.setflags(False)  # type: ignore[call-arg]  # by name it takes three times as long
    seal = kind()
    seal.__array_struct__ = array.__array_struct__
    return asarray(seal)


def lent(array: Any) -> Any:
    """A read-only view of an array whose owner may change it later."""
    return sealed(array.view(), Loan)


def is_sealed(array: Any, kind: type[Seal] = Seal) -> bool:
    """Is it an array that ``sealed`` gave, or a view of one?"""
    base = array.base
    if base.__class__ is ndarray:
        base = base.base
    return base.__class__ is tuple and base[0].__class__ is kind


def read_only(array: Any) -> Any:
    """A read-only view of an array that the graph shares; it is made twice as fast as a sealed one.

    Arrays of other libraries are returned as they are.
    """
    if array.__class__ is not ndarray and not isinstance(array, ndarray):
        return array
    try:
        view: Any = from_dlpack(array)
        view.setflags(False)
    except (BufferError, RuntimeError, TypeError, ValueError):  # long double and foreign byte orders, which it lacks
        return sealed(array.view(ndarray))
    return view


def protected(value: Any) -> Any:
    """The same with all arrays in it read-only, also inside tuples, lists, dicts and namespaces."""
    if isinstance(value, ndarray):
        return value if is_sealed(value, Loan) else read_only(value)
    if isinstance(value, SEQUENCES):
        parts = map(protected, value)
        return value._make(parts) if hasattr(value, "_make") else value.__class__(parts)
    if isinstance(value, dict):
        return {key: protected(part) for key, part in value.items()}
    if isinstance(value, SimpleNamespace):
        return type(value)(**protected(vars(value)))
    return value


def views_read_only(found: Any) -> Any:
    """What a function of tensors' arrays returned: parts that may be views of them become read-only."""
    if isinstance(found, ndarray):
        return found if found.base is None else read_only(found)
    return tuple(map(views_read_only, found)) if found.__class__ is tuple else found


def unshared(cell: list[Any]) -> Any:
    """The array in a list of one, or a copy where somebody may still change its memory.

    A user's function may return an array that it goes on using, or one that it was lent.
    """
    array = cell.pop()
    if array.__class__ is not ndarray:
        return array
    if not array.flags.writeable:
        return array.copy() if is_sealed(array, Loan) else array
    owner = array if array.base is None else array.base
    alone = ALONE if owner is array else ALONE_BEHIND
    return array if owner.__class__ is ndarray and references(owner) == alone else array.copy()


references: Callable[[Any], int] = getattr(sys, "getrefcount", lambda array: MANY)  # how many there are to an object
MANY = 1 << 30


def _measured(make: Callable[[], Any]) -> int:
    """What ``references`` says in ``unshared`` of an array that is alone: measured, since it varies between Pythons."""
    cell = [make()]
    array = cell.pop()
    owner = array if array.base is None else array.base
    return references(owner)


ALONE, ALONE_BEHIND = _measured(lambda: np.zeros(2)), _measured(lambda: np.zeros(2)[:1])
