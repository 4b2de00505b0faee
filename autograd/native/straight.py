"""Activations of straight pieces, softsign beside them, and their slopes, compiled; see ``ops.activation``.

Convention: two kernels have them all, since each kernel is compiled for itself: ``kind`` says which loop is taken, and
p and q are its options. Errors in units in the last place: hardsigmoid and softsign 1.5, hardswish 2, leaky_relu 1, the
others none. x / 6 + 1/2 is computed as (x + 3) / 6, which is right near -3, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..threads import spread
from . import maps
from .kernels import In, Out, Real, helper, kernel
from .maps import mapped

CLAMP, SIXTH, SWISH, LEAK, THRESHOLD, SOFTSIGN, BELOW = range(7)


@helper
def clamp(x: float, low: float, high: float) -> float:
    x = low if x < low else x
    return high if x > high else x


@kernel
def straight(x: In, y: Out, kind: int, p: Real, q: Real, start: int, end: int) -> None:
    x, y = x[start:end], y[start:end]
    if kind == CLAMP:
        for k in range(x.size):
            y[k] = clamp(x[k], p, q)
    elif kind == SIXTH:
        for k in range(x.size):
            y[k] = clamp((x[k] + 3.0) / 6.0, 0.0, 1.0)
    elif kind == SWISH:
        for k in range(x.size):
            y[k] = x[k] * clamp((x[k] + 3.0) / 6.0, 0.0, 1.0)
    elif kind == LEAK:
        for k in range(x.size):
            y[k] = x[k] if x[k] > 0.0 else x[k] * p
    elif kind == THRESHOLD:
        for k in range(x.size):
            y[k] = q if x[k] <= p else x[k]
    elif kind == SOFTSIGN:
        for k in range(x.size):
            y[k] = x[k] / (abs(x[k]) + 1.0)


@kernel
def straight_slope(d: In, x: In, y: Out, kind: int, p: Real, q: Real, start: int, end: int) -> None:
    d, x, y = d[start:end], x[start:end], y[start:end]
    if kind == CLAMP:
        for k in range(x.size):
            y[k] = d[k] if (x[k] > p) & (x[k] < q) else 0.0
    elif kind == SIXTH:
        for k in range(x.size):
            y[k] = d[k] / 6.0 if (x[k] > 0.0) & (x[k] < 1.0) else 0.0
    elif kind == SWISH:
        for k in range(x.size):
            inside = x[k] / 6.0 if (x[k] > -3.0) & (x[k] < 3.0) else 0.0
            y[k] = d[k] * (clamp((x[k] + 3.0) / 6.0, 0.0, 1.0) + inside)
    elif kind == LEAK:
        for k in range(x.size):
            y[k] = d[k] if x[k] > 0.0 else d[k] * p
    elif kind == THRESHOLD:
        for k in range(x.size):
            y[k] = 0.0 if x[k] <= p else d[k]
    elif kind == SOFTSIGN:
        for k in range(x.size):
            a = abs(x[k]) + 1.0
            y[k] = d[k] / a / a
    elif kind == BELOW:
        for k in range(x.size):
            y[k] = d[k] * (0.0 if x[k] > 0.0 else x[k])


@kernel
def leaks(d: In, x: In, weight: In, y: Out, size: int, start: int, end: int) -> None:
    """d, times the weight of its channel where x is not positive; the rows of one channel have ``size`` numbers."""
    channels, length = weight.size, weight.size if size == 1 else size
    for row in range(start, end):
        first, last = row * length, (row + 1) * length
        e, z, v = d[first:last], x[first:last], y[first:last]
        if size == 1:
            for k in range(length):
                v[k] = e[k] if z[k] > 0.0 else e[k] * weight[k]
        else:
            w = weight[row % channels]
            for k in range(length):
                v[k] = e[k] if z[k] > 0.0 else e[k] * w


# ---------------------------------------------------------------- the twins


def hardtanh(x: Any, min_val: float = -1, max_val: float = 1) -> Any:
    return mapped(straight, (x,), CLAMP, min_val, max_val)


def hardtanh_slope(d: Any, y: Any, min_val: float = -1, max_val: float = 1) -> Any:
    return mapped(straight_slope, (d, y), CLAMP, min_val, max_val)


def hardsigmoid(x: Any) -> Any:
    return mapped(straight, (x,), SIXTH, 0.0, 0.0)


def hardsigmoid_slope(d: Any, y: Any) -> Any:
    return mapped(straight_slope, (d, y), SIXTH, 0.0, 0.0)


def hardswish(x: Any) -> Any:
    return mapped(straight, (x,), SWISH, 0.0, 0.0)


def hardswish_slope(d: Any, x: Any) -> Any:
    return mapped(straight_slope, (d, x), SWISH, 0.0, 0.0)


def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    return mapped(straight, (x,), LEAK, negative_slope, 0.0)


def leaky_relu_slope(d: Any, x: Any, negative_slope: float = 0.01) -> Any:
    return mapped(straight_slope, (d, x), LEAK, negative_slope, 0.0)


def threshold(x: Any, threshold: float, value: float) -> Any:
    return mapped(straight, (x,), THRESHOLD, threshold, value)


def threshold_slope(d: Any, x: Any, threshold: float) -> Any:
    return mapped(straight_slope, (d, x), THRESHOLD, threshold, 0.0)


def softsign(x: Any) -> Any:
    return mapped(straight, (x,), SOFTSIGN, 0.0, 0.0)


def softsign_slope(d: Any, x: Any) -> Any:
    return mapped(straight_slope, (d, x), SOFTSIGN, 0.0, 0.0)


def prelu(x: Any, weight: Any) -> Any:
    return prelu_slope(x, x, weight)


def prelu_slope(d: Any, x: Any, weight: Any) -> Any:
    if d.shape != x.shape or weight.shape not in ((1,), (1,) * max(x.ndim - 1, 1), x.shape[1:2] + (1,) * (x.ndim - 2)):
        return NotImplemented
    if weight.size == 1:
        return mapped(straight_slope, (d, x), LEAK, float(weight.item()), 0.0)
    if not all(a.flags.c_contiguous for a in (d, x, weight)):
        return NotImplemented
    y, size = np.empty_like(x), x.size // (len(x) * weight.size)
    run, flat = leaks[x.dtype], [a.reshape(-1) for a in (d, x, weight, y)]
    length = weight.size if size == 1 else size
    spread(lambda start, end: run(*flat, size, start, end), x.size // length, max(1, maps.PIECE // length))
    return y


def prelu_weight_slope(d: Any, x: Any) -> Any:
    return mapped(straight_slope, (d, x), BELOW, 0.0, 0.0)
