"""NumPy's functions that make an array of whatever they are given, for tensors and for lists with tensors in them.

Convention: of a tracked tensor they make a tensor, in the graph; of all else what NumPy makes of it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import tracked
from ..ops import copy as copies
from ..tensor import Tensor
from .lists import NESTS, begins, joined

__all__ = [
    "array", "asanyarray", "asarray", "asarray_chkfinite", "ascontiguousarray", "asfortranarray", "c_", "full",
    "full_like", "isscalar", "r_", "require",
]  # fmt: skip


def _stays(x: Any) -> bool:
    """Does a tracked tensor, or a list with one in it, stay a tensor?"""
    return isinstance(x, Tensor) and tracked(x)


def _making(function: Callable[..., Any], copied: bool, least: int = 0) -> Callable[..., Any]:
    """One of NumPy's functions that make an array, of ``least`` axes or more."""

    def make(a: Any, *args: Any, **kwargs: Any) -> Any:
        if a.__class__ is not Tensor and not (a.__class__ in NESTS and begins(a)):
            try:
                return function(a, *args, **kwargs)
            except TypeError:  # a list with a tensor far down
                if not _stays(joined(a)):
                    raise
        x = joined(a)
        if not _stays(x):
            return function(x, *args, **kwargs)
        return _made(x, copied and x is a, *args, **{"ndmin": least, **kwargs})

    return functools.update_wrapper(make, function)


def _made(x: Any, copied: bool, dtype: Any = None, *more: Any, copy: Any = None, ndmin: int = 0, **rest: Any) -> Any:
    """A tensor of this dtype with so many axes at least. Order in memory plays no role, and there are no subclasses."""
    if dtype is not None and np.dtype(dtype) != x.dtype:
        x = x.astype(_numbers(dtype))
    elif copied if copy is None else copy:
        x = x.copy()
    return x if x.ndim >= ndmin else x.reshape((1,) * (ndmin - x.ndim) + x.shape)


def _numbers(dtype: Any) -> Any:
    if np.dtype(dtype).kind not in "biufc":
        raise TypeError(f"np.array(t, dtype={dtype}): a tensor holds numbers; t.data gives them")
    return dtype


array = _making(np.array, True)
asarray, asanyarray = _making(np.asarray, False), _making(np.asanyarray, False)
ascontiguousarray, asfortranarray = _making(np.ascontiguousarray, False, 1), _making(np.asfortranarray, False, 1)
require = _making(np.require, False)


@functools.wraps(np.asarray_chkfinite)
def asarray_chkfinite(a: Any, dtype: Any = None, order: Any = None) -> Any:
    y = asarray(a, dtype=dtype, order=order)
    np.asarray_chkfinite(y._array if isinstance(y, Tensor) else y)
    return y


@functools.wraps(np.full)
def full(shape: Any, fill_value: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
    value = joined(fill_value) if fill_value.__class__ in NESTS else fill_value
    if not _stays(value):
        return np.full(shape, fill_value, dtype, *args, **kwargs)
    return copies.full_like(np.empty(shape, value.dtype if dtype is None else dtype), value)


@functools.wraps(np.full_like)
def full_like(a: Any, fill_value: Any, *args: Any, **kwargs: Any) -> Any:
    value = joined(fill_value)
    like = joined(a)
    if not _stays(value):
        return np.full_like(like, fill_value, *args, **kwargs)
    return copies.full_like(like if hasattr(like, "shape") else np.asarray(like), value, *args, **kwargs)


@functools.wraps(np.isscalar)
def isscalar(element: Any) -> bool:
    return np.isscalar(element) or (isinstance(element, Tensor) and element.ndim == 0)


class Concatenator:
    """``np.r_`` or ``np.c_``: what stands in its brackets is joined along the first or the last axis.

    ``numpys``  NumPy's own, which says where everything goes
    """

    def __init__(self, numpys: Any) -> None:
        self.numpys = numpys

    def __getitem__(self, key: Any) -> Any:
        parts = [joined(part) for part in (key if isinstance(key, tuple) else (key,))]
        if not any(map(_stays, parts)):
            return self.numpys[key]
        places: list[Any] = []  # the parts with their elements' numbers
        arrays, kinds, start = [], [], 0
        for part in parts:
            if isinstance(part, str):
                places.append(part)
                continue
            x = np.r_[part] if isinstance(part, slice) else part if isinstance(part, Tensor) else np.asarray(part)
            places.append(np.arange(start, start + x.size).reshape(x.shape))
            start += x.size
            arrays.append(x.reshape(-1))
            kinds.append(part if isinstance(part, int | float | complex) else x.dtype)
        order = self.numpys[tuple(places)]
        if isinstance(order, np.matrix):
            raise TypeError(f"np.r_[{parts[0]!r}, ...] makes a matrix, which no tensor is: leave {parts[0]!r} out")
        y = np.concatenate(arrays, dtype=np.result_type(*kinds))
        return y if order.ndim == 1 else y[order]

    def __len__(self) -> int:
        return 0


r_, c_ = Concatenator(np.r_), Concatenator(np.c_)
