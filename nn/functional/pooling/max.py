"""Max pooling: the largest element that a window sees.

Convention: of several equal largest elements the first gets the whole gradient, as in PyTorch, because a result stands
for one place in the image. (In ``np.max`` they share it.) A window that is larger than the padded input, and padding of
more than half of it, raise ValueError.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.declare import Operation, linear, plain, primitive
from autograd.native import on_gpu, twin
from autograd.typing import Array

from ..windows import Window
from .sliding import inside, padded, pool_window, reduced, seen, tiles

__all__ = ["max_pool1d", "max_pool2d", "max_pool3d"]


def _padding(x: Any, floating: float) -> Any:
    """What padding holds: -inf while maxima are computed; while they are located NaN, which equals no element."""
    return floating if x.dtype.kind == "f" else np.iinfo(x.dtype).min


def _comparable(x: Any, y: Any) -> tuple[Any, Any]:
    """x and y; or, where a maximum is NaN, their ranks, among which NaN equals itself and exceeds every number."""
    if x.dtype.kind != "f" or not np.isnan(np.maximum.reduce(y, None, initial=-np.inf)):
        return x, y
    values, ranks = np.unique(x, return_inverse=True)
    return ranks.reshape(x.shape).astype(float), np.searchsorted(values, y).astype(float)


@twin("nn.functional.native.pooling:max_pool", 1 << 15, "f", contiguous=False)
def _max_pool(x: Any, window: Window) -> Any:
    """y_p = max_k x_(s p + d k); padding is never the largest."""
    y = reduced(padded(x, window, _padding(x, -np.inf)), window, window.places(x.shape[2:]), np.maximum)
    return y.copy() if all(k == 1 for k in window.kernel) else y


@on_gpu("nn.functional.gpu.pooling:unpool")
@twin("nn.functional.native.unpooling:unpool", 1 << 13, "f", contiguous=False)
def _unpool(g: Any, x: Any, y: Any, window: Window) -> Any:
    """The adjoint of max pooling: each gradient goes to the first element of its window that equals the maximum."""
    x, y = _comparable(x, y)
    x_padded = padded(x, window, _padding(x, np.nan))
    once = tiles(window, y.shape[2:], x_padded.shape[2:])
    d = (np.empty_like if once else np.zeros_like)(x_padded, dtype=g.dtype)
    left = np.empty_like(y, dtype=g.dtype)  # what has not found its element yet, in the layout of y
    left[...] = g
    last = tuple(k - 1 for k in window.kernel)
    for index in np.ndindex(window.kernel):
        where = seen(index, y.shape[2:], window)
        if index == last:
            part = left
        else:
            part = (x_padded[where] == y).astype(g.dtype)
            part *= left
            left -= part
        if once:
            d[where] = part
        else:
            d[where] += part
    return d[inside(x.shape[2:], window)]


def _pick(t: Any, x: Any, y: Any, window: Window) -> Any:
    """The adjoint of ``unpool``: from each window the tangent of the first element that equals the maximum."""
    x, y = _comparable(x, y)
    x_padded, t_padded = padded(x, window, _padding(x, np.nan)), padded(t, window, 0)
    result, left = np.zeros_like(y, dtype=t.dtype), np.ones_like(y, dtype=bool)
    for index in np.ndindex(window.kernel):
        where = seen(index, y.shape[2:], window)
        here = left & (x_padded[where] == y)
        np.copyto(result, t_padded[where], where=here)
        left &= ~here
    return result


# Nearly everywhere a small step in x does not change which element is the largest: there both are linear in g or t.
unpool: Operation = linear(_unpool, lambda g, x, y, window: pick(g, x, y, window))
pick: Operation = linear(_pick, lambda g, x, y, window: unpool(g, x, y, window))
max_pool = primitive(
    _max_pool,
    pull=lambda g, x, y, window: unpool(g, plain(x), plain(y), window),
    push=lambda t, x, y, window: pick(t, plain(x), plain(y), window),
)


def max_pool1d(
    input: Array, kernel_size: int | tuple[int], stride: int | tuple[int] | None = None, padding: int | tuple[int] = 0,
    dilation: int | tuple[int] = 1, ceil_mode: bool = False, return_indices: bool = False,
) -> Any:  # fmt: skip
    """y_p = max_k x_(s p + d k): the largest element that each window sees.

    ``input``           x (n, c, l), or (c, l) for a single sample; y has the same axes
    ``kernel_size``     of the window: one number
    ``stride``          s, how far the window moves from one element of y to the next: one number; None is the kernel's
                        size
    ``padding``         elements, never the largest, added on both sides, at most half the kernel: one number
    ``dilation``        d, how far the elements of a window lie apart: one number
    ``ceil_mode``       whether the last window may reach over the end
    ``return_indices``  whether to return (y, indices): the flat index of each maximum in its image

    y has the length ⌊(l + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1.
    """
    return _max("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Array, kernel_size: int | tuple[int, int], stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0, dilation: int | tuple[int, int] = 1, ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:  # fmt: skip
    """y_p = max_k x_(s p + d k) over two axes: the largest element that each window sees.

    ``input``           x (n, c, h, w), or (c, h, w) for a single sample; y has the same axes
    ``kernel_size``     of the window: one number or (vertical, horizontal)
    ``stride``          s, how far the window moves from one element of y to the next: one number or (vertical,
                        horizontal); None is the kernel's size
    ``padding``         elements, never the largest, added on both sides, at most half the kernel: one number or
                        (vertical, horizontal)
    ``dilation``        d, how far the elements of a window lie apart: one number or (vertical, horizontal)
    ``ceil_mode``       whether the last window may reach over the end
    ``return_indices``  whether to return (y, indices): the flat index of each maximum in its image

    y has the height ⌊(h + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1, and the width likewise.
    """
    return _max("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Array, kernel_size: int | tuple[int, int, int], stride: int | tuple[int, int, int] | None = None,
    padding: int | tuple[int, int, int] = 0, dilation: int | tuple[int, int, int] = 1, ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:  # fmt: skip
    """y_p = max_k x_(s p + d k) over three axes: the largest element that each window sees.

    ``input``           x (n, c, d, h, w), or (c, d, h, w) for a single sample; y has the same axes
    ``kernel_size``     of the window: one number or three
    ``stride``          s, how far the window moves from one element of y to the next: one number or three; None is the
                        kernel's size
    ``padding``         elements, never the largest, added on both sides, at most half the kernel: one number or three
    ``dilation``        d, how far the elements of a window lie apart: one number or three
    ``ceil_mode``       whether the last window may reach over the end
    ``return_indices``  whether to return (y, indices): the flat index of each maximum in its image

    y has the height ⌊(h + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1, and depth and width likewise.
    """
    return _max("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def _max(
    name: str, axes: int, x: Array, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool,
    return_indices: bool,
) -> Any:  # fmt: skip
    slid = pool_window(name, axes, x, kernel, stride, padding, dilation, ceil_mode)
    batch = x if x.ndim == axes + 2 else x[None]
    y = max_pool(batch, slid)
    if return_indices:
        found = indices(plain(batch), plain(y), slid)
        return (y, found) if batch is x else (y[0], found[0])
    return y if batch is x else y[0]


def indices(x: Any, y: Any, window: Window) -> Any:
    """The flat index of each maximum in its image."""
    numbered = np.arange(math.prod(x.shape[2:]), like=x).reshape(x.shape[2:])
    return _pick(np.broadcast_to(numbered, x.shape), x, y, window)
