"""SyncBatchNorm: batch normalisation whose batch is that of all processes together."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from autograd.typing import Array

from ..layers.batch_norm import BatchNorm
from ..module import Module
from .collectives import sum_of_all, summed

__all__ = ["SyncBatchNorm"]


class SyncBatchNorm(BatchNorm):
    """y = (x - m) / √(v + eps) weight + bias, with mean m and variance v of each channel over all processes.

    ``num_features``         number of channels
    ``eps``                  added to v, so that nothing is divided by 0
    ``momentum``             the running mean r becomes (1 - momentum) r + momentum m; None averages over all batches
    ``affine``               whether there are weight and bias
    ``track_running_stats``  whether m and v are tracked while training and used in ``eval()``
    ``dtype``                of parameters and buffers, float32 by default, which buffers keep in half precision

    x and y are (n, channels, ...), and n may differ between processes, or be 0. In ``eval()`` it is batch
    normalisation as in ``nn.BatchNorm2d``. All processes must call it the same number of times.
    """

    takes: ClassVar[dict[int, str]] = {
        2: "n, channels", 3: "n, channels, length", 4: "n, channels, height, width",
        5: "n, channels, depth, height, width",
    }  # fmt: skip

    def forward(self, x: Array) -> Tensor:
        if not (self.training or self.running_mean is None):
            return super().forward(x)
        x = self.checked(x)
        axes = (0, *range(2, x.ndim))
        count = float(summed(np.array(x.size // self.num_features, np.float64)))
        if not count:
            return x + 0.0
        if count == 1:
            raise ValueError("SyncBatchNorm: training takes more than one value per channel, in all processes together")
        shape = (1, -1, *[1] * (x.ndim - 2))
        mean: Any = sum_of_all(np.sum(x, axes)) / count
        centred = x - mean.reshape(shape)
        variance: Any = sum_of_all(np.sum(centred * centred, axes)) / count
        self._track(mean, variance, count)
        y = centred / np.sqrt(variance + self.eps).reshape(shape)
        if self.weight is not None:
            y = y * self.weight.reshape(shape)
        return y if self.bias is None else y + self.bias.reshape(shape)

    def _track(self, mean: Any, variance: Any, count: float) -> None:
        """Move the running mean and variance towards those of this batch."""
        if not self.training or self.running_mean is None or self.running_var is None:
            return
        momentum = self.counted()
        unbiased = count / max(count - 1, 1)
        for running, new in ((self.running_mean, mean.data), (self.running_var, variance.data * unbiased)):
            running.data = (1 - momentum) * running.data + momentum * new

    @classmethod
    def convert_sync_batchnorm(cls, module: Module) -> Module:
        """The ``module`` with a SyncBatchNorm in place of each BatchNorm in it, with its parameters and buffers."""
        for found in list(module.modules()):
            if isinstance(found, BatchNorm) and not isinstance(found, SyncBatchNorm):
                found.__class__ = cls
        return module
