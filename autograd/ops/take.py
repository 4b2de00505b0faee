"""Elements taken by index or condition: take, take_along_axis, compress, extract, choose, trim_zeros.

Convention: indices and conditions are constants; the dual adds to zeros, as ``scatter`` does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, linear, native, plain
from ..typing import Array, ArrayLike, Axis, Shape
from .arguments import array, refuse
from .getitem import along, getitem, scatter
from .reshape import ravel


def _untake(g: Any, x_shape: Shape, indices: Any, axis: int | None = None) -> Any:
    if axis is None:
        return np.reshape(scatter(g, (int(np.prod(x_shape)),), native(indices)), x_shape)
    return scatter(g, x_shape, along(axis % len(x_shape), native(indices)))


taken = linear(lambda a, indices, axis=None: np.take(a, indices, axis), _untake, name="take", selects=True)


@composed(np.take)
def take(a: Array, indices: ArrayLike, axis: int | None = None, out: None = None, mode: str = "raise") -> Any:
    """The elements at these indices of an axis, or of the flattened array."""
    refuse("take", out)
    if mode != "raise":
        n = a.size if axis is None else a.shape[axis]
        indices = _within(native(plain(indices)), n, mode)
    return taken(a, indices, axis)


def _within(indices: Any, n: int, mode: str) -> Any:
    """Indices into n elements, brought into range by NumPy's modes: wrapped around or clipped."""
    return indices if mode == "raise" else indices % n if mode == "wrap" else np.clip(indices, 0, n - 1)


@composed(np.take_along_axis)
def take_along_axis(arr: Array, indices: Array, axis: int | None = -1) -> Any:
    """y[i, j] = x[indices[i, j], j], or along another axis."""
    if axis is None:
        arr, axis = ravel(arr), 0
    return getitem(arr, along_axis(plain(indices), arr.shape, axis))


def along_axis(indices: Any, shape: Shape, axis: int) -> tuple[Any, ...]:
    """The key of ``take_along_axis``: the indices, and 0, 1, ... along every other axis."""
    if indices.ndim != len(shape):
        raise ValueError(f"take_along_axis: indices of shape {indices.shape} for an array of shape {shape}")
    key = list(np.ogrid[tuple(slice(n) for n in shape)])
    key[axis] = indices
    return tuple(key)


@composed(np.compress)
def compress(condition: ArrayLike, a: Array, axis: int | None = None, out: None = None) -> Any:
    """The elements of an axis, or of the flattened array, where the condition is true."""
    refuse("compress", out)
    return taken(a, np.flatnonzero(plain(condition)), axis)


@composed(np.extract)
def extract(condition: ArrayLike, arr: Array) -> Any:
    """The elements, flattened, where the condition is true."""
    return taken(arr, np.flatnonzero(plain(condition)))


chosen = linear(
    lambda choices, a, mode="raise": np.choose(a, choices, mode=mode),
    lambda g, choices_shape, a: [np.where(a == k, g, 0) for k in range(len(choices_shape))],
    many=True,
    name="choose",
    selects=True,
)


@composed(np.choose)
def choose(a: ArrayLike, choices: Any, out: None = None, mode: str = "raise") -> Any:
    """y[i] = choices[a[i]][i], all broadcast together."""
    refuse("choose", out)
    return chosen(choices, _within(native(plain(a)), len(choices), mode))


@composed(np.trim_zeros)
def trim_zeros(filt: Array, trim: str = "fb", axis: Axis = None) -> Any:
    """The array without the zeros around its nonzero elements: in front ("f"), behind ("b") or both."""
    filt, trim = array(filt), trim.lower()
    axes = range(filt.ndim) if axis is None else [k % filt.ndim for k in np.atleast_1d(axis)]
    key = [slice(None)] * filt.ndim
    for k, places in enumerate(np.nonzero(plain(filt))):
        if k in axes:
            n = filt.shape[k]
            start, stop = (places.min(), places.max() + 1) if places.size else (n, 0)
            key[k] = slice(start if "f" in trim else 0, stop if "b" in trim else n)
    return getitem(filt, tuple(key))
