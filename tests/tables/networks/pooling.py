"""Pooling layers and their kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn import functional as F

from ..operations.row import distinct, real
from .case import Kernel, case, kernel

window_view = np.lib.stride_tricks.sliding_window_view

CASES = [
    case("MaxPool1d", 2, inputs=[distinct(2, 2, 5)]),
    case("MaxPool1d", 3, stride=2, padding=1, dilation=2, inputs=[distinct(2, 8)]),
    case("MaxPool2d", 2, inputs=[distinct(2, 2, 4, 5)]),
    case("MaxPool2d", (3, 2), stride=(1, 2), padding=(1, 0), inputs=[distinct(2, 2, 4, 5)]),
    case("MaxPool2d", 3, stride=2, ceil_mode=True, padding=1, inputs=[distinct(2, 1, 6, 5)]),
    case("MaxPool2d", 2, stride=3, ceil_mode=True, inputs=[distinct(1, 1, 6, 7)]),
    case("MaxPool2d", 3, stride=2, ceil_mode=True, inputs=[distinct(1, 2, 2, 5)]),
    case("MaxPool2d", 1, inputs=[distinct(1, 1, 2, 2)]),
    case("MaxPool2d", 2, return_indices=True, padding=1, inputs=[distinct(2, 2, 4, 3)]),
    case("MaxPool3d", 2, stride=1, inputs=[distinct(1, 2, 3, 2, 3)]),
    case("AvgPool1d", 3, stride=2, padding=1, inputs=[real(2, 2, 6)]),
    case("AvgPool1d", 2, count_include_pad=False, padding=1, inputs=[real(2, 5)]),
    case("AvgPool2d", 2, inputs=[real(2, 2, 4, 5)]),
    case("AvgPool2d", (3, 2), stride=2, padding=1, ceil_mode=True, inputs=[real(1, 2, 5, 4)]),
    case("AvgPool2d", 3, stride=2, padding=1, ceil_mode=True, count_include_pad=False, inputs=[real(1, 2, 6, 4)]),
    case("AvgPool2d", 4, stride=3, ceil_mode=True, inputs=[real(1, 1, 3, 6)]),
    case("AvgPool2d", 2, divisor_override=3, inputs=[real(2, 4, 4)]),
    case("AvgPool3d", 2, stride=1, padding=1, inputs=[real(1, 1, 2, 2, 3)]),
    case("AdaptiveAvgPool1d", 3, inputs=[real(2, 2, 5)]),
    case("AdaptiveAvgPool2d", 1, inputs=[real(2, 2, 3, 4)]),
    case("AdaptiveAvgPool2d", (3, None), inputs=[real(2, 5, 2)]),
    case("AdaptiveAvgPool2d", (2, 7), inputs=[real(1, 2, 4, 3)]),
    case("AdaptiveMaxPool2d", 2, inputs=[distinct(2, 2, 4, 6)]),
    case("AdaptiveMaxPool2d", (3, 2), return_indices=True, inputs=[distinct(2, 2, 4, 5)]),
    case("functional.avg_pool1d", 2, inputs=[real(1, 2, 4)]),
    case("functional.avg_pool2d", 3, stride=1, inputs=[real(1, 2, 4, 3)]),
    case("functional.avg_pool3d", 2, divisor_override=5, inputs=[real(1, 2, 3, 3)]),
    case("functional.adaptive_avg_pool1d", 2, inputs=[real(2, 4)]),
    case("functional.adaptive_avg_pool2d", (2, 3), inputs=[real(1, 2, 5, 3)]),
    case("functional.adaptive_max_pool2d", (1, 2), inputs=[distinct(2, 3, 3)]),
    case("functional.max_pool1d", 2, padding=1, inputs=[distinct(1, 5)]),
    case("functional.max_pool2d", 2, inputs=[distinct(2, 3, 4)]),
    case("functional.max_pool3d", 2, inputs=[distinct(1, 3, 3, 2)]),
]


def composed(size: int, stride: int) -> Callable[..., Any]:
    """The maximum over a window view."""
    return lambda x: window_view(x, (size, size), (2, 3))[:, :, ::stride, ::stride].max(axis=(4, 5))


def pooling(size: int, stride: int) -> Kernel:
    return kernel(
        f"max_pool2d {size} stride {stride}",
        lambda x: F.max_pool2d(x, size, stride),
        distinct(2, 2, 5, 4),
        composed=composed(size, stride),
    )


def averaging(size: int, stride: int) -> Kernel:
    return kernel(
        f"avg_pool2d {size} stride {stride}",
        lambda x: F.avg_pool2d(x, size, stride),
        real(2, 2, 5, 4),
        composed=lambda x: window_view(x, (size, size), (2, 3))[:, :, ::stride, ::stride].mean(axis=(4, 5)),
    )


KERNELS = [pooling(2, 2), pooling(3, 1), pooling(2, 3), averaging(2, 2), averaging(3, 1), averaging(2, 3)]
