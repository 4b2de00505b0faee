"""Indexing and its dual: ``getitem`` takes elements, ``scatter`` adds them into zeros at their places.

Convention: a key is anything that NumPy takes between brackets; tensors in it are constants. Where a key
names an element twice, ``scatter`` adds both, while of ``setitem``'s values the last one stands.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import OPERATIONS, Operation, composed, linear, plain, primitive
from .arguments import array, refuse
from .reshape import ravel, reshaped

# ---------------------------------------------------------------- getitem and scatter


def _getitem(x: Any, key: Any) -> Any:
    return x[key]


def _scatter(x: Any, shape: tuple[int, ...], key: Any) -> Any:
    """y = 0, then y[key] += x, each element as often as the key names it."""
    y = np.zeros_like(x, shape=shape, order="C")  # so that its flat view below is no copy
    if names_once(key):
        y[key] = x
    else:  # NumPy's add.at is fast for a vector and one index array
        np.add.at(y.reshape(-1), positions(shape, key).reshape(-1), x.reshape(-1))
    return y


getitem = linear(_getitem, lambda g, x_shape, key: scatter(g, x_shape, key), name="getitem")
scatter: Operation = linear(_scatter, lambda g, key: getitem(g, key), name="scatter")


def names_once(key: Any) -> bool:
    """Can this key name no element twice? Numbers, slices, masks; not arrays of several integers."""
    for part in key if isinstance(key, tuple) else (key,):
        if part is not None and part is not Ellipsis and not isinstance(part, int | slice):
            part = np.asarray(part)
            if part.dtype != bool and part.size > 1:
                return False
    return True


def positions(shape: tuple[int, ...], key: Any) -> Any:
    """Where the elements that a key names lie in the flattened array: the sum of index times stride."""
    if len(shape) == 1 and not isinstance(key, tuple):
        return np.asarray(key)
    total, stride = 0, 1
    for axis in reversed(range(len(shape))):
        steps = stride * np.arange(shape[axis]).reshape((-1,) + (1,) * (len(shape) - axis - 1))
        total = total + np.broadcast_to(steps, shape)[key]
        stride *= shape[axis]
    return total


# ---------------------------------------------------------------- setitem


def _setitem(x: Any, value: Any, key: Any) -> Any:
    """A copy of x with the value at the key."""
    y = x.copy()
    y[key] = value
    return y


def _standing(g: Any, shape: tuple[int, ...], key: Any) -> Any:
    """The gradient of values of this shape: those that a later one of the same assignment overwrote get 0."""
    d = g[key]
    if len(shape) > d.ndim:  # NumPy lets values have more axes, of length 1, than there are places
        d = np.reshape(d, (1,) * (len(shape) - d.ndim) + tuple(d.shape))
    if names_once(key):
        return d
    places = positions(g.shape, key)
    turn = np.arange(places.size).reshape(places.shape)
    last = np.zeros(g.shape, int)
    last[key] = turn
    return np.where(last[key] == turn, d, 0)


assigned = primitive(
    _setitem,
    [lambda g, key: setitem(g, 0, key), lambda g, value_shape, key: _standing(g, value_shape, key)],
    push=[
        lambda t, key: setitem(t, 0, key),
        lambda t, x_shape, x_dtype, key: setitem(np.zeros_like(t, shape=x_shape, dtype=x_dtype), t, key),
    ],
    name="setitem",
)


def setitem(x: Any, value: Any, key: Any) -> Any:
    """x with the value at x[key], a new array; differentiable in x and in the value, which is broadcast."""
    if getattr(value, "node", None) is not None and x.dtype.kind not in "fc":
        raise TypeError(f"assignment of a tracked tensor would cut it off to {x.dtype}: make the target floating")
    return assigned(x, value, key)


for _operation in (getitem, scatter, assigned):
    OPERATIONS.pop(_operation.function)
OPERATIONS["getitem"], OPERATIONS["scatter"], OPERATIONS["setitem"] = getitem, scatter, setitem


# ---------------------------------------------------------------- taking along an axis


def along(axis: int, indices: Any) -> tuple[Any, ...]:
    """The key that indexes one axis (0 or greater) and takes the axes before it whole."""
    return (slice(None),) * axis + (indices,)


def _take(a: Any, indices: Any, axis: int | None = None) -> Any:
    return np.take(a, indices, axis)


def _untake(g: Any, shape: tuple[int, ...], indices: Any, axis: int | None) -> Any:
    if axis is None:
        return np.reshape(scatter(g, (int(np.prod(shape)),), np.asarray(indices)), shape)
    return scatter(g, shape, along(axis % len(shape), np.asarray(indices)))


taken: Operation = linear(_take, lambda g, x_shape, indices, axis=None: _untake(g, x_shape, indices, axis), name="take")
OPERATIONS.pop(_take)


@composed(np.take)
def take(a: Any, indices: Any, axis: int | None = None, out: Any = None, mode: str = "raise") -> Any:
    """The elements at these indices of an axis, or of the flattened array."""
    refuse("take", out)
    if mode != "raise":
        n = a.size if axis is None else a.shape[axis]
        indices = _within(np.asarray(plain(indices)), n, mode)
    return taken(a, indices, axis)


def _within(indices: Any, n: int, mode: str) -> Any:
    """Indices of n elements, those out of range by NumPy's modes: wrapped around or clipped."""
    return indices if mode == "raise" else indices % n if mode == "wrap" else np.clip(indices, 0, n - 1)


