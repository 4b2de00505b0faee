"""Matrix products and their kin: bilinear, so each has two adjoints and the product rule for forward mode.

Convention: y = a b. The gradient of a is g bᵀ and that of b is aᵀ g, for complex arrays too (the transpose,
never the conjugate transpose). Axes along which the operands were broadcast are summed by the sweep.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..operation import OPERATIONS, Operation, bilinear, composed
from .shape import array

SMALL = 64  # up to this size, a stack of matrices is multiplied faster by copies that lie transposed in memory


def _product(a: Any, b: Any, dtype: Any = None) -> Any:
    """a b by NumPy's rules; a stack times one matrix as one large product, which is faster."""
    if dtype is None and getattr(a, "ndim", 0) > 2 and getattr(b, "ndim", 0) == 2 and a.shape[-1] == b.shape[0]:
        return flat(a, b)
    return np.matmul(a, b) if dtype is None else np.matmul(a, b, dtype=dtype)


def flat(a: Any, b: Any) -> Any:
    """A stack of matrices times one matrix: its rows are stacked to one tall matrix first."""
    rows = math.prod(a.shape[:-1])
    return (a.reshape(rows, a.shape[-1]) @ b).reshape(*a.shape[:-1], b.shape[-1])


def turned(x: Any) -> Any:
    """The transposed matrices of a stack."""
    y = x.swapaxes(-1, -2)
    return y.copy() if x.shape[-1] <= SMALL and x.shape[-2] <= SMALL else y


def _pull_a(g: Any, b: Any, a_shape: tuple[int, ...]) -> Any:
    """g bᵀ, where a vector b counts as a column and a vector a as a row."""
    rank = len(a_shape)
    if b.ndim == 2:
        return g @ b.T if rank == 2 else flat(g, b.T) if rank > 2 else b @ g
    if b.ndim == 1:
        return g * b if rank == 1 else g[..., None] * b
    return g @ turned(b) if rank > 1 else (b @ g[..., None])[..., 0]


