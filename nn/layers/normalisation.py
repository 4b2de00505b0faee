"""Layers that normalise; what each computes stands in ``nn/functional/normalisation.py``.

Convention: PyTorch's names. Weights begin as 1, biases as 0; running means and variances are buffers, which are kept
in the state and not trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor

from .. import functional
from ..module import Module, Parameter, ShapeError


class _Channels(Module):
    """What batch and instance normalisation share: a weight, bias, running mean and variance for each channel."""

    takes: ClassVar[dict[int, str]] = {}  # shapes of an input, by their number of axes

    def __init__(
        self, num_features: int, eps: float, momentum: float | None, affine: bool, track_running_stats: bool, dtype: Any
    ) -> None:
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        dtype = dtype or np.float32
        self.weight = Parameter(np.ones(num_features, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_features, dtype)) if affine else None
        self.running_mean = Tensor(np.zeros(num_features, dtype)) if track_running_stats else None
        self.running_var = Tensor(np.ones(num_features, dtype)) if track_running_stats else None
        self.num_batches_tracked = Tensor(np.zeros((), np.int64)) if track_running_stats else None

    def checked(self, x: Any) -> Any:
        """The input in this layer's precision, if it has a shape that it takes."""
        place = self.takes.get(x.ndim, "").split(", ")
        if "channels" not in place or x.shape[place.index("channels")] != self.num_features:
            shapes = " or ".join(f"({shape})" for shape in self.takes.values())
            raise ShapeError(self, x.shape, shapes.replace("channels", str(self.num_features)))
        like = self.weight if self.weight is not None else self.running_mean
        return x if like is None else functional.cast(x, like)


class _BatchNorm(_Channels):
    """y = (x - m) / √(v + eps) weight + bias, with the mean m and the variance v of each channel.

    In training these are the batch's, and the running ones follow them: by ``momentum``, or with momentum None as the
    average over all batches so far. In ``eval()`` the running ones are taken, if there are any.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, dtype)

    def forward(self, x: Any) -> Any:
        x = self.checked(x)
        momentum = self.momentum or 0.0
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.update_(lambda count: np.add(count, 1, out=count))
            if self.momentum is None:
                momentum = 1 / self.num_batches_tracked.item()
        return functional.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
        )

    def describe(self) -> str:
        return f"{self.num_features}" + _other(self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True)


class BatchNorm1d(_BatchNorm):
    __doc__ = f"{_BatchNorm.__doc__}\n    x is (n, channels) or (n, channels, length)."
    takes: ClassVar[dict[int, str]] = {2: "n, channels", 3: "n, channels, length"}


class BatchNorm2d(_BatchNorm):
    __doc__ = f"{_BatchNorm.__doc__}\n    x is (n, channels, height, width)."
    takes: ClassVar[dict[int, str]] = {4: "n, channels, height, width"}


class BatchNorm3d(_BatchNorm):
    __doc__ = f"{_BatchNorm.__doc__}\n    x is (n, channels, depth, height, width)."
    takes: ClassVar[dict[int, str]] = {5: "n, channels, depth, height, width"}


class _InstanceNorm(_Channels):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each channel of each sample.

    With ``track_running_stats`` a running mean and variance follow those of the samples, and are taken in ``eval()``.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, dtype)

    def forward(self, x: Any) -> Any:
        x = self.checked(x)
        single = x.ndim == min(self.takes)
        y = functional.instance_norm(
            x[None] if single else x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            self.momentum or 0.0,
            self.eps,
        )
        return y[0] if single else y

    def describe(self) -> str:
        return f"{self.num_features}" + _other(self, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False)


class InstanceNorm1d(_InstanceNorm):
    __doc__ = f"{_InstanceNorm.__doc__}\n    x is (n, channels, length), or one sample without n."
    takes: ClassVar[dict[int, str]] = {2: "channels, length", 3: "n, channels, length"}


class InstanceNorm2d(_InstanceNorm):
    __doc__ = f"{_InstanceNorm.__doc__}\n    x is (n, channels, height, width), or one sample without n."
    takes: ClassVar[dict[int, str]] = {3: "channels, height, width", 4: "n, channels, height, width"}


class InstanceNorm3d(_InstanceNorm):
    __doc__ = f"{_InstanceNorm.__doc__}\n    x is (n, channels, depth, height, width), or one sample without n."
    takes: ClassVar[dict[int, str]] = {4: "channels, depth, height, width", 5: "n, channels, depth, height, width"}


class GroupNorm(Module):
    """y = (x - m) / √(v + eps) weight + bias over groups of channels of each sample; x is (n, channels, ...)."""

    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True, *, dtype: Any = None
    ) -> None:
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_groups {num_groups} does not divide num_channels {num_channels}")
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self.weight = Parameter(np.ones(num_channels, dtype or np.float32)) if affine else None
        self.bias = Parameter(np.zeros(num_channels, dtype or np.float32)) if affine else None

    def forward(self, x: Any) -> Any:
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ShapeError(self, x.shape, f"(n, {self.num_channels}, ...)")
        x = x if self.weight is None else functional.cast(x, self.weight)
        return functional.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def describe(self) -> str:
        return f"{self.num_groups}, {self.num_channels}" + _other(self, eps=1e-5, affine=True)


class _LastAxes(Module):
    """What layer and root mean square normalisation share."""

    weight: Tensor | None
    normalized_shape: tuple[int, ...]

    def checked(self, x: Any) -> Any:
        """The input in this layer's precision, if its last axes are the normalised ones."""
        if x.shape[-len(self.normalized_shape) :] != self.normalized_shape:
            raise ShapeError(self, x.shape, f"(..., {', '.join(map(str, self.normalized_shape))})")
        return x if self.weight is None else functional.cast(x, self.weight)


class LayerNorm(_LastAxes):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v over the last axes, ``normalized_shape``."""

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = _shape(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        dtype = dtype or np.float32
        self.weight = Parameter(np.ones(self.normalized_shape, dtype)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape, dtype)) if elementwise_affine and bias else None

    def forward(self, x: Any) -> Any:
        return functional.layer_norm(self.checked(x), self.normalized_shape, self.weight, self.bias, self.eps)

    def describe(self) -> str:
        bias = ", bias=False" if self.elementwise_affine and self.bias is None else ""
        return f"{self.normalized_shape}" + _other(self, eps=1e-5, elementwise_affine=True) + bias


class RMSNorm(_LastAxes):
    """y = x / √(q + eps) weight, with the mean square q over the last axes; eps None is the precision's own."""

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = _shape(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.weight = Parameter(np.ones(self.normalized_shape, dtype or np.float32)) if elementwise_affine else None

    def forward(self, x: Any) -> Any:
        return functional.rms_norm(self.checked(x), self.normalized_shape, self.weight, self.eps)

    def describe(self) -> str:
        return f"{self.normalized_shape}" + _other(self, eps=None, elementwise_affine=True)


def _shape(lengths: int | Sequence[int]) -> tuple[int, ...]:
    return (lengths,) if isinstance(lengths, int) else tuple(lengths)


def _other(layer: Module, **defaults: Any) -> str:
    """The options that are not at their defaults, for a repr."""
    given = {name: getattr(layer, name) for name in defaults}
    return "".join(f", {name}={value}" for name, value in given.items() if value != defaults[name])
