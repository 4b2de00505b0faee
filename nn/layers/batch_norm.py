"""Batch and instance normalisation; the computations are in ``nn/functional/normalisation``.

Convention: PyTorch's names. Weights start as 1, biases as 0; running means and variances are saved, but not trained. Of
a layer in half precision they are in single: variances leave half precision's range, and small steps are lost in it.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from autograd.typing import Array

from .. import functional
from ..init import DType
from ..module import Module, ShapeError
from ..words import translated
from .layer import changed
from .normalisation import affine_map

__all__ = ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"]


class PerChannel(Module):
    """What batch and instance normalisation share: a weight, bias, running mean and variance for each channel."""

    keeps_single: ClassVar[tuple[str, ...]] = ("running_mean", "running_var")
    takes: ClassVar[dict[int, str]]  # the shapes of an input, by number of axes
    _registered = ("running_mean", "running_var", "num_batches_tracked")

    @translated
    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True,
        track_running_stats: bool = True, *, dtype: DType = None,
    ) -> None:  # fmt: skip
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        dtype = dtype or np.float32
        self.weight, self.bias = affine_map(num_features, affine, affine, dtype)
        single = np.promote_types(dtype, np.float32)  # or double
        self.running_mean = Tensor(np.zeros(num_features, single)) if track_running_stats else None
        self.running_var = Tensor(np.ones(num_features, single)) if track_running_stats else None
        self.num_batches_tracked = Tensor(np.zeros((), np.int64)) if track_running_stats else None

    def checked(self, x: Any) -> Any:
        """The input x in this layer's precision, if it has a shape that the layer takes; else ShapeError is raised."""
        place = self.takes.get(x.ndim, "").split(", ")
        if "channels" not in place or x.shape[place.index("channels")] != self.num_features:
            shapes = " or ".join(f"({shape})" for shape in self.takes.values())
            raise ShapeError(self, x.shape, shapes.replace("channels", str(self.num_features)))
        like = self.weight if self.weight is not None else self.running_mean
        return x if like is None or (x.dtype.char == "e" and self.weight is None) else functional.cast(x, like)


class BatchNorm(PerChannel):
    """What batch normalisation over any number of axes has in common."""

    def forward(self, x: Array) -> Tensor:
        momentum = self.counted()
        batch = self.training or self.running_mean is None
        options = (self.running_mean, self.running_var, self.weight, self.bias, batch, momentum, self.eps)
        return functional.batch_norm(self.checked(x), *options)

    def counted(self) -> float:
        """Count a batch, if it is one of training; returns how far the running statistics move towards it."""
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.update_(lambda count: np.add(count, 1, out=count))
            if self.momentum is None:
                return 1 / self.num_batches_tracked.item()
        return self.momentum or 0.0

    def describe(self) -> str:
        return f"{self.num_features}" + changed(self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True)


class BatchNorm1d(BatchNorm):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each channel over the batch and length.

    ``num_features``         number of channels
    ``eps``                  added to v, so that nothing is divided by 0
    ``momentum``             the running mean r becomes (1 - momentum) r + momentum m; None averages over all batches
    ``affine``               whether there are weight and bias
    ``track_running_stats``  whether m and v are tracked while training and used in ``eval()``
    ``dtype``                of parameters and buffers, float32 by default, which buffers keep in half precision

    x and y are (n, channels) or (n, channels, length). Weight, bias and the buffers ``running_mean`` and
    ``running_var`` (with the unbiased variance) are (channels,). Ioffe and Szegedy, "Batch normalization", 2015.
    """

    takes: ClassVar[dict[int, str]] = {2: "n, channels", 3: "n, channels, length"}


class BatchNorm2d(BatchNorm):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each channel over batch and pixels.

    ``num_features``         number of channels
    ``eps``                  added to v, so that nothing is divided by 0
    ``momentum``             the running mean r becomes (1 - momentum) r + momentum m; None averages over all batches
    ``affine``               whether there are weight and bias
    ``track_running_stats``  whether m and v are tracked while training and used in ``eval()``
    ``dtype``                of parameters and buffers, float32 by default, which buffers keep in half precision

    x and y are (n, channels, height, width). Weight, bias and the buffers ``running_mean`` and
    ``running_var`` (with the unbiased variance) are (channels,). Ioffe and Szegedy, "Batch normalization", 2015.
    """

    takes: ClassVar[dict[int, str]] = {4: "n, channels, height, width"}


