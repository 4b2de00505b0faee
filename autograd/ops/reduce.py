"""Reductions: sum, mean, product, maximum and minimum over some axes.

Convention: the gradient g of a reduction is first given back its reduced axes as axes of length 1
(``keep_axes``), or spread over them (``restore``); a mask (``where=``) gets exactly 0 where it is False.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import OPERATIONS, Operation, composed, constant, linear, plain, primitive
from .arguments import NO_VALUE, axes_of, refuse
from .special_points import only_where

ndarray = np.ndarray
add: Any = np.add.reduce
multiply: Any = np.multiply.reduce

# ---------------------------------------------------------------- spreading a gradient again


def keep_axes(g: Any, shape: tuple[int, ...], axis: Any, keepdims: Any) -> Any:
    """A reduction's gradient or result with the reduced axes of its input as axes of length 1."""
    if keepdims or not shape or (axis is None and g.ndim == 0):
        return g
    if axis is None:
        axes: Any = range(len(shape))
    else:
        axes = (axis % len(shape),) if axis.__class__ is int else axes_of(axis, len(shape))
    return g.reshape([1 if k in axes else n for k, n in enumerate(shape)])


def restore(g: Any, shape: tuple[int, ...], axis: Any, keepdims: Any) -> Any:
    """The gradient of a reduction, spread again over the axes that were reduced."""
    return spread(keep_axes(g, shape, axis, keepdims), shape)


def spread(g: Any, shape: tuple[int, ...]) -> Any:
    """``broadcast_to``; of one number, an array all of whose strides are 0, six times as fast."""
    if g.size == 1 and (g.__class__ is ndarray or isinstance(g, np.generic)):
        return ndarray(shape, g.dtype, g, 0, (0,) * len(shape))
    return np.broadcast_to(g, shape)


def count(shape: tuple[int, ...], axis: Any, where: Any = True, keepdims: Any = False) -> Any:
    """How many elements each sum adds up: an int, or with a mask an array of them."""
    if where is not True:
        return add(np.broadcast_to(where, shape), axis, int, None, bool(keepdims))
    return math.prod([shape[k] for k in axes_of(axis, len(shape))]) if shape else 1  # numbers have an axis 0 for NumPy


def masked(d: Any, where: Any) -> Any:
    return d if where is True else np.where(where, d, 0)


# ---------------------------------------------------------------- sum


def _sum(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: Any = False,
    initial: Any = NO_VALUE,
    where: Any = True,
) -> Any:
    """``np.sum`` without its Python around ``np.add.reduce``."""
    return add(a, axis, dtype, None, bool(keepdims), initial, where)


total = linear(
    np.sum,
    lambda g, x_shape, axis=None, keepdims=False, where=True: masked(restore(g, x_shape, axis, keepdims), where),
    forward=_sum,
    push=lambda t, axis=None, dtype=None, keepdims=False, where=True: np.sum(
        t, axis, dtype, keepdims=keepdims, where=where
    ),  # without ``initial``, which moves with nothing
)


# ---------------------------------------------------------------- mean


