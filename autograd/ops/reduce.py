"""Reductions: sum, mean, average, product, maximum and minimum over some axes.

Convention: rules first put back the reduced axes with length 1 (``keep_axes``), or spread the gradient over
them (``restore``); elements left out by a mask (``where=``) get exactly 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import OPERATIONS, Operation, as_array, composed, constant, linear, plain, primitive
from ..typing import Array, ArrayLike, Axis, Shape
from .arguments import NO_VALUE, array, axes_of, narrowed, refuse
from .special_points import only_where

ndarray = np.ndarray
add: Any = np.add.reduce
multiply: Any = np.multiply.reduce

# ---------------------------------------------------------------- undoing a reduction


def keep_axes(g: Any, shape: Shape, axis: Axis, keepdims: bool) -> Any:
    """A reduction's gradient or result with the reduced axes put back, with length 1."""
    if keepdims or not shape or (axis is None and g.ndim == 0):
        return g
    axes = (axis % len(shape),) if axis.__class__ is int else axes_of(axis, len(shape))
    return g.reshape([1 if k in axes else n for k, n in enumerate(shape)])


def restore(g: Any, shape: Shape, axis: Axis, keepdims: bool) -> Any:
    """The gradient of a reduction, spread over the axes that were reduced."""
    return spread(keep_axes(g, shape, axis, keepdims), shape)


def spread(g: Any, shape: Shape) -> Any:
    """``broadcast_to``; for a single number an array with strides 0, six times as fast."""
    if g.size == 1 and (g.__class__ is ndarray or isinstance(g, np.generic)):
        return ndarray(shape, g.dtype, g, 0, (0,) * len(shape))
    return np.broadcast_to(g, shape)


def count(shape: Shape, axis: Axis, where: Any = True, keepdims: bool = False) -> Any:
    """How many elements each sum has: an int, or with a mask an array."""
    if where is not True:
        return add(np.broadcast_to(where, shape), axis, int, None, bool(keepdims))
    return math.prod([shape[k] for k in axes_of(axis, len(shape))]) if shape else 1  # NumPy gives numbers an axis 0


def masked(d: Any, where: Any) -> Any:
    return d if where is True else np.where(where, d, 0)


# ---------------------------------------------------------------- sum


def _without_python(reduce: Any) -> Callable[..., Any]:
    """``np.sum`` or ``np.prod`` without the Python around the ufunc's ``reduce``."""
    return lambda a, axis=None, dtype=None, out=None, keepdims=False, initial=NO_VALUE, where=True: reduce(
        a, axis, dtype, None, bool(keepdims), initial, where
    )


total = linear(
    np.sum,
    lambda g, x_shape, axis=None, keepdims=False, where=True: masked(restore(g, x_shape, axis, keepdims), where),
    forward=_without_python(add),
    push=lambda t, axis=None, dtype=None, keepdims=False, where=True: np.sum(
        t, axis, dtype, keepdims=keepdims, where=where
    ),  # without ``initial``, a constant
    selects="where",
)


# ---------------------------------------------------------------- mean


def _mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, where: Any = True
) -> Any:
    """``np.mean``, without its Python in the common case."""
    if where is True and dtype is None and a.__class__ is ndarray and a.dtype.char in "fdgFDG" and a.size:
        y = add(a, axis, None, None, bool(keepdims))
        return y / a.dtype.type(a.size // y.size)
    return np.mean(a, axis, dtype, None, bool(keepdims), where=where)


def _shares(g: Any, shape: Shape, axis: Axis, keepdims: bool, where: Any) -> Any:
    """g / n for n averaged elements; n in the dtype of g, except for float16, which ends at 65504."""
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
    selects="where",
)


def fitted(name: str, weights: Any, shape: Shape, axis: Axis) -> Any:
    """Weights of an array of this shape, or of the axes that are averaged, as an array of this shape."""
    if weights.shape == shape:
        return weights
    if axis is None:
        raise TypeError(f"{name}: weights of shape {weights.shape} for {shape}: say along which axis")
    axes = axes_of(axis, len(shape))
    if weights.shape != tuple(shape[k] for k in axes):
        raise ValueError(f"{name}: weights of shape {weights.shape} do not fit axis {axis} of shape {shape}")
    order = tuple(int(k) for k in np.argsort(axes))  # from the order of ``axis`` to that of the array
    w = np.transpose(weights, order).reshape(tuple([n if k in axes else 1 for k, n in enumerate(shape)]))
    return np.broadcast_to(w, shape)


