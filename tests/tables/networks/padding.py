"""Padding in its four modes."""

from __future__ import annotations

from ..operations.row import real
from .case import case

CASES = [
    case("functional.pad", (1, 2), inputs=[real(2, 3)]),
    case("functional.pad", (0, 1, 2, 0), value=1.5, inputs=[real(2, 2, 3)]),
    case("functional.pad", (-1, 2, 1, -1), inputs=[real(2, 1, 3, 4)]),
    case("functional.pad", (1, 2, 2, 0), mode="reflect", inputs=[real(2, 1, 3, 3)]),
    case("functional.pad", (3, 1, 0, 2), mode="replicate", inputs=[real(2, 1, 2, 3)]),
    case("functional.pad", (3, 1, 0, 2), mode="circular", inputs=[real(2, 1, 2, 3)]),
    case("functional.pad", (-1, 3), mode="reflect", inputs=[real(2, 4)]),
    case("functional.pad", (-2, 3), mode="replicate", inputs=[real(2, 2)]),
    case("functional.pad", (-1, 2), mode="circular", inputs=[real(2, 4)]),
    case("ZeroPad2d", 1, inputs=[real(1, 2, 2, 3)]),
    case("ZeroPad2d", (1, 0, -1, 2), inputs=[real(2, 3, 3)]),
]
