"""Convolution and its transpose, over any number of axes.

Convention: PyTorch's: the kernel is not reversed, arrays are (n, c, *space), weights (out, in / groups, *kernel).
A convolution is bilinear, y_np = Σ_ck w_ck x_n,c,sp+dk. Of the three maps between x, w and y that this sum makes,
``correlate``, ``spread`` and ``match``, each is the adjoint of the others, so that they suffice for derivatives of any
order.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.declare import Operation, bilinear, primitive

from ..windows import Sizes, Window, grid, images_first, images_last, ungrid, zero_grid
from . import winograd
from .matmul import multiply
from .patches import Patches

# ---------------------------------------------------------------- the three maps


def _correlate(x: Any, weight: Any, window: Window, groups: int, bias: Any = None) -> Any:
    """y_p = Σ_k w_k x_(s p + d k), for x (n, c, *space) and w (out, c / groups, *kernel): (n, out, *places)."""
    places = window.places(x.shape[2:])
    if winograd.suits(x, weight.shape, places, window, groups):
        y = winograd.correlate(x, weight, window, bias)
        if winograd.holds(y):
            return y
    patches = Patches(grid(x, window), window, places, groups)
    rows = _rows(weight, groups)
    dtype = np.result_type(x, weight) if bias is None else np.result_type(x, weight, bias)
    y = np.empty_like(x, shape=(groups, rows.shape[1], math.prod(places) * len(x)), dtype=dtype, order="C")
    shift = None if bias is None else bias.reshape(groups, -1, 1)
    for columns in patches:
        part = y[:, :, columns]
        multiply(rows, patches.lift(), out=part)
        if shift is not None:
            part += shift
    return images_first(y.reshape(len(weight), *places, len(x)))


def _spread(y: Any, weight: Any, window: Window, groups: int, space: Sizes) -> Any:
    """x_q = Σ_(s p + d k = q) w_k y_p, for y (n, out, *places) and w (out, c / groups, *kernel): (n, c, *space)."""
    if winograd.suits(y, weight.shape, space, window, groups) and max(map(max, window.padding)) <= 2:
        turned = weight.swapaxes(0, 1)[:, :, ::-1, ::-1]
        full = tuple((2 - before, 2 - after) for before, after in window.padding)
        x = winograd.correlate(y, turned, window._replace(padding=full))
        if winograd.holds(x):
            return x
    last = _columns(y, groups)
    rows = _rows(weight, groups).swapaxes(1, 2)
    x = zero_grid(y, (len(y), weight.shape[1] * groups, *space), window, np.result_type(y, weight))
    patches = Patches(x, window, y.shape[2:], groups)
    for columns in patches:
        patches.lower(rows, last[:, :, columns])
    return ungrid(x, space, window)


def _match(x: Any, y: Any, window: Window, groups: int) -> Any:
    """w_k = Σ_np y_p x_(s p + d k), for x (n, c, *space) and y (n, out, *places): (out, c / groups, *kernel)."""
    if winograd.suits(x, (y.shape[1], x.shape[1]), y.shape[2:], window, groups, winograd.MATCHED):
        w = winograd.match(x, y, window)
        if winograd.holds(w):
            return w
    last = _columns(y, groups)
    patches = Patches(grid(x, window), window, y.shape[2:], groups)
    rows: Any = 0
    for columns in patches:
        rows = rows + patches.lift() @ last[:, :, columns].swapaxes(1, 2)
    channels, taps = x.shape[1] // groups, math.prod(window.kernel)
    w = np.empty_like(rows, shape=(groups, y.shape[1] // groups, channels, taps))
    for k, tap in enumerate(rows.reshape(groups, taps, channels, -1).swapaxes(0, 1)):
        w[..., k] = tap.swapaxes(1, 2)
    return w.reshape(y.shape[1], channels, *window.kernel)


def _rows(weight: Any, groups: int) -> Any:
    """(out, in, *kernel) as matrices (groups, out / groups, taps * in)."""
    taps = weight.reshape(groups, len(weight) // groups, weight.shape[1], math.prod(weight.shape[2:]))
    return np.ascontiguousarray(taps.swapaxes(2, 3)).reshape(*taps.shape[:2], math.prod(weight.shape[1:]))


def _columns(y: Any, groups: int) -> Any:
    """(n, c, *places) as matrices (groups, c / groups, places * n)."""
    columns = math.prod(y.shape[2:]) * len(y)
    return np.ascontiguousarray(images_last(y)).reshape(groups, y.shape[1] // groups, columns)


correlate: Operation = bilinear(
    lambda x, weight, window, groups: _correlate(x, weight, window, groups),
    lambda g, weight, x_shape, window, groups: spread(g, weight, window, groups, x_shape[2:]),
    lambda g, x, window, groups: match(x, g, window, groups),
    name="correlate",
)
spread: Operation = bilinear(
    _spread,
    lambda g, weight, window, groups: correlate(g, weight, window, groups),
    lambda g, y, window, groups: match(g, y, window, groups),
)
match: Operation = bilinear(
    _match,
    lambda g, y, x_shape, window, groups: spread(y, g, window, groups, x_shape[2:]),
    lambda g, x, window, groups: correlate(x, g, window, groups),
)


# ---------------------------------------------------------------- with a bias, as layers use them


def _gradients(
    g: Any, x: Any, weight: Any, tracked: tuple[bool, ...], window: Window, groups: int
) -> tuple[Any, Any, Any]:
    """The gradients of x, w and b, of each that is tracked; all want g in the same layout."""
    if g.__class__ is np.ndarray:
        g = images_first(np.ascontiguousarray(images_last(g)))
    return (
        spread(g, weight, window, groups, x.shape[2:]) if tracked[0] else None,
        match(x, g, window, groups) if tracked[1] else None,
        _total(g) if tracked[2] else None,
    )


def _total(g: Any) -> Any:
    """The sum over images and places."""
    return np.sum(g, (0, *range(2, g.ndim)))


def _raised(bias: Any, window: Window) -> Any:
    """(c,) as (c, 1, ..., 1)."""
    return np.reshape(bias, (-1, *(1 for _ in window.kernel)))


def _convolve(x: Any, weight: Any, bias: Any, window: Window, groups: int) -> Any:
    """y_p = Σ_k w_k x_(s p + d k) + b."""
    return _correlate(x, weight, window, groups, bias)


convolve = primitive(
    _convolve,
    pull=_gradients,
    joint=True,
    inputs=("x", "weight", "bias"),
    push=[
        lambda t, weight, window, groups: correlate(t, weight, window, groups),
        lambda t, x, window, groups: correlate(x, t, window, groups),
        lambda t, window: _raised(t, window),
    ],
)


def _convolve_transposed(x: Any, weight: Any, bias: Any, window: Window, groups: int, space: Sizes) -> Any:
    """y_q = Σ_(s p + d k = q) w_k x_p + b, of the size ``space``."""
    y = _spread(x, weight, window, groups, space)
    if bias is None:
        return y
    b = _raised(bias, window)
    return np.add(y, b, out=y) if np.result_type(y, b) == y.dtype else y + b


convolve_transposed = primitive(
    _convolve_transposed,
    pull=[
        lambda g, weight, window, groups: correlate(g, weight, window, groups),
        lambda g, x, window, groups: match(g, x, window, groups),
        lambda g: _total(g),
    ],
    push=[
        lambda t, weight, window, groups, space: spread(t, weight, window, groups, space),
        lambda t, x, window, groups, space: spread(x, t, window, groups, space),
        lambda t, window: _raised(t, window),
    ],
)
