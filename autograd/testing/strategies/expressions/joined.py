"""Two arrays side by side, one or the other, and multiplied."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from ..axes import axes
from .part import ATOM, SIGN, TIMES, Part, applied
from .step import Draw, Step


def joined(name: str, fresh: bool = False) -> Step:
    """Two arrays side by side along an axis (a new one: stack)."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        a, b = parts
        shape = (*a.shape, 1) if fresh else a.shape
        if len(a.shape) != len(b.shape) or not shape or (fresh and a.shape != b.shape):
            return None
        axis = draw(axes(shape, kinds=("int",)))
        low, high = min(a.low, b.low), max(a.high, b.high)
        return applied(f"np.{name}([{{0}}, {{1}}], axis={axis})", parts, low, high)

    return Step(name, "join", 2, make)


def a_choice(draw: Draw, parts: Sequence[Part]) -> Part | None:
    """np.where with a constant condition."""
    a, b = parts
    side = draw(st.integers(1, 3))
    condition = (
        draw(st.lists(st.booleans(), min_size=side, max_size=side)) if a.shape or b.shape else draw(st.booleans())
    )
    low, high = min(a.low, b.low), max(a.high, b.high)
    return applied(f"np.where({condition}, {{0}}, {{1}})", parts, low, high)


JOIN = [joined("concatenate"), joined("stack", fresh=True), Step("where", "join", 2, a_choice)]


def product(name: str, template: str = "", strength: int = ATOM, slots: tuple[int, ...] = ()) -> Step:
    """A product of arrays: sums of at most as many terms as the smaller operand has elements."""

    def make(draw: Draw, parts: Sequence[Part]) -> Part | None:
        a, b = (part.within(-5.0, 5.0) for part in parts)
        size = a.size * b.size * min(math.prod(a.shape), math.prod(b.shape))
        return applied(template or f"np.{name}({{0}}, {{1}})", [a, b], -size, size, strength, slots)

    return Step(name, "product", 2, make)


PRODUCT = [
    product("matmul", "{0} @ {1}", TIMES, (TIMES, SIGN)),
    product("dot"),
    product("outer"),
    product("inner"),
    product("tensordot", "np.tensordot({0}, {1}, axes=1)"),
    product("einsum", "np.einsum('...i,...i', {0}, {1})"),
    product("einsum over two axes", "np.einsum('ij,kj->ik', {0}, {1})"),
    product("kron"),
    product("vecdot") if hasattr(np, "vecdot") else product("vdot"),
    product("convolve"),
]