class BatchNorm3d(BatchNorm):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each channel over batch and voxels.

    ``num_features``         number of channels
    ``eps``                  added to v, so that nothing is divided by 0
    ``momentum``             the running mean r becomes (1 - momentum) r + momentum m; None averages over all batches
    ``affine``               whether there are weight and bias
    ``track_running_stats``  whether m and v are tracked while training and used in ``eval()``
    ``dtype``                of parameters and buffers, float32 by default, which buffers keep in half precision

    x and y are (n, channels, depth, height, width). Weight, bias and the buffers ``running_mean`` and
    ``running_var`` (with the unbiased variance) are (channels,). Ioffe and Szegedy, "Batch normalization", 2015.
    """

    takes: ClassVar[dict[int, str]] = {5: "n, channels, depth, height, width"}


class InstanceNorm(PerChannel):
    """What instance normalisation over any number of axes has in common."""

    @translated
    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = False,
        track_running_stats: bool = False, *, dtype: DType = None,
    ) -> None:  # fmt: skip
        super().__init__(num_features, eps, momentum, affine, track_running_stats, dtype=dtype)

    def forward(self, x: Array) -> Array:
        x = self.checked(x)
        single = x.ndim == min(self.takes)
        sample = self.training or self.running_mean is None
        options = (self.running_mean, self.running_var, self.weight, self.bias, sample, self.momentum or 0.0, self.eps)
        y = functional.instance_norm(x[None] if single else x, *options)
        return y[0] if single else y

    def describe(self) -> str:
        return f"{self.num_features}" + changed(self, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False)


class InstanceNorm1d(InstanceNorm):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each channel of each sample.

    ``num_features``         number of channels
    ``eps``                  added to v, so that nothing is divided by 0
    ``momentum``             the running mean r becomes (1 - momentum) r + momentum m; None leaves it at 0
    ``affine``               whether there are weight and bias
    ``track_running_stats``  whether m and v are tracked while training and used in ``eval()``
    ``dtype``                of parameters and buffers, float32 by default, which buffers keep in half precision

    x and y are (n, channels, length) or (channels, length); weight, bias and the buffers
    ``running_mean`` and ``running_var`` (channels,). Ulyanov, Vedaldi and Lempitsky, "Instance normalization", 2016.
    """

    takes: ClassVar[dict[int, str]] = {2: "channels, length", 3: "n, channels, length"}


class InstanceNorm2d(InstanceNorm):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each channel of each sample.

    ``num_features``         number of channels
    ``eps``                  added to v, so that nothing is divided by 0
    ``momentum``             the running mean r becomes (1 - momentum) r + momentum m; None leaves it at 0
    ``affine``               whether there are weight and bias
    ``track_running_stats``  whether m and v are tracked while training and used in ``eval()``
    ``dtype``                of parameters and buffers, float32 by default, which buffers keep in half precision

    x and y are (n, channels, height, width) or (channels, height, width); weight, bias and the buffers
    ``running_mean`` and ``running_var`` (channels,). Ulyanov, Vedaldi and Lempitsky, "Instance normalization", 2016.
    """

    takes: ClassVar[dict[int, str]] = {3: "channels, height, width", 4: "n, channels, height, width"}


class InstanceNorm3d(InstanceNorm):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each channel of each sample.

    ``num_features``         number of channels
    ``eps``                  added to v, so that nothing is divided by 0
    ``momentum``             the running mean r becomes (1 - momentum) r + momentum m; None leaves it at 0
    ``affine``               whether there are weight and bias
    ``track_running_stats``  whether m and v are tracked while training and used in ``eval()``
    ``dtype``                of parameters and buffers, float32 by default, which buffers keep in half precision

    x and y are (n, channels, depth, height, width) or (channels, depth, height, width); weight, bias and the buffers
    ``running_mean`` and ``running_var`` (channels,). Ulyanov, Vedaldi and Lempitsky, "Instance normalization", 2016.
    """

    takes: ClassVar[dict[int, str]] = {4: "channels, depth, height, width", 5: "n, channels, depth, height, width"}
