"""The affine map of a layer, recorded as a single operation, and the bilinear one, written with it.

Convention: shapes are (..., in) and (..., out). Whatever the leading axes are, arrays are multiplied as matrices of two
axes, at which BLAS is fastest.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np

from autograd.declare import primitive, sum_to
from autograd.tensor import straight
from autograd.typing import A, Array

__all__ = ["bilinear", "linear"]


class Linear(Protocol):
    """The type of ``linear``: the result is a tensor if any operand is one; the types go by the weight."""

    def __call__(self, x: Array, weight: A, bias: Array | None = None) -> A: ...


def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """y = x Wᵀ + b, the affine map of a layer: x is (..., in), W (out, in), b (out,) or None for 0, y (..., out)."""
    y = _times_transposed(as_rows(x), weight)
    if bias is not None:
        if bias.dtype == y.dtype:
            y += bias
        else:
            y = y + bias
    return y if x.ndim == 2 else y.reshape(*x.shape[:-1], len(weight))


def _times_transposed(x: Any, weight: Any) -> Any:
    """x Wᵀ; for few rows as (W xᵀ)ᵀ, because BLAS is slow at repacking the transposed operand."""
    few = 8 <= len(x) <= len(weight) // 2
    return (weight @ x.T).T.copy() if few else x @ weight.T


def times(x: Any, matrix: Any) -> Any:
    """x M as one product of two matrices: NumPy would make many small ones of x (..., n)."""
    return x @ matrix if x.ndim < 3 else (as_rows(x) @ matrix).reshape(*x.shape[:-1], matrix.shape[-1])


def as_rows(x: Any) -> Any:
    """An array (..., n) as a matrix (m, n)."""
    return x if x.ndim == 2 else x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def sum_rows(rows: Any, shape: tuple[int, ...]) -> Any:
    """The sum of the rows, as the product 1ᵀ g: BLAS is faster at it than NumPy's sum."""
    total = np.ones_like(rows, shape=len(rows)) @ rows
    return total if total.shape == shape else sum_to(total, shape)


# y = x Wᵀ + b:  dL/dx = g W,  dL/dW = gᵀ x,  dL/db = Σ g over the batch.
linear: Linear = straight(
    primitive(
        _linear,
        pull=[
            lambda g, weight: times(g, weight),
            lambda g, x: as_rows(g).T @ as_rows(x),
            lambda g, bias_shape: sum_rows(as_rows(g), bias_shape),
        ],
        push=[lambda t, weight: times(t, weight.T), lambda t, x: times(x, t.T), lambda t: t],
    )
)


def bilinear(input1: Array, input2: Array, weight: A, bias: Array | None = None) -> A:
    """yₒ = Σᵢⱼ aᵢ Wₒᵢⱼ bⱼ + biasₒ, computed as ``linear`` of all products aᵢ bⱼ.

    a is (..., in1) and b (..., in2), with the same leading axes; W is (out, in1, in2), y (..., out).
    """
    a, b = input1, input2
    if weight.ndim != 3 or a.shape[-1:] != weight.shape[1:2] or b.shape[-1:] != weight.shape[2:]:
        given = f"inputs (..., in1) {a.shape} and (..., in2) {b.shape}"
        raise ValueError(f"bilinear: {given} do not fit the weight (out, in1, in2) {weight.shape}")
    if a.shape[:-1] != b.shape[:-1]:
        raise ValueError(f"bilinear: inputs {a.shape} and {b.shape} differ in more than their last axis")
    products = a[..., :, None] * b[..., None, :]
    width = weight.shape[1] * weight.shape[2]
    return linear(products.reshape(*a.shape[:-1], width), weight.reshape(len(weight), width), bias)
