"""Average pooling: the mean of what a window sees.

Convention: PyTorch's: padding counts unless ``count_include_pad=False``; what ``ceil_mode`` sees beyond it never does.
A window that is larger than the padded input, and padding of more than half of it, raise ValueError; an input of
integers raises TypeError.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from autograd.declare import Operation, linear
from autograd.native import twin
from autograd.typing import A

from ..windows import Sizes, Window, on_batch
from .sliding import along, inside, padded, pool_window, reduced

__all__ = ["avg_pool1d", "avg_pool2d", "avg_pool3d"]


def _avg_pool(x: Any, window: Window, include: bool, divisor: int | None) -> Any:
    """y_p = Σ_k x_(s p + k) / count_p."""
    if x.dtype.kind not in "fc":
        raise TypeError(f"means of {x.dtype} elements are not {x.dtype}: pass input.astype(float)")
    if x.dtype.itemsize == 2:  # sums in half precision overflow at 65504
        return _avg_pool(x.astype(np.float32), window, include, divisor).astype(x.dtype)
    return averages(x, _shares(x, x.shape[2:], window, include, divisor), window)


@twin("nn.functional.native.pooling:averages", 1 << 15, "f", contiguous=False)
def averages(x: Any, shares: Any, window: Window) -> Any:
    """y_p = share_p Σ_k x_(s p + k)."""
    return reduced(padded(x, window, 0), window, window.places(x.shape[2:]), np.add) * shares


def _unavg_pool(g: Any, window: Window, include: bool, divisor: int | None, space: Sizes) -> Any:
    """The adjoint: x_q = Σ g_p / count_p over the windows p that see q."""
    return unaveraged(g, _shares(g, space, window, include, divisor), window, space)


@twin("nn.functional.native.unpooling:unaveraged", 1 << 13, "f", contiguous=False)
def unaveraged(g: Any, shares: Any, window: Window, space: Sizes) -> Any:
    """x_q = Σ share_p g_p over the windows p that see q."""
    x = g * shares
    for axis, (size, count) in reversed(list(enumerate(zip(window.kernel, g.shape[2:], strict=True)))):
        shape = list(x.shape)
        shape[axis + 2] = space[axis] + sum(window.padding[axis])
        wider = np.zeros_like(x, shape=tuple(shape))
        for i in range(size):
            wider[along(axis, i, count, window)] += x
        x = wider
    return x[inside(space, window)]


def _shares(like: Any, space: Sizes, window: Window, include: bool, divisor: int | None) -> Any:
    """1 / count_p for each window; a single number where all have the same."""
    if divisor is not None:
        return np.asarray(1 / divisor, like.dtype, like=like)
    axes = [_counts(*sizes, include) for sizes in zip(space, window.places(space), *window[:3], strict=True)]
    if all(count == k for counts, k in zip(axes, window.kernel, strict=True) for count in counts):
        return np.asarray(1 / math.prod(window.kernel), like.dtype, like=like)
    return np.asarray(1 / functools.reduce(np.multiply.outer, map(np.array, axes)), like.dtype, like=like)


def _counts(n: int, places: int, kernel: int, stride: int, padding: tuple[int, int], include: bool) -> list[int]:
    """How many elements each window sees along an axis of n; ``padding[1]`` may include what is beyond the padding."""
    before = padding[0]
    low, high = (-before, n + before) if include else (0, n)
    starts = [p * stride - before for p in range(places)]
    return [min(start + kernel, high) - max(start, low) for start in starts]


avg_pool: Operation = linear(
    _avg_pool, lambda g, x_shape, window, include, divisor: unavg_pool(g, window, include, divisor, x_shape[2:])
)
unavg_pool: Operation = linear(_unavg_pool, lambda g, window, include, divisor: avg_pool(g, window, include, divisor))


def avg_pool1d(
    input: A, kernel_size: int | tuple[int], stride: int | tuple[int] | None = None, padding: int | tuple[int] = 0,
    ceil_mode: bool = False, count_include_pad: bool = True,
) -> A:  # fmt: skip
    """y_p = Σ_k x_(s p + k) / count_p: the mean of what each window sees.

    ``input``              x (n, c, l), or (c, l) for a single sample; y has the same axes
    ``kernel_size``        of the window: one number
    ``stride``             s, how far the window moves from one element of y to the next: one number; None is the
                           kernel's size
    ``padding``            zeros added on both sides, at most half the kernel: one number
    ``ceil_mode``          whether the last window may reach over the end
    ``count_include_pad``  whether padding counts as elements

    y has the length ⌊(l + 2 padding - kernel_size) / stride⌋ + 1.
    """
    return _avg("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: A, kernel_size: int | tuple[int, int], stride: int | tuple[int, int] | None = None,
    padding: int | tuple[int, int] = 0, ceil_mode: bool = False, count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> A:  # fmt: skip
    """y_p = Σ_k x_(s p + k) / count_p over two axes: the mean of what each window sees.

    ``input``              x (n, c, h, w), or (c, h, w) for a single sample; y has the same axes
    ``kernel_size``        of the window: one number or (vertical, horizontal)
    ``stride``             s, how far the window moves from one element of y to the next: one number or (vertical,
                           horizontal); None is the kernel's size
    ``padding``            zeros added on both sides, at most half the kernel: one number or (vertical, horizontal)
    ``ceil_mode``          whether the last window may reach over the end
    ``count_include_pad``  whether padding counts as elements
    ``divisor_override``   takes the place of count_p; 0 raises ValueError

    y has the height ⌊(h + 2 padding - kernel_size) / stride⌋ + 1, and the width likewise.
    """
    return _avg("avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def avg_pool3d(
    input: A, kernel_size: int | tuple[int, int, int], stride: int | tuple[int, int, int] | None = None,
    padding: int | tuple[int, int, int] = 0, ceil_mode: bool = False, count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> A:  # fmt: skip
    """y_p = Σ_k x_(s p + k) / count_p over three axes: the mean of what each window sees.

    ``input``              x (n, c, d, h, w), or (c, d, h, w) for a single sample; y has the same axes
    ``kernel_size``        of the window: one number or three
    ``stride``             s, how far the window moves from one element of y to the next: one number or three; None is
                           the kernel's size
    ``padding``            zeros added on both sides, at most half the kernel: one number or three
    ``ceil_mode``          whether the last window may reach over the end
    ``count_include_pad``  whether padding counts as elements
    ``divisor_override``   takes the place of count_p; 0 raises ValueError

    y has the height ⌊(h + 2 padding - kernel_size) / stride⌋ + 1, and depth and width likewise.
    """
    return _avg("avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def _avg(
    name: str, axes: int, x: A, kernel: Any, stride: Any, padding: Any, ceil: bool, include: bool, divisor: int | None
) -> A:
    if divisor == 0:
        raise ValueError(f"{name}: divisor_override must not be 0")
    return on_batch(avg_pool, axes, x, pool_window(name, axes, x, kernel, stride, padding, 1, ceil), include, divisor)