def _mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, *, where: Any = True
) -> Any:
    """``np.mean``, whose Python is spared in the common case."""
    if where is True and dtype is None and a.__class__ is ndarray and a.dtype.char in "fdgFDG" and a.size:
        y = add(a, axis, None, None, bool(keepdims))
        y = y / a.dtype.type(a.size // y.size)
        return y
    return np.mean(a, axis, dtype, None, bool(keepdims), where=where)


def _shares(g: Any, shape: tuple[int, ...], axis: Any, keepdims: Any, where: Any) -> Any:
    """g / n, where n elements are averaged; n in the dtype of g, but for float16, which ends at 65504."""
    n = count(shape, axis, where, keepdims)
    if g.dtype == np.float16:
        return (g.astype(np.float32) / np.maximum(n, 1)).astype(g.dtype)
    return g / (max(n, 1) if where is True else np.maximum(n, 1).astype(g.dtype))


mean = linear(
    np.mean,
    lambda g, x_shape, axis=None, keepdims=False, where=True: masked(
        restore(_shares(g, x_shape, axis, keepdims, where), x_shape, axis, keepdims), where
    ),
    forward=_mean,
)


# ---------------------------------------------------------------- maximum and minimum


def winners(x: Any, y: Any, axis: Any, keepdims: Any, where: Any = True) -> Any:
    """Where the extreme value was found: True at each element that ties, or at the NaNs where it is NaN."""
    x, y = plain(x), np.asarray(plain(y))
    top = keep_axes(y, x.shape, axis, keepdims)
    mask = x == top
    if np.isnan(add(y, axis=None)):
        mask |= (x != x) & (top != top)
    return mask if where is True else mask & where


def ties(mask: Any, axis: Any, keepdims: Any, initial: Any, y: Any, dtype: Any) -> Any:
    """How many elements share the extreme value, ``initial`` among them, in the dtype of the gradient."""
    n: Any = np.count_nonzero(mask) if axis is None else add(mask, axis, int, None, bool(keepdims))
    if initial is not NO_VALUE and initial is not None:
        n = n + (plain(y) == initial)
    return np.maximum(n, 1).astype(dtype)


def pull_extreme(
    g: Any, x: Any, y: Any, axis: Any = None, keepdims: Any = False, initial: Any = NO_VALUE, where: Any = True
) -> Any:
    mask = winners(x, y, axis, keepdims, where)
    share = g / ties(mask, axis, keepdims, initial, y, g.dtype)
    return only_where(restore(share, mask.shape, axis, keepdims), mask)


def push_extreme(
    t: Any, x: Any, y: Any, axis: Any = None, keepdims: Any = False, initial: Any = NO_VALUE, where: Any = True
) -> Any:
    mask = winners(x, y, axis, keepdims, where)
    return np.sum(np.where(mask, t, 0), axis, keepdims=keepdims) / ties(mask, axis, keepdims, initial, y, t.dtype)


def _extreme(function: Any, reduce: Callable[..., Any]) -> Operation:
    """An extreme value: its gradient is shared equally by all elements that reach it."""

    def forward(
        a: Any,
        axis: Any = None,
        out: Any = None,
        keepdims: Any = False,
        initial: Any = NO_VALUE,
        where: Any = True,
    ) -> Any:
        return reduce(a, axis, None, None, bool(keepdims), initial, where)

    return primitive(function, pull_extreme, push=push_extreme, forward=forward)


largest = _extreme(np.max, np.maximum.reduce)
smallest = _extreme(np.min, np.minimum.reduce)
OPERATIONS[np.amax], OPERATIONS[np.amin] = largest, smallest


@composed(np.ptp)
def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    """From peak to peak: max x - min x."""
    refuse("ptp", out)
    return largest(a, axis, keepdims=keepdims) - smallest(a, axis, keepdims=keepdims)


# ---------------------------------------------------------------- product


def _prod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: Any = False,
    initial: Any = NO_VALUE,
    where: Any = True,
) -> Any:
    return multiply(a, axis, dtype, None, bool(keepdims), initial, where)


def others(x: Any, axis: Any) -> Any:
    """For each element the product of all others along the axes: right where elements are 0, at every order.

    Pairs are multiplied, pairs of pairs, up to the whole; on the way back each half is given what the
    other half is multiplied by. A tree costs 3 n products, and where x is a tensor is recorded as such.
    """
    shape, axes = x.shape, axes_of(axis, x.ndim)
    rest = tuple(k for k in range(x.ndim) if k not in axes)
    order = rest + axes
    front = tuple([shape[k] for k in rest])
    rows = np.transpose(x, order).reshape((*front, math.prod([shape[k] for k in axes])))
    levels = []
    while rows.shape[-1] > 1:
        if rows.shape[-1] % 2:
            one = np.ones_like(plain(rows), shape=(*front, 1))
            rows = np.concatenate([rows, one], -1)
        levels.append(rows)
        rows = rows[..., ::2] * rows[..., 1::2]
    d: Any = np.ones_like(plain(rows))
    width = [level.shape[-1] for level in levels]
    for k in reversed(range(len(levels))):
        level = levels[k]
        d = d[..., : width[k] // 2]
        d = np.stack([d * level[..., 1::2], d * level[..., ::2]], -1).reshape((*front, width[k]))
    d = d[..., : math.prod([shape[k] for k in axes])].reshape(tuple([shape[k] for k in order]))
    return np.transpose(d, tuple([order.index(k) for k in range(len(order))]))


def _each_without(x: Any, y: Any, axis: Any, keepdims: Any, initial: Any, where: Any) -> Any:
    """dy/dx[i]: y / x[i], or where elements are 0 the product of the others."""
    if where is not True:
        x = np.where(where, x, 1)
    if np.logical_and.reduce(plain(x), axis=None):
        return masked(keep_axes(y, x.shape, axis, keepdims) / x, where)
    d = others(x, axis)
    return masked(d if initial is NO_VALUE else d * initial, where)


def _pull_product(
    g: Any, x: Any, y: Any, axis: Any = None, keepdims: Any = False, initial: Any = NO_VALUE, where: Any = True
) -> Any:
    return keep_axes(g, x.shape, axis, keepdims) * _each_without(x, y, axis, keepdims, initial, where)


def _push_product(
    t: Any, x: Any, y: Any, axis: Any = None, keepdims: Any = False, initial: Any = NO_VALUE, where: Any = True
) -> Any:
    return np.sum(t * _each_without(x, y, axis, keepdims, initial, where), axis, keepdims=keepdims)


product = primitive(np.prod, _pull_product, push=_push_product, forward=_prod)


# ---------------------------------------------------------------- reductions in steps

constant(np.any, np.all, np.argmax, np.argmin, np.nanargmax, np.nanargmin)
