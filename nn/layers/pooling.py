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
        return described(self, padding=0, dilation=1, ceil_mode=False, return_indices=False)


class MaxPool1d(MaxPool):
    """The largest element that each window sees: x (n, c, l) or (c, l). Of equal ones the first takes the gradient."""

    axes = 1


class MaxPool2d(MaxPool):
    """As ``MaxPool1d``, over two axes: x (n, c, h, w) or (c, h, w)."""

    axes = 2


class MaxPool3d(MaxPool):
    """As ``MaxPool1d``, over three axes: x (n, c, d, h, w) or (c, d, h, w)."""

    axes = 3


def described(module: Any, **usual: Any) -> str:
    """The kernel and the stride of a layer, and the options that are not as usual."""
    words = [f"kernel_size={module.kernel_size}, stride={module.stride}"]
    words += [f"{name}={getattr(module, name)}" for name, value in usual.items() if getattr(module, name) != value]
    return ", ".join(words)


def of_space(module: Any, x: Any) -> Any:
    """The input, with as many axes as the layer takes."""
    if x.ndim not in (module.axes + 1, module.axes + 2):
        space = ", ".join("dhw"[-module.axes :]) if module.axes > 1 else "l"
        raise ShapeError(module, x.shape, f"(n, c, {space}) or (c, {space})")
    return x


class AvgPool(Module):
    """What the layers that take means have in common."""

    axes: int

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, x: Any) -> Any:
        call = (functional.avg_pool2d, functional.avg_pool3d)[self.axes - 2]
        options = (self.padding, self.ceil_mode, self.count_include_pad, self.divisor_override)
        return call(of_space(self, x), self.kernel_size, self.stride, *options)

    def describe(self) -> str:
        return described(self, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None)


class AvgPool1d(AvgPool):
    """The mean of what each window sees: x (n, c, l) or (c, l)."""

    axes = 1

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)

    def forward(self, x: Any) -> Any:
        options = (self.padding, self.ceil_mode, self.count_include_pad)
        return functional.avg_pool1d(of_space(self, x), self.kernel_size, self.stride, *options)


class AvgPool2d(AvgPool):
    """As ``AvgPool1d``, over two axes: x (n, c, h, w) or (c, h, w); or the sum divided by ``divisor_override``."""

    axes = 2


class AvgPool3d(AvgPool):
    """As ``AvgPool2d``, over three axes: x (n, c, d, h, w) or (c, d, h, w)."""

    axes = 3


class AdaptiveAvgPool1d(Module):
    """The means of ``output_size`` cells, whatever the size of x (n, c, l) or (c, l)."""

    axes = 1

    def __init__(self, output_size: Any) -> None:
        self.output_size = output_size

    def forward(self, x: Any) -> Any:
        return functional.adaptive_avg_pool1d(of_space(self, x), self.output_size)

    def describe(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool2d(AdaptiveAvgPool1d):
    """The means of (h, w) cells, or of as many both ways, of x (n, c, h, w) or (c, h, w); None keeps a size."""

    axes = 2

    def forward(self, x: Any) -> Any:
        return functional.adaptive_avg_pool2d(of_space(self, x), self.output_size)


class AdaptiveMaxPool2d(AdaptiveAvgPool1d):
    """The largest elements of (h, w) cells, or of as many both ways, of x (n, c, h, w) or (c, h, w)."""

    axes = 2

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, x: Any) -> Any:
        return functional.adaptive_max_pool2d(of_space(self, x), self.output_size, self.return_indices)
