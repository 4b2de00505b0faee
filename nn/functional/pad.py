"""Padding: a border around the last axes.

Convention: PyTorch's order: ``pad`` is (before, after) of the last axis, then of the one before it, and so on.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np

from autograd.typing import A

__all__ = ["PADDING_MODES", "pad"]

Mode: TypeAlias = Literal["constant", "reflect", "replicate", "circular"]
NUMPY: dict[Mode, Any] = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
PADDING_MODES: dict[str, Mode] = {  # by the words of layers
    "zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular",
}  # fmt: skip


def pad(input: A, pad: tuple[int, ...], mode: Mode = "constant", value: float | None = None) -> A:
    """A border around the last axes.

    ``input``  any array
    ``pad``    (before, after) of the last axis, then of the one before it, and so on: (1, 2, 3, 4) puts 1 before and 2
               after the last axis, 3 and 4 around the other. A negative width cuts off
    ``mode``   what the border holds: 'constant' one number; of the array's own elements, 'reflect' mirrors them without
               the edge, 'replicate' repeats the edge, 'circular' starts again
    ``value``  the number of mode 'constant', 0 unless given

    TypeError is raised for widths that are no whole numbers, ValueError for more than the array has.
    """
    if mode not in NUMPY:
        raise ValueError(f"pad: mode is {', '.join(NUMPY)}, not {mode!r}")
    if value is not None and mode != "constant":
        raise ValueError(f"pad: value={value} goes with mode='constant' only, not with {mode!r}")
    if not isinstance(pad, tuple | list) or not all(isinstance(w, int | np.integer) for w in pad):
        raise TypeError(f"pad: widths are whole numbers, (before, after) of the last axis and so on, not {pad!r}")
    widths = [int(w) for w in pad]
    axes = len(widths) // 2
    if len(widths) % 2 or axes > input.ndim:
        raise ValueError(f"pad: two widths for each of the last axes of input {input.shape}, got {tuple(pad)}")
    pairs = [(0, 0)] * (input.ndim - axes) + list(zip(widths[::2], widths[1::2], strict=True))[::-1]
    for n, (before, after) in zip(input.shape, pairs, strict=True):
        if n + before + after < 0 or (mode == "constant" and n + min(before, 0) + min(after, 0) < 0):
            raise ValueError(f"pad: {tuple(pad)} cuts off more than input {input.shape} has")
        most = {"constant": np.inf, "reflect": n - 1, "replicate": np.inf if n else 0, "circular": n}[mode]
        if max(before, after, 0) > max(most, 0):
            limit = f"at most {most} elements to give along an axis of {n}"
            raise ValueError(f"pad: mode {mode!r} has {limit}: {tuple(pad)}")
    x: Any = input
    inner = tuple(slice(max(-b, 0), None if a >= 0 else a) for b, a in pairs)  # what is not cut off
    borders = [(max(b, 0), max(a, 0)) for b, a in pairs]
    if mode in ("reflect", "replicate"):  # which mirror also what is cut off
        x = np.pad(x, borders, NUMPY[mode]) if any(map(any, borders)) else x
    if min(widths, default=0) < 0:
        x = x[inner]
    if mode in ("constant", "circular") and any(map(any, borders)):
        if mode == "constant":
            x = np.pad(x, borders, constant_values=value or 0)
        elif any(max(pair) > n for n, pair in zip(x.shape, borders, strict=True)):
            raise ValueError(f"pad: {tuple(pad)} cuts off what mode 'circular' would repeat: {x.shape} is left")
        else:
            x = np.pad(x, borders, "wrap")
    return x
