"""Convolution along some axes of two arrays, with sums over others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..hips.lists import joined
from ..ops.arguments import array
from ..ops.convolve import convolve as vectors
from ..ops.convolve import correlation

__all__ = ["convolve"]

Pair = Sequence[Sequence[int]]


def convolve(A: Any, B: Any, axes: Pair | None = None, dot_axes: Pair = ((), ()), mode: str = "full") -> Any:
    """y[i, j, o] = Σ A[i, d, k] B[j, d, o - k] over d and k, where i, j, d and k may be several axes each.

    ``axes``      those of A and those of B along which they are convolved, k: all by default
    ``dot_axes``  those over which products are summed, d; the other axes of A, then those of B, come first in y
    ``mode``      "full": all o where the two overlap; "same": as many as A has; "valid": where one lies in the other

    ValueError is raised for axes that do not fit and for other modes.
    """
    a, b = array(joined(A)), array(joined(B))
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"mode must be 'full', 'same' or 'valid', got {mode!r}")
    conv_a, conv_b = _axes("axes", (range(a.ndim), range(a.ndim)) if axes is None else axes, a, b)
    dot_a, dot_b = _axes("dot_axes", dot_axes, a, b)
    if any(a.shape[i] != b.shape[j] for i, j in zip(dot_a, dot_b, strict=True)):
        raise ValueError(f"dot_axes {dot_axes} have different lengths: the shapes are {a.shape} and {b.shape}")
    if a.ndim == b.ndim == 1 and conv_a and b.size <= a.size:
        return vectors(a, b, mode)
    a, rest_a = _arranged(a, dot_a, conv_a)
    b, rest_b = _arranged(b, dot_b, conv_b)
    y = _convolved(a, b, mode)
    shape = rest_a + rest_b + tuple(y.shape[2:])
    return y if y.shape == shape else y.reshape(shape)


def _axes(name: str, pair: Pair, a: Any, b: Any) -> tuple[list[int], list[int]]:
    if len(pair) != 2 or len(pair[0]) != len(pair[1]):
        raise ValueError(f"{name} are as many axes of A as of B, got {pair}")
    if any(not -x.ndim <= n < x.ndim for x, side in zip((a, b), pair, strict=True) for n in side):
        raise ValueError(f"{name} {pair} of arrays of shapes {a.shape} and {b.shape}: there is no such axis")
    return [n % a.ndim for n in pair[0]], [n % b.ndim for n in pair[1]]


def _arranged(x: Any, dot: list[int], conv: list[int]) -> tuple[Any, tuple[int, ...]]:
    """The array with one axis for all that stay, one for all that are summed, and then those of the convolution."""
    rest = [n for n in range(x.ndim) if n not in dot and n not in conv]
    kept = tuple(x.shape[n] for n in rest)
    sizes = [int(np.prod([x.shape[n] for n in group], dtype=int)) for group in (rest, dot)]
    order = rest + dot + conv
    y = x if order == sorted(order) else np.transpose(x, order)
    shape = (*sizes, *(x.shape[n] for n in conv))
    return y if y.shape == shape else y.reshape(shape), kept


def _convolved(a: Any, b: Any, mode: str) -> Any:
    sizes, kernel = a.shape[2:], b.shape[2:]
    if mode == "valid" and any(n < k for n, k in zip(sizes, kernel, strict=True)):
        if any(n > k for n, k in zip(sizes, kernel, strict=True)):
            raise ValueError(
                f"mode 'valid': neither array lies within the other, along their axes {sizes} and {kernel}"
            )
        return np.swapaxes(_convolved(b, a, mode), 0, 1)
    if mode != "valid":
        ends = [(k - 1, k - 1) if mode == "full" else (k // 2, (k - 1) // 2) for k in kernel]
        a = np.pad(a, [(0, 0), (0, 0), *ends])
    return correlation(a, np.flip(b, tuple(range(2, b.ndim))))
