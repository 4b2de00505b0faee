"""Products of matrices, with each other and with vectors: matmul, matvec, vecmat, matrix_power, multi_dot.

Convention: y = a b is bilinear. The gradient of a is g bᵀ and that of b is aᵀ g, for complex arrays too (the
transpose, never the conjugate transpose). The sweep sums the axes along which the operands were broadcast. The
conjugate that NumPy puts on the vector of ``vecmat`` is an operation before it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ...core import matrix_product
from ...declare import OPERATIONS, Operation, bilinear, composed, plain
from ...typing import Axis, Shape
from ..arguments import array, refuse
from ..complex import conj
from .half import HALF, in_single

SMALL = 64  # up to this size, a stack of matrices is multiplied faster by transposed copies


def _product(a: Any, b: Any, dtype: Any = None) -> Any:
    """a b by NumPy's rules; a stack times one matrix is one large product, which is faster."""
    if getattr(a, "dtype", None) is HALF and getattr(b, "dtype", None) is HALF and dtype is None:
        return in_single(np.matmul, a, b)
    if dtype is None and getattr(a, "ndim", 0) > 2 and getattr(b, "ndim", 0) == 2 and a.shape[-1] == b.shape[0]:
        return tall_product(a, b)
    return np.matmul(a, b) if dtype is None else np.matmul(a, b, dtype=dtype)


def tall_product(a: Any, b: Any) -> Any:
    """A stack of matrices times one matrix, as one product: its rows form one tall matrix."""
    rows = math.prod(a.shape[:-1])
    return matrix_product(a.reshape(rows, a.shape[-1]), b).reshape(*a.shape[:-1], b.shape[-1])


def transposed(x: Any) -> Any:
    """The transposed matrices of a stack; small ones as copies."""
    y = x.swapaxes(-1, -2)
    return y.copy() if x.shape[-1] <= SMALL and x.shape[-2] <= SMALL else y


def _pull_a(g: Any, b: Any, a_shape: Shape) -> Any:
    """g bᵀ, where a vector b counts as a column and a vector a as a row."""
    rank = len(a_shape)
    if g.dtype is HALF:
        return in_single(_pull_a, g, b, a_shape)
    if b.ndim == 2:
        return matrix_product(g, b.T) if rank == 2 else tall_product(g, b.T) if rank > 2 else b @ g
    if b.ndim == 1:
        return g * b if rank == 1 else g[..., None] * b
    return g @ transposed(b) if rank > 1 else (b @ g[..., None])[..., 0]


def _pull_b(g: Any, a: Any, b_shape: Shape) -> Any:
    """aᵀ g, where a vector a counts as a row and a vector b as a column."""
    rank = len(b_shape)
    if g.dtype is HALF:
        return in_single(_pull_b, g, a, b_shape)
    if a.ndim == 2:
        return g @ a if rank == 1 else matrix_product(a.T, g)
    if a.ndim == 1:
        return a * g if rank == 1 else a[:, None] * g[..., None, :]
    if rank > 2:
        return a.swapaxes(-1, -2) @ g
    rows = math.prod(a.shape[:-1])
    tall = a.reshape(rows, a.shape[-1])
    return matrix_product(tall.T, g.reshape(rows, g.shape[-1])) if rank == 2 else g.reshape(rows) @ tall


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


OPERATIONS[np.matmul], OPERATIONS[np.linalg.matmul] = along_axes(matmul), matmul

# ---------------------------------------------------------------- a matrix and a vector


def _matvec(a: Any, b: Any, dtype: Any = None) -> Any:
    return _stacks(a, b[..., None], dtype)[..., 0]


def _vecmat(a: Any, b: Any, dtype: Any = None) -> Any:
    return _stacks(a[..., None, :], b, dtype)[..., 0, :]


def _stacks(a: Any, b: Any, dtype: Any) -> Any:
    """The products of stacks of matrices."""
    return _product(a, b) if dtype is None else np.matmul(a, b, dtype=dtype)


matvec = bilinear(_matvec, lambda g, b: g[..., :, None] * b[..., None, :], lambda g, a: _matvec(a.swapaxes(-1, -2), g))
row_matrix = bilinear(
    _vecmat, lambda g, b: _matvec(b, g), lambda g, a: a[..., :, None] * g[..., None, :], name="vecmat"
)

if hasattr(np, "matvec"):  # NumPy 2.2
    OPERATIONS[np.matvec] = along_axes(matvec)

    @composed(np.vecmat)
    def vecmat(a: Any, b: Any, axes: Sequence[Axis] | None = None, **options: Any) -> Any:
        """conj(a) b for a vector a and a matrix b."""
        return along_axes(row_matrix)(conj(array(a)), b, axes, **options)


# ---------------------------------------------------------------- several matrices


@composed(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """aⁿ of square matrices, by repeated squaring; a negative n takes powers of the inverse."""
    a, n = array(a), operator.index(n)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(f"matrix_power takes square matrices, got shape {a.shape}")
    if n < 0:
        a, n = np.linalg.inv(a), -n
    if n == 0:
        return 0 * a + np.eye(a.shape[-1], dtype=a.dtype, like=plain(a))
    y = None
    while n:
        if n & 1:
            y = a if y is None else matmul(y, a)
        n >>= 1
        a = matmul(a, a) if n else a
    return y


@composed(np.linalg.multi_dot)
def multi_dot(arrays: Iterable[Any], *, out: None = None) -> Any:
    """The product of matrices, bracketed by dynamic programming so that it costs least."""
    refuse("multi_dot", out)
    factors = [array(f) for f in arrays]
    if len(factors) < 2:
        raise ValueError("multi_dot takes at least two arrays")
    sizes = [1 if factors[0].ndim == 1 else factors[0].shape[0], *(f.shape[-1] for f in factors)]
    if factors[-1].ndim == 1:
        sizes[-1] = 1
    cheapest: dict[tuple[int, int], tuple[int, int]] = {(i, i): (0, i) for i in range(len(factors))}
    for length in range(1, len(factors)):
        for i in range(len(factors) - length):
            j = i + length
            cheapest[i, j] = min(
                (cheapest[i, k][0] + cheapest[k + 1, j][0] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
                for k in range(i, j)
            )

    def product(i: int, j: int) -> Any:
        if i == j:
            return factors[i]
        k = cheapest[i, j][1]
        return matmul(product(i, k), product(k + 1, j))

    return product(0, len(factors) - 1)
