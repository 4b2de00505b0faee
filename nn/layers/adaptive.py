"""Layers that pool into a given number of cells, whatever the size of the input.

Convention: arrays are (n, c, *space) or, for one image, (c, *space).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from autograd.typing import A, NDArray

from .. import functional
from ..module import Module
from .layer import over_space

__all__ = ["AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d"]


class Adaptive(Module):
    """What the two layers of means have in common."""

    axes: ClassVar[int]
    _operation: ClassVar[Callable[..., Any]]
    output_size: int | tuple[int | None, ...] | None

    def forward(self, x: A) -> A:
        return self._operation(over_space(self, x), self.output_size)

    def describe(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(Adaptive):
    """y_p = the mean of cell p of x, which has ``output_size`` cells whatever its length.

    ``output_size``  length of y; None keeps that of x

    x is (n, c, l) or (c, l), y (n, c, m) or (c, m) with m = output_size. Cell p reaches from ⌊p l / m⌋ to
    ⌈(p + 1) l / m⌉, so that neighbours may overlap.
    """

    axes = 1
    _operation = staticmethod(functional.adaptive_avg_pool1d)

    def __init__(self, output_size: int | tuple[int | None] | None) -> None:
        self.output_size = output_size


class AdaptiveAvgPool2d(Adaptive):
    """y_p = the mean of cell p of x, which has ``output_size`` cells whatever its size.

    ``output_size``  (height, width) of y, or one number for both; None in place of a number keeps that of x

    x is (n, c, h, w) or (c, h, w), y (n, c, *output_size) or (c, *output_size). Of m cells along an axis of h elements,
    cell p reaches from ⌊p h / m⌋ to ⌈(p + 1) h / m⌉, so that neighbours may overlap.
    """

    axes = 2
    _operation = staticmethod(functional.adaptive_avg_pool2d)

    def __init__(self, output_size: int | tuple[int | None, int | None] | None) -> None:
        self.output_size = output_size


class AdaptiveMaxPool2d(Module):
    """y_p = the largest element in cell p of x, which has ``output_size`` cells whatever its size.

    ``output_size``     (height, width) of y, or one number for both; None in place of a number keeps that of x
    ``return_indices``  whether to return (y, indices): the places in x, counted in C order over its space

    x is (n, c, h, w) or (c, h, w), y (n, c, *output_size) or (c, *output_size). Of m cells along an axis of h elements,
    cell p reaches from ⌊p h / m⌋ to ⌈(p + 1) h / m⌉, so that neighbours may overlap.
    """

    axes = 2

    def __init__(self, output_size: int | tuple[int | None, int | None] | None, return_indices: bool = False) -> None:
        self.output_size = output_size
        self.return_indices = return_indices

    def forward(self, x: A) -> A | tuple[A, NDArray[np.intp]]:
        return functional.adaptive_max_pool2d(over_space(self, x), self.output_size, self.return_indices)

    def describe(self) -> str:
        return f"output_size={self.output_size}"
