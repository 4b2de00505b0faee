"""Layers that give their input another shape: reshaped, resampled or with a border; they have no parameters.

Convention: axes are counted as NumPy counts them; the first is the batch. Images are (n, c, *space).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from autograd.typing import A

from .. import functional
from ..functional.windows import numbers
from ..module import Module, ShapeError
from ..words import translated

__all__ = ["Flatten", "Identity", "Unflatten", "Upsample", "ZeroPad2d"]


class Identity(Module):
    """y = x. It takes any arguments and ignores them, so that it can stand in for any layer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, x: A) -> A:
        return x


class Flatten(Module):
    """y = x with the axes from ``start_axis`` to ``end_axis`` made one: (n, 16, 5, 5) -> (n, 400).

    ``start_axis``  the first of these axes; 1 keeps the batch
    ``end_axis``    the last of these axes, included; negative axes count from the end

    PyTorch's ``start_dim`` and ``end_dim`` are other names for them.
    """

    @translated
    def __init__(self, start_axis: int = 1, end_axis: int = -1) -> None:
        self.start_axis, self.end_axis = start_axis, end_axis

    def forward(self, x: A) -> A:
        axes = x.ndim or 1  # a single number becomes one axis
        start, end = (axis + axes if axis < 0 else axis for axis in (self.start_axis, self.end_axis))
        if not 0 <= start <= end < axes:
            raise ShapeError(self, x.shape, f"an input with axes {self.start_axis} to {self.end_axis}, in order")
        return x.reshape(*x.shape[:start], math.prod(x.shape[start : end + 1]), *x.shape[end + 1 :])

    def describe(self) -> str:
        return "" if (self.start_axis, self.end_axis) == (1, -1) else f"{self.start_axis}, {self.end_axis}"


class Unflatten(Module):
    """y = x with one axis split into several: (n, 400) -> (n, 16, 5, 5). The inverse of ``Flatten``.

    ``axis``              the axis to split; negative ones count from the end
    ``unflattened_size``  the lengths of the axes in its place; one of them may be -1: whatever remains
    """

    @translated
    def __init__(self, axis: int, unflattened_size: Sequence[int]) -> None:
        self.axis = axis
        self.unflattened_size = tuple(unflattened_size)
        lengths = [length for length in self.unflattened_size if length != -1]
        if len(self.unflattened_size) - len(lengths) > 1 or any(length < 0 for length in lengths):
            raise ValueError(f"Unflatten: lengths are positive, and at most one is -1, got {self.unflattened_size}")

    def forward(self, x: A) -> A:
        axis = self.axis + x.ndim if self.axis < 0 else self.axis
        known = math.prod(length for length in self.unflattened_size if length != -1)
        length = x.shape[axis] if 0 <= axis < x.ndim else -1
        rest = length // known if known and -1 in self.unflattened_size else 1
        if length != known * rest:
            raise ShapeError(self, x.shape, f"an axis {self.axis} that {self.unflattened_size} divides")
        sizes = (rest if n == -1 else n for n in self.unflattened_size)
        return x.reshape(*x.shape[:axis], *sizes, *x.shape[axis + 1 :])

    def describe(self) -> str:
        return f"{self.axis}, {self.unflattened_size}"


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
