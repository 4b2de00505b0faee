"""Convolutions and their adjoints: conv1d, conv2d, conv3d and their transposes, as PyTorch calls them.

Convention: PyTorch's names and layouts. The result is a tensor if any operand is one; the types go by the weight.
Operands whose axes, channels or groups do not fit each other raise ValueError, and so does a kernel that is larger than
the padded input.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.typing import A, Array

from ..precision import in_single
from ..windows import Padding, Sizes, Window, numbers, on_batch, window
from .convolution import convolve, convolve_transposed

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d"]


def conv1d(
    input: Array, weight: A, bias: Array | None = None, stride: int | tuple[int] = 1,
    padding: int | tuple[int] | Padding = 0, dilation: int | tuple[int] = 1, groups: int = 1,
) -> A:  # fmt: skip
    """y_n,o,p = Σ_c,k w_o,c,k x_n,c,sp+dk + b_o: a convolution over one axis.

    ``input``     x (n, c, l), or (c, l) for a single sample
    ``weight``    w (out, c / groups, k)
    ``bias``      b (out,), or None for 0
    ``stride``    s, how far the kernel moves from one element of y to the next: a number
    ``padding``   zeros added on both sides: a number; 'valid' adds none, 'same' keeps the size, at stride 1
    ``dilation``  d, how far the taps of the kernel lie apart: a number
    ``groups``    cuts the channels into so many groups, each of which sees only its own

    y is (n, out, l') with l' = ⌊(l + 2 padding - dilation (k - 1) - 1) / stride⌋ + 1.
    """
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Array, weight: A, bias: Array | None = None, stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] | Padding = 0, dilation: int | tuple[int, int] = 1, groups: int = 1,
) -> A:  # fmt: skip
    """y_n,o,p = Σ_c,k w_o,c,k x_n,c,sp+dk + b_o: a convolution over two axes.

    ``input``     x (n, c, h, w), or (c, h, w) for a single sample
    ``weight``    w (out, c / groups, kh, kw)
    ``bias``      b (out,), or None for 0
    ``stride``    s, how far the kernel moves from one element of y to the next: one number or (vertical, horizontal)
    ``padding``   zeros added on both sides of an axis: one number or (vertical, horizontal); 'valid' adds none, 'same'
                  keeps the size, at stride 1
    ``dilation``  d, how far the taps of the kernel lie apart: one number or (vertical, horizontal)
    ``groups``    cuts the channels into so many groups, each of which sees only its own

    y is (n, out, h', w') with h' = ⌊(h + 2 padding - dilation (kh - 1) - 1) / stride⌋ + 1, and w' likewise.
    """
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Array, weight: A, bias: Array | None = None, stride: int | tuple[int, int, int] = 1,
    padding: int | tuple[int, int, int] | Padding = 0, dilation: int | tuple[int, int, int] = 1, groups: int = 1,
) -> A:  # fmt: skip
    """y_n,o,p = Σ_c,k w_o,c,k x_n,c,sp+dk + b_o: a convolution over three axes.

    ``input``     x (n, c, d, h, w), or (c, d, h, w) for a single sample
    ``weight``    w (out, c / groups, kd, kh, kw)
    ``bias``      b (out,), or None for 0
    ``stride``    s, how far the kernel moves from one element of y to the next: one number or three
    ``padding``   zeros added on both sides of an axis: one number or three; 'valid' adds none, 'same' keeps the size,
                  at stride 1
    ``dilation``  d, how far the taps of the kernel lie apart: one number or three
    ``groups``    cuts the channels into so many groups, each of which sees only its own

    y is (n, out, d', h', w') with h' = ⌊(h + 2 padding - dilation (kh - 1) - 1) / stride⌋ + 1, and d', w' likewise.
    """
    return _conv("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def _conv(
    name: str, axes: int, x: Array, weight: A, bias: Array | None, stride: Any, padding: Any, dilation: Any, groups: int
) -> A:
    _check(name, axes, x, weight, bias, groups)
    if weight.shape[0] % groups:
        raise ValueError(f"{name}: the {weight.shape[0]} channels of weight {weight.shape} do not make {groups} groups")
    slid = window(name, weight.shape[2:], stride, padding, dilation)
    slid.check(name, x.shape[-axes:])
    return _convolve(x, weight, bias, axes, slid, groups)


def conv_transpose1d(
    input: Array, weight: A, bias: Array | None = None, stride: int | tuple[int] = 1, padding: int | tuple[int] = 0,
    output_padding: int | tuple[int] = 0, groups: int = 1, dilation: int | tuple[int] = 1,
) -> A:  # fmt: skip
    """y_n,o,q = Σ_c Σ_(s p + d k = q) w_c,o,k x_n,c,p + b_o: the adjoint of ``conv1d`` in its input.

    ``input``           x (n, c, l), or (c, l) for a single sample
    ``weight``          w (c, out / groups, k)
    ``bias``            b (out,), or None for 0
    ``stride``          s, how far neighbours in x move the kernel in y: a number
    ``padding``         elements cut off y on both sides: a number
    ``output_padding``  elements added to y at the end: several sizes of y give x under ``conv1d``, and this chooses
                        one; less than the stride, else ValueError is raised
    ``groups``          cuts the channels into so many groups, each of which sees only its own
    ``dilation``        d, how far the taps of the kernel lie apart: a number

    y is (n, out, l') with l' = (l - 1) s - 2 padding + d (k - 1) + output_padding + 1. (PyTorch also takes an
    ``output_padding`` that is smaller than the dilation.)
    """
    return _transposed("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Array, weight: A, bias: Array | None = None, stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0, output_padding: int | tuple[int, int] = 0, groups: int = 1,
    dilation: int | tuple[int, int] = 1,
) -> A:  # fmt: skip
    """y_n,o,q = Σ_c Σ_(s p + d k = q) w_c,o,k x_n,c,p + b_o: the adjoint of ``conv2d`` in its input.

    ``input``           x (n, c, h, w), or (c, h, w) for a single sample
    ``weight``          w (c, out / groups, kh, kw)
    ``bias``            b (out,), or None for 0
    ``stride``          s, how far neighbours in x move the kernel in y: one number or (vertical, horizontal)
    ``padding``         elements cut off y on both sides of an axis: one number or (vertical, horizontal)
    ``output_padding``  elements added to y at the end: several sizes of y give x under ``conv2d``, and this chooses
                        one; less than the stride, else ValueError is raised
    ``groups``          cuts the channels into so many groups, each of which sees only its own
    ``dilation``        d, how far the taps of the kernel lie apart: one number or (vertical, horizontal)

    y is (n, out, h', w') with h' = (h - 1) s - 2 padding + d (kh - 1) + output_padding + 1, and w' likewise. (PyTorch
    also takes an ``output_padding`` that is smaller than the dilation.)
    """
    return _transposed("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _transposed(
    name: str, axes: int, x: Array, weight: A, bias: Array | None, stride: Any, padding: Any, output_padding: Any,
    groups: int, dilation: Any,
) -> A:  # fmt: skip
    _check(name, axes, x, weight, bias, groups, transposed=True)
    if isinstance(padding, str):
        raise ValueError(f"{name}: padding is a number (or one per axis), not {padding!r}")
    slid = window(name, weight.shape[2:], stride, padding, dilation)
    extra = numbers(name, "output_padding", output_padding, axes, 0)
    if any(e >= s for e, s in zip(extra, slid.stride, strict=True)):
        raise ValueError(f"{name}: output_padding {extra} must be smaller than the stride {slid.stride}")
    space = _size_before(x.shape[-axes:], slid, extra)
    if any(n < 1 for n in space):
        raise ValueError(f"{name}: the result of input {x.shape} would have the size {space}: padding leaves nothing")
    return _convolve_transposed(x, weight, bias, axes, slid, groups, space)


@in_single
def _convolve(x: Array, weight: A, bias: Array | None, axes: int, *options: Any) -> A:
    return on_batch(convolve, axes, x, weight, bias, *options)


@in_single
def _convolve_transposed(x: Array, weight: A, bias: Array | None, axes: int, *options: Any) -> A:
    return on_batch(convolve_transposed, axes, x, weight, bias, *options)


def _size_before(places: Sizes, window: Window, extra: Sizes) -> Sizes:
    """The size of an input from which a convolution with this window makes so many places."""
    sides = zip(places, window.stride, window.padding, window.reach, extra, strict=True)
    return tuple((n - 1) * s - sum(p) + reach + e for n, s, p, reach, e in sides)


def _shape(x: Any) -> Sizes:
    """The same as np.shape, which takes longer for a tensor."""
    return x.shape if hasattr(x, "shape") else np.shape(x)


def _check(
    name: str, axes: int, x: Array, weight: Array, bias: Array | None, groups: int, transposed: bool = False
) -> None:
    """Refuse wrong numbers of axes, groups, biases and channels."""
    given, seen = _shape(x), _shape(weight)
    if len(seen) != axes + 2:
        raise ValueError(f"{name}: weight has {axes + 2} axes, (channels, channels, *kernel), got {seen}")
    if len(given) not in (axes + 1, axes + 2):
        raise ValueError(f"{name}: input has {axes + 2} axes, (n, c, *space), or {axes + 1} of one, got {given}")
    if not isinstance(groups, int) or groups < 1:
        raise ValueError(f"{name}: groups is a whole number from 1 on, not {groups!r}")
    out = weight.shape[1] * groups if transposed else weight.shape[0]
    if bias is not None and _shape(bias) != (out,):
        raise ValueError(f"{name}: bias has one number per channel, ({out},), got {_shape(bias)}")
    channels, takes = x.shape[-axes - 1], weight.shape[0 if transposed else 1]
    if channels != (takes if transposed else takes * groups) or channels % groups:
        wanted = f"{takes}" if groups == 1 else f"{takes} in {'' if transposed else 'each of '}{groups} groups"
        raise ValueError(f"{name}: input {x.shape} has {channels} channels, but weight {weight.shape} takes {wanted}")
