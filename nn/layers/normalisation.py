"""Normalisation without memory: by groups of channels, or over the last axes of each sample.

Convention: PyTorch's names; weights start as 1, biases as 0. Computations are in ``nn/functional/normalisation``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.typing import Array

from .. import functional
from ..init import DType
from ..module import Module, Parameter, ShapeError
from ..words import translated
from .layer import changed

__all__ = ["GroupNorm", "LayerNorm", "RMSNorm"]


class GroupNorm(Module):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each group of channels of each sample.

    ``num_groups``    groups that the channels are divided into
    ``num_channels``  number of channels, a multiple of num_groups
    ``eps``           added to v, so that nothing is divided by 0
    ``affine``        whether there are weight and bias
    ``dtype``         of weight and bias, float32 by default

    x and y are (n, channels, ...), weight and bias (channels,). Wu and He, "Group normalization", 2018.
    """

    @translated
    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True, *, dtype: DType = None
    ) -> None:
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_groups {num_groups} does not divide num_channels {num_channels}")
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        self.weight, self.bias = affine_map(num_channels, affine, affine, dtype)

    def forward(self, x: Array) -> Tensor:
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ShapeError(self, x.shape, f"(n, {self.num_channels}, ...)")
        y: Any = x if self.weight is None else functional.cast(x, self.weight)
        return functional.group_norm(y, self.num_groups, self.weight, self.bias, self.eps)

    def describe(self) -> str:
        return f"{self.num_groups}, {self.num_channels}" + changed(self, eps=1e-5, affine=True)


class LastAxes(Module):
    """What layer and root mean square normalisation share."""

    weight: Tensor | None
    normalized_shape: tuple[int, ...]

    def checked(self, x: Any) -> Any:
        """The input x in this layer's precision; ShapeError is raised unless its last axes are the normalised ones."""
        if x.shape[-len(self.normalized_shape) :] != self.normalized_shape:
            raise ShapeError(self, x.shape, f"(..., {', '.join(map(str, self.normalized_shape))})")
        return x if self.weight is None else functional.cast(x, self.weight)


class LayerNorm(LastAxes):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v over the last axes of x.

    ``normalized_shape``    lengths of these axes, or the length of the last one
    ``eps``                 added to v, so that nothing is divided by 0
    ``elementwise_affine``  whether there is a weight
    ``bias``                whether there is a bias beside the weight
    ``dtype``               of weight and bias, float32 by default

    x and y are (..., *normalized_shape), weight and bias normalized_shape. Ba, Kiros and Hinton, "Layer normalization",
    2016.
    """

    @translated
    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True,
        bias: bool = True, *, dtype: DType = None,
    ) -> None:  # fmt: skip
        self.normalized_shape = _shape(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.weight, self.bias = affine_map(self.normalized_shape, elementwise_affine, bias, dtype)

    def forward(self, x: Array) -> Tensor:
        return functional.layer_norm(self.checked(x), self.normalized_shape, self.weight, self.bias, self.eps)

    def describe(self) -> str:
        bias = ", bias=False" if self.elementwise_affine and self.bias is None else ""
        return f"{self.normalized_shape}" + changed(self, eps=1e-5, elementwise_affine=True) + bias


class RMSNorm(LastAxes):
    """y = x / √(q + eps) weight, with the mean square q over the last axes of x.

    ``normalized_shape``    lengths of these axes, or the length of the last one
    ``eps``                 added to q, so that nothing is divided by 0; None is the machine precision of x's dtype
    ``elementwise_affine``  whether there is a weight
    ``dtype``               of the weight, float32 by default

    x and y are (..., *normalized_shape), the weight has the shape normalized_shape (Zhang and Sennrich 2019).
    """

    @translated
    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float | None = None, elementwise_affine: bool = True,
        *, dtype: DType = None,
    ) -> None:  # fmt: skip
        self.normalized_shape = _shape(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.weight, _ = affine_map(self.normalized_shape, elementwise_affine, False, dtype)

    def forward(self, x: Array) -> Tensor:
        return functional.rms_norm(self.checked(x), self.normalized_shape, self.weight, self.eps)

    def describe(self) -> str:
        return f"{self.normalized_shape}" + changed(self, eps=None, elementwise_affine=True)


def affine_map(
    shape: int | tuple[int, ...], weight: bool, bias: bool, dtype: DType
) -> tuple[Tensor | None, Tensor | None]:
    """A weight of ones and, beside it, a bias of zeros, or None for what is not wanted."""
    ones, zeros = np.ones(shape, dtype or np.float32), np.zeros(shape, dtype or np.float32)
    return Parameter(ones) if weight else None, Parameter(zeros) if weight and bias else None


def _shape(lengths: int | Sequence[int]) -> tuple[int, ...]:
    return (lengths,) if isinstance(lengths, int) else tuple(lengths)
