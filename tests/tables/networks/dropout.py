"""Dropout where nothing is random; its laws are in ``tests/nn/test_dropout.py``."""

from __future__ import annotations

from ..operations.row import real
from .case import case

CASES = [
    case("Dropout", 0.3, inputs=[real(2, 3)], training=False),
    case("Dropout", 1.0, inputs=[real(2, 3)]),
    case("Dropout2d", inputs=[real(2, 3, 1, 2)], training=False),
    case("functional.dropout", p=0.0, inputs=[real(2, 3)]),
    case("functional.dropout2d", p=1.0, inputs=[real(2, 3, 1, 2)]),
]
