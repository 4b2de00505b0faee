"""NumPy's functions that overwrite their first argument: ``put``, ``place``, ``copyto``, ``fill_diagonal``, ...

Convention: each is an assignment to elements, ``t[key] = values``: the tensor is bound to a new array, and both
its old numbers and the values stay in the graph. A plain array cannot hold tracked values.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import recording
from ..declare import Late, composed, plain
from ..typing import ArrayLike
from .arguments import array
from .broadcast import broadcast_to
from .getitem import scatter
from .reshape import ravel
from .take import along_axis, take


def _is_plain(name: str, target: Any, values: Any) -> bool:
    """Is the target a plain array? Then tracked values are refused."""
    if isinstance(target, Late.Tensor):
        return False
    if isinstance(values, Late.Tensor) and values.node is not None and recording.on:
        raise TypeError(
            f"np.{name} would write a tracked tensor into a plain array, and its gradient would silently be lost: "
            "make the array a Tensor first, then assigning to its elements is differentiable"
        )
    return True


def _cycled(values: Any, count: int) -> Any:
    """The values in order, repeated until there are enough."""
    values = ravel(array(values))
    return take(values, np.arange(count) % values.size)


@composed(np.copyto)
def copyto(dst: Any, src: Any, casting: Any = "same_kind", where: ArrayLike = True) -> None:
    """dst[where] = src."""
    where = plain(where)
    if _is_plain("copyto", dst, src):
        np.copyto(dst, plain(src), casting, where)
        return
    src = array(src)
    if not np.can_cast(src.dtype, dst.dtype, casting):
        raise TypeError(f"copyto: cannot cast {src.dtype} to {dst.dtype} by the rule '{casting}'")
    if where is True:
        dst[...] = src
    else:
        mask = np.broadcast_to(where, dst.shape)
        dst[mask] = broadcast_to(src, dst.shape)[mask]


@composed(np.putmask)
def putmask(a: Any, /, mask: ArrayLike, values: ArrayLike) -> None:
    """a.flat[n] = values[n] where the mask is true; fewer values are repeated."""
    mask = np.asarray(plain(mask), bool)
    if _is_plain("putmask", a, values):
        np.putmask(a, mask, plain(values))
        return
    a[mask.reshape(a.shape)] = _cycled(values, a.size)[np.flatnonzero(mask)]


@composed(np.place)
def place(arr: Any, mask: ArrayLike, vals: ArrayLike) -> None:
    """The n-th true element of the mask becomes the n-th value; fewer values are repeated."""
    mask = np.asarray(plain(mask), bool)
    if _is_plain("place", arr, vals):
        np.place(arr, mask, plain(vals))
        return
    arr[mask.reshape(arr.shape)] = _cycled(vals, int(np.count_nonzero(mask)))


@composed(np.put)
def put(a: Any, ind: ArrayLike, v: ArrayLike, mode: Any = "raise") -> None:
    """a.flat[ind] = v; fewer values are repeated."""
    ind = np.asarray(plain(ind)).reshape(-1)
    if _is_plain("put", a, v):
        np.put(a, ind, plain(v), mode)
        return
    if mode == "raise":
        if np.any((ind < -a.size) | (ind >= a.size)):
            raise IndexError(f"put: an index is out of bounds for {a.size} elements")
        mode = "wrap"  # negative ones are left
    a[np.unravel_index(ind % a.size if mode == "wrap" else np.clip(ind, 0, a.size - 1), a.shape)] = _cycled(v, ind.size)


@composed(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: ArrayLike, axis: int | None = -1) -> None:
    """arr[indices[i, j], j] = values[i, j], or along another axis."""
    indices = plain(indices)
    if _is_plain("put_along_axis", arr, values):
        np.put_along_axis(arr, indices, plain(values), axis)
    elif axis is None:
        arr[np.unravel_index(indices, arr.shape)] = values
    else:
        arr[along_axis(indices, arr.shape, axis)] = values


@composed(np.fill_diagonal)
def fill_diagonal(a: Any, val: ArrayLike, wrap: bool = False) -> None:
    """a[i, i, ...] = val; ``wrap`` starts the diagonal again at the bottom of a tall matrix."""
    if _is_plain("fill_diagonal", a, val):
        np.fill_diagonal(a, plain(val), wrap)
        return
    mask = np.zeros(a.shape, bool)
    np.fill_diagonal(mask, True, wrap)
    key = np.nonzero(mask)
    a[key] = _cycled(val, key[0].size)


def _at(ufunc: np.ufunc) -> Any:
    """a[indices] += b, or -=, for each time that an element is named."""

    def at(a: Any, indices: Any, b: Any, /) -> None:
        indices = plain(indices)
        if _is_plain(f"{ufunc.__name__}.at", a, b):
            ufunc.at(a, indices, plain(b))
            return
        b = broadcast_to(array(b), np.broadcast_to(False, a.shape)[indices].shape)
        a[...] = ufunc(a, scatter(b, a.shape, indices))

    return at


add_at = composed((np.add, "at"))(_at(np.add))
subtract_at = composed((np.subtract, "at"))(_at(np.subtract))
