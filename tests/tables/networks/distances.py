"""Distances between all pairs, and radial basis functions."""

from __future__ import annotations

import numpy as np

from nn import functional as F

from ..operations.row import positive, real
from .case import case, kernel

CASES = [
    case(
        "RBF", 3, 2, generator=0, inputs=[real(4, 3)],
        formula=lambda rbf, x: np.exp(-np.sum((x[:, None] - rbf.centers) ** 2, axis=-1) / rbf.widths**2),
    ),
]  # fmt: skip

KERNELS = [
    kernel("squared distances", lambda x, w: F.squared_distances(x, w), real(4, 3), real(2, 3)),
    kernel(
        "squared distances of near points",
        lambda x, w: F.squared_distances(x + 50, w),
        real(3, 2, low=-0.1, high=0.1),
        real(2, 2, low=49.9, high=50.1),
    ),
    *(
        kernel(
            f"rbf of {len(shape)} axes",
            lambda x, w, s: F.rbf(x, w, s),
            real(*shape),
            real(2, 3),
            positive(2),
        )
        for shape in [(3,), (4, 3), (2, 2, 3)]
    ),
]
