"""Affine and bilinear layers: each output sees the whole input.

Convention: PyTorch's layout, a weight has the shape (out, in).
"""

from __future__ import annotations

from typing import Any

from autograd import Tensor
from autograd.typing import Array

from .. import functional
from ..init import DType, Randomness
from ..module import Module, ShapeError
from ..words import translated
from .layer import changed, uniform

__all__ = ["Bilinear", "Linear"]


class Linear(Module):
    """y = x Wᵀ + b.

    ``in_features``, ``out_features``  lengths of the last axes of x and y
    ``bias``          whether b is added
    ``generator``     a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``         of W and b, float32 by default; a floating x of another precision is cast to it

    x is (..., in), y (..., out). ``weight`` W (out, in) and ``bias`` b (out,) start in U(-1/√in, 1/√in), as PyTorch's.
    """

    @translated
    def __init__(
        self, in_features: int, out_features: int, bias: bool = True,
        *, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        self.in_features, self.out_features = in_features, out_features
        draw = uniform(in_features, generator, dtype)
        self.weight: Tensor = draw(out_features, in_features)
        self.bias: Tensor | None = draw(out_features) if bias else None

    def forward(self, x: Array) -> Tensor:
        if not x.ndim or x.shape[-1] != self.in_features:
            raise ShapeError(self, x.shape, f"(..., {self.in_features})")
        return functional.linear(functional.cast(x, self.weight), self.weight, self.bias)

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        return int(output.size) * self.in_features

    def describe(self) -> str:
        return f"{self.in_features}, {self.out_features}" + changed(self, bias=True)


class Bilinear(Module):
    """yₒ = Σᵢⱼ aᵢ Wₒᵢⱼ bⱼ + biasₒ.

    ``in1_features``, ``in2_features``, ``out_features``  lengths of the last axes of a, b and y
    ``bias``          whether a bias is added
    ``generator``     a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``         of the parameters, float32 by default

    a is (..., in1), b (..., in2), y (..., out). ``weight`` W (out, in1, in2) and ``bias`` (out,) start in
    U(-1/√in1, 1/√in1), as PyTorch's.
    """

    @translated
    def __init__(
        self, in1_features: int, in2_features: int, out_features: int, bias: bool = True,
        *, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        if in1_features < 1:
            raise ValueError(f"Bilinear: in1_features must be at least 1, got {in1_features}")
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        draw = uniform(in1_features, generator, dtype)
        self.weight: Tensor = draw(out_features, in1_features, in2_features)
        self.bias: Tensor | None = draw(out_features) if bias else None

    def forward(self, a: Array, b: Array) -> Tensor:
        one, two = self.in1_features, self.in2_features
        if not a.ndim or a.shape[:-1] != b.shape[:-1] or (a.shape[-1], b.shape[-1]) != (one, two):
            raise ShapeError(self, f"{a.shape} and {b.shape}", f"(..., {one}) and (..., {two})")
        w = self.weight
        return functional.bilinear(functional.cast(a, w), functional.cast(b, w), w, self.bias)

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        return int(output.size) * self.in1_features * self.in2_features

    def describe(self) -> str:
        return f"{self.in1_features}, {self.in2_features}, {self.out_features}" + changed(self, bias=True)
