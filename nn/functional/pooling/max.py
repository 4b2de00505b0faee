"""Max pooling: the largest element that a window sees.

Convention: of several equal largest elements the first takes the whole gradient, as in PyTorch, because a pooled place
stands for one element. (In ``np.max`` they share it.)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.declare import Operation, linear, plain, primitive

from ..windows import Window
from .sliding import inside, padded, pool_window, reduced, seen, tiles


def _lowest(dtype: Any) -> Any:
    """What padding holds while the largest is sought."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _unequal(dtype: Any) -> Any:
    """What padding holds while the largest is looked up: equal to nothing, not even to -inf."""
    return np.nan if dtype.kind == "f" else np.iinfo(dtype).min


def _comparable(x: Any, y: Any) -> tuple[Any, Any]:
    """x and y or, where a NaN is the largest, their ranks, by which it equals itself and is larger than any number."""
    if x.dtype.kind != "f" or not np.isnan(np.maximum.reduce(y, None, initial=-np.inf)):
        return x, y
    values, ranks = np.unique(x, return_inverse=True)
    return ranks.reshape(x.shape).astype(float), np.searchsorted(values, y).astype(float)


def _max_pool(x: Any, window: Window) -> Any:
    """y_p = max_k x_(s p + d k); padding is never the largest."""
    y = reduced(padded(x, window, _lowest(x.dtype)), window, window.places(x.shape[2:]), np.maximum)
    return y.copy() if all(k == 1 for k in window.kernel) else y


def _unpool(g: Any, x: Any, y: Any, window: Window) -> Any:
    """Each gradient at the first element of its window that is the largest: what is left goes on to the next."""
    x, y = _comparable(x, y)
    x_padded = padded(x, window, _unequal(x.dtype))
    once = tiles(window, y.shape[2:], x_padded.shape[2:])
    d = (np.empty_like if once else np.zeros_like)(x_padded, dtype=g.dtype)
    left = np.empty_like(y, dtype=g.dtype)  # in the layout of y
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
    """The adjoint of ``unpool``: from each window the tangent of the first element that is the largest."""
    x, y = _comparable(x, y)
    x_padded, t_padded = padded(x, window, _unequal(x.dtype)), padded(t, window, 0)
    result, left = np.zeros_like(y, dtype=t.dtype), np.ones_like(y, dtype=bool)
    for index in np.ndindex(window.kernel):
        where = seen(index, y.shape[2:], window)
        here = left & (x_padded[where] == y)
        np.copyto(result, t_padded[where], where=here)
        left &= ~here
    return result


# Which element is the largest does not change with x, nearly everywhere: there both are linear.
unpool: Operation = linear(_unpool, lambda g, x, y, window: pick(g, x, y, window))
pick: Operation = linear(_pick, lambda g, x, y, window: unpool(g, x, y, window))
max_pool = primitive(
    _max_pool,
    pull=lambda g, x, y, window: unpool(g, plain(x), plain(y), window),
    push=lambda t, x, y, window: pick(t, plain(x), plain(y), window),
)


def max_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest element that each window sees: input (n, c, l) or (c, l); ``stride`` is the kernel's size if None.

    With ``ceil_mode`` the last window may hang over the end; ``return_indices`` tells as well where in its image,
    counted through, each element stands.
    """
    return _max("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """As ``max_pool1d``, over two axes: input (n, c, h, w) or (c, h, w)."""
    return _max("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """As ``max_pool1d``, over three axes: input (n, c, d, h, w) or (c, d, h, w)."""
    return _max("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def _max(
    name: str,
    axes: int,
    x: Any,
    kernel: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    slid = pool_window(name, axes, x, kernel, stride, padding, dilation, ceil_mode)
    batch = x if x.ndim == axes + 2 else x[None]
    y = max_pool(batch, slid)
    if return_indices:
        found = indices(plain(batch), plain(y), slid)
        return (y, found) if batch is x else (y[0], found[0])
    return y if batch is x else y[0]


def indices(x: Any, y: Any, window: Window) -> Any:
    """Where in its image, counted through, each largest element stands."""
    numbered = np.arange(math.prod(x.shape[2:])).reshape(x.shape[2:])
    return _pick(np.broadcast_to(numbered, x.shape), x, y, window)
