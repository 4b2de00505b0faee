"""Expressions of matrices: products, transposes, sums over axes, and what broadcasting does to derivatives.

Convention: numbers that multiply a matrix come first, out of products, sums and transposes.
"""

from __future__ import annotations

import math

import numpy as np

from ...typing import Shape
from .expression import (
    Expression,
    Matmul,
    Negative,
    Number,
    Outer,
    Product,
    Transpose,
    broadcast,
    call,
    multiply,
    ones,
)

__all__ = ["full", "matmul", "outer", "total", "transpose", "unbroadcast"]


def _factored(x: Expression) -> tuple[list[Expression], Expression]:
    """The numbers that multiply x, and the array."""
    if isinstance(x, Negative):
        numbers, rest = _factored(x.x)
        return [Number(-1), *numbers], rest
    if isinstance(x, Product):
        arrays = [f for f in x.factors if f.shape]
        return [f for f in x.factors if not f.shape], arrays[0] if len(arrays) == 1 else Product(
            tuple(arrays), broadcast(arrays)
        )
    return [], x


def matmul(a: Expression, b: Expression) -> Expression:
    """a @ b; numbers that multiply a or b come first."""
    (c, a), (d, b) = _factored(a), _factored(b)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    shape = (*batch, *a.shape[-2:-1], *(b.shape[-1:] if len(b.shape) > 1 else ()))
    return multiply(*c, *d, Matmul(a, b, shape))


def outer(a: Expression, b: Expression) -> Expression:
    """a bᵀ of two vectors."""
    (c, a), (d, b) = _factored(a), _factored(b)
    return multiply(*c, *d, Outer(a, b, (*a.shape, *b.shape)))


def transpose(x: Expression) -> Expression:
    """xᵀ: the last two axes exchanged; a number or a vector is as it is."""
    if len(x.shape) < 2:
        return x
    numbers, x = _factored(x)
    if isinstance(x, Transpose):
        y = x.x
    elif isinstance(x, Matmul) and len(x.a.shape) > 1 and len(x.b.shape) > 1:
        y = matmul(transpose(x.b), transpose(x.a))
    elif isinstance(x, Outer):
        y = outer(x.b, x.a)
    else:
        y = Transpose(x, (*x.shape[:-2], x.shape[-1], x.shape[-2]))
    return multiply(*numbers, y)


def total(x: Expression, axes: tuple[int, ...] | None = None, keepdims: bool = False) -> Expression:
    """The sum over axes, all of them by default."""
    if not x.shape:
        return x
    numbers, x = _factored(x)
    gone = range(len(x.shape)) if axes is None else [axis % len(x.shape) for axis in axes]
    shape = tuple([1 if k in gone else n for k, n in enumerate(x.shape) if keepdims or k not in gone])
    options = [("axis", repr(axes))] if axes is not None else []
    options += [("keepdims", "True")] if keepdims else []
    return multiply(*numbers, call("sum", x, options=options, shape=shape))


def unbroadcast(d: Expression, node: Shape, part: Shape) -> Expression:
    """A derivative by an array of shape ``node``, as one by the part of it that was broadcast to that shape.

    d may itself be smaller than ``node``: it then stands for what it is broadcast to.
    """
    if node == part:
        return d
    lead = len(node) - len(part)
    gone = [k for k, n in enumerate(node) if k < lead or (part[k - lead] == 1 and n != 1)]
    missing = len(node) - len(d.shape)
    real = [k for k in gone if k >= missing and d.shape[k - missing] == node[k]]
    times = math.prod([node[k] for k in gone if k not in real])
    if real:
        keep = tuple([k - missing for k in real])
        leading = tuple(range(len(d.shape) - len(part)))
        if keep == leading or (len(keep) == len(d.shape) and not part):
            d = total(d, None if not part else keep)
        else:
            d = total(d, keep, keepdims=True)
            extra = len(d.shape) - len(part)
            if extra > 0:
                d = call("reshape", d, shape=d.shape[extra:])
    return multiply(times, d)


def full(d: Expression, x: Expression) -> Expression:
    """d in the shape of x: beside a matrix its size matters."""
    return d if d.shape == x.shape else multiply(d, ones(1, x.shape))
