"""Copies: with the same numbers (copy), in another dtype (astype), or with one number everywhere (full_like)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Late, Operation, composed, linear, plain
from ..typing import Array, ArrayLike
from .arguments import DType
from .broadcast import broadcast_to

copy = linear(np.copy, lambda g: g)

# differentiable between floating and complex numbers
cast: Operation = Operation(
    lambda x, dtype: x.astype(dtype),
    "linear",
    [lambda g, x_dtype: cast(g if x_dtype.kind == "c" else np.real(g), x_dtype)],
    name="astype",
)


def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """The same numbers in another dtype."""
    return x.astype(dtype)


if hasattr(np, "astype"):  # since NumPy 2.1
    composed(np.astype)(astype)


@composed(np.full_like)
def full_like(
    a: Array, fill_value: ArrayLike, dtype: DType = None, order: Any = "K", subok: bool = True, **more: Any
) -> Any:
    """An array like ``a`` filled with ``fill_value``, which may be a tensor and is broadcast."""
    if not isinstance(fill_value, Late.Tensor):
        return np.full_like(plain(a), fill_value, dtype, order, subok, **more)
    like = np.empty_like(plain(a), dtype, order, subok, **more)
    if like.dtype.kind not in "fc":
        raise TypeError(f"full_like: a tensor's value would be cut off to {like.dtype}: pass dtype={fill_value.dtype}")
    return cast(broadcast_to(fill_value, like.shape), like.dtype)
