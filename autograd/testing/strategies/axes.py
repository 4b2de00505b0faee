"""Axes of a shape, in every way in which NumPy takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from hypothesis import strategies as st

from ...typing import Shape

Axes = int | tuple[int, ...] | None
AxesKind = Literal["none", "int", "tuple"]


def axes(
    shape: Shape, *, kinds: AxesKind | Sequence[AxesKind] = ("none", "int", "tuple"), min_axes: int = 1,
    max_axes: int | None = None,
) -> st.SearchStrategy[Axes]:  # fmt: skip
    """Valid arguments ``axis`` for an array of this ``shape``: None, 1, -1, (0, -1).

    ``kinds``     one or several of "none", "int" and "tuple"; an array without axes has no "int"
    ``min_axes``  how many axes a tuple has at least (0 draws the empty tuple too), with ``max_axes`` at most
    """
    if isinstance(shape, int):
        raise TypeError(f"axes: shape is a tuple, got {shape}: write ({shape},)")
    wanted: Sequence[AxesKind] = (kinds,) if isinstance(kinds, str) else kinds
    if unknown := set(wanted) - {"none", "int", "tuple"}:
        raise ValueError(f"axes: kinds are 'none', 'int' and 'tuple', got {sorted(unknown)}")
    dims = len(shape)
    some: list[st.SearchStrategy[Axes]] = []
    one = st.integers(0, dims - 1) | st.integers(-dims, -1) if dims else st.nothing()
    most = dims if max_axes is None else min(max_axes, dims)
    for kind in wanted:
        if kind == "none":
            some.append(st.none())
        elif kind == "int" and dims:
            some.append(one)
        elif kind == "tuple" and min(min_axes, dims) <= most:
            many = st.lists(one, min_size=min(min_axes, dims), max_size=most, unique_by=lambda axis: axis % dims)
            some.append(many.map(tuple))
    if not some:
        raise ValueError(f"axes: shape {shape} has no axis of kinds {list(wanted)}")
    return st.one_of(some)
