"""Operations that give the same elements another shape or other axes.

Convention: none of them touches a number, so each rule only undoes the shape; results may be views, for
arrays in the graph never change. ``array`` lets numbers and lists be operands beside tensors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..declare import OPERATIONS, Late, cast, composed, linear, plain, sum_to


def array(x: Any) -> Any:
    """Tensors and arrays as they are; numbers and lists of numbers as arrays."""
    return x if hasattr(x, "shape") else np.asarray(x)


def refuse(name: str, out: Any) -> None:
    """Raise where the caller wants a result written into an array of theirs."""
    if out is not None:
        raise TypeError(f"{name}(out=...) would overwrite an array in the graph: assign the result")


# ---------------------------------------------------------------- reshape


def _reshape(a: Any, shape: Any, order: Any = "C") -> Any:
    return np.reshape(a, shape, order=order)


reshaped = linear(_reshape, lambda g, x_shape, order="C": np.reshape(g, x_shape, order=order))
OPERATIONS["reshape"] = OPERATIONS.pop(_reshape)


@composed(np.reshape)
def reshape(a: Any, shape: Any = None, order: Any = "C", *, newshape: Any = None, copy: bool | None = None) -> Any:
    """The elements in the same order under another shape. Order "A" is that of the array in memory."""
    shape = newshape if shape is None else shape
    if shape is None:
        raise TypeError("reshape() needs a shape")
    if copy is not None:
        np.reshape(plain(a), shape, order=order, copy=copy)  # raises where copy=False cannot be kept
    if order == "C":
        return reshaped(a, shape)
    return reshaped(a, shape, "F" if order == "F" or (order == "A" and plain(a).flags.fnc) else "C")


@composed(np.ravel)
def ravel(a: Any, order: Any = "C") -> Any:
    """All elements along one axis. Order "K" is that in memory: axes with the widest strides first."""
    a = array(a)
    if order == "K":
        strides = np.abs(plain(a).strides)
        a = transpose(a, tuple(int(i) for i in np.argsort(-strides, kind="stable")))
        order = "C"
    return reshape(a, -1, order) if a.size else reshape(a, 0)


expand_dims = linear(np.expand_dims, lambda g, x_shape: np.reshape(g, x_shape))
squeeze = linear(np.squeeze, lambda g, x_shape: np.reshape(g, x_shape))


def _at_least(a: Any, ndim: int) -> Any:
    if a.ndim >= ndim:
        return a
    shapes = {1: {0: (1,)}, 2: {0: (1, 1), 1: (1, *a.shape)}, 3: {0: (1, 1, 1), 1: (1, *a.shape, 1), 2: (*a.shape, 1)}}
    return reshaped(a, shapes[ndim][a.ndim])


def _each_at_least(arrays: tuple[Any, ...], ndim: int) -> Any:
    found = tuple(_at_least(array(a), ndim) for a in arrays)
    return found[0] if len(found) == 1 else found


@composed(np.atleast_1d)
def atleast_1d(*arys: Any) -> Any:
    """Each array, with one axis if it has none."""
    return _each_at_least(arys, 1)


@composed(np.atleast_2d)
def atleast_2d(*arys: Any) -> Any:
    """Each array with at least two axes; a vector becomes a row."""
    return _each_at_least(arys, 2)


@composed(np.atleast_3d)
def atleast_3d(*arys: Any) -> Any:
    """Each array with at least three axes; (n,) becomes (1, n, 1) and (m, n) becomes (m, n, 1)."""
    return _each_at_least(arys, 3)


# ---------------------------------------------------------------- the order of axes


def _inverse(axes: Any) -> Any:
    """The permutation that undoes this one: inverse[axes[k]] = k."""
    if axes is None:
        return None
    n = len(axes)
    return tuple(sorted(range(n), key=lambda k: axes[k] % n))


transpose = linear(np.transpose, lambda g, axes=None: np.transpose(g, _inverse(axes)))
swapaxes = linear(np.swapaxes, lambda g, axis1, axis2: np.swapaxes(g, axis1, axis2))
moveaxis = linear(np.moveaxis, lambda g, source, destination: np.moveaxis(g, destination, source))


@composed(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    """The axis moved in front of the axis ``start``."""
    axis = normalize_axis_index(axis, a.ndim)
    start = normalize_axis_index(start + a.ndim if start < 0 else start, a.ndim + 1)
    return moveaxis(a, axis, start - 1 if axis < start else start)


@composed(np.matrix_transpose)
def matrix_transpose(x: Any, /) -> Any:
    """The last two axes exchanged."""
    if x.ndim < 2:
        raise ValueError(f"matrix_transpose: a matrix has at least 2 axes, got shape {x.shape}")
    return swapaxes(x, -1, -2)


# ---------------------------------------------------------------- the order of elements along axes

flip = linear(np.flip, lambda g, axis=None: np.flip(g, axis))
fliplr = linear(np.fliplr, lambda g: np.fliplr(g))
flipud = linear(np.flipud, lambda g: np.flipud(g))
rot90 = linear(np.rot90, lambda g, k=1, axes=(0, 1): np.rot90(g, -k, axes))
roll = linear(np.roll, lambda g, shift, axis=None: np.roll(g, np.negative(shift), axis))


# ---------------------------------------------------------------- broadcasting

broadcast_to = linear(np.broadcast_to, lambda g, x_shape: sum_to(g, x_shape), inputs=["array"])


@composed(np.broadcast_arrays)
def broadcast_arrays(*args: Any, subok: bool = False) -> tuple[Any, ...]:
    """Each array in the shape that they have together."""
    arrays = [array(a) for a in args]
    shape = np.broadcast_shapes(*(a.shape for a in arrays))
    return tuple(a if a.shape == shape else broadcast_to(a, shape) for a in arrays)


@composed(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    """Coordinates of a grid: the k-th array varies along axis k (with "xy" the first two are exchanged)."""
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing is 'xy' or 'ij', not {indexing!r}")
    along = list(range(len(xi)))
    if indexing == "xy" and len(xi) > 1:
        along[:2] = [1, 0]
    grid = tuple(
        reshaped(array(x), (1,) * k + (-1,) + (1,) * (len(xi) - k - 1)) for x, k in zip(xi, along, strict=True)
    )
    return grid if sparse else broadcast_arrays(*grid)


def _undo_tile(g: Any, shape: tuple[int, ...], reps: Any) -> Any:
    """Axes as (repetition, element) pairs, summed over the repetitions."""
    reps = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    reps, sizes = (1,) * (len(shape) - len(reps)) + reps, (1,) * (len(reps) - len(shape)) + tuple(shape)
    pairs = [n for pair in zip(reps, sizes, strict=True) for n in pair]
    return np.reshape(np.sum(np.reshape(g, pairs), axis=tuple(range(0, len(pairs), 2))), shape)


tile = linear(np.tile, lambda g, x_shape, reps: _undo_tile(g, x_shape, reps))


def _undo_repeat(g: Any, shape: tuple[int, ...], repeats: Any, axis: int | None) -> Any:
    """Each element's copies as an axis of their own, summed."""
    k = len(shape) if axis is None else normalize_axis_index(axis, len(shape)) + 1
    return np.sum(np.reshape(g, (*shape[:k], int(repeats), *shape[k:])), axis=k)


