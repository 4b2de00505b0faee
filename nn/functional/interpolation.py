"""Resampling: an image with more or fewer elements.

Convention: PyTorch's: elements are areas, and element p of the result lies at (p + ½) n / out - ½ of the input; with
``align_corners`` they are points, and the first and the last stay in place.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np

from autograd.declare import Operation, linear
from autograd.native import twin
from autograd.typing import A

from .windows import Sizes, numbers

__all__ = ["interpolate"]

Mode: TypeAlias = Literal["nearest", "linear", "bilinear", "trilinear"]
LINEAR: dict[str, int] = {"linear": 1, "bilinear": 2, "trilinear": 3}  # how many axes


def interpolate(
    input: A, size: int | tuple[int, ...] | None = None, scale_factor: float | tuple[float, ...] | None = None,
    mode: Mode = "nearest", align_corners: bool | None = None,
) -> A:  # fmt: skip
    """An image resampled to another size.

    ``input``          (n, c, *space), and the result too
    ``size``           of the result: one number, or one for each axis of space
    ``scale_factor``   instead of it, how many times as large the result is: one number, or one for each axis
    ``mode``           'nearest' repeats elements; 'linear', 'bilinear' and 'trilinear' go straight from one to the next
                       along one, two or three axes
    ``align_corners``  of a linear mode: whether the first and last elements stay in place

    ValueError is raised unless one of size and scale_factor is given, and for a mode that does not go with the axes.
    """
    if mode != "nearest" and mode not in LINEAR:
        raise ValueError(f"interpolate: mode is 'nearest', {', '.join(map(repr, LINEAR))}, not {mode!r}")
    if input.ndim < 3 or (mode in LINEAR and input.ndim != LINEAR[mode] + 2):
        axes = f"{LINEAR[mode]} axes" if mode in LINEAR else "axes"
        raise ValueError(f"interpolate: mode {mode!r} takes (n, c) and {axes} of space, got {input.shape}")
    if mode == "nearest" and align_corners is not None:
        raise ValueError("interpolate: align_corners goes with the linear modes only, not with 'nearest'")
    space = input.shape[2:]
    sizes, ratios = _sizes(space, size, scale_factor)
    times = tuple(max(out // n, 1) for n, out in zip(space, sizes, strict=True))
    if mode == "nearest" and ratios == tuple(1 / t for t in times):
        return repeated(input, times)
    x: Any = input
    # The last axis first: along the others neighbours are whole rows, and rows are quick to weigh.
    for axis, n, out, ratio in reversed(list(zip(range(2, x.ndim), space, sizes, ratios, strict=True))):
        if mode == "nearest":
            exact = len(space) == 2 and out in (n, 2 * n)  # PyTorch ignores the factor for images of these sizes
            x = _nearest(x, axis, n, out, n / out if exact else ratio)
        elif n != out:
            x = mapped(x, weights_for(x, _straight(n, out, ratio, bool(align_corners))), axis)
    return x


def _sizes(space: Sizes, size: Any, factor: Any) -> tuple[Sizes, tuple[float, ...]]:
    """The sizes of the result, and how many elements of the input each of its elements covers."""
    if (size is None) == (factor is None):
        raise ValueError("interpolate: give either size or scale_factor")
    if factor is None:
        sizes = numbers("interpolate", "size", size, len(space))
        ratios = tuple(n / out for n, out in zip(space, sizes, strict=True))
    else:
        each = tuple(factor) if isinstance(factor, tuple | list) else (factor,) * len(space)
        if len(each) != len(space) or not all(v > 0 for v in each):
            raise ValueError(f"interpolate: scale_factor is a number above 0 or {len(space)} of them, not {factor!r}")
        sizes = tuple(math.floor(n * v) for n, v in zip(space, each, strict=True))
        ratios = tuple(1 / v for v in each)
    if 0 in (*space, *sizes):
        raise ValueError(f"interpolate: a size of 0: from {space} to {sizes}")
    return sizes, ratios


def _nearest(x: Any, axis: int, n: int, out: int, ratio: float) -> Any:
    """y_p = x_⌊p ratio⌋."""
    places = np.arange(out)
    near = places * n // out if ratio == n / out else np.minimum((places * ratio).astype(int), n - 1)
    return np.take(x, near, axis)


def _repeated(x: Any, times: Sizes) -> Any:
    """Each element repeated ``times`` along each axis of space, copy by copy in the memory layout of x."""
    y = np.empty_like(x, shape=(*x.shape[:2], *(n * t for n, t in zip(x.shape[2:], times, strict=True))))
    for where in _copies(times):
        y[where] = x
    return y


def _gathered(y: Any, times: Sizes) -> Any:
    """The adjoint of ``repeated``: the sum of the copies of each element."""
    first, *others = _copies(times)
    x = y[first] + 0 if not others else y[first] + y[others[0]]
    for where in others[1:]:
        x += y[where]
    return x


def _copies(times: Sizes) -> list[tuple[Any, ...]]:
    """Where in the result each copy of the image is."""
    return [(..., *(slice(i, None, t) for i, t in zip(index, times, strict=True))) for index in np.ndindex(times)]


repeated: Operation = linear(_repeated, lambda g, times: gathered(g, times))
gathered: Operation = linear(_gathered, lambda g, times: repeated(g, times))


def _straight(n: int, out: int, ratio: float, corners: bool) -> Any:
    """The matrix (out, n) of linear interpolation along an axis: each row weighs two neighbouring elements."""
    places = np.arange(out)
    at = places * ((n - 1) / (out - 1) if out > 1 else 0.0) if corners else np.maximum((places + 0.5) * ratio - 0.5, 0)
    lower = np.minimum(at.astype(int), n - 1)
    matrix = np.zeros((out, n))
    matrix[places, lower] = 1 - (at - lower)
    matrix[places, np.minimum(lower + 1, n - 1)] += at - lower
    return matrix


def weights_for(x: Any, matrix: Any) -> Any:
    """The matrix in the precision of x."""
    return matrix.astype(x.dtype) if x.dtype.kind in "fc" else matrix


@twin("nn.functional.native.resampling:mapped", 1 << 15, contiguous=False)
def _mapped(x: Any, matrix: Any, axis: int) -> Any:
    """y_p = Σ_q A_pq x_q along an axis.

    If some results are not finite, each is computed from its own elements only: 0 times infinity would spoil others.
    """
    if x.dtype.kind not in "fc":
        raise TypeError(f"means of {x.dtype} elements are not {x.dtype}: pass input.astype(float)")
    weight = np.asarray(matrix, x.dtype, like=x).T
    last = x if axis == x.ndim - 1 else np.swapaxes(x, axis, -1)
    y = last @ weight
    if not np.isfinite(y).all():
        for p, row in enumerate(matrix):
            reach = np.flatnonzero(row)
            y[..., p] = last[..., reach] @ weight[reach, p]
    return y if axis == x.ndim - 1 else np.swapaxes(y, axis, -1)


mapped: Operation = linear(_mapped, lambda g, matrix, axis: mapped(g, matrix.T, axis))
