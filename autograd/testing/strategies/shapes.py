"""Shapes of small arrays."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ...typing import Shape


def shapes(max_dims: int = 3, max_side: int = 3, *, min_dims: int = 0, min_side: int = 1) -> st.SearchStrategy[Shape]:
    """Shapes of arrays; the simplest has the fewest axes, all of the least length.

    ``max_dims``  the most axes, and ``max_side`` the longest; ``min_dims`` the fewest, and ``min_side`` the shortest
    """
    return st.lists(st.integers(min_side, max_side), min_size=min_dims, max_size=max_dims).map(tuple)


def broadcastable_shapes(
    count: int = 2, *, max_dims: int = 3, max_side: int = 3, min_dims: int = 0, min_side: int = 1
) -> st.SearchStrategy[tuple[Shape, ...]]:
    """Several shapes that broadcast together, as ((2, 1), (3,)).

    ``count``     how many
    ``max_dims``  the most axes, and ``max_side`` the longest; ``min_dims`` the fewest, and ``min_side`` the shortest
    """
    drawn = hnp.mutually_broadcastable_shapes(
        num_shapes=count, min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side
    )
    return drawn.map(lambda broadcast: broadcast.input_shapes)
