"""All other functions of the standard: made, moved, summed, sought, sorted, counted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .case import Case, case
from .elementwise import COMPLEX, FLOATS, INTEGERS, TRUTH

X = np.array([[1.5, -2.0, 0.25], [4.0, 3.0, -1.0]])
XT = np.array([[1.5, 4.0], [-2.0, 3.0], [0.25, -1.0]])
V = np.array([3.0, 1.0, 2.0, 1.0])
I = np.array([[3, 1, 2], [6, 5, 4]])  # noqa: E741
INDEX, INTEGER = np.dtype(np.intp), np.dtype(np.int_)
ALL = [TRUTH, *INTEGERS, *FLOATS, *COMPLEX]


def cases() -> Iterator[Case]:
    yield from created()
    yield from cast()
    yield from moved()
    yield from reduced()
    yield from sought()


def created() -> Iterator[Case]:
    for dtype in ALL:
        yield case("asarray", [[1, 0], [1, 1]], dtype=dtype, gives=np.array([[1, 0], [1, 1]], dtype))
        yield case("zeros", (2, 1), dtype=dtype, gives=np.array([[0], [0]], dtype))
        yield case("ones", 2, dtype=dtype, gives=np.array([1, 1], dtype))
        yield case("full", (2,), 1, dtype=dtype, gives=np.array([1, 1], dtype))
        x = np.array([[1, 0]], dtype)
        yield case("asarray", x, gives=x)
        yield case("asarray", x, copy=True, device="cpu", gives=x)
        yield case("zeros_like", x, gives=np.array([[0, 0]], dtype), smooth=False)
        yield case("ones_like", x, gives=np.array([[1, 1]], dtype), smooth=False)
        yield case("full_like", x, 1, gives=np.array([[1, 1]], dtype), smooth=False)
        yield case("empty", (2, 3), dtype=dtype, of=np.shape, gives=np.array([2, 3]))
        yield case("empty_like", x, of=np.shape, gives=np.array([1, 2]), smooth=False)
        yield case("eye", 2, 3, k=1, dtype=dtype, gives=np.array([[0, 1, 0], [0, 0, 1]], dtype))
        yield case("from_dlpack", x, gives=x, loud="out of its graph")
        if dtype.kind != "b":
            yield case("arange", 1, 6, 2, dtype=dtype, gives=np.array([1, 3, 5], dtype))
            yield case("tril", np.array([[1, 2], [3, 4]], dtype), gives=np.array([[1, 0], [3, 4]], dtype))
            yield case("triu", np.array([[1, 2], [3, 4]], dtype), k=1, gives=np.array([[0, 2], [0, 0]], dtype))
    yield case("asarray", 3, gives=np.array(3, INTEGER))
    yield case("asarray", 3.0, gives=np.array(3.0))
    yield case("asarray", True, gives=np.array(True))
    yield case("asarray", 3j, gives=np.array(3j))
    yield case("asarray", [[1.0, 2.0]], gives=np.array([[1.0, 2.0]]))
    yield case("zeros", (), gives=np.array(0.0))
    yield case("ones", (0, 2), gives=np.ones((0, 2)))
    yield case("full", 2, 7, gives=np.array([7, 7], INTEGER))
    yield case("full", 2, True, gives=np.array([True, True]))
    yield case("full", 2, 1j, gives=np.array([1j, 1j]))
    yield case("eye", 2, gives=np.array([[1.0, 0.0], [0.0, 1.0]]))
    yield case("arange", 3, gives=np.array([0, 1, 2], INTEGER))
    yield case("arange", 0.0, 1.0, 0.5, device="cpu", gives=np.array([0.0, 0.5]))
    yield case("arange", 3, 0, -2, gives=np.array([3, 1], INTEGER))
    yield case("arange", 3, 1, gives=np.array([], INTEGER))
    yield case("linspace", 0, 1, 5, gives=np.array([0.0, 0.25, 0.5, 0.75, 1.0]))
    yield case("linspace", 0.0, 1.0, 4, endpoint=False, dtype=FLOATS[0], gives=np.array([0, 0.25, 0.5, 0.75], "f4"))
    yield case("linspace", 0j, 2j, 3, gives=np.array([0, 1j, 2j]))
    yield case("zeros_like", X, dtype=INTEGERS[0], device="cpu", gives=np.zeros((2, 3), "i1"), smooth=False)
    yield case("full_like", X, 2, dtype=INTEGERS[0], gives=np.full((2, 3), 2, "i1"), smooth=False)
    grid = [np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]), np.array([[5.0, 5.0], [6.0, 6.0], [7.0, 7.0]])]
    axes = np.array([1.0, 2.0]), np.array([5.0, 6.0, 7.0])
    yield case("meshgrid", *axes, gives=grid)
    yield case("meshgrid", *axes, indexing="ij", gives=[g.T for g in grid])
    yield case("meshgrid", axes[0], gives=[axes[0]])
    yield case("tril", np.ones((2, 2, 2)), k=-1, gives=np.array([[[0.0, 0], [1, 0]]] * 2))


def cast() -> Iterator[Case]:
    for dtype in ALL:
        for other in ALL:
            if dtype.kind != "c" or other.kind == "c":
                smooth = dtype.kind in "fc" and other.kind in "fc"
                yield case("astype", np.array([1, 0], dtype), other, gives=np.array([1, 0], other), smooth=smooth)
        x = np.array([1, 0], dtype)
        yield case("astype", x, dtype, copy=False, gives=x)
        kinds = {"b": ["bool"], "i": ["signed integer", "integral", "numeric"]}
        kinds |= {"u": ["unsigned integer", "integral", "numeric"], "f": ["real floating", "numeric"]}
        kinds |= {"c": ["complex floating", "numeric"]}
        for kind in sorted({name for names in kinds.values() for name in names}):
            yield case("isdtype", dtype, kind, gives=kind in kinds[dtype.kind])
        yield case("isdtype", dtype, ("bool", "integral"), gives=dtype.kind in "biu")
        yield case("isdtype", dtype, INTEGERS[0], gives=dtype == INTEGERS[0])
        if dtype.kind in "iu":
            signed = dtype.kind == "i"
            bits = 8 * dtype.itemsize
            facts = bits, 2 ** (bits - signed) - 1, -(2 ** (bits - 1)) if signed else 0
            yield case("iinfo", dtype, gives=facts, call=_integers)
        elif dtype.kind in "fc":
            single = dtype.itemsize // (2 if dtype.kind == "c" else 1) == 4
            most = (2 - 2.0**-23) * 2.0**127 if single else (2 - 2.0**-52) * 2.0**1023
            small = 2.0**-126 if single else 2.0**-1022
            facts = 32 if single else 64, 2.0 ** (-23 if single else -52), most, -most, small
            yield case("finfo", dtype, gives=facts, call=_floats)
    yield case("finfo", X, gives=2.0**-52, call=lambda xp, x: xp.finfo(x).eps, smooth=False)
    yield case("iinfo", I, gives=64, call=lambda xp, x: xp.iinfo(x).bits)
    for a, b, fits in (("i1", "i2", True), ("i2", "i1", False), ("f8", "f4", False), ("f4", "c8", True)):
        yield case("can_cast", np.dtype(a), np.dtype(b), gives=fits)
        yield case("can_cast", np.ones(2, a), np.dtype(b), gives=fits)
    yield case("result_type", np.ones(1, "f4"), np.dtype("f8"), gives=np.dtype("f8"))
    yield case("result_type", np.ones(1, "f4"), 1.0, gives=np.dtype("f4"))


def _integers(xp: Any, dtype: Any) -> Any:
    found = xp.iinfo(dtype)
    return found.bits, found.max, found.min


def _floats(xp: Any, dtype: Any) -> Any:
    found = xp.finfo(dtype)
    return found.bits, found.eps, found.max, found.min, found.smallest_normal


def moved() -> Iterator[Case]:
    a, b = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])
    yield case("broadcast_arrays", a, b, gives=[np.array([[1.0, 2], [1, 2]]), np.array([[3.0, 3], [4, 4]])])
    yield case("broadcast_to", a, (3, 2), gives=np.array([[1.0, 2.0]] * 3))
    yield case("concat", [X, a.T @ np.ones((1, 3))], gives=np.array([*X.tolist(), [1, 1, 1], [2, 2, 2]]))
    yield case("concat", (X, X), axis=-1, gives=np.array([r + r for r in X.tolist()]))
    yield case("concat", [a, b], axis=None, gives=np.array([1.0, 2.0, 3.0, 4.0]))
    yield case("concat", [np.ones(1, "i1"), np.ones(1, "i4")], gives=np.ones(2, "i4"))
    yield case("expand_dims", V, axis=0, gives=np.array([V.tolist()]))
    yield case("expand_dims", V, axis=-1, gives=np.array([[v] for v in V.tolist()]))
    yield case("expand_dims", V, gives=np.array([V.tolist()]))
    yield case("flip", X, gives=np.array([[-1.0, 3.0, 4.0], [0.25, -2.0, 1.5]]))
    yield case("flip", X, axis=1, gives=np.array([[0.25, -2.0, 1.5], [-1.0, 3.0, 4.0]]))
    yield case("moveaxis", np.ones((2, 3, 4)), 0, -1, of=np.shape, gives=np.array([3, 4, 2]))
    yield case("moveaxis", X, (0, 1), (1, 0), gives=XT)
    yield case("permute_dims", X, (1, 0), gives=XT)
    yield case("permute_dims", X, axes=(1, 0), gives=XT)
    yield case("repeat", V[:2], 2, gives=np.array([3.0, 3.0, 1.0, 1.0]))
    yield case("repeat", X, np.array([2, 0, 1]), axis=1, gives=np.array([[1.5, 1.5, 0.25], [4.0, 4.0, -1.0]]))
    yield case("reshape", X, (3, 2), gives=np.array([[1.5, -2.0], [0.25, 4.0], [3.0, -1.0]]))
    yield case("reshape", X, (-1,), copy=True, gives=np.array([1.5, -2.0, 0.25, 4.0, 3.0, -1.0]))
    yield case("reshape", X, (6,), copy=False, gives=np.array([1.5, -2.0, 0.25, 4.0, 3.0, -1.0]))
    yield case("roll", V, 1, gives=np.array([1.0, 3.0, 1.0, 2.0]))
    yield case("roll", X, (1, -1), axis=(0, 1), gives=np.array([[3.0, -1.0, 4.0], [-2.0, 0.25, 1.5]]))
    yield case("squeeze", np.ones((1, 2, 1)), 0, gives=np.ones((2, 1)))
    yield case("squeeze", np.ones((1, 2, 1)), (0, 2), gives=np.ones(2))
    yield case("stack", [V, V], gives=np.array([V.tolist()] * 2))
    yield case("stack", (V, V), axis=-1, gives=np.array([[v, v] for v in V.tolist()]))
    yield case("tile", V[:2], (2,), gives=np.array([3.0, 1.0, 3.0, 1.0]))
    yield case("tile", a, (2, 1, 2), gives=np.array([[[1.0, 2, 1, 2]]] * 2))
    yield case("unstack", X, gives=(X[0].copy(), X[1].copy()))
    yield case("unstack", X, axis=1, gives=tuple(np.array(r) for r in XT.tolist()))


def reduced() -> Iterator[Case]:
    for dtype in [*INTEGERS, *FLOATS, *COMPLEX]:
        x = np.array([[1, 2, 3], [4, 5, 6]], dtype)
        wide = dtype
        if dtype.kind in "iu" and dtype.itemsize < INTEGER.itemsize:
            wide = np.dtype(np.uint) if dtype.kind == "u" else INTEGER
        yield case("sum", x, gives=np.array(21, wide))
        yield case("prod", x, axis=0, gives=np.array([4, 10, 18], wide))
        yield case("cumulative_sum", x, axis=1, gives=np.array([[1, 3, 6], [4, 9, 15]], wide))
        yield case("cumulative_prod", x, axis=0, gives=np.array([[1, 2, 3], [4, 10, 18]], wide))
        yield case("diff", x, gives=np.array([[1, 1], [1, 1]], dtype))
        yield case("count_nonzero", x, gives=np.array(6, INDEX))
        if dtype.kind != "c":
            yield case("max", x, axis=1, gives=np.array([3, 6], dtype))
            yield case("min", x, gives=np.array(1, dtype))
            yield case("argmax", x, gives=np.array(5, INDEX))
            yield case("argmin", x, axis=0, gives=np.array([0, 0, 0], INDEX))
        if dtype.kind in "fc":
            yield case("mean", x, axis=0, gives=np.array([2.5, 3.5, 4.5], dtype))
        if dtype.kind == "f":
            yield case("var", x, gives=np.array(35 / 12, dtype))
            yield case("std", x, axis=1, correction=1.0, gives=np.array([1, 1], dtype))
    for dtype in ALL:
        x = np.array([[1, 0], [1, 1]], dtype)
        yield case("all", x, gives=np.array(False))
        yield case("any", x, axis=1, gives=np.array([True, True]))
        yield case("all", x, axis=0, keepdims=True, gives=np.array([[True, False]]))
    x = I.astype(float)
    for name, gives in (("sum", 21.0), ("prod", 720.0), ("max", 6.0), ("min", 1.0), ("mean", 3.5), ("var", 35 / 12),
                        ("std", math.sqrt(35 / 12))):  # fmt: skip
        yield case(name, x, axis=(0, 1), keepdims=True, gives=np.array([[gives]]))
    yield case("sum", np.ones(3, "f4"), dtype=FLOATS[1], gives=np.array(3.0))
    yield case("sum", np.ones((0, 2)), axis=0, gives=np.zeros(2))
    yield case("sum", np.array([math.nan, 1.0]), gives=np.array(math.nan), smooth=False)
    yield case("prod", np.ones(0), gives=np.array(1.0))
    yield case("all", np.ones((0,)), gives=np.array(True))
    yield case("max", np.array([1.0, math.nan]), gives=np.array(math.nan), smooth=False)
    yield case("mean", x, axis=-1, gives=np.array([2.0, 5.0]))
    yield case("cumulative_sum", V, gives=np.array([3.0, 4, 6, 7]))
    yield case("cumulative_sum", V, include_initial=True, gives=np.array([0.0, 3, 4, 6, 7]))
    yield case("cumulative_sum", V.astype("f4"), dtype=FLOATS[1], gives=np.array([3.0, 4, 6, 7]))
    yield case("cumulative_prod", x, axis=0, include_initial=True, gives=np.array([[1.0, 1, 1], [3, 1, 2], [18, 5, 8]]))
    yield case("diff", V, n=2, gives=np.array([3.0, -2.0]))
    yield case("diff", V, n=0, gives=V)
    yield case("diff", X, axis=0, gives=np.array([[2.5, 5.0, -1.25]]))
    yield case("diff", V, prepend=np.array([0.0]), append=np.array([5.0, 5.0]), gives=np.array([3.0, -2, 1, -1, 4, 0]))
    yield case("count_nonzero", np.array([[0, 2], [1, 3]]), axis=1, keepdims=True, gives=np.array([[1], [2]], INDEX))
    yield case("argmax", X, axis=1, keepdims=True, gives=np.array([[0], [0]], INDEX))


def sought() -> Iterator[Case]:
    for dtype in [*INTEGERS, *FLOATS]:
        x = np.array([3, 1, 2, 1], dtype)
        yield case("sort", x, gives=np.array([1, 1, 2, 3], dtype))
        yield case("sort", x, descending=True, gives=np.array([3, 2, 1, 1], dtype))
        yield case("argsort", x, gives=np.array([1, 3, 2, 0], INDEX))
        yield case("argsort", x, descending=True, gives=np.array([0, 2, 1, 3], INDEX))
        yield case("searchsorted", np.array([1, 2, 2, 5], dtype), np.array([[2], [9]], dtype),
                   gives=np.array([[1], [4]], INDEX))  # fmt: skip
    yield case("sort", X, axis=0, stable=False, gives=np.array([[1.5, -2.0, -1.0], [4.0, 3.0, 0.25]]))
    yield case("argsort", X, axis=-1, stable=False, gives=np.array([[1, 2, 0], [2, 1, 0]], INDEX))
    yield case("searchsorted", np.array([1, 2, 2]), np.array([2]), side="right", gives=np.array([3], INDEX))
    yield case("searchsorted", np.array([2, 1]), np.array([2]), sorter=np.array([1, 0]), gives=np.array([1], INDEX))
    for dtype in ALL:
        x = np.array([[1, 0], [1, 1]], dtype)
        values, counts = np.array([0, 1], dtype), np.array([1, 3], INDEX)
        inverse, first = np.array([[1, 0], [1, 1]], INDEX), np.array([1, 0], INDEX)
        yield case("nonzero", x, gives=(np.array([0, 1, 1], INDEX), np.array([0, 0, 1], INDEX)))
        yield case("unique_values", x, of=np.sort, gives=values)
        yield case("unique_counts", x, gives=(values, counts))
        yield case("unique_inverse", x, gives=(values, inverse))
        yield case("unique_all", x, gives=(values, first, inverse, counts))
        yield case("where", np.array([True, False]), np.array([1, 1], dtype), np.array([0, 0], dtype),
                   gives=np.array([1, 0], dtype))  # fmt: skip
        yield case("take", x, np.array([1, 1, 0]), axis=1, gives=np.array([[0, 0, 1], [1, 1, 1]], dtype))
    two = np.array([math.nan, 1.0, math.nan])
    yield case("unique_values", two, of=lambda y: np.sort(y), gives=np.array([1.0, math.nan, math.nan]), smooth=False)
    yield case("where", np.array([[True], [False]]), V, 0.0, gives=np.array([V.tolist(), [0.0] * 4]))
    yield case("where", np.array([True, False]), np.ones(2, "i1"), np.ones(2, "i4"), gives=np.ones(2, "i4"))
    yield case("take", V, np.array([-1, 0]), gives=np.array([1.0, 3.0]))
    yield case("take_along_axis", X, np.array([[2, 0], [1, 1]]), gives=np.array([[0.25, 1.5], [3.0, 3.0]]))
    yield case("take_along_axis", X, np.array([[1, 0, 1]]), axis=0, gives=np.array([[4.0, -2.0, -1.0]]))
