"""Padding, with PyTorch's words.

Convention: PyTorch's order: ``pad`` is (before, after) of the last axis, then of the one before it, and so on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # NumPy's names
PADDING_MODES = {"zeros": "constant"} | {name: name for name in MODES if name != "constant"}  # of layers


def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Any:
    """A border around the last axes: of ``value``, or of the array mirrored, its edge, or its other end.

    ``pad=(1, 2)`` puts 1 before and 2 after the last axis, ``pad=(1, 2, 3, 4)`` also 3 and 4 around the last but one.
    A negative width takes away.
    """
    if mode not in MODES:
        raise ValueError(f"pad: mode is {', '.join(MODES)}, not {mode!r}")
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
            raise ValueError(f"pad: {tuple(pad)} takes away more than input {input.shape} has")
        most = {"constant": np.inf, "reflect": n - 1, "replicate": np.inf if n else 0, "circular": n}[mode]
        if max(before, after, 0) > max(most, 0):
            raise ValueError(
                f"pad: mode {mode!r} has at most {most} elements to give along an axis of {n}: {tuple(pad)}"
            )
    kept = tuple(slice(max(-b, 0), None if a >= 0 else a) for b, a in pairs)
    borders = [(max(b, 0), max(a, 0)) for b, a in pairs]
    less = any(w < 0 for w in widths)
    if mode in ("reflect", "replicate"):  # what is taken away still counts as what is mirrored
        y = np.pad(input, borders, MODES[mode]) if any(map(any, borders)) else input  # type: ignore[call-overload]
        return y[kept] if less else y
    if less:
        input = input[kept]
    if not any(map(any, borders)):
        return input
    if mode == "constant":
        return np.pad(input, borders, constant_values=value or 0)
    if any(max(pair) > n for n, pair in zip(input.shape, borders, strict=True)):
        raise ValueError(f"pad: {tuple(pad)} takes away what mode 'circular' would give: {input.shape} is left")
    return np.pad(input, borders, "wrap")
