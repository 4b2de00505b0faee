"""Convolutions and their kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import functional as F

from ..operations.row import real
from .case import Kernel, case, kernel

CASES = [
    case("Conv1d", 2, 4, 3, inputs=[real(2, 2, 6)]),
    case("Conv1d", 2, 4, 3, stride=2, padding=1, dilation=2, groups=2, bias=False, inputs=[real(2, 2, 7)]),
    case("Conv1d", 1, 2, 3, padding=2, padding_mode="circular", inputs=[real(2, 1, 4)]),
    case("Conv2d", 2, 3, 3, inputs=[real(2, 2, 5, 4)]),
    case("Conv2d", 2, 3, (3, 2), stride=(2, 1), padding=(1, 0), inputs=[real(2, 2, 5, 4)]),
    case("Conv2d", 2, 2, 3, padding="same", dilation=2, inputs=[real(1, 2, 4, 5)]),
    case("Conv2d", 2, 2, (2, 4), padding="same", inputs=[real(1, 2, 4, 5)]),
    case("Conv2d", 1, 2, 3, padding="valid", inputs=[real(2, 1, 4, 4)]),
    case("Conv2d", 4, 4, 3, stride=3, padding=2, groups=4, inputs=[real(2, 4, 5, 5)]),
    case("Conv2d", 3, 2, 1, bias=False, inputs=[real(2, 3, 3, 2)]),
    case("Conv2d", 3, 2, 1, stride=2, inputs=[real(2, 3, 4, 3)]),
    case("Conv2d", 2, 2, 3, padding=1, inputs=[real(2, 4, 3)], name="Conv2d of one image"),
    case("Conv2d", 1, 2, 3, padding=(1, 2), padding_mode="reflect", inputs=[real(2, 1, 4, 4)]),
    case("Conv2d", 1, 2, 3, padding="same", padding_mode="replicate", inputs=[real(2, 1, 4, 3)]),
    case("Conv3d", 1, 2, 2, stride=(1, 2, 1), padding=1, inputs=[real(1, 1, 3, 3, 2)]),
    case("ConvTranspose1d", 2, 3, 3, inputs=[real(2, 2, 4)]),
    case("ConvTranspose1d", 2, 4, 2, stride=3, padding=1, output_padding=2, bias=False, inputs=[real(2, 4)]),
    case("ConvTranspose2d", 2, 3, 3, inputs=[real(2, 2, 3, 2)]),
    case(
        "ConvTranspose2d", 4, 4, (3, 2), stride=2, padding=(1, 0), output_padding=1, groups=2, inputs=[real(1, 4, 3, 2)]
    ),
    case("ConvTranspose2d", 1, 2, 2, dilation=2, inputs=[real(2, 1, 2, 3)]),
    case("functional.conv1d", stride=2, inputs=[real(2, 2, 5), real(3, 2, 2), real(3)]),
    case("functional.conv2d", padding=1, inputs=[real(2, 2, 3, 4), real(2, 2, 3, 3)]),
    case("functional.conv3d", groups=2, inputs=[real(2, 2, 3, 3), real(2, 1, 2, 2, 2), real(2)]),
    case("functional.conv_transpose1d", stride=2, inputs=[real(2, 2, 3), real(2, 3, 2), real(3)]),
    case("functional.conv_transpose2d", padding=1, groups=2, inputs=[real(1, 2, 3, 3), real(2, 1, 2, 3)]),
]


def convolution(
    space: tuple[int, ...],
    size: tuple[int, ...],
    *,
    n: int = 2,
    padding: int = 0,
    stride: int = 1,
    dilation: int = 1,
    groups: int = 1,
) -> Kernel:
    axes = len(size)
    conv = (F.conv1d, F.conv2d, F.conv3d)[axes - 1]
    return kernel(
        f"conv{axes}d {space} by {size}, {n=} {padding=} {stride=} {dilation=} {groups=}",
        lambda x, w, b: conv(x, w, b, stride, padding, dilation, groups),
        real(n, 2 * groups, *space),
        real(2 * groups, 2, *size),
        real(2 * groups),
    )


def transposed(stride: int, padding: int, groups: int) -> Kernel:
    """The transposed convolution is the convolution's adjoint: Σ y conv(g) = Σ g conv_transpose(y) for every g."""

    def composed(x: Any, w: Any, b: Any) -> Any:
        size = (x.shape[-1] - 1) * stride - 2 * padding + 3
        inner = w.shape[0] // groups
        y: Any = 0
        for k in range(3):  # element k of the kernel adds the input, spread out by the stride
            seen = np.einsum(
                "ngcl,gco->ngol", x.reshape(len(x), groups, inner, -1), w.reshape(groups, inner, -1, 3)[..., k]
            )
            at = np.arange(x.shape[-1]) * stride + k - padding
            place = (at[:, None] == np.arange(size)).astype(x.dtype)
            y = y + seen @ place
        return y.reshape(len(x), -1, size) + b[:, None]

    return kernel(
        f"conv_transpose1d {stride=} {padding=} {groups=}",
        lambda x, w, b: F.conv_transpose1d(x, w, b, stride, padding, groups=groups),
        real(2, 2 * groups, 4),
        real(2 * groups, 2, 3),
        real(2 * groups),
        composed=composed,
    )


KERNELS = [
    transposed(1, 0, 1),
    transposed(2, 1, 2),
    convolution((5,), (3,), padding=1),
    convolution((6,), (2,), stride=2, dilation=3, padding=2, groups=2),
    convolution((4, 3), (3, 2), n=1),
    convolution((5, 5), (3, 3), padding=1, stride=2),
    convolution((5, 4), (2, 2), stride=3, padding=2, dilation=2, groups=2),
    convolution((3, 3), (1, 1)),
    convolution((3, 4), (1, 1), stride=2, padding=1),
    convolution((3, 3, 2), (2, 2, 1), stride=2, padding=1),
]
