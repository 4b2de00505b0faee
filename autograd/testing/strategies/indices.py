"""Indices that an array of a shape accepts: basic, advanced, boolean, and mixed ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ...typing import Shape

IndexKind = Literal["basic", "advanced", "boolean", "mixed"]
WHOLE = slice(None)


def indices(
    shape: Shape, *, kinds: IndexKind | Sequence[IndexKind] = ("basic", "advanced", "boolean", "mixed"),
    empty: bool = False,
) -> st.SearchStrategy[Any]:  # fmt: skip
    """Valid indices of an array of this ``shape``; ``x[index]`` takes at least one element, unless ``empty``.

    ``kinds``  one or several of these:

        "basic"     integers, slices, newaxis and an ellipsis: x[1, ::-1], x[..., None]
        "advanced"  arrays of integers, in which elements may repeat: x[np.array([0, 0, 2])]
        "boolean"   a mask of the first axes: x[np.array([True, False])]
        "mixed"     arrays of integers and masks on some axes, basic indices on others: x[1:, np.array([0, 0])]

    An array without axes has only basic indices, one with a single axis no mixed ones.
    """
    if not isinstance(shape, tuple | list):
        raise TypeError(f"indices: shape is a tuple, as (3,) or x.shape, got {type(shape).__name__}")
    every = {"basic": _basic, "advanced": _advanced, "boolean": _boolean, "mixed": _mixed}
    wanted: Sequence[IndexKind] = (kinds,) if isinstance(kinds, str) else kinds
    if unknown := set(wanted) - set(every):
        raise ValueError(f"indices: kinds are {', '.join(every)}, got {sorted(unknown)}")
    if not empty and 0 in shape:
        raise ValueError(f"indices: an array of shape {shape} has no element; pass empty=True")
    least = {"basic": 0, "advanced": 1, "boolean": 1, "mixed": 2}
    some = [every[kind](tuple(shape), empty) for kind in wanted if len(shape) >= least[kind]]
    if not some:
        raise ValueError(f"indices: an array of shape {tuple(shape)} has no index of kinds {list(wanted)}")
    return st.one_of(some)


def written(index: Any) -> str:
    """An index as it stands between brackets: ``1, ::-1, np.array([0, 2])``."""
    if isinstance(index, tuple):
        inner = ", ".join(map(written, index))
        return (f"{inner}," if len(index) == 1 else inner) if index else "()"
    if isinstance(index, slice):
        start, stop = ("" if k is None else str(k) for k in (index.start, index.stop))
        return f"{start}:{stop}" + ("" if index.step is None else f":{index.step}")
    if isinstance(index, np.ndarray):
        return f"np.array({index.tolist()})" if index.size else f"np.zeros({index.shape}, {index.dtype.name!r})"
    return "..." if index is Ellipsis else repr(index)


# ---------------------------------------------------------------- each kind


def _slices(side: int, empty: bool) -> st.SearchStrategy[slice]:
    return st.slices(side).filter(lambda s: empty or len(range(*s.indices(side))) > 0)


def _along(side: int, empty: bool) -> st.SearchStrategy[Any]:
    """A basic index of one axis."""
    number = st.integers(0, side - 1) | st.integers(-side, -1) if side else st.nothing()
    return st.just(WHOLE) | number | _slices(side, empty)


@st.composite
def _basic(draw: st.DrawFn, shape: Shape, empty: bool) -> Any:
    items = [draw(_along(side, empty)) for side in shape]
    return draw(_spelled(items))


@st.composite
def _spelled(draw: st.DrawFn, items: list[Any]) -> Any:
    """The index of all axes: whole axes at the end left out, or some behind an ellipsis; perhaps with a new axis."""
    last = max((k + 1 for k, item in enumerate(items) if item is not WHOLE), default=0)
    if draw(st.booleans()):
        start = end = draw(st.integers(0, len(items)))
        while end < len(items) and items[end] is WHOLE:
            end += 1
        items = [*items[:start], Ellipsis, *items[end:]]
    else:
        items = items[:last]
    if draw(st.booleans()):
        items.insert(draw(st.integers(0, len(items))), None)
    if not items:
        return Ellipsis
    return items[0] if len(items) == 1 else tuple(items)


def _places(side: int, shape: Shape) -> st.SearchStrategy[Any]:
    return hnp.arrays(int, shape, elements=st.integers(0, side - 1) | st.integers(-side, -1), fill=st.nothing())


@st.composite
def _advanced(draw: st.DrawFn, shape: Shape, empty: bool) -> Any:
    usable = next((k for k, side in enumerate(shape) if not side), len(shape))
    count = draw(st.integers(min(1, usable), usable))
    least = 0 if empty else 1
    if not count:
        return np.zeros(0, int)
    shapes = draw(
        hnp.mutually_broadcastable_shapes(num_shapes=count, min_dims=1, max_dims=2, min_side=least, max_side=3)
    )
    arrays = [draw(_places(side, at)) for side, at in zip(shape, shapes.input_shapes, strict=False)]
    return arrays[0] if count == 1 else tuple(arrays)


@st.composite
def _boolean(draw: st.DrawFn, shape: Shape, empty: bool) -> Any:
    count = draw(st.integers(1, len(shape)))
    mask = draw(hnp.arrays(bool, shape[:count], fill=st.nothing()))
    if not empty and not mask.any():
        mask[(0,) * count] = True
    return mask


@st.composite
def _mixed(draw: st.DrawFn, shape: Shape, empty: bool) -> Any:
    """Some axes have arrays of ``length`` places, or masks that are true at so many; the others have basic indices."""
    usable = [axis for axis, side in enumerate(shape) if side]
    if not usable:
        return np.zeros(0, int), WHOLE
    marked = draw(st.lists(st.sampled_from(usable), min_size=1, max_size=max(1, len(shape) - 1), unique=True))
    length = draw(st.integers(1, 3))
    items: list[Any] = []
    for axis, side in enumerate(shape):
        if axis not in marked:
            items.append(draw(_along(side, empty)))
        elif length <= side and draw(st.booleans()):
            true = draw(st.permutations(range(side)))[:length]
            items.append(np.isin(np.arange(side), true))
        else:
            items.append(draw(_places(side, (length,))))
    return draw(_spelled(items))
