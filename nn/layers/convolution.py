"""Layers that convolve.

Convention: PyTorch's: arrays are (n, c, *space) or, for one sample, (c, *space); weights (out, in / groups, *kernel).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar, Generic, Literal

from autograd import Tensor
from autograd.typing import Array

from .. import functional
from ..functional.windows import numbers, window
from ..init import DType, Randomness
from ..module import Module
from ..words import translated
from .layer import Size, changed, over_space, uniform

__all__ = ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d"]


class Convolution(Module, Generic[Size]):
    """What convolutions over any number of axes have in common."""

    axes: ClassVar[int]
    _operation: ClassVar[Callable[..., Any]]
    transposed: ClassVar[bool] = False

    @translated
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int | Size, stride: int | Size = 1,
        padding: int | Size | Literal["same", "valid"] = 0, dilation: int | Size = 1, groups: int = 1,
        bias: bool = True, padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros",
        *, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(f"{name}: {in_channels} and {out_channels} channels cannot be cut into {groups} groups")
        if padding_mode not in functional.PADDING_MODES:
            raise ValueError(f"{name}: padding_mode is {', '.join(functional.PADDING_MODES)}, not {padding_mode!r}")
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = numbers(name, "kernel_size", kernel_size, self.axes)
        _, self.stride, borders, self.dilation = window(name, self.kernel_size, stride, padding, dilation)
        self.padding = padding if isinstance(padding, str) else tuple(before for before, _ in borders)
        self.groups, self.padding_mode = groups, padding_mode
        outer, inner = (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        shape = (outer, inner // groups, *self.kernel_size)
        draw = uniform(math.prod(shape[1:]), generator, dtype)
        self.weight: Tensor = draw(*shape)
        self.bias: Tensor | None = draw(out_channels) if bias else None

    def forward(self, x: Array) -> Tensor:
        x = functional.cast(over_space(self, x, self.in_channels), self.weight)
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            x = functional.pad(x, self.borders(), functional.PADDING_MODES[self.padding_mode])
            padding = 0
        return self._operation(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def borders(self) -> tuple[int, ...]:
        """The padding as ``functional.pad`` takes it, the last axis first."""
        sides = window(type(self).__name__, self.kernel_size, self.stride, self.padding, self.dilation).padding
        return tuple(width for pair in reversed(sides) for width in pair)

    def describe(self) -> str:
        ones = (1,) * self.axes
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        text += "" if self.padding in ("valid", (0,) * self.axes) else f", padding={self.padding!r}"
        return text + changed(self, dilation=ones, groups=1, bias=True, padding_mode="zeros")

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        """Each number of the ``output`` is a sum over the kernel and the channels of its group in the ``inputs``."""
        return int(output.size * math.prod(self.weight.shape[1:]))


class Conv1d(Convolution[tuple[int]]):
    """y_o = Σ_c w_oc * x_c + b_o, where * is the cross-correlation over one axis.

    ``in_channels``, ``out_channels``  channels of x and of y
    ``kernel_size``   length of the kernel
    ``stride``        how far the kernel moves from one element of y to the next
    ``padding``       elements added on both sides; 'same' keeps the size (at stride 1), 'valid' adds none
    ``dilation``      how far the taps of the kernel lie apart
    ``groups``        cuts the channels into so many groups, each with its own kernels
    ``bias``          whether b is added
    ``padding_mode``  adds 'zeros', x mirrored ('reflect'), its edge ('replicate') or its other end ('circular')
    ``generator``     a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``         of weight and bias, float32 by default

    x is (n, in, l) or (in, l), y (n, out, l') or (out, l') with
    l' = ⌊(l + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1.
    ``weight`` w is (out, in / groups, k) and ``bias`` b (out,); both start in U(-1/√m, 1/√m) with m = in / groups · k.
    """

    axes = 1
    _operation = staticmethod(functional.conv1d)


class Conv2d(Convolution[tuple[int, int]]):
    """y_o = Σ_c w_oc * x_c + b_o, where * is the cross-correlation over height and width.

    ``in_channels``, ``out_channels``  channels of x and of y
    ``kernel_size``   (height, width) of the kernel; like all sizes below also one number for both
    ``stride``        how far the kernel moves from one element of y to the next
    ``padding``       elements added on both sides of an axis; 'same' keeps the size (at stride 1), 'valid' adds none
    ``dilation``      how far the taps of the kernel lie apart
    ``groups``        cuts the channels into so many groups, each with its own kernels
    ``bias``          whether b is added
    ``padding_mode``  adds 'zeros', x mirrored ('reflect'), its edge ('replicate') or its other end ('circular')
    ``generator``     a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``         of weight and bias, float32 by default

    x is (n, in, h, w) or (in, h, w), y (n, out, h', w') or (out, h', w') with
    h' = ⌊(h + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1 and w' likewise.
    ``weight`` w is (out, in / groups, kh, kw) and ``bias`` b (out,); both start in U(-1/√m, 1/√m) with m = in / groups
    · kh kw. LeCun et al., "Gradient-based learning applied to document recognition", 1998.
    """

    axes = 2
    _operation = staticmethod(functional.conv2d)


class Conv3d(Convolution[tuple[int, int, int]]):
    """y_o = Σ_c w_oc * x_c + b_o, where * is the cross-correlation over depth, height and width.

    ``in_channels``, ``out_channels``  channels of x and of y
    ``kernel_size``   (depth, height, width) of the kernel; like all sizes below also one number for all
    ``stride``        how far the kernel moves from one element of y to the next
    ``padding``       elements added on both sides of an axis; 'same' keeps the size (at stride 1), 'valid' adds none
    ``dilation``      how far the taps of the kernel lie apart
    ``groups``        cuts the channels into so many groups, each with its own kernels
    ``bias``          whether b is added
    ``padding_mode``  adds 'zeros', x mirrored ('reflect'), its edge ('replicate') or its other end ('circular')
    ``generator``     a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``         of weight and bias, float32 by default

    x is (n, in, d, h, w) or (in, d, h, w), y (n, out, d', h', w') or (out, d', h', w') with
    h' = ⌊(h + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1 and d', w' likewise.
    ``weight`` w is (out, in / groups, kd, kh, kw) and ``bias`` b (out,);
    both start in U(-1/√m, 1/√m) with m = in / groups · kd kh kw.
    """

    axes = 3
    _operation = staticmethod(functional.conv3d)


class Transposed(Convolution[Size]):
    """What transposed convolutions have in common."""

    transposed = True

    @translated
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int | Size, stride: int | Size = 1,
        padding: int | Size = 0, output_padding: int | Size = 0, groups: int = 1, bias: bool = True,
        dilation: int | Size = 1, padding_mode: Literal["zeros"] = "zeros",
        *, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        if padding_mode != "zeros" or isinstance(padding, str):
            raise ValueError(f"{name}: padding is a number of zeros, not {padding!r} of {padding_mode!r}")
        self.output_padding = numbers(name, "output_padding", output_padding, self.axes, 0)
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode,
            generator=generator, dtype=dtype,
        )  # fmt: skip

    def forward(self, x: Array) -> Tensor:
        x = functional.cast(over_space(self, x, self.in_channels), self.weight)
        options = (self.stride, self.padding, self.output_padding, self.groups, self.dilation)
        return self._operation(x, self.weight, self.bias, *options)

    def describe(self) -> str:
        return super().describe() + changed(self, output_padding=(0,) * self.axes)

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        """Each number of the ``inputs`` goes to the kernel and the channels of its group in the ``output``."""
        return int(inputs[0].size * math.prod(self.weight.shape[1:]))


class ConvTranspose1d(Transposed[tuple[int]]):
    """The adjoint of ``Conv1d`` in its input, plus a bias: each element of x spreads the kernel over y.

    ``in_channels``, ``out_channels``  channels of x and of y
    ``kernel_size``     length of the kernel
    ``stride``          how far neighbours in x move the kernel in y, so that y is larger about that many times
    ``padding``         elements cut off y on both sides
    ``output_padding``  elements added to y at the end; less than the stride
    ``groups``          cuts the channels into so many groups, each with its own kernels
    ``bias``            whether b is added
    ``dilation``        how far the taps of the kernel lie apart
    ``padding_mode``    'zeros' only
    ``generator``       a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``           of weight and bias, float32 by default

    x is (n, in, l) or (in, l), y (n, out, l') or (out, l') with
    l' = (l - 1) stride - 2 padding + dilation (kernel_size - 1) + output_padding + 1.
    ``weight`` w is (in, out / groups, k) and ``bias`` b (out,); both start in U(-1/√m, 1/√m) with m = out / groups · k.
    """

    axes = 1
    _operation = staticmethod(functional.conv_transpose1d)


class ConvTranspose2d(Transposed[tuple[int, int]]):
    """The adjoint of ``Conv2d`` in its input, plus a bias: each element of x spreads the kernel over y.

    ``in_channels``, ``out_channels``  channels of x and of y
    ``kernel_size``     (height, width) of the kernel; like all sizes below also one number for both
    ``stride``          how far neighbours in x move the kernel in y, so that y is larger about that many times
    ``padding``         elements cut off y on both sides of an axis
    ``output_padding``  elements added to y at the end of an axis; less than the stride
    ``groups``          cuts the channels into so many groups, each with its own kernels
    ``bias``            whether b is added
    ``dilation``        how far the taps of the kernel lie apart
    ``padding_mode``    'zeros' only
    ``generator``       a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``           of weight and bias, float32 by default

    x is (n, in, h, w) or (in, h, w), y (n, out, h', w') or (out, h', w') with
    h' = (h - 1) stride - 2 padding + dilation (kernel_size - 1) + output_padding + 1 and w' likewise.
    ``weight`` w is (in, out / groups, kh, kw) and ``bias`` b (out,); both start in U(-1/√m, 1/√m) with m = out / groups
    · kh kw. Zeiler et al., "Deconvolutional networks", 2010.
    """

    axes = 2
    _operation = staticmethod(functional.conv_transpose2d)
