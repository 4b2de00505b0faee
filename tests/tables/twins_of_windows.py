"""Compiled twins of windows that slide over images: what each is called with, see ``twins``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn.functional.windows import window

Arguments = tuple[Any, ...]
Row = Callable[[np.random.Generator, str], list[Arguments]]
CONVOLUTION = "nn.functional.native.convolution:"

# the shape of x, the output channels, the kernel, stride, padding and dilation; depthwise, if there are groups
DEPTHWISE: list[tuple[Any, ...]] = [
    ((3, 40, 19, 21), 40, (7, 5), (2, 1), 3, (1, 2)), ((14, 40, 24, 26), 80, (2, 2), 3, 0, 1),
    ((9, 20, 22, 23), 20, (5, 5), (3, 2), (2, 4), 1), ((1, 64, 24, 24), 64, (3, 3), 1, 1, 1),
    ((3, 40, 19, 21), 40, (3, 3), 1, 1, 1),
]  # fmt: skip
CONVOLUTIONS: list[tuple[Any, ...]] = [
    ((3, 3, 31, 30), 32, (7, 7), 2, 3, 1), ((4, 24, 13, 12), 64, (3, 2), 1, 1, 2), ((9, 40, 140), 32, (5,), (2,), 2, 1),
    ((7, 16, 23, 17), 48, (3, 3), (3, 2), (0, 2), (1, 3)), ((2, 50, 20, 11), 49, (3, 3), 1, 2, 1),
    ((50, 20, 7, 8), 28, (3, 3), 1, (1, 0), 1), ((50, 6, 9, 10), 24, (3, 3), (2, 1), 1, (2, 1)),
    ((32, 10, 60), 24, (5,), (1,), 2, 1), ((17, 32, 12, 12), 32, (3, 3), 1, 1, 1),
    ((5, 40, 13, 14), 56, (3, 3), 1, (2, 0), 1),
]  # fmt: skip


def images_last(x: Any) -> Any:
    """The same array, with images innermost in memory."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1)), -1, 0)


def convolution(name: str) -> Row:
    def row(rng: np.random.Generator, dtype: str) -> list[Arguments]:
        found: list[Arguments] = []
        for k, (shape, out, kernel, stride, padding, dilation) in enumerate(DEPTHWISE + CONVOLUTIONS):
            slid, groups = window("row", kernel, stride, padding, dilation), shape[1] if k < len(DEPTHWISE) else 1
            x = rng.normal(size=shape).astype(dtype)
            w = rng.normal(size=(out, shape[1] // groups, *kernel)).astype(dtype)
            y = rng.normal(size=(shape[0], out, *slid.places(shape[2:]))).astype(dtype)
            for layout in (np.asarray, images_last):
                bias = rng.normal(size=out).astype(dtype) if layout is np.asarray else None
                found.append(
                    {
                        "convolve": (layout(x), w, bias, slid, groups),
                        "input_gradient": (layout(y), w, slid, groups, shape[2:]),
                        "weight_gradient": (layout(x), layout(y), slid, groups),
                    }[name]
                )
        return found

    return row


ROWS: dict[str, Row] = {CONVOLUTION + k: convolution(k) for k in ("convolve", "input_gradient", "weight_gradient")}
