"""The numbers that a layer gave since the last step, summed up call by call.

Convention: only the sums are kept, so that neither an array nor a graph lives longer for it. A unit is a feature of the
last axis, or a channel where a convolution stands before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from autograd import Tensor, Value
from autograd.gradient_norm import norm_of
from autograd.typing import NDArray

from ... import functional, layers
from ...layers.batch_norm import PerChannel
from ...layers.convolution import Convolution
from ...layers.normalisation import LastAxes
from ...layers.pooling import Adaptive, Pool
from ...module import Module

TINY = 1e-30  # squares below this come near the end of single precision
FLAT = 0.95  # a function saturates where it has lost this share of its largest slope
TANH, SOFTSIGN = math.sqrt(FLAT), 1 - math.sqrt(1 - FLAT)  # |y| from which 1 - y² and (1 - |y|)² are that small

Test: TypeAlias = Callable[[NDArray[Any]], Any]  # which numbers of an output are saturated?

LAST = (layers.Linear, layers.Bilinear, layers.Embedding, LastAxes, layers.MultiheadAttention, layers.RNN, layers.LSTM,
        layers.GRU)  # fmt: skip
KEEP = (PerChannel, layers.GroupNorm, layers.PReLU)
HAND_ON = (Pool, Adaptive, layers.Dropout, layers.Flatten, layers.Identity, layers.Unflatten, layers.Upsample,
           layers.ZeroPad2d)  # fmt: skip


def _tanh(y: NDArray[Any]) -> Any:
    return np.abs(y) > TANH


def _sigmoid(y: NDArray[Any]) -> Any:
    return np.abs(2 * y - 1) > TANH


def _softsign(y: NDArray[Any]) -> Any:
    return np.abs(y) > SOFTSIGN


def _between(low: float, high: float) -> Test:
    return lambda y: (y <= low) | (y >= high)


FUNCTIONS: dict[Any, Test] = {
    np.tanh: _tanh, functional.sigmoid: _sigmoid, functional.softsign: _softsign,
    functional.hardtanh: _between(-1, 1), functional.hardsigmoid: _between(0, 1),
}  # fmt: skip


def saturation(layer: Callable[..., Any]) -> Test | None:
    """Which outputs of this layer are where it is nearly flat; None if it is nowhere flat, or only at 0."""
    match layer:
        case layers.Tanh() | layers.RNN(nonlinearity="tanh") | layers.RNNCell(nonlinearity="tanh"):
            return _tanh
        case layers.Sigmoid():
            return _sigmoid
        case layers.Softsign():
            return _softsign
        case layers.Hardtanh():
            return _between(layer.min_val, layer.max_val)
        case layers.Hardsigmoid():
            return _between(0, 1)
        case Module():
            return None
    return FUNCTIONS.get(layer) if isinstance(layer, Hashable) else None


def numbers(output: Any) -> NDArray[Any] | None:
    """The numbers of an output, of the first tensor of several; None if there are none."""
    for part in parts(output):
        y: Any = part.data if isinstance(part, Tensor) else part
        if not np.size(y) or y.dtype.kind not in "fciub":
            return None
        if y.dtype.kind == "c":
            return np.abs(y)
        return y if y.dtype.char in "fdg" else y.astype(np.float32 if y.dtype.char == "e" else np.float64)
    return None


def parts(output: Any) -> Iterator[Any]:
    """The tensors and arrays in an output; Values in a list are one array."""
    if isinstance(output, Tensor | np.ndarray):
        yield output
    elif isinstance(output, Value):
        yield np.array([output.data])
    elif isinstance(output, Mapping):
        yield from parts(list(output.values()))
    elif isinstance(output, list | tuple):
        if output and all(isinstance(part, Value) for part in output):
            yield np.array([part.data for part in output])
        else:
            for part in output:
                yield from parts(part)


class Axis:
    """The axis of the units, by the layers through which the numbers have come."""

    def __init__(self) -> None:
        self.last: int | None = None

    def of(self, layer: Callable[..., Any], y: NDArray[Any], trains: bool) -> int:
        """That of this layer's output; ``trains`` tells whether the layer has parameters."""
        if isinstance(layer, Convolution):
            self.last = -1 - len(layer.kernel_size)
        elif isinstance(layer, LAST):
            self.last = -1
        elif trains and not isinstance(layer, KEEP):
            self.last = None
        if self.last is not None and -self.last <= y.ndim:
            return y.ndim + self.last
        return 1 if y.ndim > 3 else y.ndim - 1


class Outputs:
    """n, Σ y, Σ (y - mean)², the bounds, and which units gave nothing but 0, of all calls since the last step."""

    def __init__(self, layer: Callable[..., Any]) -> None:
        self.saturates = saturation(layer)
        self.has_units = not isinstance(layer, HAND_ON)  # its own: others hand on those of the layer before
        self.calls = 0
        self.size = 0
        self.mean = self.square = 0.0  # the square is the mean of (y - mean)²
        self.low, self.high = math.inf, -math.inf
        self.zeros = self.saturated = 0
        self.dead: Any = None  # for each unit; None before the first call

    @np.errstate(all="ignore")
    def add(self, y: NDArray[Any], axis: int) -> None:
        """Add a call's numbers, with the units along ``axis``."""
        size, row = y.size, y.ravel(order="K")
        mean = float(np.add.reduce(row)) / size
        square = float(np.dot(row, row)) / size - mean * mean
        if not (mean * mean < 10 * square and TINY < square < math.inf):  # little is left, or it leaves the range
            square = norm_of([row - row.dtype.type(mean)]) ** 2 / size
        zero = y == 0
        zeros = int(np.count_nonzero(zero))
        units = y.shape[axis] if y.ndim else 1
        dead = zero.all(axis=tuple(k for k in range(y.ndim) if k != axis)) if zeros else np.zeros(units, bool)
        whole = self.size + size
        apart, share = mean - self.mean, size / whole
        self.square += share * (square - self.square) + share * (1 - share) * apart * apart
        self.mean += share * apart
        low, high = float(np.minimum.reduce(row)), float(np.maximum.reduce(row))
        self.low, self.high = min(self.low, low), max(self.high, high)
        if math.isnan(low):
            self.low = self.high = math.nan
        self.zeros += zeros
        self.saturated += int(np.count_nonzero(self.saturates(y))) if self.saturates else 0
        self.dead = dead if self.dead is None or self.dead.shape != dead.shape else self.dead & dead
        self.size, self.calls = whole, self.calls + 1

    def columns(self) -> dict[str, float]:
        """The numbers of the record."""
        deviation = math.sqrt(self.square) if self.square >= 0 else math.nan
        found = {
            "calls": float(self.calls), "mean": self.mean, "std": deviation, "min": self.low, "max": self.high,
            "zeros": self.zeros / self.size,
        }  # fmt: skip
        if self.has_units:
            found["dead"] = int(np.count_nonzero(self.dead)) / self.dead.size
        if self.saturates:
            found["saturated"] = self.saturated / self.size
        return found
