"""Affine layers and their kernel."""

from __future__ import annotations

from nn import functional as F

from ..operations.row import real
from .case import case, kernel

CASES = [
    case("Linear", 3, 2, inputs=[real(4, 3)]),
    case("Linear", 3, 2, bias=False, inputs=[real(2, 2, 3)]),
    case("functional.linear", inputs=[real(4, 3), real(2, 3), real(2)]),
    case("Bilinear", 3, 2, 2, inputs=[real(4, 3), real(4, 2)]),
    case("Bilinear", 2, 1, 2, bias=False, inputs=[real(2, 3, 2), real(2, 3, 1)]),
    case("functional.bilinear", inputs=[real(3), real(2), real(2, 3, 2), real(2)]),
]

KERNELS = [
    kernel(
        f"linear {x}".replace(" ", ""),
        lambda x, w, b: F.linear(x, w, b),
        real(*x),
        real(2, 3),
        real(2),
    )
    for x in [(4, 3), (2, 2, 3), (3,)]
] + [
    kernel("linear, no bias", lambda x, w: F.linear(x, w), real(4, 3), real(2, 3)),
    kernel(
        "linear, few rows",
        lambda x, w, b: F.linear(x, w, b),
        real(8, 1),
        real(16, 1),
        real(16),
    ),
]
