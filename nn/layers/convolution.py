"""Layers that convolve.

Convention: PyTorch's: arrays are (n, c, *space) or, of one image, (c, *space), a weight (out, in / groups, *kernel).
"""

from __future__ import annotations

import math
from typing import Any

from autograd import Tensor

from .. import functional, init
from ..functional.windows import numbers
from ..module import Module, Parameter, ShapeError


class Convolution(Module):
    """What convolutions over any number of axes have in common."""

    axes: int

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        groups: int,
        bias: bool,
        padding_mode: str,
        generator: init.Randomness,
        dtype: Any,
        transposed: bool = False,
    ) -> None:
        name = type(self).__name__
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(f"{name}: {in_channels} and {out_channels} channels cannot be cut into {groups} groups")
        if padding_mode not in functional.PADDING_MODES:
            raise ValueError(f"{name}: padding_mode is {', '.join(functional.PADDING_MODES)}, not {padding_mode!r}")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = numbers(name, "kernel_size", kernel_size, self.axes)
        self.stride = numbers(name, "stride", stride, self.axes)
        self.dilation = numbers(name, "dilation", dilation, self.axes)
        self.padding = padding if isinstance(padding, str) else numbers(name, "padding", padding, self.axes, 0)
        if self.padding == "same" and any(s != 1 for s in self.stride):
            raise ValueError(f"{name}: padding='same' keeps the size, which stride {self.stride} does not")
        self.groups = groups
        self.padding_mode = padding_mode
        outer, inner = (in_channels, out_channels) if transposed else (out_channels, in_channels)
        shape = (outer, inner // groups, *self.kernel_size)
        fan_in = math.prod(shape[1:])
        bound = 1 / math.sqrt(fan_in) if fan_in else 0.0
        rng = init.generator(generator)
        self.weight = Parameter(init.uniform(shape, -bound, bound, rng, dtype))
        self.bias: Tensor | None = None
        if bias:
            self.bias = Parameter(init.uniform((out_channels,), -bound, bound, rng, dtype))

    def take(self, x: Any) -> Any:
        """The input in the weight's precision, its shape checked."""
        if x.ndim not in (self.axes + 1, self.axes + 2) or x.shape[-self.axes - 1] != self.in_channels:
            space = ", ".join("dhw"[-self.axes :]) if self.axes > 1 else "l"
            raise ShapeError(self, x.shape, f"(n, {self.in_channels}, {space}) or ({self.in_channels}, {space})")
        return functional.cast(x, self.weight)

    def describe(self) -> str:
        words = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"]
        if self.padding not in ("valid", (0,) * self.axes):
            words.append(f"padding={self.padding!r}")
        if self.dilation != (1,) * self.axes:
            words.append(f"dilation={self.dilation}")
        if self.groups != 1:
            words.append(f"groups={self.groups}")
        if self.bias is None:
            words.append("bias=False")
        if self.padding_mode != "zeros":
            words.append(f"padding_mode={self.padding_mode!r}")
        return ", ".join(words)

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        """Each number of the result is a sum over the kernel and the channels of its group."""
        return int(output.size * math.prod(self.weight.shape[1:]))


class _Forward(Convolution):
    """A convolution, not transposed."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            generator,
            dtype,
        )

    def forward(self, x: Any) -> Any:
        x = self.take(x)
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            x = functional.pad(x, self.borders(), functional.PADDING_MODES[self.padding_mode])
            padding = 0
        call: Any = (functional.conv1d, functional.conv2d, functional.conv3d)[self.axes - 1]
        return call(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def borders(self) -> tuple[int, ...]:
        """The padding as ``functional.pad`` takes it, the last axis first."""
        if self.padding == "same":
            spare = [d * (k - 1) for k, d in zip(self.kernel_size, self.dilation, strict=True)]
            pairs = [(s // 2, s - s // 2) for s in spare]
        else:
            pairs = [(p, p) for p in (self.padding if isinstance(self.padding, tuple) else (0,) * self.axes)]
        return tuple(width for pair in reversed(pairs) for width in pair)


class Conv1d(_Forward):
    """y_o = Σ_c w_oc * x_c + b_o over one axis: x (n, in, l) or (in, l).

    ``padding`` is a number, 'valid' (none) or 'same' (as much as keeps the size). Weight and bias start in
    U(-1/√k, 1/√k) with k = in / groups · kernel size, as PyTorch's do.
    """

    axes = 1


class Conv2d(_Forward):
    """As ``Conv1d``, over two axes: x (n, in, h, w) or (in, h, w)."""

    axes = 2


class Conv3d(_Forward):
    """As ``Conv1d``, over three axes: x (n, in, d, h, w) or (in, d, h, w)."""

    axes = 3


class _Transposed(Convolution):
    """The adjoint of a convolution."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        name = type(self).__name__
        if padding_mode != "zeros" or isinstance(padding, str):
            raise ValueError(f"{name}: padding is in numbers and of zeros, not {padding!r} of {padding_mode!r}")
        self.output_padding = numbers(name, "output_padding", output_padding, self.axes, 0)
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            generator,
            dtype,
            transposed=True,
        )

    def forward(self, x: Any) -> Any:
        call: Any = (functional.conv_transpose1d, functional.conv_transpose2d)[self.axes - 1]
        options = (self.stride, self.padding, self.output_padding, self.groups, self.dilation)
        return call(self.take(x), self.weight, self.bias, *options)

    def describe(self) -> str:
        extra = f", output_padding={self.output_padding}" if any(self.output_padding) else ""
        return super().describe() + extra

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        """Each number of the input goes to the kernel and the channels of its group."""
        return int(inputs[0].size * math.prod(self.weight.shape[1:]))


class ConvTranspose1d(_Transposed):
    """The adjoint of ``Conv1d``: x (n, in, l) or (in, l); the weight is (in, out / groups, k).

    The result has (l - 1) stride - 2 padding + dilation (k - 1) + output_padding + 1 elements. Weight and bias start in
    U(-1/√k, 1/√k) with k = out / groups · kernel size, as PyTorch's do.
    """

    axes = 1


class ConvTranspose2d(_Transposed):
    """As ``ConvTranspose1d``, over two axes: x (n, in, h, w) or (in, h, w)."""

    axes = 2