@composed(np.average)
def average(
    a: Array, axis: Axis = None, weights: ArrayLike | None = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    """Σ w x / Σ w; ``returned`` gives Σ w as well."""
    a = array(a)
    if weights is None:
        y = np.mean(a, axis, keepdims=keepdims)
        scale: Any = np.full_like(plain(y), count(a.shape, axis))
    else:
        w = fitted("average", array(weights), a.shape, axis)
        if w.dtype.kind not in "fc" and a.dtype.kind in "fc":
            w = w.astype(a.dtype)
        scale = np.sum(w, axis, keepdims=keepdims)
        if np.any(plain(scale) == 0):
            raise ZeroDivisionError("average: the weights sum to zero and cannot be normalised")
        y = np.sum(a * w, axis, keepdims=keepdims) / scale
    return (y, np.broadcast_to(scale, y.shape)) if returned else y


# ---------------------------------------------------------------- maximum and minimum


def _reached(x: Any, y: Any, axis: Axis, keepdims: bool, initial: Any, where: Any, dtype: Any) -> tuple[Any, Any]:
    """True at each element that equals the extreme value, or at the NaNs where that is NaN; and how many those are.

    The number counts ``initial``, is at least 1, and has a dtype to divide the gradient by.
    """
    x, y = plain(x), as_array(plain(y))
    top = keep_axes(y, x.shape, axis, keepdims)
    mask = x == top
    if np.isnan(add(y, axis=None)):
        mask |= (x != x) & (top != top)
    if where is not True:
        mask = mask & where
    n: Any = np.count_nonzero(mask) if axis is None else add(mask, axis, int, None, bool(keepdims))
    if initial is not NO_VALUE and initial is not None:
        n = n + (y == initial)
    return mask, np.maximum(n, 1).astype(np.float32 if dtype == np.float16 else dtype)  # float16 ends at 65504


def _pull_extreme(
    g: Any, x: Any, y: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NO_VALUE, where: Any = True
) -> Any:
    mask, n = _reached(x, y, axis, keepdims, initial, where, g.dtype)
    return only_where(restore(narrowed(g / n, g.dtype), mask.shape, axis, keepdims), mask)


def _push_extreme(
    t: Any, x: Any, y: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NO_VALUE, where: Any = True
) -> Any:
    mask, n = _reached(x, y, axis, keepdims, initial, where, t.dtype)
    return narrowed(np.sum(np.where(mask, t, 0), axis, n.dtype, keepdims=keepdims) / n, t.dtype)


def extreme(function: Any, reduce: Callable[..., Any]) -> Operation:
    """max or min: the gradient is shared equally by all elements that reach it."""
    return primitive(
        function,
        _pull_extreme,
        push=_push_extreme,
        selects=True,
        forward=lambda a, axis=None, out=None, keepdims=False, initial=NO_VALUE, where=True: reduce(
            a, axis, None, None, bool(keepdims), initial, where
        ),
    )


largest, smallest = extreme(np.max, np.maximum.reduce), extreme(np.min, np.minimum.reduce)
OPERATIONS[np.amax], OPERATIONS[np.amin] = largest, smallest


@composed(np.ptp)
def ptp(a: Array, axis: Axis = None, out: None = None, keepdims: bool = False) -> Any:
    """Peak to peak: max x - min x."""
    refuse("ptp", out)
    return largest(a, axis, keepdims=keepdims) - smallest(a, axis, keepdims=keepdims)


# ---------------------------------------------------------------- product


def rows(x: Any, axis: Axis) -> Any:
    """x with these axes merged into one, the last: (..., n)."""
    axes = axes_of(axis, x.ndim)
    rest = [k for k in range(x.ndim) if k not in axes]
    moved = np.transpose(x, (*rest, *axes))
    return moved.reshape((*[x.shape[k] for k in rest], math.prod([x.shape[k] for k in axes])))


TINY = {char: float(np.finfo(char).smallest_normal) for char in "efdFD"}


def ordinary(y: Any) -> bool:
    """Are all these products ordinary numbers, which can be divided by their factors?"""
    tiny = TINY.get(y.dtype.char, TINY["d"])
    if y.ndim == 0:
        return tiny <= abs(y.item()) < math.inf
    size = np.abs(y)
    return bool(np.all((size >= tiny) & (size < np.inf)))


def _others(x: Any, axis: Axis) -> Any:
    """For each element the product of all others along the axes; correct where elements are 0, to all orders.

    A binary tree: pairs are multiplied, then pairs of pairs, up to the whole; on the way down each half
    is given the product outside it. That costs 3 n products, and is recorded where x is a tensor.
    """
    level, levels = rows(x, axis), []
    n, front = level.shape[-1], level.shape[:-1]
    while level.shape[-1] > 1:
        if level.shape[-1] % 2:
            level = np.concatenate([level, np.ones_like(plain(level), shape=(*front, 1))], -1)
        levels.append(level)
        level = level[..., ::2] * level[..., 1::2]
    d: Any = np.ones_like(plain(level))
    for level in reversed(levels):
        d = d[..., : level.shape[-1] // 2]
        d = np.stack([d * level[..., 1::2], d * level[..., ::2]], -1).reshape(level.shape)
    axes = axes_of(axis, x.ndim)
    order = [k for k in range(x.ndim) if k not in axes] + list(axes)
    return np.transpose(d[..., :n].reshape(tuple([x.shape[k] for k in order])), np.argsort(order).tolist())


def _each_without(x: Any, y: Any, axis: Axis, keepdims: bool, initial: Any, where: Any) -> Any:
    """The product of the others: y / x[i], if the product neither is 0 nor left the range, and nothing is recorded.

    (Differentiated again the quotient would leave y/x² - y/x² in place of 0.)
    """
    if where is not True:
        x = np.where(where, x, 1)
    if x.__class__ is ndarray and ordinary(y):
        return masked(keep_axes(y, x.shape, axis, keepdims) / x, where)
    d = _others(x, axis)
    return masked(d if initial is NO_VALUE else d * initial, where)


def _pull_product(
    g: Any, x: Any, y: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NO_VALUE, where: Any = True
) -> Any:
    return keep_axes(g, x.shape, axis, keepdims) * _each_without(x, y, axis, keepdims, initial, where)


def _push_product(
    t: Any, x: Any, y: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NO_VALUE, where: Any = True
) -> Any:
    return np.sum(t * _each_without(x, y, axis, keepdims, initial, where), axis, keepdims=keepdims)


product = primitive(np.prod, _pull_product, push=_push_product, forward=_without_python(multiply), along="axis")


# ---------------------------------------------------------------- without a derivative

constant(np.any, np.all, np.argmax, np.argmin, np.nanargmax, np.nanargmin)
