"""Radial basis functions: the lecture's template matching."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import functional, init
from ..module import Module, Parameter, ShapeError


class RBF(Module):
    """y_k = exp(-|w_k - x|² / σ_k²) for x of shape (..., in): how well x matches each of ``out`` learned templates.

    ``centers`` w are (out, in) and start as Gaussian numbers, ``widths`` σ are (out,) and start at √(2 in), so that
    inputs of mean 0 and variance 1 give about 1/e. Good centers are samples: ``layer.centers.data = x[chosen]``.
    Lecture, "Other options"; Broomhead and Lowe, "Multivariable functional interpolation and adaptive networks", 1988.
    """

    def __init__(
        self, in_features: int, out_features: int, *, generator: init.Randomness = None, dtype: Any = None
    ) -> None:
        self.in_features = in_features
        self.out_features = out_features
        self.centers = Parameter(init.normal((out_features, in_features), generator=generator, dtype=dtype))
        self.widths = Parameter(np.full(out_features, math.sqrt(2 * in_features), dtype or np.float32))

    def forward(self, x: Any) -> Any:
        if not x.ndim or x.shape[-1] != self.in_features:
            raise ShapeError(self, x.shape, f"(..., {self.in_features})")
        return functional.rbf(functional.cast(x, self.centers), self.centers, self.widths)

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        return int(output.size) * self.in_features

    def describe(self) -> str:
        return f"{self.in_features}, {self.out_features}"
