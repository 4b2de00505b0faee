"""Other shapes: joined, split, reordered, repeated; all differentiable.

Convention: an axis counts from the end where it is negative. ValueError or IndexError is raised where shapes or axes do
not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..declare import plain
from ..typing import Axis, Shape
from .given import Given, array, each

__all__ = [
    "broadcast_arrays", "broadcast_shapes", "broadcast_to", "concat", "expand_dims", "flip", "moveaxis", "permute_dims",
    "repeat", "reshape", "roll", "squeeze", "stack", "tile", "unstack",
]  # fmt: skip


def broadcast_arrays(*arrays: Given) -> list[Any]:
    """All ``arrays`` in the shape that they have together."""
    given = each(arrays)
    shape = np.broadcast_shapes(*[x.shape for x in given])
    return [broadcast_to(x, shape) for x in given]


def broadcast_shapes(*shapes: Shape) -> Shape:
    """The shape that arrays of these ``shapes`` have together."""
    return np.broadcast_shapes(*shapes)


def broadcast_to(x: Given, /, shape: Shape) -> Any:
    """x, repeated along axes of length 1 and along new ones in front, in this ``shape``."""
    return np.broadcast_to(array(x), shape)


def concat(arrays: Sequence[Given], /, *, axis: int | None = 0) -> Any:
    """Arrays one after another along an axis that there is.

    ``arrays``  arrays whose shapes differ in this axis alone
    ``axis``     the axis; None flattens them first
    """
    return np.concatenate(each(arrays), axis)


def expand_dims(x: Given, /, axis: int | Sequence[int] = 0) -> Any:
    """x, an array of any shape, with a new axis of length 1 at the place ``axis``."""
    return np.expand_dims(array(x), axis)


def flip(x: Given, /, *, axis: Any = None) -> Any:
    """x, an array of any shape, in reversed order along ``axis``: one, several, or all where it is None."""
    return np.flip(array(x), axis)


def moveaxis(x: Given, source: int | Sequence[int], destination: int | Sequence[int], /) -> Any:
    """x, an array of any shape, with the axes ``source`` at the places ``destination``; the others keep their order."""
    return np.moveaxis(array(x), source, destination)


def permute_dims(x: Given, /, axes: Sequence[int]) -> Any:
    """x, an array of any shape, with its axes in the order ``axes``."""
    return np.transpose(array(x), tuple(axes))


def repeat(x: Given, repeats: Any, /, *, axis: int | None = None) -> Any:
    """Each element of x several times.

    ``x``        an array of any shape
    ``repeats``  how many times: an integer, or one for each place along the axis
    ``axis``     the axis; None flattens x first
    """
    return np.repeat(array(x), plain(repeats), axis)


def reshape(x: Given, /, shape: Shape, *, copy: Any = None) -> Any:
    """The elements of x in the same order in another shape.

    ``x``      an array of any shape
    ``shape``  the new one; -1 stands for the length that is left
    ``copy``   True copies always; None where it must; False raises ValueError where it must
    """
    x = array(x)
    y = np.reshape(x, shape)
    if copy is False and y.size and not np.may_share_memory(x, y):
        raise ValueError(f"reshape(copy=False): {x.shape} cannot become {y.shape} without being copied")
    return y.copy() if copy else y


def roll(x: Given, /, shift: int | Sequence[int], *, axis: Axis = None) -> Any:
    """x shifted; what leaves at one end comes in at the other.

    ``x``      an array of any shape
    ``shift``  by how many places, along each axis
    ``axis``   one axis or several; None shifts x as if it were flat
    """
    return np.roll(array(x), shift, axis)


def squeeze(x: Given, /, axis: int | Sequence[int]) -> Any:
    """x, an array of any shape, without these axes ``axis`` of length 1."""
    return np.squeeze(array(x), axis)


def stack(arrays: Sequence[Given], /, *, axis: int = 0) -> Any:
    """Arrays ``arrays`` of one shape beside each other along a new ``axis``."""
    return np.stack(each(arrays), axis)


def tile(x: Given, repetitions: Shape, /) -> Any:
    """x, an array of any shape, so many times along each axis as ``repetitions`` says."""
    return np.tile(array(x), repetitions)


def unstack(x: Given, /, *, axis: int = 0) -> Any:
    """The parts x[0], x[1], ... of x, an array of any shape with axes, along ``axis``: a tuple of arrays."""
    x = array(x)
    if not x.ndim:
        raise ValueError("unstack: an array without axes has no parts")
    return tuple(np.moveaxis(x, axis, 0))
