"""Broadcasting: broadcast_to, broadcast_arrays, meshgrid.

Convention: the dual, which undoes broadcasting, is ``sum_to`` in ``autograd/declare/unbroadcast.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import composed, linear, sum_to
from ..typing import ArrayLike
from .arguments import array
from .reshape import reshaped

broadcast_to = linear(np.broadcast_to, lambda g, x_shape: sum_to(g, x_shape), inputs=["array"])


@composed(np.broadcast_arrays)
def broadcast_arrays(*args: ArrayLike, subok: bool = False) -> tuple[Any, ...]:
    """Each array broadcast to the shape that they have together."""
    arrays = [array(a) for a in args]
    shape = np.broadcast_shapes(*(a.shape for a in arrays))
    return tuple(a if a.shape == shape else broadcast_to(a, shape) for a in arrays)


@composed(np.meshgrid)
def meshgrid(*xi: ArrayLike, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    """Coordinates of a grid: the k-th array varies along axis k (with "xy" the first two are exchanged)."""
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing is 'xy' or 'ij', not {indexing!r}")
    along = list(range(len(xi)))
    if indexing == "xy" and len(xi) > 1:
        along[:2] = [1, 0]
    grid = tuple(
        reshaped(array(x), (1,) * k + (-1,) + (1,) * (len(xi) - k - 1)) for x, k in zip(xi, along, strict=True)
    )
    grid = grid if sparse else broadcast_arrays(*grid)
    return tuple(np.copy(x) for x in grid) if copy else grid
