"""Layers that only change the shape."""

from __future__ import annotations

from ..operations.row import real
from .case import case

CASES = [
    case("Identity", 54, unused=True, inputs=[real(2, 3)]),
    case("Flatten", inputs=[real(2, 3, 2, 2)]),
    case("Flatten", -3, 2, inputs=[real(2, 3, 2, 2)]),
    case("Flatten", 0, inputs=[real(3)]),
    case("Flatten", 0, inputs=[real()], name="Flatten(0) of one number"),
    case("Flatten", inputs=[real(0, 2, 2)], name="Flatten of an empty batch"),
    case("Unflatten", 1, (2, 3), inputs=[real(2, 6)]),
    case("Unflatten", -2, (2, -1), inputs=[real(2, 6, 2)]),
    case("Unflatten", axis=0, unflattened_size=(4, 1), inputs=[real(4)]),
]
