"""Affine layers.

Convention: PyTorch's layout, a weight has the shape (out, in).
"""

from __future__ import annotations

import math
from typing import Any

from autograd import Tensor

from .. import functional, init
from ..module import Module, Parameter, ShapeError


class Linear(Module):
    """y = x Wᵀ + b for x of shape (..., in); W is (out, in), b is (out,).

    Both start in U(-1/√in, 1/√in), as PyTorch's do. An input of another precision is cast to the weight's.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        self.in_features = in_features
        self.out_features = out_features
        rng = init.generator(generator)
        bound = 1 / math.sqrt(in_features) if in_features else 0.0
        self.weight = Parameter(init.uniform((out_features, in_features), -bound, bound, rng, dtype))
        self.bias: Tensor | None = None
        if bias:
            self.bias = Parameter(init.uniform((out_features,), -bound, bound, rng, dtype))

    def forward(self, x: Any) -> Any:
        if not x.ndim or x.shape[-1] != self.in_features:
            raise ShapeError(self, x.shape, f"(..., {self.in_features})")
        return functional.linear(functional.cast(x, self.weight), self.weight, self.bias)

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        return int(output.size) * self.in_features

    def describe(self) -> str:
        return f"{self.in_features}, {self.out_features}" + (", bias=False" if self.bias is None else "")


class Bilinear(Module):
    """yₒ = Σᵢⱼ aᵢ Wₒᵢⱼ bⱼ + biasₒ for a of shape (..., in1) and b of shape (..., in2); W is (out, in1, in2).

    Both start in U(-1/√in1, 1/√in1), as PyTorch's do.
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        if in1_features < 1:
            raise ValueError(f"Bilinear: in1_features is at least 1, got {in1_features}")
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        rng = init.generator(generator)
        bound = 1 / math.sqrt(in1_features)
        shape = (out_features, in1_features, in2_features)
        self.weight = Parameter(init.uniform(shape, -bound, bound, rng, dtype))
        self.bias: Tensor | None = None
        if bias:
            self.bias = Parameter(init.uniform((out_features,), -bound, bound, rng, dtype))

    def forward(self, a: Any, b: Any) -> Any:
        widths = self.in1_features, self.in2_features
        if not a.ndim or a.shape[:-1] != b.shape[:-1] or (a.shape[-1], b.shape[-1]) != widths:
            raise ShapeError(self, f"{a.shape} and {b.shape}", f"(..., {widths[0]}) and (..., {widths[1]})")
        return functional.bilinear(
            functional.cast(a, self.weight), functional.cast(b, self.weight), self.weight, self.bias
        )

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        return int(output.size) * self.in1_features * self.in2_features

    def describe(self) -> str:
        sizes = f"{self.in1_features}, {self.in2_features}, {self.out_features}"
        return sizes + (", bias=False" if self.bias is None else "")
