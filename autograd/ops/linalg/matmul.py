"""Matrix products: bilinear, so each has two adjoints and the product rule for forward mode.

Convention: y = a b. The gradient of a is g bᵀ and that of b is aᵀ g, for complex arrays too (the transpose,
never the conjugate transpose). The sweep sums the axes along which the operands were broadcast.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import OPERATIONS, Operation, bilinear
from ...typing import Shape
from ..arguments import array

SMALL = 64  # up to this size, a stack of matrices is multiplied faster by transposed copies


def _product(a: Any, b: Any, dtype: Any = None) -> Any:
    """a b by NumPy's rules; a stack times one matrix is one large product, which is faster."""
    if dtype is None and getattr(a, "ndim", 0) > 2 and getattr(b, "ndim", 0) == 2 and a.shape[-1] == b.shape[0]:
        return tall_product(a, b)
    return np.matmul(a, b) if dtype is None else np.matmul(a, b, dtype=dtype)


def tall_product(a: Any, b: Any) -> Any:
    """A stack of matrices times one matrix, as one product: its rows form one tall matrix."""
    rows = math.prod(a.shape[:-1])
    return (a.reshape(rows, a.shape[-1]) @ b).reshape(*a.shape[:-1], b.shape[-1])


def transposed(x: Any) -> Any:
    """The transposed matrices of a stack; small ones as copies."""
    y = x.swapaxes(-1, -2)
    return y.copy() if x.shape[-1] <= SMALL and x.shape[-2] <= SMALL else y


def _pull_a(g: Any, b: Any, a_shape: Shape) -> Any:
    """g bᵀ, where a vector b counts as a column and a vector a as a row."""
    rank = len(a_shape)
    if b.ndim == 2:
        return g @ b.T if rank == 2 else tall_product(g, b.T) if rank > 2 else b @ g
    if b.ndim == 1:
        return g * b if rank == 1 else g[..., None] * b
    return g @ transposed(b) if rank > 1 else (b @ g[..., None])[..., 0]


def _pull_b(g: Any, a: Any, b_shape: Shape) -> Any:
    """aᵀ g, where a vector a counts as a row and a vector b as a column."""
    rank = len(b_shape)
    if a.ndim == 2:
        return a.T @ g if rank == 2 else g @ a if rank == 1 else a.T @ g
    if a.ndim == 1:
        return a * g if rank == 1 else a[:, None] * g[..., None, :]
    if rank > 2:
        return a.swapaxes(-1, -2) @ g
    rows = math.prod(a.shape[:-1])
    tall = a.reshape(rows, a.shape[-1])
    return tall.T @ g.reshape(rows, g.shape[-1]) if rank == 2 else g.reshape(rows) @ tall


matmul = bilinear(np.matmul, _pull_a, _pull_b, forward=_product)


def along_axes(operation: Operation) -> Callable[..., Any]:
    """A product that takes ``axes=[(0, 1), (1, 2), (-2, -1)]`` as NumPy's ufuncs do: where its core axes lie."""

    def call(a: Any, b: Any, axes: Any = None, axis: Any = None, **options: Any) -> Any:
        a, b = array(a), array(b)
        if axes is None and axis is None:
            return operation(a, b, **options)
        if axis is not None:  # one core axis in each operand, none in the result
            axes = [(axis,), (axis,), ()]
        places = [(place,) if isinstance(place, int) else tuple(place) for place in axes]
        a, b = (np.moveaxis(x, place, range(-len(place), 0)) for x, place in zip((a, b), places, strict=False))
        y = operation(a, b, **options)
        place = places[2] if len(places) > 2 else ()
        return np.moveaxis(y, range(-len(place), 0), place) if place else y

    call.__name__, call.__doc__ = operation.name, operation.__doc__
    return call


OPERATIONS[np.matmul] = along_axes(matmul)

OPERATIONS[np.linalg.matmul] = matmul
