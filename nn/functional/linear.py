"""Affine and bilinear maps: that of a layer as a single operation; also the feed-forward network of a transformer.

Convention: shapes are (..., in), (..., hidden), (..., out); arrays are multiplied as matrices, where BLAS is fastest.
Half precision, for which NumPy has no BLAS, is multiplied in single.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np

from autograd.core import matrix_product
from autograd.declare import Kept, primitive, sum_to
from autograd.tensor import straight
from autograd.typing import A, Array

from . import composed
from .activations import relu
from .precision import in_single, single

__all__ = ["bilinear", "linear"]

HALF = np.dtype(np.float16)


class Linear(Protocol):
    """The type of ``linear``: the result is a tensor if any operand is one; the types go by the weight."""

    def __call__(self, x: Array, weight: A, bias: Array | None = None) -> A: ...


def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """y = x Wᵀ + b, the affine map of a layer.

    ``x``       (..., in); y is (..., out)
    ``weight``  W (out, in)
    ``bias``    b (out,), or None for 0
    """
    if weight.dtype is HALF and x.dtype is HALF:
        return _linear(single(x), single(weight), single(bias)).astype(HALF)
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
    return matrix_product(weight, x.T).T.copy() if few else matrix_product(x, weight.T)


def times(x: Any, matrix: Any) -> Any:
    """x M as one product of two matrices: NumPy would make many small ones of x (..., n)."""
    if x.dtype is HALF:
        return (single(x) @ single(matrix)).astype(HALF)
    if x.ndim < 3:
        return matrix_product(x, matrix)
    return matrix_product(as_rows(x), matrix).reshape(*x.shape[:-1], matrix.shape[-1])


def _of_weight(g: Any, x: Any) -> Any:
    """gᵀ x, summed over all axes but the last."""
    if g.dtype is HALF:
        return _of_weight(single(g), single(x)).astype(HALF)
    return matrix_product(as_rows(g).T, as_rows(x))


def as_rows(x: Any) -> Any:
    """An array (..., n) as a matrix (m, n)."""
    return x if x.ndim == 2 else x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def sum_rows(rows: Any, shape: tuple[int, ...]) -> Any:
    """The sum of the rows, as the product 1ᵀ g: BLAS is faster at it than NumPy's sum."""
    if rows.dtype is HALF:
        return sum_rows(single(rows), shape).astype(HALF)
    total = np.ones_like(rows, shape=len(rows)) @ rows
    return total if total.shape == shape else sum_to(total, shape)


# y = x Wᵀ + b:  dL/dx = g W,  dL/dW = gᵀ x,  dL/db = Σ g over the batch.
linear: Linear = straight(
    primitive(
        _linear,
        pull=[
            lambda g, weight: times(g, weight),
            _of_weight,
            lambda g, bias_shape: sum_rows(as_rows(g), bias_shape),
        ],
        push=[lambda t, weight: times(t, weight.T), lambda t, x: times(x, t.T), lambda t: t],
        unfold=composed.linear,
    )
)


@in_single
def bilinear(input1: Array, input2: Array, weight: A, bias: Array | None = None) -> A:
    """yₒ = Σᵢⱼ aᵢ Wₒᵢⱼ bⱼ + biasₒ, computed as ``linear`` of all products aᵢ bⱼ.

    ``input1``, ``input2``  a (..., in1) and b (..., in2), with the same leading axes
    ``weight``              W (out, in1, in2); y is (..., out)
    ``bias``                (out,), or None for 0

    ValueError is raised for shapes that do not fit.
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


def _feed_forward(x: Any, w1: Any, b1: Any, w2: Any, b2: Any, kept: Kept | None = None) -> Any:
    """y = W₂ max(W₁ x + b₁, 0) + b₂, with one array for the hidden layer, changed in place."""
    hidden = linear(x, w1, b1)
    np.maximum(hidden, 0, out=hidden)
    if kept is not None:
        kept.hidden = hidden
    return linear(hidden, w2, b2)


def _pull(g: Any, x: Any, w1: Any, b1: Any, w2: Any, b2: Any, tracked: Any, kept: Any = None) -> tuple[Any, ...]:
    """dL/dW₂ = gᵀ h and dL/db₂ = Σ g for the hidden layer h; with d = g W₂ where h > 0 the same for W₁, b₁ and x."""
    hidden = as_rows(relu(linear(x, w1, b1)) if kept is None else kept.hidden)
    shape, g, x = x.shape, as_rows(g), as_rows(x)
    d = matrix_product(g, w2)
    d *= hidden > 0
    return (
        matrix_product(d, w1).reshape(shape) if tracked[0] else None,
        matrix_product(d.T, x) if tracked[1] else None,
        sum_rows(d, b1.shape) if tracked[2] else None,
        matrix_product(g.T, hidden) if tracked[3] else None,
        sum_rows(g, b2.shape) if tracked[4] else None,
    )


def _push(tangents: Any, x: Any, w1: Any, b1: Any, w2: Any, kept: Any = None) -> Any:
    by_x, by_w1, by_b1, by_w2, by_b2 = tangents
    hidden = relu(linear(x, w1, b1)) if kept is None else kept.hidden
    d = np.zeros_like(hidden)
    if by_x is not None:
        d = d + times(by_x, w1.T)
    if by_w1 is not None:
        d = d + times(x, by_w1.T)
    if by_b1 is not None:
        d = d + by_b1
    y = times(d * (hidden > 0), w2.T)
    if by_w2 is not None:
        y = y + times(hidden, by_w2.T)
    return y if by_b2 is None else y + by_b2


_operation = primitive(
    _feed_forward, _pull, _push, inputs=("x", "w1", "b1", "w2", "b2"), joint=True, keeps=True,
    unfold=composed.feed_forward,
)  # fmt: skip


@in_single
def feed_forward(x: Array, w1: A, b1: Array | None, w2: Array, b2: Array | None) -> A:
    """y = W₂ max(W₁ x + b₁, 0) + b₂ for each row of x; the biases may be None."""
    return _operation(x, w1, b1, w2, b2)
