"""Cumulative sums, products and maxima along an axis; the dual of a running sum runs from the other end.

Convention: without an axis the array is flattened, as in NumPy. Rules work along the last axis.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import composed, linear, plain, primitive
from ..typing import Shape
from .arguments import array, narrowed, refuse
from .copy import cast
from .reduce import ordinary
from .take import take_along_axis

ndarray = np.ndarray


def _from_behind(g: Any, axis: int) -> Any:
    """y[i] = g[i] + g[i+1] + ...; in half precision a running sum would stop growing at 2048."""
    dtype = np.float32 if g.dtype == np.float16 else None
    return narrowed(np.flip(np.cumsum(np.flip(g, axis), axis, dtype), axis), g.dtype)


cumsum = linear(
    np.cumsum,
    lambda g, x_shape, axis=None: _from_behind(g, 0 if axis is None else axis).reshape(x_shape),
    forward=lambda a, axis=None, dtype=None, out=None: np.cumsum(a, axis, dtype),
)

# ---------------------------------------------------------------- cumprod


def recurrence(a: Any, g: Any) -> Any:
    """h[i] = g[i] + a[i] h[i+1] along the last axis, with h = 0 past the end; a is one element shorter.

    By doubling: after each step h[i] holds the terms of twice as many elements, and a[i] the product of as
    many factors (Hillis and Steele, "Data parallel algorithms", 1986).
    """
    h, k = g, 1
    while k < g.shape[-1]:
        h = np.concatenate([h[..., :-k] + a * h[..., k:], h[..., -k:]], -1)
        a = a[..., :-k] * a[..., k:]
        k *= 2
    return h


def _before(x: Any) -> Any:
    """The product of all elements before each one."""
    one = np.ones_like(plain(x), shape=(*x.shape[:-1], 1))
    return np.concatenate([one, np.cumprod(x[..., :-1], -1)], -1)


def _along_last(x: Any, axis: int | None) -> Any:
    return x.reshape(-1) if axis is None else np.swapaxes(x, axis, -1)


def _back(d: Any, shape: Shape, axis: int | None) -> Any:
    return d.reshape(shape) if axis is None else np.swapaxes(d, axis, -1)


def _pull_cumprod(g: Any, x: Any, y: Any, axis: int | None = None) -> Any:
    """d[j] = Σ over i >= j of g[i] y[i] / x[j]; without dividing where products are 0, out of range or recorded."""
    shape = x.shape
    x, g, y = _along_last(x, axis), _along_last(g, axis), _along_last(y, axis)
    divides = x.__class__ is ndarray and ordinary(y)
    d = _from_behind(g * y, -1) / x if divides else _before(x) * recurrence(x[..., 1:], g)
    return _back(d, shape, axis)


def _push_cumprod(t: Any, x: Any, y: Any, axis: int | None = None) -> Any:
    shape = y.shape
    x, t, y = _along_last(x, axis), _along_last(t, axis), _along_last(y, axis)
    if x.__class__ is ndarray and ordinary(y):
        return _back(y * np.cumsum(t / x, -1), shape, axis)
    terms = np.flip(_before(x) * t, -1)  # dy[i] = x[i] dy[i-1] + y[i-1] t[i]
    return _back(np.flip(recurrence(np.flip(x, -1)[..., :-1], terms), -1), shape, axis)


cumprod = primitive(
    np.cumprod,
    _pull_cumprod,
    push=_push_cumprod,
    forward=lambda a, axis=None, dtype=None, out=None: np.cumprod(a, axis, dtype),
    along="axis",
)

# ---------------------------------------------------------------- NumPy 2.1's names


def _cumulative(running: Callable[..., Any], first: int, name: str) -> Callable[..., Any]:
    def cumulative(
        x: Any, /, *, axis: int | None = None, dtype: Any = None, out: Any = None, include_initial: bool = False
    ) -> Any:
        """The running sum or product; with ``include_initial`` it starts with 0 or 1."""
        refuse(name, out)
        x = array(x)
        if axis is None:
            if x.ndim > 1:
                raise ValueError(f"{name}: an array with several axes needs axis=...")
            axis = 0
        y = running(x, axis, dtype)
        if not include_initial:
            return y
        start = np.full_like(plain(y), first, shape=(*y.shape[:axis], 1, *y.shape[axis:][1:]))
        return np.concatenate([start, y], axis)

    return cumulative


if hasattr(np, "cumulative_sum"):  # since NumPy 2.1
    composed(np.cumulative_sum)(_cumulative(cumsum, 0, "cumulative_sum"))
    composed(np.cumulative_prod)(_cumulative(cumprod, 1, "cumulative_prod"))


# ---------------------------------------------------------------- running maxima


def running_extreme(ufunc: np.ufunc) -> Callable[..., Any]:
    """The greatest (or smallest) element so far; in a tie the first one gets the gradient."""

    def accumulate(array: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        refuse(f"{ufunc.__name__}.accumulate", out)
        x = np.swapaxes(plain(array), axis, -1)
        y = ufunc.accumulate(x, -1)
        new = np.ones_like(x, dtype=bool)
        new[..., 1:] = (y[..., 1:] != y[..., :-1]) & ~np.isnan(y[..., :-1])
        place = np.maximum.accumulate(np.where(new, np.arange(x.shape[-1], like=x), 0), -1)
        found = take_along_axis(array, np.swapaxes(place, axis, -1), axis)
        return found if dtype is None else cast(found, np.dtype(dtype))

    return accumulate
