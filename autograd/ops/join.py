"""Joining arrays and splitting them: concatenate, stack, block, split, append, insert, delete.

Convention: joining and splitting are each other's adjoint, so a rule of one calls the other. The gradients
that come out of a split are views.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..declare import Operation, composed, linear, plain
from ..typing import Array, ArrayLike
from .arguments import DType, array, refuse
from .broadcast import broadcast_to
from .copy import cast
from .getitem import along, getitem
from .reshape import atleast_1d, atleast_2d, atleast_3d, ravel, reshaped
from .take import take
from .transpose import moveaxis

Cuts = int | Sequence[int]  # how many parts, or the indices before which to cut

# ---------------------------------------------------------------- joining


def _parts(g: Any, arrays_shape: Sequence[tuple[int, ...]], axis: int | None = 0) -> list[Any]:
    """The parts of g that belong to arrays of these shapes."""
    start, parts = 0, []
    before = () if axis is None else (slice(None),) * (axis % len(arrays_shape[0]))
    for shape in arrays_shape:
        stop = start + (math.prod(shape) if axis is None else shape[axis])
        part = g[(*before, slice(start, stop))]
        parts.append(np.reshape(part, shape) if axis is None else part)
        start = stop
    return parts


def _joining(function: Any, pull: Any) -> Operation:
    """``np.concatenate`` or ``np.stack``."""

    def forward(arrays: Any, axis: Any = 0, out: Any = None, dtype: Any = None, casting: Any = "same_kind") -> Any:
        refuse(function.__name__, out)
        return function(arrays, axis=axis, dtype=dtype, casting=casting)

    return linear(function, pull, forward=forward, many=True)


concatenate = _joining(np.concatenate, _parts)
stack = _joining(np.stack, lambda g, axis=0: list(np.moveaxis(g, axis, 0) if axis else g))


@composed(np.hstack)
def hstack(tup: Sequence[ArrayLike], *, dtype: DType = None, casting: str = "same_kind") -> Any:
    """Joined along the second axis; vectors along their only axis."""
    arrays = [atleast_1d(a) for a in tup]
    return concatenate(arrays, 0 if arrays and arrays[0].ndim == 1 else 1, dtype=dtype, casting=casting)


@composed(np.vstack)
def vstack(tup: Sequence[ArrayLike], *, dtype: DType = None, casting: str = "same_kind") -> Any:
    """Joined along the first axis; vectors are rows."""
    return concatenate([atleast_2d(a) for a in tup], dtype=dtype, casting=casting)


@composed(np.dstack)
def dstack(tup: Sequence[ArrayLike]) -> Any:
    """Joined along the third axis."""
    return concatenate([atleast_3d(a) for a in tup], 2)


@composed(np.column_stack)
def column_stack(tup: Sequence[ArrayLike]) -> Any:
    """Joined along the second axis; vectors are columns."""
    arrays = [array(a) for a in tup]
    return concatenate([a if a.ndim > 1 else reshaped(a, (-1, 1)) for a in arrays], 1)


@composed(np.block)
def block(arrays: Any) -> Any:
    """A block matrix from nested lists; the innermost are joined along the last axis."""
    depth = _depth(arrays)
    leaves: list[Any] = []
    _collect(arrays, leaves)
    ndim = max([depth, *(a.ndim for a in leaves)])

    def joined(part: Any, level: int) -> Any:
        if isinstance(part, list):
            return concatenate([joined(p, level + 1) for p in part], level - depth)
        part = array(part)
        return reshaped(part, (1,) * (ndim - part.ndim) + tuple(part.shape))

    return joined(arrays, 0)


def _depth(arrays: Any) -> int:
    if isinstance(arrays, tuple):
        raise TypeError("block: nest arrays in lists, not in tuples")
    if not isinstance(arrays, list):
        return 0
    depths = {_depth(a) for a in arrays}
    if len(depths) != 1:
        raise ValueError("block: all lists must be nested equally deep, and none may be empty")
    return 1 + depths.pop()


def _collect(arrays: Any, leaves: list[Any]) -> None:
    for a in arrays if isinstance(arrays, list) else [array(arrays)]:
        if isinstance(a, list):
            _collect(a, leaves)
        else:
            leaves.append(array(a))


# ---------------------------------------------------------------- splitting

pieces = linear(
    lambda ary, indices_or_sections, axis=0: np.array_split(ary, indices_or_sections, axis),
    lambda g, axis=0: np.concatenate(g, axis),
    results=True,
    name="split",
)


@composed(np.array_split)
def array_split(ary: Array, indices_or_sections: Cuts, axis: int = 0) -> list[Any]:
    """The array in so many parts, which need not be equal, or cut before these indices."""
    cuts = plain(indices_or_sections)
    if np.ndim(cuts):
        edges = [0, *(int(c) for c in cuts), ary.shape[axis]]
        if edges != sorted(edges):  # the parts overlap or leave gaps, or an index is negative
            key = [along(axis % ary.ndim, slice(i, j)) for i, j in zip(edges, [*edges[1:-1], None], strict=False)]
            return [getitem(ary, k) for k in key]
    return list(pieces(ary, cuts, axis))


@composed(np.split)
def split(ary: Array, indices_or_sections: Cuts, axis: int = 0) -> list[Any]:
    """The array in so many equal parts, or cut before these indices."""
    sections = plain(indices_or_sections)
    if np.ndim(sections) == 0 and ary.shape[axis] % sections:
        raise ValueError(
            f"split: an axis of {ary.shape[axis]} elements has no {sections} equal parts; use np.array_split"
        )
    return array_split(ary, indices_or_sections, axis)


def _split_along(name: str, axis: int, ndim: int) -> Callable[..., list[Any]]:
    """Split along this axis; a vector along its only one."""

    def split_along(ary: Any, indices_or_sections: Any) -> list[Any]:
        if ary.ndim < ndim:
            raise ValueError(f"{name}: needs an array of {ndim} or more axes, got shape {ary.shape}")
        return split(ary, indices_or_sections, min(axis, ary.ndim - 1))

    return split_along


hsplit = composed(np.hsplit)(_split_along("hsplit", 1, 1))
vsplit = composed(np.vsplit)(_split_along("vsplit", 0, 2))
dsplit = composed(np.dsplit)(_split_along("dsplit", 2, 3))

if hasattr(np, "unstack"):  # since NumPy 2.1
    unstack = linear(
        np.unstack,
        lambda g, axis=0: np.stack(g, axis),
        forward=lambda x, axis=0: np.unstack(x, axis=axis),
        results=True,
        name="unstack",
    )


# ---------------------------------------------------------------- adding and removing elements


@composed(np.append)
def append(arr: Array, values: ArrayLike, axis: int | None = None) -> Any:
    """The values joined to the end of an axis, or both flattened."""
    return concatenate([array(arr), array(values)], axis)


@composed(np.insert)
def insert(arr: Array, obj: Any, values: Any, axis: int | None = None) -> Any:
    """The values before these indices: joined to the array, then taken in the new order."""
    arr, values, obj = array(arr), array(values), plain(obj)
    if axis is None:
        arr, axis = ravel(arr), 0
    axis = normalize_axis_index(axis, arr.ndim)
    n = arr.shape[axis]
    places = np.arange(*obj.indices(n)) if isinstance(obj, slice) else np.asarray(obj)
    places = np.flatnonzero(places) if places.dtype == bool else places.astype(int)
    if places.size == 1:  # one index takes all values
        values = reshaped(values, (1,) * (arr.ndim - values.ndim) + tuple(values.shape))
        if places.ndim == 0:
            values = moveaxis(values, 0, axis)
        count = values.shape[axis]
    else:
        count = places.size
        if values.ndim > arr.ndim:  # an assignment drops the axes before, of one element each
            values = reshaped(values, values.shape[values.ndim - arr.ndim :])
    values = broadcast_to(values, (*arr.shape[:axis], count, *arr.shape[axis + 1 :]))
    if values.dtype != arr.dtype:
        values = cast(values, arr.dtype) if arr.dtype.kind in "fc" else plain(values).astype(arr.dtype)
    order = np.insert(np.arange(n), places, np.arange(n, n + count))
    return take(concatenate([arr, values], axis), order, axis)


@composed(np.delete)
def delete(arr: Array, obj: Any, axis: int | None = None) -> Any:
    """All elements of an axis, or of the flattened array, except these."""
    n = arr.size if axis is None else arr.shape[axis]
    return take(arr, np.delete(np.arange(n), plain(obj)), axis)
