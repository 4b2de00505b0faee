"""Compiled twins of pooling, embedding and resampling: what each is called with, see ``twins``."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.native import TWINS
from nn.functional.interpolation import _straight as straight
from nn.functional.pooling.average import _shares as shares
from nn.functional.windows import Window

from .twins_of_windows import Arguments, Row, images_last

MAXIMA, MEANS = ("pooling:max_pool", "unpooling:unpool"), ("pooling:averages", "unpooling:unaveraged")
NATIVE = "nn.functional.native."
ROW = 96  # numbers in a row of an image, which a twin asks for
SCATTER, RESAMPLING = NATIVE + "embedding:added_at", NATIVE + "resampling:mapped"

# the shape of x, the kernel, stride, padding and dilation; the last is for maxima only. Rows are long, or images many.
POOLS: list[tuple[Any, ...]] = [
    ((2, 3, 111), (3,), (2,), ((1, 1),), (2,)), ((14, 3, 8, 8), (2, 2), (2, 2), ((0, 0), (0, 0)), (1, 1)),
    ((2, 1, 6, 7, 100), (2, 3, 2), (2, 1, 2), ((0, 0), (1, 1), (1, 1)), (1, 2, 1)),
    ((3, 2, 9, 101), (3, 4), (4, 3), ((1, 2), (0, 2)), (1, 1)),
    ((20, 2, 5, 6, 7), (3, 2, 3), (1, 2, 2), ((1, 1), (0, 0), (1, 1)), (1, 1, 1)),
    ((33, 3, 9, 10), (3, 3), (1, 1), ((1, 1), (0, 1)), (2, 1)),
    ((2, 5, 12, 96), (2, 2), (2, 2), ((0, 0), (0, 0)), (1, 1)),
]  # fmt: skip


def pools(name: str) -> Row:
    def row(rng: np.random.Generator, dtype: str) -> list[Arguments]:
        found: list[Arguments] = []
        for shape, *numbers in POOLS:
            slid, means = Window(*numbers), name in MEANS
            slid = slid._replace(dilation=(1,) * len(slid.kernel)) if means else slid
            for layout in (images_last, np.asarray) if shape[-1] >= ROW else (images_last,):
                x = rng.integers(-3, 3, shape) if len(found) % 3 else rng.normal(size=shape)  # there are equal ones
                found.append(of_pools(name, layout(x.astype(dtype)), slid, rng))
        return found

    return row


def of_pools(name: str, x: Any, slid: Window, rng: np.random.Generator) -> Arguments:
    """The arguments for this x, or for gradients of its pools."""
    space = x.shape[2:]
    each = shares(x, space, slid, len(x) % 2 > 0, None)
    if name == MEANS[0]:
        return x, each, slid
    y = TWINS[NATIVE + MAXIMA[0]].numpy(x, slid)
    g = rng.normal(size=y.shape).astype(x.dtype)
    g = g if x.flags.c_contiguous else images_last(g)
    return {MAXIMA[0]: (x, slid), MAXIMA[1]: (g, x, y, slid), MEANS[1]: (g, each, slid, space)}[name]


def scattered(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    found: list[Arguments] = []
    for shape, n, size, skip in [((40,), 7, 130, None), ((3, 9), 50, 5, 4), ((70, 2), 3, 64, 0)]:
        found.append((rng.normal(size=(*shape, size)).astype(dtype), rng.integers(n, size=shape), n, skip))
    return found


def resampled(rng: np.random.Generator, dtype: str) -> list[Arguments]:
    found: list[Arguments] = []
    for shape, axis, out, corners in [
        ((2, 3, 9, 10), 2, 18, False), ((2, 2, 3, 70), 3, 150, True), ((2, 3, 70), 2, 35, False),
        ((3, 2, 8, 64), 3, 32, True),
    ]:  # fmt: skip
        n = shape[axis]
        matrix = straight(n, out, n / out, corners).astype(dtype)
        for layout in (np.asarray, images_last):
            x = rng.normal(size=shape).astype(dtype)
            found.append((layout(x), matrix, axis))
            g = rng.normal(size=(*shape[:axis], out, *shape[axis + 1 :])).astype(dtype)
            found.append((layout(g), np.ascontiguousarray(matrix.T), axis))
    return found


ROWS: dict[str, Row] = {NATIVE + name: pools(name) for name in MAXIMA + MEANS}
ROWS |= {SCATTER: scattered, RESAMPLING: resampled}


def odd(path: str, dtype: str) -> list[Arguments]:
    """Arguments with NaN, ∞ and -∞ in their first and last numbers."""
    rng = np.random.default_rng(1)
    found: list[Arguments] = []
    for arguments in ROWS[path](rng, dtype):
        given = [np.array(v) if isinstance(v, np.ndarray) else v for v in arguments]
        x = given[1 if path.endswith("unpool") else 0]
        x[0, ..., -2:], x[-1, ..., :1], x[len(x) // 2, ..., -1] = np.nan, np.inf, -np.inf
        if path.endswith("unpool"):
            found.append(of_pools(MAXIMA[1], x, given[3], rng))
        else:
            found.append((*given,))
    return found
