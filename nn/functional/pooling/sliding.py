"""What pooling shares: its windows, what their elements see, and reductions over windows.

Convention: arrays keep their memory layout, so that results of convolutions, with images innermost, are read in long
runs. A reduction takes one axis after the other: k + k steps for k by k elements.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..windows import Sizes, Slices, Window, numbers


def pool_window(
    name: str, axes: int, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Window:
    """The window for PyTorch's options and this input; with ``ceil_mode`` the last one may reach over the end."""
    if x.ndim not in (axes + 1, axes + 2):
        raise ValueError(f"{name}: input has {axes + 2} axes, (n, c, *space), or {axes + 1} of one, got {x.shape}")
    sizes = numbers(name, "kernel_size", kernel, axes)
    strides = sizes if stride is None else numbers(name, "stride", stride, axes)
    widths = numbers(name, "padding", padding, axes, 0)
    if any(2 * p > k for p, k in zip(widths, sizes, strict=True)):
        raise ValueError(
            f"{name}: padding {widths} is more than half of the kernel {sizes}: some windows would see nothing"
        )
    space = x.shape[-axes:]
    both = [(p, p) for p in widths]
    slid = Window(sizes, strides, tuple(both), numbers(name, "dilation", dilation, axes))
    if not ceil_mode:
        slid.check(name, space)
        return slid
    for axis, (n, p, r, s) in enumerate(zip(space, widths, slid.reach, strides, strict=True)):
        over = -(n + 2 * p - r) % s  # how far the last window reaches beyond the padding
        last = n + 2 * p - r + over  # where it starts; PyTorch leaves out one that sees only padding
        if over and last < n + p:
            both[axis] = (p, p + over)
    slid = slid._replace(padding=tuple(both))
    slid.check(name, space)
    return slid


def padded(x: Any, window: Window, fill: Any) -> Any:
    """The array with a border of ``fill``, in the same memory layout."""
    if not any(map(any, window.padding)):
        return x
    sizes = [n + sum(p) for n, p in zip(x.shape[2:], window.padding, strict=True)]
    y = np.full_like(x, fill, shape=(*x.shape[:2], *sizes))
    y[inside(x.shape[2:], window)] = x
    return y


def inside(space: Sizes, window: Window) -> Slices:
    """Where the array lies inside its padding."""
    return (..., *(slice(p, p + n) for n, (p, _) in zip(space, window.padding, strict=True)))


def seen(index: Sizes, places: Sizes, window: Window) -> Slices:
    """What the element ``index`` of the window sees from all places."""
    return (..., *(_steps(i, axis, places[axis], window) for axis, i in enumerate(index)))


def along(axis: int, index: int, count: int, window: Window) -> Slices:
    """What the element ``index`` of a window over one axis sees from its ``count`` places."""
    after = len(window.kernel) - axis - 1
    return (..., _steps(index, axis, count, window), *(slice(None) for _ in range(after)))


def _steps(index: int, axis: int, count: int, window: Window) -> slice:
    start, stride = index * window.dilation[axis], window.stride[axis]
    return slice(start, start + stride * (count - 1) + 1, stride)


def reduced(x: Any, window: Window, places: Sizes, ufunc: Any) -> Any:
    """A ufunc reduced over each window; a view of x where a window has one element."""
    for axis, (size, count) in enumerate(zip(window.kernel, places, strict=True)):
        parts = [x[along(axis, i, count, window)] for i in range(size)]
        x = ufunc(parts[0], parts[1]) if size > 1 else parts[0]
        for part in parts[2:]:
            ufunc(x, part, out=x)
    return x


def tiles(window: Window, places: Sizes, padded_sizes: Sizes) -> bool:
    """Do the windows cover the padded array without gap or overlap?"""
    return (
        window.kernel == window.stride
        and all(d == 1 for d in window.dilation)
        and all(n * s == size for n, s, size in zip(places, window.stride, padded_sizes, strict=True))
    )
