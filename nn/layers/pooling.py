"""Layers that pool: they have no parameters.

Convention: arrays are (n, c, *space) or, of one image, (c, *space); the stride is the kernel's size if None.
"""

from __future__ import annotations

from typing import Any

from .. import functional
from ..module import Module, ShapeError


class MaxPool(Module):
    """What the layers that take the largest have in common."""

    axes: int

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, x: Any) -> Any:
        call = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)[self.axes - 1]
        options = (self.padding, self.dilation, self.ceil_mode, self.return_indices)
        return call(of_space(self, x), self.kernel_size, self.stride, *options)

    def describe(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, "
            f"ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(MaxPool):
    """The largest element that each window sees: x (n, c, l) or (c, l). Of equal ones the first takes the gradient."""

    axes = 1


class MaxPool2d(MaxPool):
    """As ``MaxPool1d``, over two axes: x (n, c, h, w) or (c, h, w)."""

    axes = 2


class MaxPool3d(MaxPool):
    """As ``MaxPool1d``, over three axes: x (n, c, d, h, w) or (c, d, h, w)."""

    axes = 3


def of_space(module: Any, x: Any) -> Any:
    """The input, with as many axes as the layer takes."""
    if x.ndim not in (module.axes + 1, module.axes + 2):
        space = ", ".join("dhw"[-module.axes :]) if module.axes > 1 else "l"
        raise ShapeError(module, x.shape, f"(n, c, {space}) or (c, {space})")
    return x
