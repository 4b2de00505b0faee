"""Rows of a table. For the row for padding, whose gradient is not a derivative: ``tests/nn/test_embedding.py``."""

from __future__ import annotations

import numpy as np

from nn import functional as F

from ..operations.row import real
from .case import case, integers, kernel

CASES = [
    case("Embedding", 5, 3, inputs=[integers(5, 2, 4)]),
    case("functional.embedding", inputs=[integers(3, 6), real(3, 2)]),
]

OFTEN = np.array([[2, 0, 2, 2], [4, 2, 0, 2]])

KERNELS = [
    kernel("embedding", lambda w: F.embedding(OFTEN, w), real(5, 2)),
]
