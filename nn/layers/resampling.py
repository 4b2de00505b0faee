"""Layers that change the size of images without parameters: more or fewer elements, or a border.

Convention: arrays are (n, c, *space).
"""

from __future__ import annotations

from typing import Any

from .. import functional
from ..functional.windows import numbers
from ..module import Module, ShapeError


class Upsample(Module):
    """x (n, c, *space) resampled to ``size``, or to ``scale_factor`` times its size.

    ``mode`` is 'nearest', or over one, two, three axes 'linear', 'bilinear', 'trilinear'; ``align_corners`` lets these
    leave the corners in place.
    """

    def __init__(
        self, size: Any = None, scale_factor: Any = None, mode: Any = "nearest", align_corners: bool | None = None
    ) -> None:
        if (size is None) == (scale_factor is None):
            raise ValueError("Upsample: give either size or scale_factor")
        self.size = size
        self.scale_factor = scale_factor
        self.mode = mode
        self.align_corners = align_corners

    def forward(self, x: Any) -> Any:
        return functional.interpolate(x, self.size, self.scale_factor, self.mode, self.align_corners)

    def describe(self) -> str:
        what = f"scale_factor={self.scale_factor}" if self.size is None else f"size={self.size}"
        return f"{what}, mode={self.mode!r}"


class ZeroPad2d(Module):
    """A border of zeros around x (..., h, w): of one width, or (left, right, top, bottom); negative ones take away."""

    def __init__(self, padding: Any) -> None:
        self.padding = numbers("ZeroPad2d", "padding", padding, 4, -(1 << 30))

    def forward(self, x: Any) -> Any:
        if x.ndim < 2:
            raise ShapeError(self, x.shape, "(..., h, w)")
        return functional.pad(x, self.padding)

    def describe(self) -> str:
        return f"{self.padding}"
