"""Sums of products over pairs of axes.

Convention: ``bilinear``; each adjoint is another tensordot, whose axes are then put back in their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from ...declare import bilinear, composed
from ...typing import Shape
from .half import HALF, in_single

Axes: TypeAlias = int | tuple[int | Sequence[int], int | Sequence[int]]  # how many, or which of a and which of b


def _contracted(axes: Axes, a_rank: int, b_rank: int) -> tuple[list[int], list[int], list[int], list[int]]:
    """The axes of a and of b that ``tensordot`` sums over, and those of each that stay."""
    if isinstance(axes, int | np.integer):
        from_a, from_b = list(range(a_rank - int(axes), a_rank)), list(range(int(axes)))
    else:
        from_a, from_b = ([int(n) for n in np.atleast_1d(side)] for side in axes)
    from_a, from_b = [n % a_rank for n in from_a], [n % b_rank for n in from_b]
    return from_a, from_b, [n for n in range(a_rank) if n not in from_a], [n for n in range(b_rank) if n not in from_b]


def _adjoint(g: Any, other: Any, summed: list[int], partners: list[int], free: list[int], rest: list[int]) -> Any:
    """Sum g with the other factor over the axes of it that stay, then put the axes in the operand's order."""
    order = free + [summed[partners.index(n)] for n in sorted(partners)]
    last = list(range(len(free), g.ndim))
    return np.transpose(_tensordot(g, other, (last, rest)), [int(n) for n in np.argsort(order)])


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    if getattr(a, "dtype", None) is HALF and getattr(b, "dtype", None) is HALF:
        return in_single(np.tensordot, a, b, axes)
    return np.tensordot(a, b, axes)


def _pull_a(g: Any, b: Any, a_shape: Shape, axes: Axes = 2) -> Any:
    return _adjoint(g, b, *_contracted(axes, len(a_shape), np.ndim(b)))


def _pull_b(g: Any, a: Any, b_shape: Shape, axes: Axes = 2) -> Any:
    """The adjoint of the product in the other order, whose axes stand in the other order, too."""
    from_a, from_b, free_a, free_b = _contracted(axes, np.ndim(a), len(b_shape))
    g = np.transpose(g, [*range(len(free_a), g.ndim), *range(len(free_a))])
    return _adjoint(g, a, from_b, from_a, free_b, free_a)


tensordot = bilinear(np.tensordot, _pull_a, _pull_b, forward=_tensordot)


@composed(np.linalg.tensordot)
def linalg_tensordot(x1: Any, x2: Any, /, *, axes: Axes = 2) -> Any:
    """``np.tensordot`` of the array API."""
    return tensordot(x1, x2, axes)
