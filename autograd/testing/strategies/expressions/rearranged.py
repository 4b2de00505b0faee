"""The same numbers in another shape or order, and some of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from ..axes import axes
from ..indices import indices, written
from .part import ATOM, Part, applied
from .step import Draw, Step

Options = Callable[[Draw, tuple[int, ...]], str | None]


def moved(name: str, options: Options = lambda draw, shape: "", *, zeros: bool = False) -> Step:
    """The same numbers in another shape or order (and zeros)."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        x = parts[0]
        drawn = options(draw, x.shape)
        low, high = (min(x.low, 0.0), max(x.high, 0.0)) if zeros else (x.low, x.high)
        return None if drawn is None else applied(f"np.{name}({{0}}{drawn})", [x], low, high)

    return Step(name, "shape", 1, make)


def an_axis(draw: Draw, shape: tuple[int, ...]) -> str | None:
    return f", axis={draw(axes(shape, kinds=('int',)))}" if shape else None


def new_axis(draw: Draw, shape: tuple[int, ...]) -> str:
    return f", {draw(st.integers(0, len(shape)) | st.integers(-len(shape) - 1, -1))}"


def two_axes(draw: Draw, shape: tuple[int, ...]) -> str | None:
    both = axes(shape, kinds=("int",)) if shape else None
    return f", {draw(both)}, {draw(both)}" if both is not None else None


def order(draw: Draw, shape: tuple[int, ...]) -> str:
    return "" if draw(st.booleans()) else f", {tuple(draw(st.permutations(range(len(shape)))))}"


def other_shape(draw: Draw, shape: tuple[int, ...]) -> str:
    """A shape with as many elements, one of whose sides may be -1."""
    size = math.prod(shape)
    sides: list[int] = []
    while size > 1 and len(sides) < 2 and draw(st.booleans()):
        sides.append(draw(st.sampled_from([k for k in range(1, size + 1) if size % k == 0])))
        size //= sides[-1]
    return f", {(*sides, -1) if draw(st.booleans()) else (*sides, size)}"


def broader(draw: Draw, shape: tuple[int, ...]) -> str:
    sides = [draw(st.integers(1, 3)) if side == 1 else side for side in shape]
    return f", {(*draw(st.lists(st.integers(1, 2), max_size=1)), *sides)}"


def a_shift(draw: Draw, shape: tuple[int, ...]) -> str | None:
    return f", {draw(st.integers(-2, 2))}{an_axis(draw, shape)}" if shape else None


def widths(draw: Draw, shape: tuple[int, ...]) -> str | None:
    return f", {(draw(st.integers(0, 1)), draw(st.integers(0, 1)))}" if shape else None


SHAPE = [
    moved("transpose", order),
    moved("reshape", other_shape),
    moved("ravel"),
    moved("expand_dims", new_axis),
    moved("squeeze"),
    moved("swapaxes", two_axes),
    moved("moveaxis", two_axes),
    moved("flip", an_axis),
    moved("roll", a_shift),
    moved("broadcast_to", broader),
    moved("repeat", lambda draw, shape: f", {draw(st.integers(1, 2))}{an_axis(draw, shape) or ''}"),
    moved("tile", lambda draw, shape: f", {draw(st.integers(1, 2))}"),
    moved("rot90", lambda draw, shape: "" if len(shape) > 1 else None),
    moved("tril", lambda draw, shape: "" if len(shape) > 1 else None, zeros=True),
    moved("triu", lambda draw, shape: "" if len(shape) > 1 else None, zeros=True),
    moved("pad", widths, zeros=True),
]


def an_index(draw: Draw, parts: Sequence[Part]) -> Part | None:
    x = parts[0]
    return applied(f"{{0}}[{written(draw(indices(x.shape)))}]", [x], x.low, x.high, ATOM, (ATOM,))


def some(draw: Draw, parts: Sequence[Part]) -> Part | None:
    """np.take: places along one axis, which may repeat."""
    x = parts[0]
    if not x.shape:
        return None
    axis = draw(axes(x.shape, kinds=("int",)))
    places = draw(st.lists(st.integers(0, x.shape[axis] - 1), min_size=1, max_size=3))  # type: ignore[index]
    return applied(f"np.take({{0}}, {places}, axis={axis})", [x], x.low, x.high)


def a_diagonal(draw: Draw, parts: Sequence[Part]) -> Part | None:
    return applied("np.diagonal({0})", parts, parts[0].low, parts[0].high) if len(parts[0].shape) > 1 else None


INDEX = [
    Step("getitem", "index", 1, an_index),
    Step("take", "index", 1, some),
    Step("diagonal", "index", 1, a_diagonal),
]
