"""Indexing and its dual: ``getitem`` takes elements, ``scatter`` adds them to zeros at their places.

Convention: a key is anything that NumPy takes between brackets; tensors in it are constants. Where a key
names an element twice, ``scatter`` adds both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Operation, linear, native
from ..typing import Key, Shape

ndarray = np.ndarray


def _getitem(x: Any, key: Key) -> Any:
    return x[key]


def _scatter(x: Any, shape: Shape, key: Key) -> Any:
    """y = 0, then y[key] += x, each element as often as the key names it."""
    once = names_once(key)
    if not once and x.dtype == np.float16:  # where 2048 + 1 = 2048
        return _scatter(x.astype(np.float32), shape, key).astype(x.dtype)
    y = np.zeros_like(x, shape=shape, order="C")  # so that reshape(-1) below is a view
    if once:
        y[key] = x
    else:  # add.at is fast for a vector and one index array
        np.add.at(y.reshape(-1), positions(shape, key, x).reshape(-1), x.reshape(-1))
    return y


getitem = linear(_getitem, lambda g, x_shape, key: scatter(g, x_shape, key), name="getitem", selects=True)
scatter: Operation = linear(_scatter, lambda g, key: getitem(g, key), name="scatter")


def names_once(key: Any) -> bool:
    """Does this key name no element twice? True for numbers, slices and masks, not for arrays of integers."""
    for part in key if isinstance(key, tuple) else (key,):
        if part is not None and part is not Ellipsis and not isinstance(part, int | slice):
            part = part if part.__class__ is ndarray else native(part)
            if part.dtype != bool and part.size > 1:
                return False
    return True


def positions(shape: Shape, key: Any, like: Any) -> Any:
    """Flat indices, in the library of ``like``, of the elements that a key names: the sum of index times stride."""
    if len(shape) == 1 and not isinstance(key, tuple):
        return native(key)
    library = {} if like.__class__ is ndarray else {"like": like}
    total, stride = 0, 1
    for axis in reversed(range(len(shape))):
        steps = stride * np.arange(shape[axis], **library).reshape((-1,) + (1,) * (len(shape) - axis - 1))
        total = total + np.broadcast_to(steps, shape)[key]
        stride *= shape[axis]
    return total


def along(axis: int, indices: Any) -> tuple[Any, ...]:
    """The key that indexes this axis (not negative) and takes all of the axes before it."""
    return (slice(None),) * axis + (indices,)
