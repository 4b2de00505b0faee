"""Layers that resize images without parameters: more or fewer elements, or a border.

Convention: arrays are (n, c, *space).
"""

from __future__ import annotations

from typing import Literal

from autograd.typing import A

from .. import functional
from ..functional.windows import numbers
from ..module import Module, ShapeError

__all__ = ["Upsample", "ZeroPad2d"]


class Upsample(Module):
    """y = x resampled to ``size``, or to ``scale_factor`` times its size; exactly one of the two is given.

    ``size``           of y: one number for all axes of space, or one for each
    ``scale_factor``   of x: one number for all axes of space, or one for each; 2 doubles them
    ``mode``           'nearest' repeats elements; 'linear', 'bilinear' and 'trilinear' interpolate over 1, 2 and 3 axes
    ``align_corners``  in a linear mode: whether the corner elements stay where they are; None means False

    x is (n, c, *space) and y too.
    """

    def __init__(
        self, size: int | tuple[int, ...] | None = None, scale_factor: float | tuple[float, ...] | None = None,
        mode: Literal["nearest", "linear", "bilinear", "trilinear"] = "nearest", align_corners: bool | None = None,
    ) -> None:  # fmt: skip
        if (size is None) == (scale_factor is None):
            raise ValueError("Upsample: give either size or scale_factor")
        self.size, self.scale_factor = size, scale_factor
        self.mode, self.align_corners = mode, align_corners

    def forward(self, x: A) -> A:
        return functional.interpolate(x, self.size, self.scale_factor, self.mode, self.align_corners)

    def describe(self) -> str:
        what = f"scale_factor={self.scale_factor}" if self.size is None else f"size={self.size}"
        return f"{what}, mode={self.mode!r}"


class ZeroPad2d(Module):
    """y = x with a border of zeros around its last two axes.

    ``padding``  the width of the border, or (left, right, top, bottom); a negative width crops

    x is (..., h, w), y (..., h + top + bottom, w + left + right).
    """

    def __init__(self, padding: int | tuple[int, int, int, int]) -> None:
        self.padding = numbers("ZeroPad2d", "padding", padding, 4, -(1 << 30))

    def forward(self, x: A) -> A:
        if x.ndim < 2:
            raise ShapeError(self, x.shape, "(..., h, w)")
        return functional.pad(x, self.padding)

    def describe(self) -> str:
        return f"{self.padding}"
