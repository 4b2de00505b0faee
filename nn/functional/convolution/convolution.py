"""Convolution and its transpose, over any number of axes.

    y_o,p = Σ_c,k w_o,c,k x_c,s p + d k        with stride s, dilation d, places p and the kernel's elements k

As in PyTorch and in the lecture the kernel is not reversed: signal processing calls this sum a cross-correlation.
Convention: x is (n, c, *space), w (out, c / groups, *kernel), y (n, out, *places).

The sum is bilinear. From two of x, w and y it gives the third, in three products:

    ``convolution(x, w)``      y: the forward pass of conv2d
    ``input_gradient(y, w)``   x: its gradient with respect to the input, and the forward pass of conv_transpose2d
    ``weight_gradient(x, y)``  w: its gradient with respect to the weight

The derivatives of each are the other two, so that they suffice for derivatives of any order.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.declare import Operation, bilinear, primitive
from autograd.native import native_here, on_gpu, twin

from .. import composed
from ..windows import Sizes, Window, contiguous, grid, images_first, images_last, ungrid, zero_grid
from . import winograd
from .im2col import Patches, matmul


@on_gpu("nn.functional.gpu.convolution:convolve")
@twin("nn.functional.native.convolution:convolve", size=4096, contiguous=False)
def _convolve(x: Any, weight: Any, bias: Any, window: Window, groups: int) -> Any:
    """y_p = Σ_k w_k x_(s p + d k) + b, the forward pass: (n, out, *places). The bias may be None."""
    places = window.places(x.shape[2:])
    if winograd.suits(x, weight.shape, places, window, groups):
        y = winograd.convolve(x, weight, window, bias)
        if winograd.holds(y):
            return y
    patches = Patches(grid(x, window), window, places, groups)
    rows = _weight_matrices(weight, groups)
    dtype = np.result_type(x, weight) if bias is None else np.result_type(x, weight, bias)
    y = np.empty_like(x, shape=(groups, rows.shape[1], math.prod(places) * len(x)), dtype=dtype, order="C")
    shift = None if bias is None else bias.reshape(groups, -1, 1)
    for columns in patches:
        part = y[:, :, columns]
        matmul(rows, patches.lift(), out=part)
        if shift is not None:
            part += shift
    return images_first(y.reshape(len(weight), *places, len(x)))


def _convolution(x: Any, weight: Any, window: Window, groups: int) -> Any:
    """y_p = Σ_k w_k x_(s p + d k): (n, out, *places)."""
    return _convolve(x, weight, None, window, groups)


@on_gpu("nn.functional.gpu.convolution:input_gradient")
@twin("nn.functional.native.convolution:input_gradient", size=4096, contiguous=False)
def _input_gradient(y: Any, weight: Any, window: Window, groups: int, space: Sizes) -> Any:
    """x_q = Σ_(s p + d k = q) w_k y_p: (n, c, *space)."""
    if winograd.suits(y, weight.shape, space, window, groups) and max(map(max, window.padding)) <= 2:
        turned = weight.swapaxes(0, 1)[:, :, ::-1, ::-1]
        full = tuple((2 - before, 2 - after) for before, after in window.padding)
        x = winograd.convolve(y, turned, window._replace(padding=full))
        if winograd.holds(x):
            return x
    columns_of_y = _output_matrices(y, groups)
    rows = _weight_matrices(weight, groups).swapaxes(1, 2)
    x = zero_grid(y, (len(y), weight.shape[1] * groups, *space), window, np.result_type(y, weight))
    patches = Patches(x, window, y.shape[2:], groups)
    for columns in patches:
        patches.lower(rows, columns_of_y[:, :, columns])
    return ungrid(x, space, window)


@on_gpu("nn.functional.gpu.convolution:weight_gradient")
@twin("nn.functional.native.convolution:weight_gradient", size=4096, contiguous=False)
def _weight_gradient(x: Any, y: Any, window: Window, groups: int) -> Any:
    """w_k = Σ_np y_p x_(s p + d k): (out, c / groups, *kernel)."""
    if winograd.suits(x, (y.shape[1], x.shape[1]), y.shape[2:], window, groups, winograd.GRADIENT_CHANNELS):
        w = winograd.weight_gradient(x, y, window)
        if winograd.holds(w):
            return w
    columns_of_y = _output_matrices(y, groups)
    patches = Patches(grid(x, window), window, y.shape[2:], groups)
    rows: Any = 0
    for columns in patches:
        rows = rows + patches.lift() @ columns_of_y[:, :, columns].swapaxes(1, 2)
    channels, taps = x.shape[1] // groups, math.prod(window.kernel)
    w = np.empty_like(rows, shape=(groups, y.shape[1] // groups, channels, taps))
    for k, tap in enumerate(rows.reshape(groups, taps, channels, -1).swapaxes(0, 1)):
        w[..., k] = tap.swapaxes(1, 2)
    return w.reshape(y.shape[1], channels, *window.kernel)


def _weight_matrices(weight: Any, groups: int) -> Any:
    """(out, in, *kernel) as matrices (groups, out / groups, taps * in)."""
    taps = weight.reshape(groups, len(weight) // groups, weight.shape[1], math.prod(weight.shape[2:]))
    return contiguous(taps.swapaxes(2, 3)).reshape(*taps.shape[:2], math.prod(weight.shape[1:]))


def _output_matrices(y: Any, groups: int) -> Any:
    """(n, c, *places) as matrices (groups, c / groups, places * n)."""
    return contiguous(images_last(y)).reshape(groups, y.shape[1] // groups, math.prod(y.shape[2:]) * len(y))


convolution: Operation = bilinear(
    _convolution,
    lambda g, weight, x_shape, window, groups: input_gradient(g, weight, window, groups, x_shape[2:]),
    lambda g, x, window, groups: weight_gradient(x, g, window, groups),
)
input_gradient: Operation = bilinear(
    _input_gradient,
    lambda g, weight, window, groups: convolution(g, weight, window, groups),
    lambda g, y, window, groups: weight_gradient(g, y, window, groups),
)
weight_gradient: Operation = bilinear(
    _weight_gradient,
    lambda g, y, x_shape, window, groups: input_gradient(y, g, window, groups, x_shape[2:]),
    lambda g, x, window, groups: convolution(x, g, window, groups),
)


def _gradients(g: Any, x: Any, weight: Any, tracked: Any, window: Window, groups: int) -> tuple[Any, Any, Any]:
    """The gradients with respect to x, w and b, where tracked; in NumPy all three want g in the same layout."""
    if g.__class__ is np.ndarray and not native_here():
        g = images_first(contiguous(images_last(g)))
    return (
        input_gradient(g, weight, window, groups, x.shape[2:]) if tracked[0] else None,
        weight_gradient(x, g, window, groups) if tracked[1] else None,
        _total(g) if tracked[2] else None,
    )


def _total(g: Any) -> Any:
    """The sum over images and places."""
    return np.sum(g, (0, *range(2, g.ndim)))


def _as_channels(bias: Any, window: Window) -> Any:
    """(c,) as (c, 1, ..., 1)."""
    return np.reshape(bias, (-1, *(1 for _ in window.kernel)))


convolve = primitive(
    _convolve, _gradients, inputs=("x", "weight", "bias"), joint=True,
    push=[
        lambda t, weight, window, groups: convolution(t, weight, window, groups),
        lambda t, x, window, groups: convolution(x, t, window, groups),
        _as_channels,
    ],
    unfold=composed.convolve,
)  # fmt: skip


def _convolve_transposed(x: Any, weight: Any, bias: Any, window: Window, groups: int, space: Sizes) -> Any:
    """y_q = Σ_(s p + d k = q) w_k x_p + b, of the size ``space``."""
    y = _input_gradient(x, weight, window, groups, space)
    if bias is None:
        return y
    b = _as_channels(bias, window)
    return np.add(y, b, out=y) if np.result_type(y, b) == y.dtype else y + b


convolve_transposed = primitive(
    _convolve_transposed,
    pull=[
        lambda g, weight, window, groups: convolution(g, weight, window, groups),
        lambda g, x, window, groups: weight_gradient(g, x, window, groups),
        _total,
    ],
    push=[
        lambda t, weight, window, groups, space: input_gradient(t, weight, window, groups, space),
        lambda t, x, window, groups, space: input_gradient(x, t, window, groups, space),
        _as_channels,
    ],
)
