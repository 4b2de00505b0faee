"""Convolutions as PyTorch calls them: what they take, checked.

Convention: PyTorch's names, arguments and layouts; the operations stand in ``correlation.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..windows import Window, numbers, on_batch, window
from .convolution import convolve, convolve_transposed


def conv1d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    """y_nop = Σ_ck w_ock x_n,c,sp+dk + b_o: input (n, c, l) or (c, l), weight (out, c / groups, k), bias (out,)."""
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    """As ``conv1d``, over two axes: input (n, c, h, w) or (c, h, w), weight (out, c / groups, kh, kw)."""
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    """As ``conv1d``, over three axes: input (n, c, d, h, w) or (c, d, h, w), weight (out, c / groups, kd, kh, kw)."""
    return _conv("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def _conv(
    name: str, axes: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    _check(name, axes, x, weight, bias, groups, weight.shape[0] if np.ndim(weight) else 0)
    channels = x.shape[-axes - 1]
    if channels != weight.shape[1] * groups:
        raise ValueError(
            f"{name}: input {x.shape} has {channels} channels, but weight {weight.shape} takes {weight.shape[1]}"
            + (f" in each of {groups} groups" if groups > 1 else "")
        )
    if weight.shape[0] % groups:
        raise ValueError(f"{name}: the {weight.shape[0]} channels of weight {weight.shape} are not {groups} groups")
    slid = window(name, weight.shape[2:], stride, padding, dilation)
    slid.check(name, x.shape[-axes:])
    return on_batch(convolve, axes, x, weight, bias, slid, groups)


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """The adjoint of ``conv1d`` in its input: input (n, c, l) or (c, l), weight (c, out / groups, k), bias (out,).

    The result has (l - 1) stride - 2 padding + dilation (k - 1) + output_padding + 1 elements; ``output_padding``
    chooses among the sizes that the convolution would give this one, so that it is smaller than the stride (PyTorch
    also takes one that is smaller than the dilation).
    """
    return _transposed("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """As ``conv_transpose1d``, over two axes: input (n, c, h, w) or (c, h, w), weight (c, out / groups, kh, kw)."""
    return _transposed("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _transposed(
    name: str,
    axes: int,
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
) -> Any:
    _check(name, axes, x, weight, bias, groups, weight.shape[1] * groups if np.ndim(weight) > 1 else 0)
    channels = x.shape[-axes - 1]
    if channels != weight.shape[0] or channels % groups:
        raise ValueError(
            f"{name}: input {x.shape} has {channels} channels, but weight {weight.shape} takes {weight.shape[0]}"
            + (f" in {groups} groups" if groups > 1 else "")
        )
    if isinstance(padding, str):
        raise ValueError(f"{name}: padding is in numbers, not {padding!r}")
    slid = window(name, weight.shape[2:], stride, padding, dilation)
    extra = numbers(name, "output_padding", output_padding, axes, 0)
    if any(e >= s for e, s in zip(extra, slid.stride, strict=True)):
        raise ValueError(f"{name}: output_padding {extra} must be smaller than the stride {slid.stride}")
    places = x.shape[-axes:]
    space = _size_before(places, slid, extra)
    if any(n < 1 for n in space):
        raise ValueError(
            f"{name}: the result of input {x.shape} would have the size {space}: padding takes it all away"
        )
    return on_batch(convolve_transposed, axes, x, weight, bias, slid, groups, space)


def _size_before(places: Any, window: Window, extra: Any) -> tuple[int, ...]:
    """Of what size a convolution with this window makes so many places."""
    sides = zip(places, window.stride, window.padding, window.reach, extra, strict=True)
    return tuple((n - 1) * s - sum(p) + reach + e for n, s, p, reach, e in sides)


def _check(name: str, axes: int, x: Any, weight: Any, bias: Any, groups: int, out: int) -> None:
    """Refuse wrong numbers of axes, groups and biases."""
    if np.ndim(weight) != axes + 2:
        raise ValueError(f"{name}: weight has {axes + 2} axes, (channels, channels, *kernel), got {np.shape(weight)}")
    if np.ndim(x) not in (axes + 1, axes + 2):
        raise ValueError(f"{name}: input has {axes + 2} axes, (n, c, *space), or {axes + 1} of one, got {np.shape(x)}")
    if not isinstance(groups, int) or groups < 1:
        raise ValueError(f"{name}: groups is a whole number from 1 on, not {groups!r}")
    if bias is not None and np.shape(bias) != (out,):
        raise ValueError(f"{name}: bias has one number per channel, ({out},), got {np.shape(bias)}")
