"""Radial basis functions: the lecture's template matching."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.typing import Array

from .. import functional, init
from ..init import DType, Randomness
from ..module import Module, Parameter, ShapeError
from ..words import translated

__all__ = ["RBF"]


class RBF(Module):
    """y_k = exp(-|w_k - x|² / σ_k²): how well x matches each of ``out_features`` learned templates w_k.

    ``in_features``   length of the last axis of x
    ``out_features``  number of templates, the length of the last axis of y
    ``generator``     a Generator or a seed for the first centers; None takes the default one, see ``nn.seed``
    ``dtype``         of the parameters, float32 by default

    x is (..., in), y (..., out). ``centers`` w (out, in) start as N(0, 1) and ``widths`` σ (out,) as √(2 in), so that
    inputs of mean 0 and variance 1 give about 1/e. Samples make good centers: ``layer.centers.data = x[chosen]``.
    Lecture, "Other options"; Broomhead and Lowe, "Multivariable functional interpolation and adaptive networks", 1988.
    """

    @translated
    def __init__(
        self, in_features: int, out_features: int, *, generator: Randomness = None, dtype: DType = None
    ) -> None:
        self.in_features, self.out_features = in_features, out_features
        self.centers: Tensor = Parameter(init.normal((out_features, in_features), generator=generator, dtype=dtype))
        self.widths: Tensor = Parameter(np.full(out_features, math.sqrt(2 * in_features), dtype or np.float32))

    def forward(self, x: Array) -> Tensor:
        if not x.ndim or x.shape[-1] != self.in_features:
            raise ShapeError(self, x.shape, f"(..., {self.in_features})")
        return functional.rbf(functional.cast(x, self.centers), self.centers, self.widths)

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        return int(output.size) * self.in_features

    def describe(self) -> str:
        return f"{self.in_features}, {self.out_features}"
