"""Images resampled to more or fewer elements."""

from __future__ import annotations

from nn.functional.interpolation import gathered

from ..operations.row import real
from .case import case, kernel

CASES = [
    case("Upsample", scale_factor=2, inputs=[real(2, 1, 2, 3)]),
    case("Upsample", size=(5, 2), inputs=[real(2, 1, 3, 3)]),
    case("Upsample", size=(4, 3), mode="bilinear", inputs=[real(1, 2, 2, 5)]),
    case("Upsample", scale_factor=2, mode="bilinear", align_corners=True, inputs=[real(1, 2, 2, 3)]),
    case("functional.interpolate", scale_factor=(1.5, 0.5), inputs=[real(1, 2, 3, 4)]),
    case("functional.interpolate", scale_factor=1.7, mode="bilinear", align_corners=False, inputs=[real(1, 2, 3, 2)]),
    case("functional.interpolate", scale_factor=(1.1, 1.5), mode="bilinear", inputs=[real(1, 2, 3, 2)]),
    case("functional.interpolate", scale_factor=(1.1, 2.2), inputs=[real(1, 2, 6, 3)]),
    case("functional.interpolate", size=5, mode="linear", inputs=[real(2, 1, 3)]),
    case("functional.interpolate", size=1, mode="linear", align_corners=True, inputs=[real(2, 1, 3)]),
    case("functional.interpolate", size=(3, 1, 4), mode="trilinear", inputs=[real(1, 1, 2, 2, 3)]),
    case("functional.interpolate", size=(3, 2, 1), inputs=[real(1, 1, 2, 2, 3)]),
]

KERNELS = [
    kernel(
        "gathered",
        lambda y: gathered(y, (2, 3)),
        real(1, 2, 4, 6),
        composed=lambda y: y.reshape(1, 2, 2, 2, 2, 3).sum((3, 5)),
    ),
]
