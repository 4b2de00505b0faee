"""What compiled pooling shares: how windows and arrays lie in memory, and how planes are spread over threads.

Convention: space has three axes, (d, h, w), those that are missing being 1. Where images are innermost in memory, each
element of a plane is a run of ``inner`` numbers, one of each image.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.native.kernels import helper
from autograd.threads import spread

__all__ = ["bounds", "empty", "flat", "is_last", "runs_of", "serves", "share_planes", "sizes"]

PIECE = 1 << 16  # numbers that a thread takes at a time
ROW = 96  # numbers in a row of a plane: where it is shorter, NumPy's runs over all rows are faster


@helper
def bounds(offset: int, size: int, stride: int, places: int) -> tuple[int, int]:
    """Which windows see an element of the axis at this offset from their start."""
    return max(0, -(offset // stride)), min(places, (size - 1 - offset) // stride + 1)


@helper
def runs_of(first: int, last: int, inner: int, stride: int) -> tuple[int, int, int]:
    """How windows from ``first`` to ``last`` lie in memory: so many runs, of how many numbers, how far apart."""
    if stride == 1 or inner == 1:
        return 1, (last - first) * inner, stride
    return last - first, inner, 1


def is_last(x: Any) -> bool:
    """Are images innermost in memory?"""
    return bool(len(x) > 1 and not x.flags.c_contiguous and x.transpose(*range(1, x.ndim), 0).flags.c_contiguous)


def serves(x: Any, space: Any) -> bool:
    """Are rows of images of this size, laid out as x is, worth a loop of their own?"""
    return 0 < len(space) <= 3 and space[-1] * (len(x) if is_last(x) else 1) >= ROW


def flat(x: Any, last: bool) -> Any:
    """The numbers of x, plane by plane, with images innermost or outermost."""
    return np.ascontiguousarray(x.transpose(*range(1, x.ndim), 0) if last else x).reshape(-1)


def empty(front: tuple[int, int], space: Any, dtype: Any, last: bool) -> tuple[Any, Any]:
    """A new array, as it is in memory, and as (n, c, *space)."""
    y = np.empty((front[1], *space, front[0]) if last else (*front, *space), dtype)
    return y.reshape(-1), y.transpose(y.ndim - 1, *range(y.ndim - 1)) if last else y


@functools.lru_cache(maxsize=256)
def sizes(window: Any, space: Any) -> tuple[int, ...]:
    """What the kernels are told of a window, from ``d`` to ``before_w``."""
    places, before, missing = window.places(space), [p for p, _ in window.padding], 3 - len(space)
    parts = [(space, 1), (places, 1), (window.kernel, 1), (window.stride, 1), (window.dilation, 1), (before, 0)]
    return tuple(number for part, fill in parts for number in (*(fill,) * missing, *part))


def share_planes(run: Callable[[int, int], object], count: int, space: Any, inner: int) -> None:
    """Have all threads run over ``count`` planes of this size."""
    spread(run, count, max(-(-count // 16), PIECE // max(math.prod(space) * inner, 1), 1))