repeated = linear(
    lambda a, repeats, axis=None: np.repeat(a, repeats, axis),
    lambda g, x_shape, repeats, axis=None: _undo_repeat(g, x_shape, repeats, axis),
    name="repeat",
)
OPERATIONS.pop(repeated.function)


@composed(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each element so many times; with a number for each element, the elements taken at repeated places."""
    repeats = np.asarray(plain(repeats))
    if repeats.size == 1:
        return repeated(a, repeats.item(), axis)
    count = array(a).size if axis is None else a.shape[axis]
    return OPERATIONS[np.take](a, np.repeat(np.arange(count), repeats), axis)


# ---------------------------------------------------------------- copies and casts

copy = linear(np.copy, lambda g: g)


def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """The same numbers in another dtype."""
    return x.astype(dtype)


if hasattr(np, "astype"):  # since NumPy 2.1
    composed(np.astype)(astype)


@composed(np.full_like)
def full_like(a: Any, fill_value: Any, dtype: Any = None, order: Any = "K", subok: bool = True, **more: Any) -> Any:
    """An array like ``a``, everywhere ``fill_value``, which may be a tensor: broadcast and cast."""
    if not isinstance(fill_value, Late.Tensor):
        return np.full_like(plain(a), fill_value, dtype, order, subok, **more)
    like = np.empty_like(plain(a), dtype, order, subok, **more)
    if like.dtype.kind not in "fc":
        raise TypeError(f"full_like: a tensor's value would be cut off to {like.dtype}: pass dtype={fill_value.dtype}")
    return cast(broadcast_to(fill_value, like.shape), like.dtype)


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """An axis, several, or None for all, as non-negative numbers in order."""
    found: Sequence[int] = range(ndim) if axis is None else normalize_axis_tuple(axis, ndim)
    return tuple(found)
