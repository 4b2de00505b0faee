"""What rules for HIPS autograd's ``defvjp`` are written with: broadcasting undone, ties, zeros, and repetition.

Convention: each is made of NumPy's functions, so that a rule that uses it is differentiable in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import plain

__all__ = [
    "balanced_eq", "make_diagonal", "match_complex", "metadata", "repeat_to_match_shape", "replace_zero", "unbroadcast",
    "unbroadcast_f",
]  # fmt: skip

Metadata = tuple[tuple[int, ...], int, Any, bool]


def metadata(A: Any) -> Metadata:
    """Shape, number of axes and dtype of an array or a number, and whether it is complex."""
    a = plain(A)
    return np.shape(a), np.ndim(a), np.result_type(a), np.iscomplexobj(a)


def unbroadcast(x: Any, target_meta: Metadata, broadcast_idx: int = 0) -> Any:
    """x summed over the axes along which an array with this ``metadata`` was broadcast to x's shape.

    ``broadcast_idx``  where the axes stand that the array did not have: 0 or -1
    """
    shape, ndim, _, complex_ = target_meta
    extra = np.ndim(x) - ndim
    if extra > 0:
        start = broadcast_idx if broadcast_idx >= 0 else ndim
        x = np.sum(x, axis=tuple(range(start, start + extra)))
    ones = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(x)[k] != 1)
    if ones:
        x = np.sum(x, axis=ones, keepdims=True)
    return x if complex_ or not np.iscomplexobj(x) else np.real(x)


def unbroadcast_f(target: Any, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The rule g -> f(g), whose result is summed to the shape of ``target``."""
    meta = metadata(target)
    return lambda g: unbroadcast(f(g), meta)


def balanced_eq(x: Any, z: Any, y: Any) -> Any:
    """Which share of a derivative x has, if z is the larger or smaller of x and y: 1 or 0, and 1/2 where x = y."""
    return (plain(x) == plain(z)) / (1.0 + (plain(x) == plain(y)))


def replace_zero(x: Any, val: Any) -> Any:
    """x, with ``val`` where it is 0."""
    return np.where(plain(x) != 0, x, val)


def match_complex(target: Any, x: Any) -> Any:
    """x as complex as ``target``: its real part, or with an imaginary part of 0."""
    if np.iscomplexobj(target) == np.iscomplexobj(x):
        return x
    return x + 0j if np.iscomplexobj(target) else np.real(x)


def repeat_to_match_shape(g: Any, shape: tuple[int, ...], dtype: Any, axis: Any, keepdims: bool) -> tuple[Any, int]:
    """g, a sum over axes of an array of this shape, repeated to that shape; and how many elements were summed to one.

    ``axis``      the axes of the sum, as for ``np.sum``
    ``keepdims``  of the sum; it plays no role
    """
    if shape == ():
        return g, 1
    axes = set(range(len(shape)) if axis is None else np.arange(len(shape))[list(np.atleast_1d(axis))].tolist())
    kept = tuple(1 if k in axes else n for k, n in enumerate(shape))
    count = int(np.prod([shape[k] for k in axes], dtype=int))
    repeated = np.broadcast_to(np.reshape(g, kept), shape)
    return repeated.astype(np.result_type(plain(repeated), dtype)), count


def make_diagonal(D: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Square matrices, along the axes -1 and -2, with the last axis of D as their diagonal: 0 elsewhere."""
    if not (offset == 0 and axis1 == -1 and axis2 == -2):
        raise NotImplementedError(
            "make_diagonal makes the main diagonal of the last axes: offset=0, axis1=-1, axis2=-2"
        )
    return np.expand_dims(D, -1) * np.eye(np.shape(D)[-1])
