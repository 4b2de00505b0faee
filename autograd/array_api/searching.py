"""Where elements are, which there are, and in which order: searching, sorting, sets, indexing.

Convention: indices and counts are not tracked; elements that are chosen are, and their gradient goes to their places.
ValueError is raised where shapes or axes do not fit.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from ..declare import plain
from ..tensor import Tensor
from .given import Given, array, operand, tensors

__all__ = [
    "argmax", "argmin", "argsort", "isin", "nonzero", "searchsorted", "sort", "take", "take_along_axis", "unique_all",
    "unique_counts", "unique_inverse", "unique_values", "where",
]  # fmt: skip


def argmax(x: Given, /, *, axis: int | None = None, keepdims: Any = False) -> Any:
    """The index of the largest element of x, an array of any shape, along ``axis``; ``keepdims`` leaves it there."""
    return tensors(np.argmax(array(x), axis, keepdims=keepdims))


def argmin(x: Given, /, *, axis: int | None = None, keepdims: Any = False) -> Any:
    """The index of the smallest element of x, an array of any shape, along ``axis``; ``keepdims`` leaves it there."""
    return tensors(np.argmin(array(x), axis, keepdims=keepdims))


def nonzero(x: Given, /) -> tuple[Any, ...]:
    """The indices of the elements of x, of any shape with axes, that are not 0: an array for each axis."""
    x = array(x)
    if not x.ndim:
        raise ValueError("nonzero: an array without axes has no indices")
    return tuple(tensors(np.nonzero(x)))


def searchsorted(x1: Given, x2: Given, /, *, side: Literal["left", "right"] = "left", sorter: Any = None) -> Any:
    """The places in x1 where the elements of x2 would keep it sorted.

    ``x1``      an array of one axis, in ascending order
    ``x2``      an array of any shape; the indices have its shape
    ``side``    "left" of elements that are equal, or "right" of them
    ``sorter``  the indices that sort x1, where it is not sorted
    """
    return tensors(np.searchsorted(array(x1), array(x2), side, plain(sorter)))


def where(condition: Given, x1: Given, x2: Given, /) -> Any:
    """x1 where the ``condition`` is true, else x2: arrays that are broadcast together, or numbers."""
    return tensors(np.where(array(condition), operand(x1), operand(x2)))


def argsort(x: Given, /, *, axis: int = -1, descending: Any = False, stable: Any = True) -> Any:
    """The indices that sort x along an axis.

    ``x``           an array of any shape with axes
    ``axis``        the axis
    ``descending``  whether the largest comes first
    ``stable``      whether equal ones keep their order
    """
    return Tensor(_order(plain(array(x)), axis, descending, stable))


def sort(x: Given, /, *, axis: int = -1, descending: Any = False, stable: Any = True) -> Any:
    """The elements of x in order along an axis.

    ``x``           an array of any shape with axes
    ``axis``        the axis
    ``descending``  whether the largest comes first
    ``stable``      whether equal ones keep their order
    """
    x = array(x)
    return np.take_along_axis(x, _order(plain(x), axis, descending, stable), axis)


def _order(a: Any, axis: int, descending: Any, stable: Any) -> Any:
    kind: Any = "stable" if stable else "quicksort"
    if not descending:
        return np.argsort(a, axis, kind=kind)
    back = np.flip(np.argsort(np.flip(a, axis), axis, kind=kind), axis)  # so that equal ones keep their order
    return a.shape[axis] - 1 - back


def take(x: Given, indices: Given, /, *, axis: int | None = None) -> Any:
    """The elements of x at these places along an axis.

    ``x``        an array of any shape with axes
    ``indices``  an array of integers
    ``axis``     the axis; it may be left out where there is one alone, else ValueError is raised
    """
    x = array(x)
    if axis is None and x.ndim != 1:
        raise ValueError(f"take: axis= is needed for an array of shape {x.shape}")
    return np.take(x, array(indices), 0 if axis is None else axis)


def take_along_axis(x: Given, indices: Given, /, *, axis: int = -1) -> Any:
    """y[i, j] = x[i, indices[i, j]], or along another axis.

    ``x``        an array of any shape with axes
    ``indices``  integers: of as many axes, and broadcast with x along all the others
    ``axis``     the axis
    """
    return np.take_along_axis(array(x), array(indices), axis)


def isin(x1: Given, x2: Given, /, *, invert: Any = False) -> Any:
    """Which elements of x1, an array of any shape, are among those of x2? ``invert``: which are not?"""
    return tensors(np.isin(array(x1), array(x2), invert=invert))


# ---------------------------------------------------------------- sets


class UniqueAll(NamedTuple):
    """Different elements; where each stands first; which of them stands where; how often."""

    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


class UniqueCounts(NamedTuple):
    """Different elements, and how often they stand there."""

    values: Any
    counts: Any


class UniqueInverse(NamedTuple):
    """Different elements, and which of them stands where."""

    values: Any
    inverse_indices: Any


def unique_all(x: Given, /) -> UniqueAll:
    """The different elements of x, sorted; where each stands first; which stands where; how often. NaN differ.

    ``x``  an array of any shape; ``inverse_indices`` has it, and the others have one axis
    """
    x = array(x)
    a = plain(x)
    _, first, inverse, counts = np.unique(a, True, True, True, equal_nan=False)
    return UniqueAll(_first(x, first), Tensor(first), Tensor(inverse.reshape(a.shape)), Tensor(counts))


def unique_counts(x: Given, /) -> UniqueCounts:
    """The different elements of x, an array of any shape, sorted, and how often each stands there. NaN differ."""
    found = unique_all(x)
    return UniqueCounts(found.values, found.counts)


def unique_inverse(x: Given, /) -> UniqueInverse:
    """The different elements of x, sorted, and which of them stands where. NaN differ.

    ``x``  an array of any shape, which ``inverse_indices`` has, too
    """
    found = unique_all(x)
    return UniqueInverse(found.values, found.inverse_indices)


def unique_values(x: Given, /) -> Any:
    """The different elements of x, an array of any shape, sorted; the first of equal ones has the gradient."""
    return unique_all(x).values


def _first(x: Any, first: Any) -> Any:
    return np.take(np.reshape(x, -1), first)