def _pull_b(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
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
    """A product whose core axes may lie anywhere: ``axes=[(0, 1), (1, 2), (-2, -1)]`` as NumPy's ufuncs have it."""

    def call(a: Any, b: Any, axes: Any = None, axis: Any = None, **options: Any) -> Any:
        a, b = array(a), array(b)
        if axes is None and axis is None:
            return operation(a, b, **options)
        if axis is not None:  # one core axis in each operand and none in the result
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

# ---------------------------------------------------------------- vectors


def conj(x: Any) -> Any:
    """The complex conjugate; of real numbers, themselves."""
    return np.conjugate(x) if x.dtype.kind == "c" else x


def flattened(x: Any) -> Any:
    x = array(x)
    return x if x.ndim == 1 else np.ravel(x)


def _row_products(a: Any, b: Any, dtype: Any = None) -> Any:
    """sum_i a_i b_i over the last axis, no conjugate."""
    return np.matmul(a[..., None, :], b[..., :, None], dtype=dtype)[..., 0, 0]


row_products = bilinear(
    _row_products, lambda g, b: g[..., None] * b, lambda g, a: g[..., None] * a, name="vecdot"
)


@composed(np.vecdot)
def vecdot(a: Any, b: Any, axes: Any = None, axis: Any = None, **options: Any) -> Any:
    """sum_i conj(a_i) b_i."""
    return along_axes(row_products)(conj(array(a)), b, axes, axis, **options)


@composed(np.linalg.vecdot)
def linalg_vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """``vecdot`` along one axis."""
    return vecdot(x1, x2, axis=axis)


def _matvec(a: Any, b: Any, dtype: Any = None) -> Any:
    return np.matmul(a, b[..., None], dtype=dtype)[..., 0]


def _vecmat(a: Any, b: Any, dtype: Any = None) -> Any:
    return np.matmul(a[..., None, :], b, dtype=dtype)[..., 0, :]


matvec = bilinear(
    _matvec,
    lambda g, b: g[..., :, None] * b[..., None, :],
    lambda g, a: np.matmul(a.swapaxes(-1, -2), g[..., None])[..., 0],
)
row_matrix = bilinear(
    _vecmat,
    lambda g, b: np.matmul(b, g[..., None])[..., 0],
    lambda g, a: a[..., :, None] * g[..., None, :],
    name="vecmat",
)

if hasattr(np, "matvec"):  # NumPy 2.2
    OPERATIONS[np.matvec] = along_axes(matvec)

    @composed(np.vecmat)
    def vecmat(a: Any, b: Any, axes: Any = None, **options: Any) -> Any:
        """conj(a) b for a vector a and a matrix b."""
        return along_axes(row_matrix)(conj(array(a)), b, axes, **options)


@composed(np.vdot)
def vdot(a: Any, b: Any, /) -> Any:
    """sum_i conj(a_i) b_i over all elements."""
    return matmul(conj(flattened(a)), flattened(b))


@composed(np.outer)
def outer(a: Any, b: Any) -> Any:
    """y_ij = a_i b_j of all elements."""
    return flattened(a)[:, None] * flattened(b)[None, :]


@composed(np.linalg.outer)
def linalg_outer(x1: Any, x2: Any, /) -> Any:
    """y_ij = a_i b_j of two vectors."""
    x1, x2 = array(x1), array(x2)
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError(
            f"np.linalg.outer takes two vectors, got shapes {x1.shape} and {x2.shape}: np.outer flattens them"
        )
    return outer(x1, x2)


# ---------------------------------------------------------------- tensors


def _contracted(axes: Any, a_rank: int, b_rank: int) -> tuple[list[int], list[int], list[int], list[int]]:
    """Which axes of a and of b ``tensordot`` sums over, and which stay."""
    if isinstance(axes, int | np.integer):
        from_a, from_b = list(range(a_rank - int(axes), a_rank)), list(range(int(axes)))
    else:
        from_a, from_b = ([int(n) for n in np.atleast_1d(side)] for side in axes)
    from_a, from_b = [n % a_rank for n in from_a], [n % b_rank for n in from_b]
    return (
        from_a,
        from_b,
        [n for n in range(a_rank) if n not in from_a],
        [n for n in range(b_rank) if n not in from_b],
    )


def _spread_back(g: Any, other: Any, stay: int, free: list[int], order: list[int]) -> Any:
    """Sum g with the other factor over its free axes, then put the axes in the order that they came from."""
    last = list(range(stay, stay + len(free)))
    return np.transpose(np.tensordot(g, other, (last, free)), [int(n) for n in np.argsort(order)])


def _tensordot_pull_a(g: Any, b: Any, a_shape: tuple[int, ...], axes: Any = 2) -> Any:
    from_a, from_b, free_a, free_b = _contracted(axes, len(a_shape), b.ndim)
    partners = [from_a[from_b.index(n)] for n in sorted(from_b)]
    return _spread_back(g, b, len(free_a), free_b, free_a + partners)


def _tensordot_pull_b(g: Any, a: Any, b_shape: tuple[int, ...], axes: Any = 2) -> Any:
    from_a, from_b, free_a, free_b = _contracted(axes, a.ndim, len(b_shape))
    partners = [from_b[from_a.index(n)] for n in sorted(from_a)]
    g = np.transpose(g, [*range(len(free_a), g.ndim), *range(len(free_a))])
    return _spread_back(g, a, len(free_b), free_a, free_b + partners)


tensordot = bilinear(np.tensordot, _tensordot_pull_a, _tensordot_pull_b)


@composed(np.linalg.tensordot)
def linalg_tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    """``tensordot``."""
    return tensordot(x1, x2, axes)


@composed(np.dot)
def dot(a: Any, b: Any) -> Any:
    """The last axis of a times the second last (or only) axis of b."""
    a, b = array(a), array(b)
    if a.ndim == 0 or b.ndim == 0:
        return np.multiply(a, b)
    return matmul(a, b) if b.ndim <= 2 else tensordot(a, b, (-1, -2))


@composed(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    """The last axis of a times the last axis of b, no conjugate."""
    a, b = array(a), array(b)
    if a.ndim == 0 or b.ndim == 0:
        return np.multiply(a, b)
    return tensordot(a, b, (-1, -1))


# ---------------------------------------------------------------- cross product

cross_product = bilinear(
    lambda a, b: np.cross(a, b), lambda g, b: np.cross(b, g), lambda g, a: np.cross(g, a), name="cross"
)


@composed(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """y = a × b of vectors along an axis; two components count as lying in a plane.

    The adjoints are b × g and g × a, because u·(a × b) is unchanged when its factors are rotated.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(array(a), axisa, -1), np.moveaxis(array(b), axisb, -1)
    sizes = a.shape[-1], b.shape[-1]
    if not {2, 3}.issuperset(sizes):
        raise ValueError(f"cross: vectors have 2 or 3 components, got {sizes[0]} and {sizes[1]}")
    if sizes == (3, 3):
        return np.moveaxis(cross_product(a, b), -1, axisc)
    a, b = (np.concatenate([x, 0 * x[..., :1]], -1) if x.shape[-1] == 2 else x for x in (a, b))
    y = cross_product(a, b)
    return y[..., 2] if sizes == (2, 2) else np.moveaxis(y, -1, axisc)


@composed(np.linalg.cross)
def linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """a × b of vectors of three components."""
    x1, x2 = array(x1), array(x2)
    if x1.shape[axis] != 3 or x2.shape[axis] != 3:
        raise ValueError(f"np.linalg.cross takes vectors of 3 components, got {x1.shape[axis]} and {x2.shape[axis]}")
    return cross(x1, x2, axis=axis)


# ---------------------------------------------------------------- several matrices


@composed(np.linalg.multi_dot)
def multi_dot(arrays: Any) -> Any:
    """The product of matrices, bracketed so that it costs least (dynamic programming over the brackets)."""
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


@composed(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """a multiplied n times, by repeated squaring; a negative n multiplies the inverse."""
    n = operator.index(n)
    a = array(a)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(f"matrix_power takes square matrices, got shape {a.shape}")
    if n < 0:
        a, n = np.linalg.inv(a), -n
    if n == 0:
        return 0 * a + np.eye(a.shape[-1], dtype=a.dtype)
    y = None
    while n:
        if n & 1:
            y = a if y is None else matmul(y, a)
        n >>= 1
        a = matmul(a, a) if n else a
    return y
