"""Layers that pool: they have no parameters.

Convention: arrays are (n, c, *space) or, for one image, (c, *space); a stride of None is the kernel's size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Generic

import numpy as np

from autograd.typing import A, NDArray

from .. import functional
from ..module import Module
from .layer import Size, changed, over_space

__all__ = [
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "AvgPool1d", "AvgPool2d", "AvgPool3d", "MaxPool1d",
    "MaxPool2d", "MaxPool3d",
]  # fmt: skip


class Pool(Module, Generic[Size]):
    """What layers with a window have in common."""

    axes: ClassVar[int]
    _operation: ClassVar[Callable[..., Any]]

    def __init__(
        self, kernel_size: int | Size, stride: int | Size | None, padding: int | Size, ceil_mode: bool
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode

    def _sizes(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}"


class MaxPool(Pool[Size]):
    """What the layers that take the largest element have in common."""

    def __init__(
        self, kernel_size: int | Size, stride: int | Size | None = None, padding: int | Size = 0,
        dilation: int | Size = 1, return_indices: bool = False, ceil_mode: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.dilation, self.return_indices = dilation, return_indices

    def forward(self, x: A) -> A | tuple[A, NDArray[np.intp]]:
        options = (self.padding, self.dilation, self.ceil_mode, self.return_indices)
        return self._operation(over_space(self, x), self.kernel_size, self.stride, *options)

    def describe(self) -> str:
        return self._sizes() + changed(self, padding=0, dilation=1, ceil_mode=False, return_indices=False)


class AvgPool(Pool[Size]):
    """What the layers that take means have in common."""

    def __init__(
        self, kernel_size: int | Size, stride: int | Size | None = None, padding: int | Size = 0,
        ceil_mode: bool = False, count_include_pad: bool = True, divisor_override: int | None = None,
    ) -> None:  # fmt: skip
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override

    def forward(self, x: A) -> A:
        options = (self.padding, self.ceil_mode, self.count_include_pad, self.divisor_override)
        return self._operation(over_space(self, x), self.kernel_size, self.stride, *options)

    def describe(self) -> str:
        return self._sizes() + changed(self, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None)


class MaxPool1d(MaxPool[tuple[int]]):
    """y_p = the largest element of x in the window at p; of several equal ones the first gets the gradient.

    ``kernel_size``     length of the window
    ``stride``          how far the window moves from one element of y to the next; None: by its own size
    ``padding``         elements added on both sides, which are never the largest; at most half the kernel
    ``dilation``        how far the elements of a window lie apart
    ``return_indices``  whether to return (y, indices): the places in x, counted in C order over its space
    ``ceil_mode``       whether the last window may hang over the end

    x is (n, c, l) or (c, l), y (n, c, l') or (c, l') with
    l' = ⌊(l + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1.
    """

    axes = 1
    _operation = staticmethod(functional.max_pool1d)


class MaxPool2d(MaxPool[tuple[int, int]]):
    """y_p = the largest element of x in the window at p; of several equal ones the first gets the gradient.

    ``kernel_size``     (height, width) of the window; like all sizes below also one number for both
    ``stride``          how far the window moves from one element of y to the next; None: by its own size
    ``padding``         elements added on both sides of an axis, which are never the largest; at most half the kernel
    ``dilation``        how far the elements of a window lie apart
    ``return_indices``  whether to return (y, indices): the places in x, counted in C order over its space
    ``ceil_mode``       whether the last window may hang over the end

    x is (n, c, h, w) or (c, h, w), y (n, c, h', w') or (c, h', w') with
    h' = ⌊(h + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1 and w' likewise.
    """

    axes = 2
    _operation = staticmethod(functional.max_pool2d)


class MaxPool3d(MaxPool[tuple[int, int, int]]):
    """y_p = the largest element of x in the window at p; of several equal ones the first gets the gradient.

    ``kernel_size``     (depth, height, width) of the window; like all sizes below also one number for all
    ``stride``          how far the window moves from one element of y to the next; None: by its own size
    ``padding``         elements added on both sides of an axis, which are never the largest; at most half the kernel
    ``dilation``        how far the elements of a window lie apart
    ``return_indices``  whether to return (y, indices): the places in x, counted in C order over its space
    ``ceil_mode``       whether the last window may hang over the end

    x is (n, c, d, h, w) or (c, d, h, w), y (n, c, d', h', w') or (c, d', h', w') with
    h' = ⌊(h + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1 and d', w' likewise.
    """

    axes = 3
    _operation = staticmethod(functional.max_pool3d)


class AvgPool1d(AvgPool[tuple[int]]):
    """y_p = the mean of x in the window at p.

    ``kernel_size``        length of the window
    ``stride``             how far the window moves from one element of y to the next; None: by its own size
    ``padding``            zeros added on both sides; at most half the kernel
    ``ceil_mode``          whether the last window may hang over the end
    ``count_include_pad``  whether the zeros of the padding count as elements of the mean

    x is (n, c, l) or (c, l), y (n, c, l') or (c, l') with l' = ⌊(l + 2 padding - kernel_size) / stride⌋ + 1.
    """

    axes = 1

    def __init__(
        self, kernel_size: int | tuple[int], stride: int | tuple[int] | None = None, padding: int | tuple[int] = 0,
        ceil_mode: bool = False, count_include_pad: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)

    def forward(self, x: A) -> A:
        options: Any = (self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)
        return functional.avg_pool1d(over_space(self, x), *options)


class AvgPool2d(AvgPool[tuple[int, int]]):
    """y_p = the mean of x in the window at p.

    ``kernel_size``        (height, width) of the window; like all sizes below also one number for both
    ``stride``             how far the window moves from one element of y to the next; None: by its own size
    ``padding``            zeros added on both sides of an axis; at most half the kernel
    ``ceil_mode``          whether the last window may hang over the end
    ``count_include_pad``  whether the zeros of the padding count as elements of the mean
    ``divisor_override``   divides the sum instead of the number of elements, unless None

    x is (n, c, h, w) or (c, h, w), y (n, c, h', w') or (c, h', w') with
    h' = ⌊(h + 2 padding - kernel_size) / stride⌋ + 1 and w' likewise.
    """

    axes = 2
    _operation = staticmethod(functional.avg_pool2d)


class AvgPool3d(AvgPool[tuple[int, int, int]]):
    """y_p = the mean of x in the window at p.

    ``kernel_size``        (depth, height, width) of the window; like all sizes below also one number for all
    ``stride``             how far the window moves from one element of y to the next; None: by its own size
    ``padding``            zeros added on both sides of an axis; at most half the kernel
    ``ceil_mode``          whether the last window may hang over the end
    ``count_include_pad``  whether the zeros of the padding count as elements of the mean
    ``divisor_override``   divides the sum instead of the number of elements, unless None

    x is (n, c, d, h, w) or (c, d, h, w), y (n, c, d', h', w') or (c, d', h', w') with
    h' = ⌊(h + 2 padding - kernel_size) / stride⌋ + 1 and d', w' likewise.
    """

    axes = 3
    _operation = staticmethod(functional.avg_pool3d)


class Adaptive(Module, Generic[Size]):
    """What layers that pool into ``output_size`` cells have in common."""

    axes: ClassVar[int]

    def __init__(self, output_size: int | Size | None) -> None:
        self.output_size = output_size

    def describe(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(Adaptive[tuple[int | None]]):
    """y_p = the mean of cell p of x, which has ``output_size`` cells whatever its length.

    ``output_size``  length of y; None keeps that of x

    x is (n, c, l) or (c, l), y (n, c, m) or (c, m) with m = output_size. Cell p reaches from ⌊p l / m⌋ to
    ⌈(p + 1) l / m⌉, so that neighbours may overlap.
    """

    axes = 1

    def forward(self, x: A) -> A:
        return functional.adaptive_avg_pool1d(over_space(self, x), self.output_size)


class AdaptiveAvgPool2d(Adaptive[tuple[int | None, int | None]]):
    """y_p = the mean of cell p of x, which has ``output_size`` cells whatever its size.

    ``output_size``  (height, width) of y, or one number for both; None in place of a number keeps that of x

    x is (n, c, h, w) or (c, h, w), y (n, c, *output_size) or (c, *output_size). Of m cells along an axis of h elements,
    cell p reaches from ⌊p h / m⌋ to ⌈(p + 1) h / m⌉, so that neighbours may overlap.
    """

    axes = 2

    def forward(self, x: A) -> A:
        return functional.adaptive_avg_pool2d(over_space(self, x), self.output_size)


class AdaptiveMaxPool2d(Adaptive[tuple[int | None, int | None]]):
    """y_p = the largest element in cell p of x, which has ``output_size`` cells whatever its size.

    ``output_size``     (height, width) of y, or one number for both; None in place of a number keeps that of x
    ``return_indices``  whether to return (y, indices): the places in x, counted in C order over its space

    x is (n, c, h, w) or (c, h, w), y (n, c, *output_size) or (c, *output_size). Of m cells along an axis of h elements,
    cell p reaches from ⌊p h / m⌋ to ⌈(p + 1) h / m⌉, so that neighbours may overlap.
    """

    axes = 2

    def __init__(self, output_size: int | tuple[int | None, int | None] | None, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, x: A) -> A | tuple[A, NDArray[np.intp]]:
        return functional.adaptive_max_pool2d(over_space(self, x), self.output_size, self.return_indices)
