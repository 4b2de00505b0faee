"""Pooling: the largest element or the mean of what a window sees.

Convention: of several equal largest elements the first takes the whole gradient, as in PyTorch, because a pooled place
stands for one element. (``np.max`` shares it.) Windows go over one axis after the other where that is the same.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.operation import Operation, linear, plain, primitive

from .windows import Sizes, Window, numbers

# ---------------------------------------------------------------- elements of windows


def _padded(x: Any, window: Window, fill: Any) -> Any:
    """The array with its border of ``fill``, in the layout that it has."""
    if not any(map(any, window.padding)):
        return x
    sizes = [n + sum(p) for n, p in zip(x.shape[2:], window.padding, strict=True)]
    y = np.full_like(x, fill, shape=(*x.shape[:2], *sizes))
    y[_inside(x.shape[2:], window)] = x
    return y


def _inside(space: Sizes, window: Window) -> tuple[Any, ...]:
    """Where the array lies in its padding."""
    return (..., *(slice(p, p + n) for n, (p, _) in zip(space, window.padding, strict=True)))


def _seen(index: Sizes, places: Sizes, window: Window) -> tuple[Any, ...]:
    """What an element of the window sees from all places."""
    return (
        ...,
        *(
            slice(i * d, i * d + s * (n - 1) + 1, s)
            for i, d, s, n in zip(index, window.dilation, window.stride, places, strict=True)
        ),
    )


def _along(axis: int, index: int, count: int, window: Window, axes: int) -> tuple[Any, ...]:
    """The same for a window over one axis."""
    start = index * window.dilation[axis]
    stop = start + window.stride[axis] * (count - 1) + 1
    return (..., slice(start, stop, window.stride[axis]), *(slice(None) for _ in range(axes - axis - 1)))


def _reduced(x: Any, window: Window, places: Sizes, ufunc: Any) -> Any:
    """A reduction over the windows, axis by axis."""
    for axis, (size, count) in enumerate(zip(window.kernel, places, strict=True)):
        parts = [x[_along(axis, i, count, window, len(places))] for i in range(size)]
        x = ufunc(parts[0], parts[1]) if size > 1 else parts[0]
        for part in parts[2:]:
            ufunc(x, part, out=x)
    return x


# ---------------------------------------------------------------- the largest


def _lowest(dtype: Any) -> Any:
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _max_pool(x: Any, window: Window) -> Any:
    """y_p = max_k x_(s p + d k); padding is never the largest."""
    y = _reduced(_padded(x, window, _lowest(x.dtype)), window, window.places(x.shape[2:]), np.maximum)
    return y.copy() if np.may_share_memory(x, y) else y


def _unpool(g: Any, x: Any, y: Any, window: Window) -> Any:
    """Each gradient at the first element of its window that is the largest: what is left over goes on to the next."""
    padded = _padded(x, window, _lowest(x.dtype))
    apart = all(s >= r for s, r in zip(window.stride, window.reach, strict=True))
    d = np.zeros_like(padded, dtype=g.dtype)
    indices = list(np.ndindex(window.kernel))
    for index in indices:
        where = _seen(index, y.shape[2:], window)
        if index != indices[-1]:
            part = g * (padded[where] == y)
            g = g - part
        else:
            part = g
        if apart:
            d[where] = part
        else:
            d[where] += part
    return d[_inside(x.shape[2:], window)]


def _pick(t: Any, x: Any, y: Any, window: Window) -> Any:
    """The adjoint of ``unpool``: from each window the tangent of the element that is the largest."""
    padded, tangents = _padded(x, window, _lowest(x.dtype)), _padded(t, window, 0)
    result, left = np.zeros_like(y, dtype=t.dtype), np.ones_like(y, dtype=bool)
    for index in np.ndindex(window.kernel):
        where = _seen(index, y.shape[2:], window)
        here = left & (padded[where] == y)
        np.copyto(result, tangents[where], where=here)
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
    """The largest element that each window sees: input (n, c, l) or (c, l); ``stride`` is the kernel's size if None."""
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
        indices = _indices(plain(batch), plain(y), slid)
        return (y, indices) if batch is x else (y[0], indices[0])
    return y if batch is x else y[0]


def _indices(x: Any, y: Any, window: Window) -> Any:
    """Where in its image (flat) each largest element stands."""
    numbered = np.broadcast_to(np.arange(math.prod(x.shape[2:]), dtype=np.int64).reshape(x.shape[2:]), x.shape)
    return _pick(numbered, x, y, window)


def pool_window(
    name: str, axes: int, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Window:
    """A window from PyTorch's options, for this input; with ``ceil_mode`` the last one may hang over the end."""
    if x.ndim not in (axes + 1, axes + 2):
        raise ValueError(f"{name}: input has {axes + 2} axes, (n, c, *space), or {axes + 1} of one, got {x.shape}")
    sizes = numbers(name, "kernel_size", kernel, axes)
    strides = sizes if stride is None else numbers(name, "stride", stride, axes)
    widths = numbers(name, "padding", padding, axes, 0)
    if any(2 * p > k for p, k in zip(widths, sizes, strict=True)):
        raise ValueError(
            f"{name}: padding {widths} is more than half of the kernel {sizes}: a window would see no input"
        )
    space = x.shape[-axes:]
    both = [(p, p) for p in widths]
    slid = Window(sizes, strides, tuple(both), numbers(name, "dilation", dilation, axes))
    slid.check(name, space)
    if not ceil_mode:
        return slid
    for axis, (n, p, r, s) in enumerate(zip(space, widths, slid.reach, strides, strict=True)):
        over = -(n + 2 * p - r) % s  # what the last window, partly over the end, sees beyond the padding
        last = (n + 2 * p - r + over) // s * s  # where it begins; PyTorch leaves out one that sees only padding
        if over and last < n + p:
            both[axis] = (p, p + over)
    return slid._replace(padding=tuple(both))