@composed(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """y[i, j] = x[indices[i, j], j], for whichever axis."""
    if axis is None:
        arr, axis = ravel(arr), 0
    return getitem(arr, along_axis(plain(indices), arr.shape, axis))


def along_axis(indices: Any, shape: tuple[int, ...], axis: int) -> tuple[Any, ...]:
    """The key of ``take_along_axis``: every other axis is counted through."""
    if indices.ndim != len(shape):
        raise ValueError(f"take_along_axis: indices of shape {indices.shape} for an array of shape {shape}")
    key = list(np.ogrid[tuple(slice(n) for n in shape)])
    key[axis] = indices
    return tuple(key)


@composed(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None, out: Any = None) -> Any:
    """The elements of an axis, or of the flattened array, where the condition is true."""
    refuse("compress", out)
    return taken(a, np.flatnonzero(plain(condition)), axis)


@composed(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    """The elements, flattened, where the condition is true."""
    return taken(arr, np.flatnonzero(plain(condition)))


chosen = linear(
    lambda choices, a, mode="raise": np.choose(a, choices, mode=mode),
    lambda g, choices_shape, a: [np.where(a == k, g, 0) for k in range(len(choices_shape))],
    many=True,
    name="choose",
)
OPERATIONS.pop(chosen.function)


@composed(np.choose)
def choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    """y[i] = choices[a[i]][i], all broadcast together."""
    refuse("choose", out)
    return chosen(choices, _within(np.asarray(plain(a)), len(choices), mode))


@composed(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    """The elements repeated, or cut off, until they fill the shape."""
    a = ravel(array(a))
    shape = (new_shape,) if np.ndim(new_shape) == 0 else tuple(new_shape)
    count = int(np.prod(shape))
    if a.size == 0 or count == 0:
        return reshaped(np.zeros_like(a, shape=count), shape)
    return reshaped(a if a.size == count else taken(a, np.arange(count) % a.size), shape)


@composed(np.trim_zeros)
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """The smallest box that holds all nonzero elements, cut off in front ("f"), behind ("b") or both."""
    filt, trim = array(filt), trim.lower()
    axes = range(filt.ndim) if axis is None else [k % filt.ndim for k in np.atleast_1d(axis)]
    key = [slice(None)] * filt.ndim
    for k, places in enumerate(np.nonzero(plain(filt))):
        if k in axes:
            n = filt.shape[k]
            start, stop = (places.min(), places.max() + 1) if places.size else (n, 0)
            key[k] = slice(start if "f" in trim else 0, stop if "b" in trim else n)
    return getitem(filt, tuple(key))
